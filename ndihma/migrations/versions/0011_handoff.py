"""Hand-off: who has a conversation, agents' presence, messages and notes, call-back requests."""

import sqlalchemy as sa
from alembic import op

from ndihma.db import AwareDateTime

revision = "0011_handoff"
down_revision = "0010_contact_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("handed_over", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "handoffs",
        _conversation(),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("agent_id", sa.String(80)),
        sa.Column("agent_name", sa.String(80)),
        sa.Column("asked_at", AwareDateTime()),
        sa.Column("waiting_since", AwareDateTime()),
        sa.Column("first_reply_at", AwareDateTime()),
        sa.Column("unanswered_since", AwareDateTime()),
        sa.Column("snoozed_until", AwareDateTime()),
        sa.Column("closed_at", AwareDateTime()),
        sa.Column("told_position", sa.Integer),
        sa.Column("told_at", AwareDateTime()),
        sa.Column("changed_at", AwareDateTime(), nullable=False),
    )
    op.create_index("ix_handoffs_state_waiting_since", "handoffs", ["state", "waiting_since"])
    op.create_index("ix_handoffs_agent_id_state", "handoffs", ["agent_id", "state"])
    op.create_index(op.f("ix_handoffs_changed_at"), "handoffs", ["changed_at"])
    op.create_table(
        "agent_presence",
        sa.Column("agent_id", sa.String(80), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("presence", sa.String(16), nullable=False),
        sa.Column("since", AwareDateTime(), nullable=False),
        sa.Column("seen_at", AwareDateTime(), nullable=False),
    )
    op.create_index(op.f("ix_agent_presence_seen_at"), "agent_presence", ["seen_at"])
    op.create_table(
        "agent_messages",
        _conversation(),
        sa.Column("agent_id", sa.String(80), primary_key=True),
        sa.Column("client_id", sa.String(64), primary_key=True),
        sa.Column("cursor", sa.Integer),
        sa.Column("at", AwareDateTime(), nullable=False),
    )
    op.create_table(
        "agent_notes",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column(
            "conversation_id", sa.String(32), sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("agent_id", sa.String(80), nullable=False),
        sa.Column("agent_name", sa.String(80), nullable=False),
        sa.Column("at", AwareDateTime(), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index(op.f("ix_agent_notes_conversation_id"), "agent_notes", ["conversation_id"])
    op.create_table(
        "callbacks",
        sa.Column("reference", sa.String(16), primary_key=True),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("msisdn", sa.String(16)),
        sa.Column("verified", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("asked_at", AwareDateTime(), nullable=False),
        sa.Column("done_at", AwareDateTime()),
        sa.Column("done_by", sa.String(80)),
    )
    unfinished = sa.text("state <> 'done'")
    op.create_index(
        "uq_callbacks_unfinished_conversation",
        "callbacks",
        ["conversation_id"],
        unique=True,
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )
    op.create_index(op.f("ix_callbacks_msisdn"), "callbacks", ["msisdn"])
    op.create_index("ix_callbacks_state_asked_at", "callbacks", ["state", "asked_at"])


def _conversation() -> sa.Column[str]:
    return sa.Column(
        "conversation_id", sa.String(32), sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
    )


def downgrade() -> None:
    for table in ("callbacks", "agent_notes", "agent_messages", "agent_presence", "handoffs"):
        op.drop_table(table)
    op.drop_column("conversations", "handed_over")
