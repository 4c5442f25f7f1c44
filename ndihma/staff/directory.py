"""The list of staff: adding, inviting anew, disabling. Every change and its audit entry are one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.audit.model import Actor, AuditAction, AuditEntry, TransactionalAuditTrail
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.staff import attempts, store
from ndihma.staff.model import (
    InvalidStaff,
    Invitation,
    Role,
    StaffMember,
    StaffRecord,
    StaffState,
    checked_name,
    checked_username,
)
from ndihma.staff.policy import INVITATION_LIFE
from ndihma.staff.tables import InvitationRow, StaffRow
from ndihma.staff.totp import new_secret
from ndihma.staff.vault import StaffVault, new_token, token_hash

__all__ = ["StaffDirectory"]


class StaffDirectory:
    """Methods raise SQLAlchemyError when the database is away, ``by`` is who does it."""

    def __init__(self, *, database: Database, clock: Clock, audit: TransactionalAuditTrail, vault: StaffVault) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._vault = vault

    async def add(self, username: str, name: str, role: Role, team: str | None, *, by: Actor) -> Invitation:
        """A new account, invited to set itself up. Raises InvalidStaff: no such name, or it is taken."""
        row = self._new(username, name, role, team)
        try:
            async with self._database.session() as session:
                session.add(row)
                await session.flush()
                return await self._invite(session, row, AuditAction.STAFF_ADDED, by, reason=role.value)
        except IntegrityError:
            raise InvalidStaff(f"there is an account {row.username} already") from None

    async def add_federated(
        self, username: str, name: str, role: Role, team: str | None, *, issuer: str, by: Actor
    ) -> StaffMember:
        """A new account for whoever signs in first at the issuer under this user name. Raises InvalidStaff."""
        row = self._new(username, name, role, team)
        row.oidc_issuer = issuer
        try:
            async with self._database.session() as session:
                session.add(row)
                await session.flush()
                await self._record(session, row, AuditAction.STAFF_ADDED, by, f"{role.value} at the provider")
                return store.member_of(row)
        except IntegrityError:
            raise InvalidStaff(f"there is an account {row.username} already") from None

    async def records(self) -> Sequence[StaffRecord]:
        """Every account, by user name."""
        async with self._database.session() as session:
            rows = (await session.scalars(select(StaffRow).order_by(StaffRow.username))).all()
        return [StaffRecord(store.member_of(r), store.state_of(r), r.created_at, r.signed_in_at) for r in rows]

    async def teams(self) -> Sequence[str]:
        """The teams of everybody who talks with customers and is not disabled, by name."""
        accounts = (each for each in await self.records() if each.state is not StaffState.DISABLED)
        return sorted(
            {each.member.team for each in accounts if each.member.team and each.member.role is not Role.AUDITOR}
        )

    async def change(
        self,
        username: str,
        *,
        name: str | None = None,
        role: Role | None = None,
        team: str | None = None,
        by: Actor,
    ) -> StaffMember:
        """Give another name, role or team; None leaves it, an empty team is none. It holds from the next call on.

        Raises InvalidStaff.
        """
        values: dict[str, str | None] = {}
        if name is not None:
            values["name"] = checked_name(name)
        if role is not None:
            values["role"] = role.value
        if team is not None:
            values["team"] = checked_name(team, "team") if team else None
        if not values:
            raise InvalidStaff("say what is to change: a name, a role or a team")
        async with self._database.session() as session:
            row = await self._existing(session, username)
            await session.execute(update(StaffRow).where(StaffRow.id == row.id).values(values))
            await session.refresh(row)
            told = f"{' '.join(values)}: {row.role}"
            await self._record(session, row, AuditAction.STAFF_CHANGED, by, told)
            return store.member_of(row)

    async def reset(self, username: str, *, by: Actor) -> Invitation:
        """Take password, second factor, recovery codes and sessions away; invite anew. Raises InvalidStaff."""
        async with self._database.session() as session:
            row = await self._existing(session, username)
            if row.disabled_at is not None:
                raise InvalidStaff(f"{row.username} is disabled; enable the account first")
            if row.oidc_issuer is not None:
                raise InvalidStaff(f"{row.username} signs in at the identity provider; reset the account there")
            await store.void_credentials(session, row.id)
            return await self._invite(session, row, AuditAction.STAFF_RESET, by)

    async def disable(self, username: str, *, by: Actor, reason: str = "") -> StaffMember:
        """End every session and invitation and let nobody in. Raises InvalidStaff."""
        async with self._database.session() as session:
            row = await self._existing(session, username)
            on = (StaffRow.id == row.id, StaffRow.disabled_at.is_(None))
            disabled = update(StaffRow).where(*on).values(disabled_at=self._clock.now())
            if not await store.changed(session, disabled):
                raise InvalidStaff(f"{row.username} is disabled already")
            await store.end_sessions(session, row.id)
            await session.execute(delete(InvitationRow).where(InvitationRow.staff_id == row.id))
            await self._record(session, row, AuditAction.STAFF_DISABLED, by, reason)
            return store.member_of(row)

    async def enable(self, username: str, *, by: Actor) -> StaffMember:
        """Let somebody in again, with what they had; a lock after wrong tries ends too. Raises InvalidStaff."""
        async with self._database.session() as session:
            row = await self._existing(session, username)
            await session.execute(update(StaffRow).where(StaffRow.id == row.id).values(disabled_at=None))
            await attempts.clear(session, self._vault.subject("user", row.username))
            await self._record(session, row, AuditAction.STAFF_ENABLED, by)
            return store.member_of(row)

    async def state(self, username: str) -> StaffState:
        """Where an account stands. Raises InvalidStaff."""
        async with self._database.session() as session:
            return store.state_of(await self._existing(session, username))

    def _new(self, username: str, name: str, role: Role, team: str | None) -> StaffRow:
        return StaffRow(
            id=store.new_id(),
            username=checked_username(username),
            name=checked_name(name),
            role=role.value,
            team=checked_name(team, "team") if team else None,
            created_at=self._clock.now(),
        )

    async def _existing(self, session: AsyncSession, username: str) -> StaffRow:
        name = checked_username(username)
        row = await store.row_by_username(session, name)
        if row is None:
            raise InvalidStaff(f"there is no account {name}")
        return row

    async def _invite(
        self, session: AsyncSession, row: StaffRow, action: AuditAction, by: Actor, reason: str = ""
    ) -> Invitation:
        invitation = Invitation(store.member_of(row), new_token(), self._clock.now() + INVITATION_LIFE)
        await store.put_invitation(
            session,
            InvitationRow(
                staff_id=row.id,
                token_hash=token_hash(invitation.token),
                totp_sealed=self._vault.seal(new_secret(), row.id),
                expires_at=invitation.expires_at,
            ),
        )
        await self._record(session, row, action, by, reason)
        return invitation

    async def _record(
        self, session: AsyncSession, row: StaffRow, action: AuditAction, by: Actor, reason: str = ""
    ) -> None:
        await self._audit.append(session, AuditEntry(by, action, fields=(row.username,), reason=reason))
