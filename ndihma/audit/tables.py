"""The tables of the audit trail. No row holds a number, a code or a customer's text (S10).

Triggers made by the migration let nobody change or remove an entry, except the retention job: it stores a sealed
checkpoint first, and what stands up to a checkpoint may go. They keep a program from doing it by mistake and make a
person remove them first; what shows that somebody did is the chain (``chain``).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ndihma.db import AwareDateTime, Base

__all__ = ["AuditCheckpointRow", "AuditEntryRow", "AuditHeadRow"]

_Sequence = BigInteger().with_variant(Integer, "sqlite")


class AuditEntryRow(Base):
    """One act. ``sequence`` is given by the head, never by the database: it has no gaps."""

    __tablename__ = "audit_entries"

    sequence: Mapped[int] = mapped_column(_Sequence, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(AwareDateTime(), index=True)
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str | None] = mapped_column(String(64), index=True)
    """A keyed hash of the number, not the number."""
    fields: Mapped[list[str]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHeadRow(Base):
    """The one row (``id`` 1) whose lock puts all writers, in whatever process, in one queue."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(_Sequence)
    hash: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))


class AuditCheckpointRow(Base):
    """The last entry of a stretch that the retention job removed."""

    __tablename__ = "audit_checkpoints"

    sequence: Mapped[int] = mapped_column(_Sequence, primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(AwareDateTime())
    removed: Mapped[int] = mapped_column(_Sequence)
    seal: Mapped[str] = mapped_column(String(64))
