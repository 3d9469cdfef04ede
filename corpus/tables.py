"""The catalogue's tables. Migrations in `corpus/migrations` bring a store to this shape."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    false,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

state = Table(
    "state",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
    comment="salt of the ids, policy epoch, work not finished",
)

collections = Table(
    "collections",
    metadata,
    Column("name", String, primary_key=True),
    Column("department", String, nullable=False, default=""),
    Column("default_label", String, nullable=False, default=""),
    comment="全庁, one per department, trial groups",
)

sources = Table(
    "sources",
    metadata,
    Column("id", String, primary_key=True),
    Column("collection", String, nullable=False),
    Column("name", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("state", String, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("taken_at", DateTime, nullable=False),
    Column(
        "original", String, nullable=False, server_default="", comment="name of the kept file in originals/"
    ),
    Column(
        "guarded",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="the file holds more than its text shows (hidden text, text under boxes)",
    ),
    comment="one row a source file: taken (live) or refused, with the reason",
)

documents = Table(
    "documents",
    metadata,
    Column("id", String, primary_key=True),
    Column("source_id", String, ForeignKey("sources.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("key", String, nullable=False),
    Column("collection", String, nullable=False),
    Column("title", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("meeting", String, nullable=False),
    Column("session", String, nullable=False),
    Column("date", Date),
    Column("department", String, nullable=False),
    Column("url", String, nullable=False, default=""),
    Column("base", String, nullable=False, index=True, comment="compartment of the base rendition"),
    Column("status", String, nullable=False),
    Column("master", JSON, nullable=False, comment="the document as parsed, with closed spans"),
    Column(
        "record_id",
        String,
        nullable=False,
        server_default="",
        index=True,
        comment="what all versions and copies of one record share",
    ),
    Column("edition", Integer, nullable=False, server_default="1", comment="see corpus.editions.Edition"),
    Column("copy", String, nullable=False, server_default="", comment="see corpus.editions.Copy"),
    Column("material", String, nullable=False, server_default="", comment="number of a material: 資料1"),
    Column(
        "superseded",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="a newer version is read by all its readers; it is kept and not searched",
    ),
    comment="one row a document; its text is in renditions",
)

labels = Table(
    "labels",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("decision", Integer, nullable=False, comment="first event of those decided together"),
    Column("document_id", String, nullable=False, index=True),
    Column("epoch", Integer, nullable=False),
    Column("act", String, nullable=False, comment="see corpus.labels.Act"),
    Column("source", String, nullable=False, comment="ledger, form, mark, operator, change"),
    Column("scope", String, nullable=False, comment="document, section, utterance, span"),
    Column("start", Integer),
    Column("end", Integer),
    Column("length", Integer, nullable=False, default=0, comment="of the labelled text, folded"),
    Column("anchor", String, nullable=False, default="", comment="keyed digest of the labelled text"),
    Column("label", JSON, comment="absent where the event says nothing of its own"),
    Column("refers", Integer, comment="the decision or event that is approved, rejected or withdrawn"),
    Column("withdrawn", JSON, nullable=False, comment="ids of the passages that lost readers"),
    Column("by", String, nullable=False, default=""),
    Column("recorded_at", DateTime, nullable=False),
    comment="append-only label events; no text of a document is in here",
)

renditions = Table(
    "renditions",
    metadata,
    Column("document_id", String, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("compartment", String, nullable=False),
    Column("status", String, nullable=False),
    Column("body", JSON, nullable=False, comment="text, sections, utterances, pages, anchors"),
    PrimaryKeyConstraint("document_id", "compartment"),
    Index("ix_renditions_compartment", "compartment"),
    comment="the text that the members of one compartment read",
)

passages = Table(
    "passages",
    metadata,
    Column("id", String, primary_key=True),
    Column("document_id", String, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("compartment", String, nullable=False),
    Column("utterance", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("agenda", String, nullable=False, default=""),
    Column("topic", String, nullable=False, default=""),
    Column("speaker", String, nullable=False, default=""),
    Column("post", String, nullable=False, default=""),
    Column("role", String, nullable=False),
    Column("page", String, nullable=False, default=""),
    Column("digest", String, nullable=False, comment="key of the text's features"),
    Column("header_digest", String, nullable=False, comment="key of the header's features"),
    Index("ix_passages_compartment", "compartment", "id"),
    Index("ix_passages_document", "document_id", "compartment", "start"),
    comment="the units indexed, retrieved and cited",
)

threads = Table(
    "threads",
    metadata,
    Column("document_id", String, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("compartment", String, nullable=False),
    Column("question_start", Integer, nullable=False),
    Column("question_end", Integer, nullable=False),
    Column("answer_start", Integer, nullable=False),
    Column("answer_end", Integer, nullable=False),
    Column("confidence", Float, nullable=False),
    Index("ix_threads_document", "document_id", "compartment"),
    comment="question span - answer span within one rendition",
)

features = Table(
    "features",
    metadata,
    Column("digest", String, nullable=False),
    Column("fingerprint", String, nullable=False, comment="of the embedder and the normalisation"),
    Column("terms", LargeBinary, nullable=False),
    Column("vector", LargeBinary, comment="float16, (dim,), little endian"),
    PrimaryKeyConstraint("digest", "fingerprint"),
    comment="what is computed once per text: lexical terms and the vector",
)

generations = Table(
    "generations",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("epoch", Integer, nullable=False),
    Column("manifest", JSON, nullable=False, comment="compartment -> shard, passages, digest"),
    Column("fingerprint", String, nullable=False),
    Column("current", Boolean, nullable=False, default=False),
    Column("published_at", DateTime, nullable=False),
    comment="published states of the passage index; one is current",
)

residue = Table(
    "residue",
    metadata,
    Column("digest", String, primary_key=True),
    comment="keys of features whose text a passage lost: to be removed where no other passage has it",
)

uploads = Table(
    "uploads",
    metadata,
    Column("id", String, primary_key=True),
    Column("by", String, nullable=False, comment="id of the person"),
    Column("department", String, nullable=False),
    Column("collection", String, nullable=False),
    Column("name", String, nullable=False, comment="name of the source; tells what the file was called"),
    Column("original", String, nullable=False, comment="name of the kept file in originals/"),
    Column("kind", String, nullable=False, server_default=""),
    Column("state", String, nullable=False, comment="waiting, taken, refused"),
    Column("reason", Text, nullable=False, server_default=""),
    Column("received_at", DateTime, nullable=False),
    comment="files that people handed in, from the moment they were acknowledged",
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", String, primary_key=True),
    Column("principal", String, nullable=False, comment="id of the person; nobody else sees it"),
    Column("started_at", DateTime, nullable=False),
    Column("updated_at", DateTime, nullable=False),
    Index("ix_conversations_principal", "principal", "updated_at"),
    comment="what somebody asked in one go",
)

turns = Table(
    "turns",
    metadata,
    Column("conversation_id", String, ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("asked_at", DateTime, nullable=False),
    Column("question", Text, nullable=False),
    Column(
        "body", JSON, nullable=False, comment="ids and offsets of the sources, sentences sealed with them"
    ),
    PrimaryKeyConstraint("conversation_id", "number"),
    comment="questions of a conversation and what they came back as; no text of a document in the clear",
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("origin", String, nullable=False, comment="command, watch, upload"),
    Column("by", String, nullable=False, comment="id of the person who handed the file in"),
    Column("collection", String, nullable=False),
    Column("begun_at", DateTime, nullable=False),
    Column("seconds", JSON, nullable=False, comment="phase -> seconds"),
    Column("unchanged", LargeBinary, nullable=False, comment="ids of sources, 16 bytes each, sorted"),
    comment="what ingests did, for some time; names of files are in sources alone",
)

run_files = Table(
    "run_files",
    metadata,
    Column("run_id", Integer, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("source_id", String, nullable=False),
    Column("taken", Boolean, nullable=False, comment="refused otherwise"),
    Column("reason", Text, nullable=False, comment="why it was refused"),
    PrimaryKeyConstraint("run_id", "source_id"),
    comment="files that a run took or refused",
)
