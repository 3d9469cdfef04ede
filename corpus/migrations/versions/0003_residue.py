"""Residue"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the store to this revision."""
    op.create_table(
        "residue",
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_residue"),
        comment="keys of features whose text a passage lost: to be removed where no other passage has it",
    )


def downgrade() -> None:
    """Older programs refuse newer stores; there is no way back but a backup."""
    raise NotImplementedError("restore a backup instead")
