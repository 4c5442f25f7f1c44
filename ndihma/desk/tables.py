"""The desk's tables. No token and no code is stored in clear; customer text is stored redacted only."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from ndihma.db import AwareDateTime, Base

__all__ = [
    "AttachmentRow",
    "ChoiceRow",
    "ConversationRow",
    "EventRow",
    "MailRow",
    "MailState",
    "OperatorTicketRow",
    "OperatorTicketState",
    "RatingRow",
    "ReconnectionRequestRow",
    "SessionRow",
    "TicketKind",
    "TicketRow",
    "TicketState",
    "TurnKind",
    "TurnRow",
    "TurnState",
]

_ID: Final = 32
"""Length of identifier columns; ids are 22 characters of URL-safe base64 (128 random bits)."""


class TurnKind(StrEnum):
    """What has to be answered."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    """A telephone number typed into the chat while the verification step waits for one; the edge's own work."""
    CODE = "code"
    """A one-time code typed into the chat instead of its field; not used, not stored."""
    AGENT = "agent"
    CALLBACK = "callback"
    CALLBACK_NUMBER = "callback_number"
    """A person is asked for, a call, the number to call (typed): the edge's own work, so that it needs no engine."""
    RESUME = "resume"
    """An internal turn: the interrupted question after a verification. No customer message, no client id."""


class TurnState(StrEnum):
    PENDING = "pending"
    ANSWERED = "answered"
    FAILED = "failed"
    """The customer was told honestly that there is no answer."""
    DROPPED = "dropped"
    """The customer ended the conversation first."""
    HUMAN = "human"
    """Left to people: they have the conversation, and the assistant is silent."""


class ConversationRow(Base):
    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(_ID), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(AwareDateTime)
    last_cursor: Mapped[int] = mapped_column(Integer)
    epoch: Mapped[int] = mapped_column(Integer)
    """Part of the engine's sender id; grows so that the engine's tracker stays short."""
    epoch_turns: Mapped[int] = mapped_column(Integer)
    last_reply_offered: Mapped[bool] = mapped_column(Boolean)
    wanted_reference: Mapped[str | None] = mapped_column(String(16))
    """The reconnection request that an upload of this conversation belongs to."""
    ended_at: Mapped[datetime | None] = mapped_column(AwareDateTime)
    """When its customer ended it; then it takes no more messages."""
    handed_over: Mapped[bool] = mapped_column(Boolean, server_default=false())
    """It is not the assistant's: ``handoffs`` says whose. Stands here because every message must know."""


class SessionRow(Base):
    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(String(_ID), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    origin: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(AwareDateTime)
    active_at: Mapped[datetime] = mapped_column(AwareDateTime)
    token_expires_at: Mapped[datetime] = mapped_column(AwareDateTime)
    previous_token_hash: Mapped[str | None] = mapped_column(String(64))
    """The token before, while its successor was never used; null otherwise (see ``sessions``)."""
    previous_token_expires_at: Mapped[datetime | None] = mapped_column(AwareDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(AwareDateTime)


class EventRow(Base):
    __tablename__ = "events"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    cursor: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(AwareDateTime)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)


class TurnRow(Base):
    __tablename__ = "turns"
    __table_args__ = (
        UniqueConstraint("conversation_id", "client_id"),
        Index("ix_turns_state_created_at", "state", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(_ID), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    client_id: Mapped[str | None] = mapped_column(String(64))
    kind: Mapped[TurnKind] = mapped_column(String(16))
    engine_text: Mapped[str | None] = mapped_column(Text)
    """What the engine is told; null when the edge answers by itself."""
    cursor: Mapped[int | None] = mapped_column(Integer)
    """The cursor of the message event; null for an internal turn."""
    state: Mapped[TurnState] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(AwareDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(AwareDateTime)


class ChoiceRow(Base):
    __tablename__ = "choices"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[str] = mapped_column(String(_ID), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    payload: Mapped[str] = mapped_column(Text)


class RatingRow(Base):
    """What a customer thought of their conversation: the latest of what they said."""

    __tablename__ = "ratings"
    __table_args__ = (CheckConstraint("score BETWEEN 1 AND 5", name="score"),)

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    score: Mapped[int] = mapped_column(Integer)
    comment: Mapped[str | None] = mapped_column(Text)
    """Redacted, like a message."""
    rated_at: Mapped[datetime] = mapped_column(AwareDateTime, index=True)
    """When it was said last."""


class ReconnectionRequestRow(Base):
    """Holds the number in clear: the staff who reconnect the line need it."""

    __tablename__ = "reconnection_requests"
    __table_args__ = (
        Index(
            "uq_reconnection_requests_open_msisdn",
            "msisdn",
            unique=True,
            sqlite_where=text("state = 'filed'"),
            postgresql_where=text("state = 'filed'"),
        ),
    )

    reference: Mapped[str] = mapped_column(String(16), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(_ID), index=True)
    msisdn: Mapped[str] = mapped_column(String(16), index=True)
    state: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(AwareDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(AwareDateTime)
    due_cents: Mapped[int | None] = mapped_column(Integer)
    """What had to be paid when the customer last asked; null when it was not known."""
    claimed_cents: Mapped[int | None] = mapped_column(Integer)
    claimed_on: Mapped[date | None] = mapped_column(Date)
    """What the customer said in the chat to have paid, and when."""
    decided_by: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str | None] = mapped_column(String(300))
    """Why it was rejected, redacted; the customer reads it."""


class AttachmentRow(Base):
    __tablename__ = "attachments"

    id: Mapped[str] = mapped_column(String(_ID), primary_key=True)
    """The random name of the file in ``<var>/uploads``."""
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    reference: Mapped[str] = mapped_column(
        ForeignKey("reconnection_requests.reference", ondelete="CASCADE"), index=True
    )
    media_type: Mapped[str] = mapped_column(String(32))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(AwareDateTime)
    claimed_cents: Mapped[int | None] = mapped_column(Integer)
    claimed_on: Mapped[date | None] = mapped_column(Date)
    """What was said with this file; stronger than what was said in the chat."""
    upload_sha256: Mapped[str | None] = mapped_column(String(64))
    """Of the bytes as they came in: the same upload again is known by them."""


class TicketKind(StrEnum):
    """What the staff has to do."""

    PAYMENT_PROOF = "payment_proof"


class TicketState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class TicketRow(Base):
    """Work for the staff: one for a request, opened by its first proof, closed by their decision."""

    __tablename__ = "tickets"
    __table_args__ = (UniqueConstraint("reference"), Index("ix_tickets_state_opened_at", "state", "opened_at"))

    id: Mapped[str] = mapped_column(String(_ID), primary_key=True)
    kind: Mapped[TicketKind] = mapped_column(String(32))
    reference: Mapped[str] = mapped_column(ForeignKey("reconnection_requests.reference", ondelete="CASCADE"))
    state: Mapped[TicketState] = mapped_column(String(16))
    opened_at: Mapped[datetime] = mapped_column(AwareDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(AwareDateTime)


class MailState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    """Refused for good, or tried too often; `ndihma requests resend` queues it again."""


class MailRow(Base):
    """A mail to the staff about one file. Holds no address and no text: both are made when it is sent."""

    __tablename__ = "mail_outbox"
    __table_args__ = (Index("ix_mail_outbox_state_due_at", "state", "due_at"),)

    id: Mapped[str] = mapped_column(String(_ID), primary_key=True)
    """Hexadecimal digits; the Message-ID is made of it, so every try is the same mail."""
    attachment_id: Mapped[str] = mapped_column(ForeignKey("attachments.id", ondelete="CASCADE"), unique=True)
    state: Mapped[MailState] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(AwareDateTime)
    due_at: Mapped[datetime] = mapped_column(AwareDateTime)
    """Not tried before; while a worker has it, when its lease ends."""
    lease: Mapped[str | None] = mapped_column(String(_ID))
    """Whose try it is; null while nobody tries."""
    last_error: Mapped[str | None] = mapped_column(String(200))
    """The class of the last failure and its fixed words; never what a server said."""
    sent_at: Mapped[datetime | None] = mapped_column(AwareDateTime)


class OperatorTicketState(StrEnum):
    QUEUED = "queued"
    """To be made."""
    MADE = "made"
    """Made; looked at until it is decided."""
    CLOSING = "closing"
    """The request was decided here; the ticket is told so."""
    ENDED = "ended"
    """The request is decided, here or there, and the ticket knows."""
    FAILED = "failed"
    """Could not be made or closed, tried too often; `ndihma requests resend` queues it again."""


class OperatorTicketRow(Base):
    """The ticket about a request in the operator's own system. Holds no text: it is made when the ticket is."""

    __tablename__ = "operator_tickets"
    __table_args__ = (Index("ix_operator_tickets_state_due_at", "state", "due_at"),)

    reference: Mapped[str] = mapped_column(
        ForeignKey("reconnection_requests.reference", ondelete="CASCADE"), primary_key=True
    )
    """The ticket's ``externalId``."""
    state: Mapped[OperatorTicketState] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(Integer)
    """To make it; once it is made, failures in a row to look at it."""
    created_at: Mapped[datetime] = mapped_column(AwareDateTime)
    due_at: Mapped[datetime] = mapped_column(AwareDateTime)
    """Not made or looked at before; while a worker has it, when its lease ends."""
    lease: Mapped[str | None] = mapped_column(String(_ID))
    last_error: Mapped[str | None] = mapped_column(String(200))
    """The last failure in fixed words; never what a server said."""
    ticket_id: Mapped[str | None] = mapped_column(String(200))
    """Its id in the operator's system."""
    status: Mapped[str | None] = mapped_column(String(16))
    """What its status there means (``TicketStatus``), as it was seen last."""
    made_at: Mapped[datetime | None] = mapped_column(AwareDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(AwareDateTime)
