"""Tickets in the operator's own system: the outbox that makes them and what was seen of them."""

import sqlalchemy as sa
from alembic import op

from ndihma.db import AwareDateTime

revision = "0009_operator_tickets"
down_revision = "0008_ended_and_rated"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "operator_tickets",
        sa.Column(
            "reference",
            sa.String(16),
            sa.ForeignKey("reconnection_requests.reference", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("created_at", AwareDateTime(), nullable=False),
        sa.Column("due_at", AwareDateTime(), nullable=False),
        sa.Column("lease", sa.String(32)),
        sa.Column("last_error", sa.String(200)),
        sa.Column("ticket_id", sa.String(200)),
        sa.Column("status", sa.String(16)),
        sa.Column("made_at", AwareDateTime()),
        sa.Column("seen_at", AwareDateTime()),
    )
    op.create_index("ix_operator_tickets_state_due_at", "operator_tickets", ["state", "due_at"])


def downgrade() -> None:
    op.drop_table("operator_tickets")
