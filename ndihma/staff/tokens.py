"""Tokens for other systems of the operator's, such as a contact centre's desktop: each for its scopes and no more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from ndihma.audit.model import Actor, AuditAction, AuditEntry, TransactionalAuditTrail
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.staff import store
from ndihma.staff.model import InvalidStaff, NotSignedIn, checked_username
from ndihma.staff.tables import ApiTokenRow
from ndihma.staff.vault import new_token, token_hash

__all__ = ["PREFIX", "ApiToken", "Scope", "StaffTokens"]

PREFIX: Final = "ndihma_"
"""Before every token, so that a scanner for leaked secrets finds one."""
_NOTED_EVERY: Final = timedelta(hours=1)


class Scope(StrEnum):
    """What a token is good for."""

    SUGGEST = "suggest"
    SEARCH = "search"
    FEEDBACK = "feedback"


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as a list shows it. ``used_at`` is right to the hour."""

    id: str
    name: str
    scopes: frozenset[Scope]
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class StaffTokens:
    """Methods raise SQLAlchemyError when the database is away."""

    def __init__(self, database: Database, clock: Clock, audit: TransactionalAuditTrail) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit

    async def add(self, name: str, scopes: Collection[Scope], *, by: Actor) -> str:
        """A new token, in clear here only. Raises InvalidStaff: no such name, it is taken, or there is no scope."""
        if not scopes:
            raise InvalidStaff("a token needs a scope")
        token = f"{PREFIX}{new_token()}"
        row = ApiTokenRow(
            id=store.new_id(),
            name=checked_username(name),
            token_hash=token_hash(token),
            scopes=sorted(scope.value for scope in scopes),
            created_at=self._clock.now(),
        )
        try:
            async with self._database.session() as session:
                session.add(row)
                await session.flush()
                entry = AuditEntry(by, AuditAction.TOKEN_ADDED, fields=(row.name,), reason=" ".join(row.scopes))
                await self._audit.append(session, entry)
        except IntegrityError:
            raise InvalidStaff(f"there is a token {row.name} already") from None
        return token

    async def revoke(self, name: str, *, by: Actor) -> None:
        """End a token at once. Raises InvalidStaff: there is no such one, or it is revoked."""
        wanted = checked_username(name)
        alive = (ApiTokenRow.name == wanted, ApiTokenRow.revoked_at.is_(None))
        async with self._database.session() as session:
            if not await store.changed(session, update(ApiTokenRow).where(*alive).values(revoked_at=self._clock.now())):
                raise InvalidStaff(f"there is no token {wanted} that is in use")
            await self._audit.append(session, AuditEntry(by, AuditAction.TOKEN_REVOKED, fields=(wanted,)))

    async def all(self) -> Sequence[ApiToken]:
        """Every token, revoked ones too, by name."""
        async with self._database.session() as session:
            rows = (await session.scalars(select(ApiTokenRow).order_by(ApiTokenRow.name))).all()
        return [_token(row) for row in rows]

    async def check(self, token: str) -> ApiToken:
        """The token that is shown, if it is in use. Raises NotSignedIn."""
        now = self._clock.now()
        query = select(ApiTokenRow).where(ApiTokenRow.token_hash == token_hash(token), ApiTokenRow.revoked_at.is_(None))
        async with self._database.session() as session:
            row = (await session.scalars(query)).one_or_none()
            if row is None:
                raise NotSignedIn
            if row.used_at is None or now - row.used_at >= _NOTED_EVERY:
                row.used_at = now
            return _token(row)


def _token(row: ApiTokenRow) -> ApiToken:
    scopes = frozenset(Scope(scope) for scope in row.scopes)
    return ApiToken(row.id, row.name, scopes, row.created_at, row.used_at, row.revoked_at)
