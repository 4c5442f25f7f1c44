"""The tables of verification. None holds a code; numbers stand in clear in two of them.

``verification_identities.msisdn`` is in clear because the action server, which must not hold the verification
key, reads it to look the account up in a directory that has every number in clear anyway: encrypting it there
would hide nothing and hand the key to a second process. The row is deleted when it expires or is
forgotten. Challenges, which strangers can make for numbers of other people, hold the number sealed (see ``vault``);
limits hold a keyed hash. ``verification_notices`` holds whom to tell until they were told.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ndihma.db import AwareDateTime, Base

__all__ = ["ChallengeRow", "EventRow", "FactorRow", "IdentityRow", "NoticeRow", "StepRow", "SubjectRow"]


class StepRow(Base):
    """The verification step a conversation shows."""

    __tablename__ = "verification_steps"

    conversation_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    purpose: Mapped[str] = mapped_column(String(16))
    resume_intent: Mapped[str] = mapped_column(String(64))
    masked: Mapped[str | None] = mapped_column(String(16))
    sent_to: Mapped[str | None] = mapped_column(String(16))
    """Where the second code went, masked; None for a first code, which must not tell (S17)."""
    expires_at: Mapped[datetime | None] = mapped_column(AwareDateTime())
    updated_at: Mapped[datetime] = mapped_column(AwareDateTime(), index=True)


class ChallengeRow(Base):
    """A code that was made and is not yet used, cancelled, used up or replaced: then the row is deleted."""

    __tablename__ = "verification_challenges"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(16))
    number_subject: Mapped[str] = mapped_column(String(64))
    sealed_number: Mapped[bytes] = mapped_column(LargeBinary(16))
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    deliverable: Mapped[bool] = mapped_column()
    """False until the number was found and a channel to its owner with it: the code of a decoy is never right."""
    channel: Mapped[str | None] = mapped_column(String(64))
    """What the right code proves a hold of (the line, another contact), by keyed hash; set with ``deliverable``."""
    channel_kind: Mapped[str | None] = mapped_column(String(8))
    round: Mapped[int] = mapped_column(server_default="0")
    """How often a code was asked for again in this step; each time another contact may get it."""
    tries: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(AwareDateTime())
    expires_at: Mapped[datetime] = mapped_column(AwareDateTime(), index=True)


class SubjectRow(Base):
    """What limits are counted for (number, contact, conversation, address), by keyed hash; its row is also its lock."""

    __tablename__ = "verification_subjects"

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    touched_at: Mapped[datetime] = mapped_column(AwareDateTime(), index=True)
    locked_until: Mapped[datetime | None] = mapped_column(AwareDateTime())


class EventRow(Base):
    """A code sent or a wrong code given, counted in sliding windows."""

    __tablename__ = "verification_events"
    __table_args__ = (Index("ix_verification_events_subject_kind_at", "subject", "kind", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    subject: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(AwareDateTime(), index=True)


class FactorRow(Base):
    """A channel of a number that a conversation has proved to hold; two independent ones are L3."""

    __tablename__ = "verification_factors"

    conversation_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    number_subject: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(AwareDateTime(), index=True)


class IdentityRow(Base):
    """The number a conversation has proved; deleted when it expires."""

    __tablename__ = "verification_identities"

    conversation_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    msisdn: Mapped[str] = mapped_column(String(16))
    level: Mapped[int] = mapped_column()
    verified_at: Mapped[datetime] = mapped_column(AwareDateTime())
    expires_at: Mapped[datetime] = mapped_column(AwareDateTime(), index=True)


class NoticeRow(Base):
    """A message to a contact of a number's owner about what was done with the account; deleted once handed over."""

    __tablename__ = "verification_notices"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    msisdn: Mapped[str] = mapped_column(String(16), index=True)
    about: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str | None] = mapped_column(String(8))
    contact: Mapped[str | None] = mapped_column(String(254))
    """None, as ``kind``: everybody who is registered, looked up when the notice is taken."""
    happened_at: Mapped[datetime] = mapped_column(AwareDateTime())
    due_at: Mapped[datetime] = mapped_column(AwareDateTime(), index=True)
    attempts: Mapped[int] = mapped_column()
