"""What a supervisor sees and says: how long customers waited for each answer, whispers to agents."""

import sqlalchemy as sa
from alembic import op

from ndihma.db import AwareDateTime

revision = "0018_floor"
down_revision = "0016_assist"
branch_labels = None
depends_on = None

_WHISPERED = "ix_agent_notes_to_agent_id_seen_at"


def upgrade() -> None:
    op.create_table(
        "reply_times",
        sa.Column(
            "conversation_id", sa.String(32), sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("cursor", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("agent_id", sa.String(80), nullable=False),
        sa.Column("waited_s", sa.Integer, nullable=False),
        sa.Column("answered_at", AwareDateTime(), nullable=False),
    )
    op.create_index("ix_reply_times_kind_answered_at", "reply_times", ["kind", "answered_at"])
    op.add_column("agent_notes", sa.Column("to_agent_id", sa.String(80)))
    op.add_column("agent_notes", sa.Column("to_agent_name", sa.String(80)))
    op.add_column("agent_notes", sa.Column("seen_at", AwareDateTime()))
    op.create_index(_WHISPERED, "agent_notes", ["to_agent_id", "seen_at"])


def downgrade() -> None:
    op.drop_index(_WHISPERED, "agent_notes")
    for name in ("seen_at", "to_agent_name", "to_agent_id"):
        op.drop_column("agent_notes", name)
    op.drop_table("reply_times")
