"""The audit trail in the database: appending, by whatever process, to one chain (S10).

Gateway, actions and command line write at once. Every append begins with an update of the head's one row, which takes
its lock (PostgreSQL) or the write lock (SQLite) until the transaction ends; so entries are numbered without gaps and
each is chained to the one before. The head is taken last of all locks: ``append`` stands at the end of a transaction.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, astuple, replace
from datetime import datetime
from typing import Any, Final

from pydantic import SecretStr
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn
from ndihma.audit.chain import GENESIS, Chain, Checkpoint, Head, StoredEntry, find_break
from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry
from ndihma.audit.reader import read_checkpoints, stored_entry
from ndihma.audit.tables import AuditCheckpointRow, AuditEntryRow, AuditHeadRow
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.redaction import redact

__all__ = ["MAX_REASON_CHARS", "AuditBroken", "SqlAuditTrail"]

MAX_REASON_CHARS: Final = 500
_MAX_ACTOR_CHARS: Final = 64
_HEAD: Final = 1
_COLUMNS: Final = (
    "sequence", "at", "actor_kind", "actor_id", "action", "subject", "fields", "reason", "previous_hash", "hash",
)  # fmt: skip


class AuditBroken(Exception):
    """The trail is not as it was written; `ndihma audit verify` tells more."""


class SqlAuditTrail:
    """Implements AuditTrail and TransactionalAuditTrail. ``key`` is ``secrets.audit_key``."""

    def __init__(self, database: Database, clock: Clock, key: SecretStr) -> None:
        self._database = database
        self._clock = clock
        self._chain = Chain(key)

    async def record(self, *entries: AuditEntry) -> None:
        """Append the entries, all of them or none, in a transaction of their own.

        Raises SQLAlchemyError when the database is away, ValueError when an entry cannot be one (an actor named by a
        telephone number, a reason above 500 characters).
        """
        rows = self._rows(entries)
        if rows:
            async with self._database.session() as session:
                await self._append(session, rows)

    async def append(self, session: AsyncSession, *entries: AuditEntry) -> None:
        """Append the entries in the caller's transaction: what it does and its entry are stored together or not at all.

        To be called last, after every other lock of the transaction. On SQLite the transaction must have begun with
        a change, as those of verification do. Raises as ``record``.
        """
        rows = self._rows(entries)
        if rows:
            await self._append(session, rows)

    async def retire(self, before: datetime, reason: str) -> int:
        """Remove the oldest entries, those written before a moment; how many went (S10: audit 12 months).

        A sealed checkpoint with the last one's hash is stored first: the chain begins there from now on. Raises
        AuditBroken, and removes nothing, when they are not as they were written.
        """
        async with self._database.session() as session:
            connection = await session.connection()
            removed = await connection.run_sync(self._retire, before)
            if removed:
                job = Actor(ActorKind.SYSTEM, "retention")
                await self.append(session, AuditEntry(job, AuditAction.ROWS_RETIRED, fields=("audit",), reason=reason))
        return removed

    def _retire(self, connection: Connection, before: datetime) -> int:
        _take_head(connection, 0)  # nobody appends, and no other process retires, meanwhile
        newer = select(func.min(AuditEntryRow.sequence)).where(AuditEntryRow.at >= before)
        first_kept = connection.execute(newer).scalar_one()
        old = select(*AuditEntryRow.__table__.columns).order_by(AuditEntryRow.sequence)
        if first_kept is not None:
            old = old.where(AuditEntryRow.sequence < first_kept)
        entries = [stored_entry(row) for row in connection.execute(old)]
        if not entries:
            return 0
        broken = find_break(self._chain, None, read_checkpoints(connection), entries)
        if broken is not None:
            raise AuditBroken(f"entry {broken.sequence}: {broken.problem}")
        last = entries[-1]
        unsealed = Checkpoint(last.sequence, last.hash, self._clock.now(), len(entries))
        values = asdict(replace(unsealed, seal=self._chain.checkpoint_seal(unsealed)))
        connection.execute(insert(AuditCheckpointRow).values(values))
        connection.execute(delete(AuditEntryRow).where(AuditEntryRow.sequence <= last.sequence))
        return len(entries)

    def subject(self, msisdn: Msisdn) -> str:
        """The keyed hash under which a number stands in the trail."""
        return self._chain.subject(msisdn)

    def _rows(self, entries: Sequence[AuditEntry]) -> list[StoredEntry]:
        now = self._clock.now()
        return [self._row(entry, now) for entry in entries]

    def _row(self, entry: AuditEntry, now: datetime) -> StoredEntry:
        if len(entry.actor.id) > _MAX_ACTOR_CHARS or _is_number(entry.actor.id):
            raise ValueError("an actor is named by an id of at most 64 characters, never by a telephone number")
        if len(entry.reason) > MAX_REASON_CHARS:
            raise ValueError(f"a reason has at most {MAX_REASON_CHARS} characters")
        return StoredEntry(
            sequence=0,
            at=now,
            actor_kind=entry.actor.kind.value,
            actor_id=_printable(entry.actor.id),
            action=entry.action.value,
            subject=None if entry.subject is None else self._chain.subject(entry.subject),
            fields=tuple(redact(_printable(field)).text for field in entry.fields),
            reason=redact(_printable(entry.reason)).text,
            previous=GENESIS,
        )

    async def _append(self, session: AsyncSession, rows: Sequence[StoredEntry]) -> None:
        connection = await session.connection()
        await connection.run_sync(self._link, rows)

    def _link(self, connection: Connection, rows: Sequence[StoredEntry]) -> None:
        head = _take_head(connection, len(rows))
        linked = list(self._chain.linked(head, rows))
        connection.execute(insert(AuditEntryRow), [_values(entry) for entry in linked])
        last = linked[-1]
        values = {"hash": last.hash}
        if self._chain.holds(head):  # a head that somebody set by hand stays recognisable
            values["seal"] = self._chain.head_seal(last.sequence, last.hash)
        connection.execute(update(AuditHeadRow).where(AuditHeadRow.id == _HEAD).values(values))


def _take_head(connection: Connection, entries: int) -> Head:
    """The head before ``entries`` more, locked until the transaction ends."""
    make: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    first = make(AuditHeadRow).values(id=_HEAD, sequence=entries, hash=GENESIS, seal="")
    onwards = {"sequence": AuditHeadRow.sequence + entries}
    taken = first.on_conflict_do_update(index_elements=[AuditHeadRow.id], set_=onwards).returning(
        AuditHeadRow.sequence, AuditHeadRow.hash, AuditHeadRow.seal
    )
    row = connection.execute(taken).one()
    return Head(row.sequence - entries, row.hash, row.seal)


def _values(entry: StoredEntry) -> dict[str, Any]:
    values = dict(zip(_COLUMNS, astuple(entry), strict=True))
    values["fields"] = list(entry.fields)
    return values


def _printable(text: str) -> str:
    """Without control characters and lone surrogates, which a database refuses or a terminal obeys."""
    return "".join(c if unicodedata.category(c) not in {"Cc", "Cs"} else " " for c in text)


def _is_number(text: str) -> bool:
    try:
        Msisdn.parse(text)
    except InvalidMsisdn:
        return False
    return True
