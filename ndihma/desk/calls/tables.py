"""The tables of noted calls."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ndihma.db import AwareDateTime, Base

__all__ = ["CallNoteRow", "CallState", "CallTicketRow", "CallTicketState"]

_AGENT = 80


class CallState(StrEnum):
    OPEN = "open"
    """Something is left to do."""
    DONE = "done"


class CallNoteRow(Base):
    """One call. Its text is redacted; the number, if there is one, stands in clear: who calls back needs it."""

    __tablename__ = "call_notes"
    __table_args__ = (
        UniqueConstraint("agent_id", "client_id"),
        Index("ix_call_notes_state_noted_at", "state", "noted_at"),
    )

    reference: Mapped[str] = mapped_column(String(16), primary_key=True)
    """Such as ``SH-7F3K9Q``; the ``externalId`` of its ticket in the operator's system."""
    agent_id: Mapped[str] = mapped_column(String(_AGENT))
    agent_name: Mapped[str] = mapped_column(String(_AGENT))
    client_id: Mapped[str] = mapped_column(String(64))
    """Chosen by the console: the same one again stores nothing."""
    disposition: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(Text)
    msisdn: Mapped[str | None] = mapped_column(String(16), index=True)
    state: Mapped[CallState] = mapped_column(String(16))
    noted_at: Mapped[datetime] = mapped_column(AwareDateTime)
    done_at: Mapped[datetime | None] = mapped_column(AwareDateTime)
    done_by: Mapped[str | None] = mapped_column(String(_AGENT))


class CallTicketState(StrEnum):
    QUEUED = "queued"
    """To be made."""
    MADE = "made"
    """It is there, and there is something to do."""
    CLOSING = "closing"
    """It was done here; the ticket is to be told so."""
    ENDED = "ended"
    FAILED = "failed"
    """Could not be made or closed, tried too often."""


class CallTicketRow(Base):
    """The ticket about a call in the operator's own system. Holds no text: it is made when the ticket is."""

    __tablename__ = "call_tickets"
    __table_args__ = (Index("ix_call_tickets_state_due_at", "state", "due_at"),)

    reference: Mapped[str] = mapped_column(ForeignKey("call_notes.reference", ondelete="CASCADE"), primary_key=True)
    state: Mapped[CallTicketState] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[datetime] = mapped_column(AwareDateTime)
    """Not tried before; while a worker has it, when its lease ends."""
    lease: Mapped[str | None] = mapped_column(String(32))
    last_error: Mapped[str | None] = mapped_column(String(200))
    """The last failure in fixed words; never what a server said."""
    ticket_id: Mapped[str | None] = mapped_column(String(200))
    """Its id in the operator's system."""
