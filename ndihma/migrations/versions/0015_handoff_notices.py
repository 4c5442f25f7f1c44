"""Notices of hand-off for the operator's own systems: an outbox of signed webhooks."""

import sqlalchemy as sa
from alembic import op

from ndihma.db import AwareDateTime

revision = "0015_handoff_notices"
down_revision = "0014_assist"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handoff_notices",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column(
            "conversation_id", sa.String(32), sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("before", sa.String(16), nullable=False),
        sa.Column("after", sa.String(16), nullable=False),
        sa.Column("agent_id", sa.String(80)),
        sa.Column("moved_at", AwareDateTime(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", AwareDateTime(), nullable=False),
        sa.Column("lease", sa.String(32)),
        sa.Column("last_error", sa.String(200)),
        sa.Column("sent_at", AwareDateTime()),
    )
    op.create_index("ix_handoff_notices_state_due_at", "handoff_notices", ["state", "due_at"])
    op.create_index(op.f("ix_handoff_notices_conversation_id"), "handoff_notices", ["conversation_id"])


def downgrade() -> None:
    op.drop_table("handoff_notices")
