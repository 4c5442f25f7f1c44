"""The tables of hand-offs: who has which conversation, who is on duty, what agents noted, who wants to be called."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ndihma.db import AwareDateTime, Base
from ndihma.desk.handoff.model import State, WaitKind

__all__ = [
    "AgentMessageRow",
    "AgentNoteRow",
    "CallbackRow",
    "CallbackState",
    "HandoffNoticeRow",
    "HandoffRow",
    "NoticeState",
    "PresenceRow",
    "ReplyTimeRow",
]

_ID = 32
_AGENT = 80
"""Agents have user names of at most 32 characters, and names of at most 80 (``ndihma.staff.model``)."""


class HandoffRow(Base):
    """One for each conversation that ever left the assistant. ``conversations.handed_over`` tells of it at a glance."""

    __tablename__ = "handoffs"
    __table_args__ = (
        Index("ix_handoffs_state_waiting_since", "state", "waiting_since"),
        Index("ix_handoffs_agent_id_state", "agent_id", "state"),
    )

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[State] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(Integer)
    agent_id: Mapped[str | None] = mapped_column(String(_AGENT))
    agent_name: Mapped[str | None] = mapped_column(String(_AGENT))
    """What the customer sees of the agent."""
    team: Mapped[str | None] = mapped_column(String(_AGENT))
    """Whose queue it waits in, or came from; null: everybody's."""
    asked_at: Mapped[datetime | None] = mapped_column(AwareDateTime)
    waiting_since: Mapped[datetime | None] = mapped_column(AwareDateTime)
    first_reply_at: Mapped[datetime | None] = mapped_column(AwareDateTime)
    unanswered_since: Mapped[datetime | None] = mapped_column(AwareDateTime)
    snoozed_until: Mapped[datetime | None] = mapped_column(AwareDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(AwareDateTime)
    told_position: Mapped[int | None] = mapped_column(Integer)
    """The place in the queue that the customer was told last; null outside of the queue."""
    told_at: Mapped[datetime | None] = mapped_column(AwareDateTime)
    changed_at: Mapped[datetime] = mapped_column(AwareDateTime, index=True)
    """The last move, message, reply or note."""


class PresenceRow(Base):
    """Whether an agent is there, as the agent's own console said last."""

    __tablename__ = "agent_presence"

    agent_id: Mapped[str] = mapped_column(String(_AGENT), primary_key=True)
    name: Mapped[str] = mapped_column(String(_AGENT))
    team: Mapped[str | None] = mapped_column(String(_AGENT))
    presence: Mapped[str] = mapped_column(String(16))
    since: Mapped[datetime] = mapped_column(AwareDateTime)
    """When it was last changed by hand."""
    seen_at: Mapped[datetime] = mapped_column(AwareDateTime, index=True)
    """The last heartbeat."""


class AgentMessageRow(Base):
    """The client ids of agents' messages and notes: the same one again stores nothing."""

    __tablename__ = "agent_messages"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    agent_id: Mapped[str] = mapped_column(String(_AGENT), primary_key=True)
    client_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    cursor: Mapped[int | None] = mapped_column(Integer)
    """The event that holds the message; null for a note."""
    at: Mapped[datetime] = mapped_column(AwareDateTime)


class ReplyTimeRow(Base):
    """How long a customer waited for an agent's answer: what figures of a day are made of, whatever came afterwards."""

    __tablename__ = "reply_times"
    __table_args__ = (Index("ix_reply_times_kind_answered_at", "kind", "answered_at"),)

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    cursor: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    """The event that holds the answer."""
    kind: Mapped[WaitKind] = mapped_column(String(8))
    agent_id: Mapped[str] = mapped_column(String(_AGENT))
    waited_s: Mapped[int] = mapped_column(Integer)
    answered_at: Mapped[datetime] = mapped_column(AwareDateTime)


class AgentNoteRow(Base):
    """What staff tells staff about a conversation, redacted; never shown to the customer.

    With ``to_agent_id`` it is a whisper: a supervisor's word to the agent who had the conversation.
    """

    __tablename__ = "agent_notes"
    __table_args__ = (Index("ix_agent_notes_to_agent_id_seen_at", "to_agent_id", "seen_at"),)

    id: Mapped[str] = mapped_column(String(_ID), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    agent_id: Mapped[str] = mapped_column(String(_AGENT))
    agent_name: Mapped[str] = mapped_column(String(_AGENT))
    at: Mapped[datetime] = mapped_column(AwareDateTime)
    text: Mapped[str] = mapped_column(Text)
    to_agent_id: Mapped[str | None] = mapped_column(String(_AGENT))
    to_agent_name: Mapped[str | None] = mapped_column(String(_AGENT))
    seen_at: Mapped[datetime | None] = mapped_column(AwareDateTime)
    """When the agent said to have read the whisper."""


class CallbackState(StrEnum):
    ASKED = "asked"
    """The customer wants a call and was asked for a number."""
    OPEN = "open"
    DONE = "done"


class CallbackRow(Base):
    """Somebody wants to be called. Holds the number in clear: the staff who call need it."""

    __tablename__ = "callbacks"
    __table_args__ = (
        Index(
            "uq_callbacks_unfinished_conversation",
            "conversation_id",
            unique=True,
            sqlite_where=text("state <> 'done'"),
            postgresql_where=text("state <> 'done'"),
        ),
        Index("ix_callbacks_state_asked_at", "state", "asked_at"),
    )

    reference: Mapped[str] = mapped_column(String(16), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(_ID))
    msisdn: Mapped[str | None] = mapped_column(String(16), index=True)
    verified: Mapped[bool] = mapped_column(Boolean)
    """Whether the number was proved with a code in this conversation, not only typed."""
    state: Mapped[CallbackState] = mapped_column(String(16))
    asked_at: Mapped[datetime] = mapped_column(AwareDateTime)
    done_at: Mapped[datetime | None] = mapped_column(AwareDateTime)
    done_by: Mapped[str | None] = mapped_column(String(_AGENT))


class NoticeState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    """Refused for good, or tried too often."""


class HandoffNoticeRow(Base):
    """A move that a system of the operator's is told of (``webhooks``). Holds nothing that anybody said."""

    __tablename__ = "handoff_notices"
    __table_args__ = (Index("ix_handoff_notices_state_due_at", "state", "due_at"),)

    id: Mapped[str] = mapped_column(String(_ID), primary_key=True)
    """The delivery's id: the same at every try."""
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    version: Mapped[int] = mapped_column(Integer)
    before: Mapped[State] = mapped_column(String(16))
    after: Mapped[State] = mapped_column(String(16))
    agent_id: Mapped[str | None] = mapped_column(String(_AGENT))
    moved_at: Mapped[datetime] = mapped_column(AwareDateTime)
    state: Mapped[NoticeState] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[datetime] = mapped_column(AwareDateTime)
    """Not tried before; while a worker has it, when its lease ends."""
    lease: Mapped[str | None] = mapped_column(String(_ID))
    last_error: Mapped[str | None] = mapped_column(String(200))
    """The last failure in fixed words; never what a server said."""
    sent_at: Mapped[datetime | None] = mapped_column(AwareDateTime)
