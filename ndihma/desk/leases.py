"""What the desk's outboxes share: who tries a row takes a lease on it; when that process dies, the row is due again as
the lease ends. Several processes may work on one outbox."""

from __future__ import annotations

import random
import secrets
from datetime import timedelta
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import InstrumentedAttribute

from ndihma.clock import Clock
from ndihma.db import Base, Database

__all__ = ["LEASE", "MAX_ATTEMPTS", "Leases", "backoff", "fixed_words"]

LEASE: Final = timedelta(minutes=5)
"""Longer than a try may take (``mail_worker``, ``ticket_worker``)."""
MAX_ATTEMPTS: Final = 28
"""Ten in the first half day, then four a day: about five days, as mail servers do (RFC 5321, 4.5.4.1)."""
_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(hours=6)
_JITTER: Final = 0.2
_ERROR_CHARS: Final = 200

_R = TypeVar("_R", bound=Base)


def backoff(attempts: int, jitter: random.Random) -> timedelta:
    """How long to wait after so many tries (at least 1): 1 minute, doubled up to 6 hours, give or take a fifth."""
    doubled: timedelta = _FIRST_WAIT * 2 ** min(attempts - 1, 20)
    return min(doubled, _LONGEST_WAIT) * jitter.uniform(1 - _JITTER, 1 + _JITTER)


def fixed_words(error: str) -> str:
    """An error as the outboxes keep it; the caller sees to it that no server's words are in it."""
    return error[:_ERROR_CHARS]


class Leases(Generic[_R]):
    """The leases on the rows of one table with columns ``attempts``, ``due_at`` and ``lease``.

    ``key`` is its primary key; ``open_rows`` says which rows there is still something to do about.
    Methods raise SQLAlchemyError when the database is away.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        table: type[_R],
        key: InstrumentedAttribute[str],
        open_rows: ColumnElement[bool],
    ) -> None:
        self._database = database
        self._clock = clock
        self._table: Any = table
        self._key = key
        self._open = open_rows

    async def claim(self) -> _R | None:
        """The row that has been due longest, leased to the caller and counted as tried; None when none is due."""
        table, now = self._table, self._clock.now()
        due = (
            select(self._key)
            .where(self._open, table.due_at <= now)
            .order_by(table.due_at, self._key)
            .limit(1)
            # On PostgreSQL others do not wait for this row but take the next. SQLite has one writer anyway.
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        async with self._database.session() as session:
            row: _R | None = await session.scalar(
                update(table)
                .where(self._key == due, self._open, table.due_at <= now)
                .values(attempts=table.attempts + 1, due_at=now + LEASE, lease=secrets.token_hex(8))
                .returning(table)
                .execution_options(synchronize_session=False)
            )
            return row

    async def end_try(self, key: str, lease: str, **values: object) -> bool:
        """Give the row back with these values. False when the lease ended meanwhile and another process has the row."""
        async with self._database.session() as session:
            ended = await session.execute(
                update(self._table)
                .where(self._key == key, self._table.lease == lease, self._open)
                .values(lease=None, **values)
                .returning(self._key)
                .execution_options(synchronize_session=False)
            )
            return ended.first() is not None
