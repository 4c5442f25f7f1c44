"""Reading a line: four queries, always."""

from __future__ import annotations

import asyncio
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from ndihma.accounts.adapters.sql.errors import accounts_errors
from ndihma.accounts.adapters.sql.rows import line_from
from ndihma.accounts.adapters.sql.tables import LineRow, SubscriberRow
from ndihma.accounts.model import Line
from ndihma.accounts.msisdn import Msisdn
from ndihma.db import Database

__all__ = ["SqlAccountDirectory"]

_FIND: Final = select(LineRow).options(
    joinedload(LineRow.subscriber, innerjoin=True).options(
        joinedload(SubscriberRow.club), selectinload(SubscriberRow.contacts)
    ),
    selectinload(LineRow.bills),
    selectinload(LineRow.payments),
)


class SqlAccountDirectory:
    """An AccountDirectory over the account tables."""

    def __init__(self, database: Database, *, timeout_s: float = 2.0) -> None:
        """``timeout_s``: how long one ``find`` may take before the accounts count as unavailable."""
        self._database = database
        self._timeout_s = timeout_s

    async def find(self, msisdn: Msisdn) -> Line | None:
        """See AccountDirectory. One snapshot: an import that commits meanwhile is seen wholly or not at all."""
        with accounts_errors():
            async with asyncio.timeout(self._timeout_s), self._database.session() as session:
                await _begin_snapshot(session)
                row = await session.scalar(_FIND.where(LineRow.msisdn == msisdn.e164))
                return None if row is None else line_from(row)


async def _begin_snapshot(session: AsyncSession) -> None:
    """All queries of this transaction see one moment (PostgreSQL's default and SQLite's driver do not give that)."""
    if session.get_bind().dialect.name == "postgresql":
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    else:
        await session.execute(text("BEGIN"))
