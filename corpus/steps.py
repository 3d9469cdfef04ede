"""The steps of a change to the store by name, so that a test can stop the program at each of them."""

STEPS = (
    "locked",  # an ingest holds the lock of the one writer
    "hashed",  # a file is new or changed
    "kept",  # a copy of the file lies aside
    "opened",  # it is read and parsed
    "prepared",  # labelled, cut, threaded, chunked
    "analysed",  # terms and vectors of one batch are stored
    "embedded",  # those of all texts are
    "committing",  # the lock of whoever changes documents is held
    "written",  # documents are in the open transaction
    "filed",  # a shard's files are written aside
    "sealed",  # and synced
    "shelved",  # and at their final place
    "published",  # the generation is in the open transaction
    "committed",  # the transaction is over: the one step that shows anything
    "cleared",  # shards and originals that nothing refers to are gone
    "logged",  # the file of label events has followed
)


def reached(step: str) -> None:
    """Called at every step; does nothing. A test puts a function of its own in this place."""
