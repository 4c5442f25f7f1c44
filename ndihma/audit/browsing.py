"""Looking through the audit trail for a person: filtered, a page at a time, or as a whole to be handed out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from pydantic import SecretStr
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.engine import Connection

from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.chain import Chain, StoredEntry
from ndihma.audit.model import ActorKind, AuditAction
from ndihma.audit.reader import read_head, stored_entry
from ndihma.audit.tables import AuditEntryRow
from ndihma.db import Database

__all__ = ["SUBJECT_CHARS", "AuditBrowser", "AuditFilter"]

SUBJECT_CHARS: Final = 12
"""So much of a number's keyed hash tells numbers apart; who has it all knows no more of the number."""
_ROWS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries; None: whatever it is. ``actor``: a part of the id. ``subject``: the beginning of its hash.

    ``since`` is the first moment, ``until`` the first one after.
    """

    kind: ActorKind | None = None
    actor: str | None = None
    action: AuditAction | None = None
    subject: str | None = None
    msisdn: Msisdn | None = None
    since: datetime | None = None
    until: datetime | None = None


class AuditBrowser:
    """Reads with the key the trail is written with. Methods raise SQLAlchemyError when the database is away."""

    def __init__(self, database: Database, key: SecretStr) -> None:
        self._database = database
        self._chain = Chain(key)

    async def page(self, wanted: AuditFilter, before: int | None, limit: int) -> list[StoredEntry]:
        """At most ``limit`` entries, the newest first, those before a sequence."""
        query = select(*AuditEntryRow.__table__.columns).where(*self._conditions(wanted))
        if before is not None:
            query = query.where(AuditEntryRow.sequence < before)
        query = query.order_by(AuditEntryRow.sequence.desc()).limit(limit)

        def work(connection: Connection) -> list[StoredEntry]:
            return [stored_entry(row) for row in connection.execute(query)]

        return await self._database.transact(work)

    async def extent(self, wanted: AuditFilter) -> tuple[int, int]:
        """How many entries there are, and the sequence of the trail's last one, up to which they were counted."""

        def work(connection: Connection) -> tuple[int, int]:
            last = read_head(connection).sequence
            query = select(func.count()).where(*self._conditions(wanted), AuditEntryRow.sequence <= last)
            return connection.execute(query).scalar_one(), last

        return await self._database.transact(work)

    async def entries(self, wanted: AuditFilter, last: int) -> AsyncIterator[StoredEntry]:
        """The entries up to a sequence, the oldest first; each so many in a transaction of their own."""
        after = 0
        while True:
            rows = await self._database.transact(partial(self._next, wanted, after, last))
            for entry in rows:
                yield entry
            if len(rows) < _ROWS_AT_ONCE:
                return
            after = rows[-1].sequence

    def _next(self, wanted: AuditFilter, after: int, last: int, connection: Connection) -> list[StoredEntry]:
        query = (
            select(*AuditEntryRow.__table__.columns)
            .where(*self._conditions(wanted), AuditEntryRow.sequence > after, AuditEntryRow.sequence <= last)
            .order_by(AuditEntryRow.sequence)
            .limit(_ROWS_AT_ONCE)
        )
        return [stored_entry(row) for row in connection.execute(query)]

    def _conditions(self, wanted: AuditFilter) -> list[ColumnElement[bool]]:
        row = AuditEntryRow
        conditions: list[ColumnElement[bool]] = []
        if wanted.kind is not None:
            conditions.append(row.actor_kind == wanted.kind)
        if wanted.actor:
            conditions.append(func.lower(row.actor_id).contains(wanted.actor.lower(), autoescape=True))
        if wanted.action is not None:
            conditions.append(row.action == wanted.action)
        if wanted.subject:
            conditions.append(row.subject.startswith(wanted.subject, autoescape=True))
        if wanted.msisdn is not None:
            conditions.append(row.subject == self._chain.subject(wanted.msisdn))
        if wanted.since is not None:
            conditions.append(row.at >= wanted.since)
        if wanted.until is not None:
            conditions.append(row.at < wanted.until)
        return conditions
