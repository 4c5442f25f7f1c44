"""The bot's tables. What a customer wrote stands sealed in one of them until it is worked on (``sealing``)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ndihma.db import AwareDateTime, Base

__all__ = [
    "ChatKind",
    "ChatState",
    "DeletionWhat",
    "TelegramChatRow",
    "TelegramDeletionRow",
    "TelegramLeaseRow",
    "TelegramLinkRow",
    "TelegramSentRow",
    "TelegramThreadRow",
    "TelegramUpdateRow",
    "UpdateState",
]

_ID: Final = 32


class ChatKind(StrEnum):
    PRIVATE = "private"
    GROUP = "group"


class ChatState(StrEnum):
    ACTIVE = "active"
    GONE = "gone"
    """The customer blocked the bot or deleted the account, or the bot was put out of the group."""


class UpdateState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    """Could not be worked on, tried too often; the customer was told so."""


class DeletionWhat(StrEnum):
    PUK = "puk"
    """A message of ours that shows a PUK."""
    CODE = "code"
    """A message of the customer's that holds a one-time code."""
    COUNTDOWN = "countdown"
    """The note beneath a PUK that says how long it is there: goes with it, and holds no code."""


class TelegramChatRow(Base):
    """A chat: whether it can be written to, and from when on."""

    __tablename__ = "telegram_chats"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[ChatKind] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(2))
    """Of the bot's own sentences."""
    state: Mapped[ChatState] = mapped_column(String(16))
    due_at: Mapped[datetime] = mapped_column(AwareDateTime)
    """Nothing is sent before."""
    failures: Mapped[int] = mapped_column(Integer)
    """To send, in a row."""
    buttons_message_id: Mapped[int | None] = mapped_column(BigInteger)
    """Our latest message with buttons; those of earlier ones are old."""
    seen_at: Mapped[datetime] = mapped_column(AwareDateTime, index=True)


class TelegramThreadRow(Base):
    """A conversation of a chat, and how far it was delivered. The latest of a chat (in groups: of a member) goes on."""

    __tablename__ = "telegram_threads"
    __table_args__ = (Index("ix_telegram_threads_chat_id_user_id", "chat_id", "user_id"),)

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    user_id: Mapped[int] = mapped_column(BigInteger)
    opened_by: Mapped[int] = mapped_column(BigInteger)
    """The update that opened it; so a repeated one opens and greets no second time."""
    opened_at: Mapped[datetime] = mapped_column(AwareDateTime)
    cursor: Mapped[int] = mapped_column(Integer)
    """Every event up to it is in the chat, or has nothing to show there."""
    parts: Mapped[int] = mapped_column(Integer)
    """How many messages of the next event are in the chat."""
    sending: Mapped[bool] = mapped_column()
    """Whether the next message is being sent just now: after a crash nobody knows whether it arrived."""


class TelegramUpdateRow(Base):
    """An update: stored before it is worked on, known by its id for 24 hours (S12)."""

    __tablename__ = "telegram_updates"
    __table_args__ = (Index("ix_telegram_updates_state_chat_id", "state", "chat_id"),)

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[UpdateState] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(Integer)
    received_at: Mapped[datetime] = mapped_column(AwareDateTime, index=True)
    due_at: Mapped[datetime] = mapped_column(AwareDateTime)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The update, encrypted; null once it was worked on."""


class TelegramSentRow(Base):
    """A message of ours that answers one of the customer's: an edited question finds its answer by it."""

    __tablename__ = "telegram_sent"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    asked: Mapped[int] = mapped_column(BigInteger)
    """The customer's message."""
    cursor: Mapped[int] = mapped_column(Integer)
    """Of the event that the message shows."""
    sent_at: Mapped[datetime] = mapped_column(AwareDateTime, index=True)


class TelegramDeletionRow(Base):
    """A message that is to be deleted; the row goes when it is, or when Telegram refuses for good."""

    __tablename__ = "telegram_deletions"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    what: Mapped[DeletionWhat] = mapped_column(String(16))
    conversation_id: Mapped[str] = mapped_column(String(_ID))
    created_at: Mapped[datetime] = mapped_column(AwareDateTime)
    due_at: Mapped[datetime] = mapped_column(AwareDateTime, index=True)


class TelegramLinkRow(Base):
    """A one-time token that carries a conversation of the web chat over; kept as its hash."""

    __tablename__ = "telegram_links"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(AwareDateTime, index=True)


class TelegramLeaseRow(Base):
    """Which process runs the bot: one row."""

    __tablename__ = "telegram_leases"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    holder: Mapped[str] = mapped_column(String(_ID))
    until: Mapped[datetime] = mapped_column(AwareDateTime)
