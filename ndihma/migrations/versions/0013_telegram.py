"""The Telegram bot: chats, their conversations, updates, what was sent, what is to be deleted, links, the lease."""

import sqlalchemy as sa
from alembic import op

from ndihma.db import AwareDateTime

revision = "0013_telegram"
down_revision = "0011_handoff"
branch_labels = None
depends_on = None

_CONVERSATION = "conversations.id"


def upgrade() -> None:
    op.create_table(
        "telegram_chats",
        sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("due_at", AwareDateTime(), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("buttons_message_id", sa.BigInteger),
        sa.Column("seen_at", AwareDateTime(), nullable=False),
    )
    op.create_index("ix_telegram_chats_seen_at", "telegram_chats", ["seen_at"])
    op.create_table(
        "telegram_threads",
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey(_CONVERSATION, ondelete="CASCADE"), primary_key=True),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("opened_by", sa.BigInteger, nullable=False),
        sa.Column("opened_at", AwareDateTime(), nullable=False),
        sa.Column("cursor", sa.Integer, nullable=False),
        sa.Column("parts", sa.Integer, nullable=False),
        sa.Column("sending", sa.Boolean, nullable=False),
    )
    op.create_index("ix_telegram_threads_chat_id_user_id", "telegram_threads", ["chat_id", "user_id"])
    op.create_table(
        "telegram_updates",
        sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("chat_id", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("received_at", AwareDateTime(), nullable=False),
        sa.Column("due_at", AwareDateTime(), nullable=False),
        sa.Column("sealed", sa.LargeBinary),
    )
    op.create_index("ix_telegram_updates_state_chat_id", "telegram_updates", ["state", "chat_id"])
    op.create_index("ix_telegram_updates_received_at", "telegram_updates", ["received_at"])
    op.create_table(
        "telegram_sent",
        sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("message_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey(_CONVERSATION, ondelete="CASCADE"), nullable=False),
        sa.Column("asked", sa.BigInteger, nullable=False),
        sa.Column("cursor", sa.Integer, nullable=False),
        sa.Column("sent_at", AwareDateTime(), nullable=False),
    )
    op.create_index("ix_telegram_sent_conversation_id", "telegram_sent", ["conversation_id"])
    op.create_index("ix_telegram_sent_sent_at", "telegram_sent", ["sent_at"])
    op.create_table(
        "telegram_deletions",
        sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("message_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("conversation_id", sa.String(32), nullable=False),
        sa.Column("created_at", AwareDateTime(), nullable=False),
        sa.Column("due_at", AwareDateTime(), nullable=False),
    )
    op.create_index("ix_telegram_deletions_due_at", "telegram_deletions", ["due_at"])
    op.create_table(
        "telegram_links",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey(_CONVERSATION, ondelete="CASCADE"), nullable=False),
        sa.Column("expires_at", AwareDateTime(), nullable=False),
    )
    op.create_index("ix_telegram_links_conversation_id", "telegram_links", ["conversation_id"])
    op.create_index("ix_telegram_links_expires_at", "telegram_links", ["expires_at"])
    op.create_table(
        "telegram_leases",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("holder", sa.String(32), nullable=False),
        sa.Column("until", AwareDateTime(), nullable=False),
    )


def downgrade() -> None:
    for table in ("leases", "links", "deletions", "sent", "updates", "threads", "chats"):
        op.drop_table(f"telegram_{table}")
