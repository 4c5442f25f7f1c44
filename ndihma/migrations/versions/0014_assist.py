"""What agents made of suggestions; tokens of other systems."""

import sqlalchemy as sa
from alembic import op

from ndihma.db import AwareDateTime

revision = "0014_assist"
down_revision = "0013_telegram"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suggestion_feedback",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("at", AwareDateTime(), nullable=False, index=True),
        sa.Column("actor", sa.String(96), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("intent", sa.String(64), nullable=False),
        sa.Column("confidence", sa.Float),
        sa.Column("right_intent", sa.String(64)),
        sa.Column("conversation_id", sa.String(64), index=True),
    )
    op.create_index("ix_suggestion_feedback_action_at", "suggestion_feedback", ["action", "at"])
    op.create_table(
        "staff_tokens",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(32), nullable=False, unique=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("created_at", AwareDateTime(), nullable=False),
        sa.Column("used_at", AwareDateTime()),
        sa.Column("revoked_at", AwareDateTime()),
    )


def downgrade() -> None:
    op.drop_table("staff_tokens")
    op.drop_table("suggestion_feedback")
