"""Seconds are counted once, for the innermost phase."""

from ingest.timing import Phase, Stopwatch


def test_a_phase_within_another_counts_for_itself_alone() -> None:
    moments = iter([0.0, 1.0, 4.0, 10.0, 20.0, 25.0])
    watch = Stopwatch(lambda: next(moments))
    with watch.phase(Phase.PUBLISHING), watch.phase(Phase.WORDS):
        pass
    with watch.phase(Phase.WORDS):
        pass
    assert watch.seconds == {
        "reading": 0.0,
        "labels": 0.0,
        "embedding": 0.0,
        "words": 8.0,
        "publishing": 7.0,
    }
