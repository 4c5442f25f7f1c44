"""From what the provider says to an account here: known, linked at its first sign-in, or made by setting (S14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry, TransactionalAuditTrail
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.staff import store
from ndihma.staff.model import InvalidStaff, Role, checked_name, checked_username
from ndihma.staff.oidc.model import IdentityRefused, ProviderIdentity
from ndihma.staff.sessions import OpenedStaffSession, open_session
from ndihma.staff.tables import StaffRow

__all__ = ["FederationRules", "StaffFederation"]

_PROVIDER: Final = Actor(ActorKind.SYSTEM, "oidc")


@dataclass(frozen=True, slots=True)
class FederationRules:
    """``roles``: which value of the role claim gives which role, the first that fits; empty: roles are given here."""

    username_claim: str
    role_claim: str
    roles: Sequence[tuple[str, Role]]
    create: bool


class StaffFederation:
    """Signs people in whom the provider has identified."""

    def __init__(
        self, *, database: Database, clock: Clock, audit: TransactionalAuditTrail, rules: FederationRules
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._rules = rules

    async def sign_in(self, identity: ProviderIdentity) -> OpenedStaffSession:
        """A session. Raises IdentityRefused: no account and none is made, disabled, or no role at the provider."""
        role = self._role(identity)
        now = self._clock.now()
        entries: list[AuditEntry] = []
        try:
            async with self._database.session() as session:
                row = await self._known(session, identity) or await self._linked(session, identity, entries)
                if row is None:
                    row = await self._made(session, identity, role, now, entries)
                return await self._let_in(session, row, role, now, entries)
        except IntegrityError:  # a sign-in of the same person at the same moment was quicker
            raise IdentityRefused("the account was made at this moment; sign in again") from None

    def _role(self, identity: ProviderIdentity) -> Role | None:
        """What the provider says; None where roles are given here."""
        if not self._rules.roles:
            return None
        values = identity.texts(self._rules.role_claim)
        role = next((role for value, role in self._rules.roles if value in values), None)
        if role is None:
            raise IdentityRefused("the id token names no role of NDIHMA_OIDC_ROLES")
        return role

    async def _known(self, session: AsyncSession, identity: ProviderIdentity) -> StaffRow | None:
        mine = (StaffRow.oidc_issuer == identity.issuer, StaffRow.oidc_subject == identity.subject)
        return (await session.scalars(select(StaffRow).where(*mine))).one_or_none()

    async def _linked(
        self, session: AsyncSession, identity: ProviderIdentity, entries: list[AuditEntry]
    ) -> StaffRow | None:
        """An account that was added for this provider and waits for its person: linked for good, by the user name."""
        name = self._username(identity)
        waiting = (
            StaffRow.username == name,
            StaffRow.oidc_issuer == identity.issuer,
            StaffRow.oidc_subject.is_(None),
        )
        linked = update(StaffRow).where(*waiting).values(oidc_subject=identity.subject)
        if name is None or not await store.changed(session, linked):
            return None
        row = await store.row_by_username(session, name)
        if row is not None:
            entries.append(AuditEntry(_PROVIDER, AuditAction.STAFF_SET_UP, fields=(row.username,), reason="linked"))
        return row

    async def _made(
        self,
        session: AsyncSession,
        identity: ProviderIdentity,
        role: Role | None,
        now: datetime,
        entries: list[AuditEntry],
    ) -> StaffRow:
        name = self._username(identity)
        if not self._rules.create or role is None or name is None:
            raise IdentityRefused("nobody of the staff is known by this subject")
        if await store.row_by_username(session, name) is not None:
            raise IdentityRefused("the user name belongs to an account that signs in otherwise")
        try:
            shown = checked_name(identity.text("name") or name)
        except InvalidStaff:
            shown = name
        row = StaffRow(
            id=store.new_id(),
            username=name,
            name=shown,
            role=role.value,
            oidc_issuer=identity.issuer,
            oidc_subject=identity.subject,
            created_at=now,
        )
        session.add(row)
        await session.flush()
        entries.append(AuditEntry(_PROVIDER, AuditAction.STAFF_ADDED, fields=(row.username,), reason=role.value))
        return row

    async def _let_in(
        self, session: AsyncSession, row: StaffRow, role: Role | None, now: datetime, entries: list[AuditEntry]
    ) -> OpenedStaffSession:
        enabled = (StaffRow.id == row.id, StaffRow.disabled_at.is_(None))
        values = {"signed_in_at": now, "role": row.role if role is None else role.value}
        if not await store.changed(session, update(StaffRow).where(*enabled).values(values)):
            raise IdentityRefused("the account is disabled")
        await session.refresh(row)
        member = store.member_of(row)
        opened = await open_session(session, member, now, pending=False)
        signed_in = AuditEntry(member.actor, AuditAction.SIGNED_IN, fields=("oidc",))
        await self._audit.append(session, *entries, signed_in)
        return opened

    def _username(self, identity: ProviderIdentity) -> str | None:
        try:
            return checked_username(identity.text(self._rules.username_claim))
        except InvalidStaff:
            return None
