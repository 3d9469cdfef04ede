"""Conversations"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Bring the store to this revision."""
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("principal", sa.String(), nullable=False, comment="id of the person; nobody else sees it"),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        comment="what somebody asked in one go",
    )
    op.create_index("ix_conversations_principal", "conversations", ["principal", "updated_at"])
    op.create_table(
        "turns",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column(
            "body",
            sa.JSON(),
            nullable=False,
            comment="ids and offsets of the sources, sentences sealed with them",
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_turns_conversation_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "number", name="pk_turns"),
        comment="questions of a conversation and what they came back as; no text of a document in the clear",
    )


def downgrade() -> None:
    """Older programs refuse newer stores; there is no way back but a backup."""
    raise NotImplementedError("restore a backup instead")
