"""Signing in: a password, then a code of the authenticator app or a recovery code (S14).

An unknown user costs the same statements and the same hash as a wrong password, and gets the same answer (S17).
Failures are counted in the database for the user name and for the client's address (``attempts``), over both steps: who
knows the password has no more tries at the code.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry, TransactionalAuditTrail
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.staff import attempts, store
from ndihma.staff.model import CodeRefused, NotSignedIn, SignInLocked, SignInRefused
from ndihma.staff.passwords import Passwords
from ndihma.staff.policy import ADDRESS_BACKOFF, USER_BACKOFF
from ndihma.staff.sessions import OpenedStaffSession, SignedIn, open_session
from ndihma.staff.tables import StaffRow, StaffSessionRow
from ndihma.staff.totp import recovery_code, step_of, totp_code
from ndihma.staff.vault import StaffVault, token_hash

__all__ = ["SigningIn"]

_LONGEST_USERNAME = 64
_NOBODY = Actor(ActorKind.SYSTEM, "sign-in")


class SigningIn:
    """The two steps. Methods raise SQLAlchemyError when the database is away: then nobody signs in."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        audit: TransactionalAuditTrail,
        vault: StaffVault,
        passwords: Passwords,
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._vault = vault
        self._passwords = passwords

    async def password(self, username: str, password: str, address: str) -> OpenedStaffSession:
        """The first step: a session of 5 minutes that can do nothing but show the code.

        Raises SignInRefused, SignInLocked.
        """
        name = username.strip().lower()[:_LONGEST_USERNAME]
        async with self._database.session() as session:
            wait = await self._take(session, name, address, self._clock.now())
            row = None if wait else await store.row_by_username(session, name)
        if wait:
            raise SignInLocked(wait)
        stored = row.password_hash if row is not None and row.disabled_at is None else None
        right = await self._passwords.matches(password, stored)
        if row is None or not right:
            await self._record_refusal(row, "password")
            raise SignInRefused
        renewed = await self._passwords.hash(password) if stored and self._passwords.is_outdated(stored) else None
        now = self._clock.now()
        async with self._database.session() as session:
            await self._give_back(session, name, address, now)
            if renewed is not None:
                same = (StaffRow.id == row.id, StaffRow.password_hash == stored)
                await session.execute(update(StaffRow).where(*same).values(password_hash=renewed))
            return await open_session(session, store.member_of(row), now, pending=True)

    async def code(self, token: str, typed: str, address: str) -> OpenedStaffSession:
        """The second step, with the token of the first: a session with a token of its own.

        Raises NotSignedIn, CodeRefused, SignInLocked.
        """
        row, session_id = await self._waiting(token)
        now = await self._take_or_refuse(row, address)
        async with self._database.session() as session:
            means = await self._factor(session, row, typed, now)
            if means is not None:
                used = delete(StaffSessionRow).where(StaffSessionRow.id == session_id)
                enabled = (StaffRow.id == row.id, StaffRow.disabled_at.is_(None), StaffRow.totp_sealed.is_not(None))
                noted = update(StaffRow).where(*enabled).values(signed_in_at=now)
                if await store.changed(session, used) and await store.changed(session, noted):
                    member = store.member_of(row)
                    await self._succeeded(session, row.username, address, now)
                    opened = await open_session(session, member, now, pending=False)
                    await self._audit.append(
                        session, AuditEntry(member.actor, AuditAction.SIGNED_IN, fields=("password", means))
                    )
                    return opened
        await self._record_refusal(row, "code")
        raise CodeRefused

    async def confirm(self, signed_in: SignedIn, typed: str, address: str) -> None:
        """The second factor once more, in a session that goes on: it is recently active again.

        Raises NotSignedIn, CodeRefused, SignInLocked.
        """
        async with self._database.session() as session:
            row = await session.get(StaffRow, signed_in.member.id)
        if row is None or row.disabled_at is not None:
            raise NotSignedIn
        now = await self._take_or_refuse(row, address)
        async with self._database.session() as session:
            means = await self._factor(session, row, typed, now)
            if means is not None:
                await self._succeeded(session, row.username, address, now)
                active = update(StaffSessionRow).where(StaffSessionRow.id == signed_in.id).values(active_at=now)
                await session.execute(active)
                entry = AuditEntry(signed_in.member.actor, AuditAction.SIGN_IN_CONFIRMED, fields=(means,))
                await self._audit.append(session, entry)
                return
        await self._record_refusal(row, "code")
        raise CodeRefused

    async def _waiting(self, token: str) -> tuple[StaffRow, str]:
        """The account whose password was right, and its waiting session. Raises NotSignedIn."""
        query = (
            select(StaffRow, StaffSessionRow.id)
            .join(StaffSessionRow, StaffSessionRow.staff_id == StaffRow.id)
            .where(
                StaffSessionRow.token_hash == token_hash(token),
                StaffSessionRow.pending.is_(True),
                StaffSessionRow.expires_at > self._clock.now(),
                StaffRow.disabled_at.is_(None),
            )
        )
        async with self._database.session() as session:
            found = (await session.execute(query)).one_or_none()
        if found is None:
            raise NotSignedIn
        row, session_id = found
        return row, session_id

    async def _factor(self, session: AsyncSession, row: StaffRow, typed: str, now: datetime) -> str | None:
        """What the typed code proves, used up with that; None when nothing."""
        code = totp_code(typed)
        if code is not None and row.totp_sealed is not None:
            step = step_of(self._vault.unseal(row.totp_sealed, row.id), code, now)
            return "totp" if step is not None and await store.use_step(session, row.id, step) else None
        recovery = recovery_code(typed)
        if recovery is not None and await store.use_recovery_code(session, self._vault, row.id, recovery):
            return "recovery_code"
        return None

    async def _take_or_refuse(self, row: StaffRow, address: str) -> datetime:
        now = self._clock.now()
        async with self._database.session() as session:
            wait = await self._take(session, row.username, address, now)
        if wait:
            raise SignInLocked(wait)
        return now

    async def _take(self, session: AsyncSession, username: str, address: str, now: datetime) -> int:
        """Take a try of the address, then one of the user name; seconds to wait when one has none."""
        of_address = self._vault.subject("address", address)
        wait = await attempts.take(session, of_address, ADDRESS_BACKOFF, now)
        if not wait:
            wait = await attempts.take(session, self._vault.subject("user", username), USER_BACKOFF, now)
            if wait:
                await attempts.give_back(session, of_address, now)
        return wait

    async def _give_back(self, session: AsyncSession, username: str, address: str, now: datetime) -> None:
        await attempts.give_back(session, self._vault.subject("address", address), now)
        await attempts.give_back(session, self._vault.subject("user", username), now)

    async def _succeeded(self, session: AsyncSession, username: str, address: str, now: datetime) -> None:
        await attempts.give_back(session, self._vault.subject("address", address), now)
        await attempts.clear(session, self._vault.subject("user", username))

    async def _record_refusal(self, row: StaffRow | None, what: str) -> None:
        """Whose it was, if anybody's: what was typed for a user name may be a password, and is not kept."""
        actor = _NOBODY if row is None else store.member_of(row).actor
        async with self._database.session() as session:
            await self._audit.append(session, AuditEntry(actor, AuditAction.SIGN_IN_REFUSED, fields=(what,)))
