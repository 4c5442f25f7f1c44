"""Writing lines, each in the place of what was there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.accounts.adapters.sql.errors import accounts_errors
from ndihma.accounts.adapters.sql.rows import (
    bill_values,
    club_values,
    contact_values,
    line_values,
    payment_values,
    subscriber_values,
    subscribers_of,
)
from ndihma.accounts.adapters.sql.tables import BillRow, ClubRow, ContactRow, LineRow, PaymentRow, SubscriberRow
from ndihma.accounts.model import Line
from ndihma.accounts.ports import Written
from ndihma.db import Base, Database

__all__ = ["SqlAccountWriter"]

_CHUNK: Final = 500
"""Values in one ``IN``; below every database's limit of bound parameters."""


class SqlAccountWriter:
    """An AccountWriter over the account tables. No time limit: an import may be long."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def upsert(self, lines: Iterable[Line], seen_at: datetime) -> Written:
        """See AccountWriter. Subscribers who have no line any more are removed with their contacts."""
        ordered = sorted(lines, key=lambda line: line.msisdn.e164)  # one order of locks: no dead-lock of two imports
        numbers = [line.msisdn.e164 for line in ordered]
        if len(set(numbers)) != len(numbers):
            raise ValueError("a line is given twice")
        subscribers = subscribers_of(ordered)
        with accounts_errors():
            async with self._database.session() as session:
                known = await _known(session, numbers)
                await _put(session, SubscriberRow, [subscriber_values(s) for s in subscribers])
                await _put(session, LineRow, [line_values(line, seen_at) for line in ordered])
                ids = [subscriber.id for subscriber in subscribers]
                for table, column, keys in (
                    (ContactRow, ContactRow.subscriber_id, ids),
                    (ClubRow, ClubRow.subscriber_id, ids),
                    (BillRow, BillRow.line_msisdn, numbers),
                    (PaymentRow, PaymentRow.line_msisdn, numbers),
                ):
                    for chunk in _chunks(keys):
                        await session.execute(delete(table).where(column.in_(chunk)))
                await _insert(session, ContactRow, [v for s in subscribers for v in contact_values(s)])
                await _insert(session, ClubRow, [v for s in subscribers for v in club_values(s)])
                await _insert(session, BillRow, [v for line in ordered for v in bill_values(line)])
                await _insert(session, PaymentRow, [v for line in ordered for v in payment_values(line)])
                await session.execute(
                    delete(SubscriberRow).where(
                        ~select(LineRow.msisdn).where(LineRow.subscriber_id == SubscriberRow.id).exists()
                    )
                )
        return Written(added=len(numbers) - len(known), updated=len(known))


async def _known(session: AsyncSession, numbers: Sequence[str]) -> set[str]:
    known: set[str] = set()
    for chunk in _chunks(numbers):
        known.update(await session.scalars(select(LineRow.msisdn).where(LineRow.msisdn.in_(chunk))))
    return known


async def _insert(session: AsyncSession, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        await session.execute(table.__table__.insert(), rows)  # type: ignore[attr-defined]


async def _put(session: AsyncSession, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert, or replace the row with the same primary key."""
    if not rows:
        return
    build = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = build(table)
    keys = [column.name for column in table.__table__.primary_key]
    changes = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    await session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes), rows)


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
