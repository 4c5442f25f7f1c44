"""Sessions of the console: who is asking, and did they act lately? (S14)

The token is in a cookie, its SHA-256 in the database. A session ends 12 hours after its sign-in. Reading is no
activity, because an open page reads by itself; an action is. After 15 minutes without one the session is no longer
recently active, and no action makes it so again: only the second factor does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.audit.model import AuditAction, AuditEntry, TransactionalAuditTrail
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.staff import attempts, store
from ndihma.staff.model import NotSignedIn, Role, StaffMember
from ndihma.staff.policy import ABSOLUTE_LIMIT, PENDING_LIFE, RECENT
from ndihma.staff.tables import StaffRow, StaffSessionRow
from ndihma.staff.vault import new_token, token_hash

__all__ = ["OpenedStaffSession", "SignedIn", "StaffSessions", "open_session"]

_TOUCH_EVERY: Final = timedelta(seconds=15)
_SESSIONS: Final = cast("Table", StaffSessionRow.__table__)
_MEMBERS: Final = cast("Table", StaffRow.__table__)
_CHECK: Final = (
    select(
        _SESSIONS.c.id.label("session_id"),
        _SESSIONS.c.active_at,
        _SESSIONS.c.expires_at,
        _MEMBERS.c.id,
        _MEMBERS.c.username,
        _MEMBERS.c.name,
        _MEMBERS.c.role,
        _MEMBERS.c.team,
    )
    .join(_MEMBERS, _MEMBERS.c.id == _SESSIONS.c.staff_id)
    .where(
        _SESSIONS.c.token_hash == bindparam("hash"),
        _SESSIONS.c.pending.is_(False),
        _SESSIONS.c.expires_at > bindparam("now"),
        _MEMBERS.c.disabled_at.is_(None),
    )
)
_TOUCH: Final = (
    update(_SESSIONS)
    .where(_SESSIONS.c.id == bindparam("session"), _SESSIONS.c.active_at > bindparam("idle_since"))
    .values(active_at=bindparam("at"))
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session as it was when it was read."""

    id: str
    member: StaffMember
    active_at: datetime
    expires_at: datetime

    def recently_active(self, now: datetime) -> bool:
        """Whether it may reveal something (S14)."""
        return now - self.active_at < RECENT


@dataclass(frozen=True, slots=True)
class OpenedStaffSession:
    """A session with its token in clear: the only moment at which it exists on the server."""

    session: SignedIn
    token: str

    def __repr__(self) -> str:
        return f"OpenedStaffSession({self.session.member.username})"


class StaffSessions:
    """Checks and ends sessions. Methods raise SQLAlchemyError when the database is away."""

    def __init__(self, database: Database, clock: Clock, audit: TransactionalAuditTrail) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit

    async def check(self, token: str) -> SignedIn:
        """The live session of a token. Raises NotSignedIn."""
        values = {"hash": token_hash(token), "now": self._clock.now()}
        row = await self._database.transact(lambda connection: connection.execute(_CHECK, values).first())
        if row is None:
            raise NotSignedIn
        member = StaffMember(row.id, row.username, row.name, Role(row.role), row.team)
        return SignedIn(row.session_id, member, row.active_at, row.expires_at)

    async def acted(self, session: SignedIn) -> None:
        """Note an action; one that comes too late changes nothing."""
        now = self._clock.now()
        if now - session.active_at < _TOUCH_EVERY or not session.recently_active(now):
            return
        values: dict[str, Any] = {"session": session.id, "at": now, "idle_since": now - RECENT}

        def work(connection: Connection) -> None:
            connection.execute(_TOUCH, values)

        await self._database.transact(work)

    async def end(self, session: SignedIn) -> None:
        """Sign out."""
        async with self._database.session() as transaction:
            ended = delete(StaffSessionRow).where(StaffSessionRow.id == session.id)
            if await store.changed(transaction, ended):
                await self._audit.append(transaction, AuditEntry(session.member.actor, AuditAction.SIGNED_OUT))

    async def end_all(self, session: SignedIn) -> None:
        """Sign out everywhere."""
        async with self._database.session() as transaction:
            ended = await store.end_sessions(transaction, session.member.id)
            entry = AuditEntry(session.member.actor, AuditAction.SIGNED_OUT, reason=f"everywhere: {ended}")
            await self._audit.append(transaction, entry)

    async def purge(self) -> None:
        """Remove what has expired: sessions, invitations, counts of failures."""
        now = self._clock.now()
        async with self._database.session() as transaction:
            await store.purge(transaction, now)
            await attempts.purge(transaction, now)


async def open_session(
    transaction: AsyncSession, member: StaffMember, now: datetime, *, pending: bool
) -> OpenedStaffSession:
    """A new session with a token of its own, in the caller's transaction. ``pending``: only for showing the code."""
    session = SignedIn(store.new_id(), member, now, now + (PENDING_LIFE if pending else ABSOLUTE_LIMIT))
    opened = OpenedStaffSession(session, new_token())
    transaction.add(
        StaffSessionRow(
            id=session.id,
            staff_id=member.id,
            token_hash=token_hash(opened.token),
            pending=pending,
            created_at=now,
            active_at=now,
            expires_at=session.expires_at,
        )
    )
    await transaction.flush()
    return opened
