"""Originals, versions of a record, uploads"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the store to this revision."""
    for table, columns in _COLUMNS.items():
        for column in columns:
            op.add_column(table, column)  # no batch: it would drop the table, and with it what refers to it
    op.create_index("ix_documents_record_id", "documents", ["record_id"])
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False, comment="id of the person"),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("collection", sa.String(), nullable=False),
        sa.Column(
            "name", sa.String(), nullable=False, comment="name of the source; tells what the file was called"
        ),
        sa.Column("original", sa.String(), nullable=False, comment="name of the kept file in originals/"),
        sa.Column("kind", sa.String(), nullable=False, server_default=""),
        sa.Column("state", sa.String(), nullable=False, comment="waiting, taken, refused"),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_uploads"),
        comment="files that people handed in, from the moment they were acknowledged",
    )


_COLUMNS: dict[str, list[sa.Column[object]]] = {
    "sources": [
        sa.Column(
            "original",
            sa.String(),
            nullable=False,
            server_default="",
            comment="name of the kept file in originals/",
        ),
        sa.Column(
            "guarded",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="the file holds more than its text shows (hidden text, text under boxes)",
        ),
    ],
    "documents": [
        sa.Column(
            "record_id",
            sa.String(),
            nullable=False,
            server_default="",
            comment="what all versions and copies of one record share",
        ),
        sa.Column(
            "edition", sa.Integer(), nullable=False, server_default="1", comment="see corpus.editions.Edition"
        ),
        sa.Column("copy", sa.String(), nullable=False, server_default="", comment="see corpus.editions.Copy"),
        sa.Column(
            "material", sa.String(), nullable=False, server_default="", comment="number of a material: 資料1"
        ),
        sa.Column(
            "superseded",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="a newer version is read by all its readers; it is kept and not searched",
        ),
    ],
}


def downgrade() -> None:
    """Older programs refuse newer stores; there is no way back but a backup."""
    raise NotImplementedError("restore a backup instead")
