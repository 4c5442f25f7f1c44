"""The tables of staff accounts. None holds a password, a code or a token in clear, and nothing of customers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ndihma.db import AwareDateTime, Base

__all__ = ["ApiTokenRow", "AttemptRow", "InvitationRow", "RecoveryCodeRow", "StaffRow", "StaffSessionRow"]


class StaffRow(Base):
    """An account. It is disabled, never removed: its name stands in the audit trail and must not become another's."""

    __tablename__ = "staff_members"
    __table_args__ = (UniqueConstraint("oidc_issuer", "oidc_subject"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    username: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(16))
    team: Mapped[str | None] = mapped_column(String(80))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary(100))
    totp_step: Mapped[int | None] = mapped_column(BigInteger)
    """The last step whose code was used; none up to it is taken again."""
    oidc_issuer: Mapped[str | None] = mapped_column(String(255))
    oidc_subject: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(AwareDateTime())
    signed_in_at: Mapped[datetime | None] = mapped_column(AwareDateTime())
    disabled_at: Mapped[datetime | None] = mapped_column(AwareDateTime())


class InvitationRow(Base):
    """The one open invitation of an account; the row goes when it is used."""

    __tablename__ = "staff_invitations"

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff_members.id", ondelete="CASCADE"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    totp_sealed: Mapped[bytes] = mapped_column(LargeBinary(100))
    """The secret that the authenticator app is to be given; it counts once a code of it was shown."""
    expires_at: Mapped[datetime] = mapped_column(AwareDateTime(), index=True)


class RecoveryCodeRow(Base):
    """A code that stands in for the authenticator app, once: then the row is deleted."""

    __tablename__ = "staff_recovery_codes"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff_members.id", ondelete="CASCADE"), index=True)


class StaffSessionRow(Base):
    """A session of the console. ``pending``: the password was right, the code is awaited; it may do nothing else."""

    __tablename__ = "staff_sessions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff_members.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    pending: Mapped[bool] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(AwareDateTime())
    active_at: Mapped[datetime] = mapped_column(AwareDateTime())
    """The last action, as long as none came later than 15 minutes after the one before."""
    expires_at: Mapped[datetime] = mapped_column(AwareDateTime(), index=True)


class AttemptRow(Base):
    """Failures in a row of a user name or a client address, by keyed hash; gone a day after the last."""

    __tablename__ = "staff_attempts"

    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column()
    failed_at: Mapped[datetime] = mapped_column(AwareDateTime())
    locked_until: Mapped[datetime] = mapped_column(AwareDateTime())
    touched_at: Mapped[datetime] = mapped_column(AwareDateTime(), index=True)


class ApiTokenRow(Base):
    """A token of another system of the operator's, by its hash. Revoked, not removed: its name stands in records."""

    __tablename__ = "staff_tokens"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(AwareDateTime())
    used_at: Mapped[datetime | None] = mapped_column(AwareDateTime())
    revoked_at: Mapped[datetime | None] = mapped_column(AwareDateTime())
