"""Canned replies of the agents; notes of telephone calls and their tickets in the operator's own system."""

import sqlalchemy as sa
from alembic import op

from ndihma.db import AwareDateTime

revision = "0016_assist"
down_revision = "0015_handoff_notices"
branch_labels = None
depends_on = None

COMMON = sa.text("team IS NULL")
OF_A_TEAM = sa.text("team IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "canned_replies",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("shortcut", sa.String(32), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("team", sa.String(80)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed_at", AwareDateTime(), nullable=False),
        sa.Column("changed_by", sa.String(96), nullable=False),
    )
    op.create_index(
        "uq_canned_replies_common_shortcut",
        "canned_replies",
        ["shortcut"],
        unique=True,
        sqlite_where=COMMON,
        postgresql_where=COMMON,
    )
    op.create_index(
        "uq_canned_replies_team_shortcut",
        "canned_replies",
        ["team", "shortcut"],
        unique=True,
        sqlite_where=OF_A_TEAM,
        postgresql_where=OF_A_TEAM,
    )
    op.create_table(
        "call_notes",
        sa.Column("reference", sa.String(16), primary_key=True),
        sa.Column("agent_id", sa.String(80), nullable=False),
        sa.Column("agent_name", sa.String(80), nullable=False),
        sa.Column("client_id", sa.String(64), nullable=False),
        sa.Column("disposition", sa.String(32), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("msisdn", sa.String(16), index=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("noted_at", AwareDateTime(), nullable=False),
        sa.Column("done_at", AwareDateTime()),
        sa.Column("done_by", sa.String(80)),
        sa.UniqueConstraint("agent_id", "client_id"),
    )
    op.create_index("ix_call_notes_state_noted_at", "call_notes", ["state", "noted_at"])
    op.create_table(
        "call_tickets",
        sa.Column(
            "reference", sa.String(16), sa.ForeignKey("call_notes.reference", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", AwareDateTime(), nullable=False),
        sa.Column("lease", sa.String(32)),
        sa.Column("last_error", sa.String(200)),
        sa.Column("ticket_id", sa.String(200)),
    )
    op.create_index("ix_call_tickets_state_due_at", "call_tickets", ["state", "due_at"])


def downgrade() -> None:
    op.drop_table("call_tickets")
    op.drop_table("call_notes")
    op.drop_table("canned_replies")
