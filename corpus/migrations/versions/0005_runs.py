"""Runs of the ingest"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the store to this revision."""
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("origin", sa.String(), nullable=False, comment="command, watch, upload"),
        sa.Column("by", sa.String(), nullable=False, comment="id of the person who handed the file in"),
        sa.Column("collection", sa.String(), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("seconds", sa.JSON(), nullable=False, comment="phase -> seconds"),
        sa.Column(
            "unchanged", sa.LargeBinary(), nullable=False, comment="ids of sources, 16 bytes each, sorted"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        comment="what ingests did, for some time; names of files are in sources alone",
    )
    op.create_table(
        "run_files",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False, comment="refused otherwise"),
        sa.Column("reason", sa.Text(), nullable=False, comment="why it was refused"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_run_files_run_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "source_id", name="pk_run_files"),
        comment="files that a run took or refused",
    )


def downgrade() -> None:
    """Older programs refuse newer stores; there is no way back but a backup."""
    raise NotImplementedError("restore a backup instead")
