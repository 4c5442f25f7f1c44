"""The tables of PUK codes: the codes encrypted, references as hashes, what was shown when.

Numbers stand in clear, as in the account tables of the same database: the action server, which holds no key of
verification, issues references by them.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ndihma.db import AwareDateTime, Base

__all__ = ["PukCodeRow", "PukReferenceRow", "PukRevealRow"]


class PukCodeRow(Base):
    """The codes of a number's card (``cipher``)."""

    __tablename__ = "puk_codes"

    msisdn: Mapped[str] = mapped_column(String(16), primary_key=True)
    card_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    key_id: Mapped[str] = mapped_column(String(32), index=True)
    nonce: Mapped[bytes] = mapped_column(LargeBinary(12))
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary(64))
    stored_at: Mapped[datetime] = mapped_column(AwareDateTime())
    asked_at: Mapped[datetime | None] = mapped_column(AwareDateTime())
    """When somebody last redeemed a reference; writing it takes the row's lock, so that two are counted in turn."""


class PukReferenceRow(Base):
    """A one-time reference, by its SHA-256 (128 random bits need no slow hash)."""

    __tablename__ = "puk_references"

    reference_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(64), index=True)
    msisdn: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(AwareDateTime())
    expires_at: Mapped[datetime] = mapped_column(AwareDateTime(), index=True)
    used_at: Mapped[datetime | None] = mapped_column(AwareDateTime())


class PukRevealRow(Base):
    """One showing of a number's PUK, kept for the limits of S8 (30 days)."""

    __tablename__ = "puk_reveals"
    __table_args__ = (Index("ix_puk_reveals_msisdn_at", "msisdn", "at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    msisdn: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(AwareDateTime(), index=True)
