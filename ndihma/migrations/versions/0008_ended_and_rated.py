"""Customers end their conversations and rate them."""

import sqlalchemy as sa
from alembic import op

from ndihma.db import AwareDateTime

revision = "0008_ended_and_rated"
down_revision = "0007_payment_proofs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("ended_at", AwareDateTime(), nullable=True))
    op.create_table(
        "ratings",
        sa.Column(
            "conversation_id", sa.String(32), sa.ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("comment", sa.Text()),
        sa.Column("rated_at", AwareDateTime(), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_ratings_score")),
    )
    op.create_index(op.f("ix_ratings_rated_at"), "ratings", ["rated_at"])


def downgrade() -> None:
    op.drop_table("ratings")
    op.drop_column("conversations", "ended_at")
