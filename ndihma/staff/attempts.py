"""Counting failures, alike for all processes: a try is taken before anything is compared, given back when it was right.

So however many tries arrive at one moment, no more are compared than the rule allows. Every change begins with an
upsert that takes the row's lock (PostgreSQL) or the write lock (SQLite).
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from sqlalchemy import case, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.staff.policy import Backoff
from ndihma.staff.tables import AttemptRow

__all__ = ["clear", "give_back", "purge", "take"]

_KEPT = timedelta(hours=24)


async def take(session: AsyncSession, subject: str, rule: Backoff, now: datetime) -> int:
    """Take one try of a subject: 0, or the whole seconds until there is one (then none was taken)."""
    make = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    first = make(AttemptRow).values(subject=subject, failures=0, failed_at=now, locked_until=now, touched_at=now)
    statement = first.on_conflict_do_update(index_elements=[AttemptRow.subject], set_={"touched_at": now}).returning(
        AttemptRow.failures, AttemptRow.failed_at, AttemptRow.locked_until
    )
    failures, failed_at, locked_until = (await session.execute(statement)).one()
    if locked_until > now:
        return max(1, math.ceil((locked_until - now).total_seconds()))
    if rule.is_forgotten(failed_at, now):
        failures = 0
    failures += 1
    values = {"failures": failures, "failed_at": now, "locked_until": now + rule.wait(failures)}
    await session.execute(update(AttemptRow).where(AttemptRow.subject == subject).values(values))
    return 0


async def give_back(session: AsyncSession, subject: str, now: datetime) -> None:
    """The try was right, so it is no failure; those before it still count."""
    fewer = case((AttemptRow.failures > 0, AttemptRow.failures - 1), else_=0)
    await session.execute(
        update(AttemptRow).where(AttemptRow.subject == subject).values(failures=fewer, locked_until=now)
    )


async def clear(session: AsyncSession, subject: str) -> None:
    """Forget a subject's failures: somebody has proved to be who they say."""
    await session.execute(delete(AttemptRow).where(AttemptRow.subject == subject))


async def purge(session: AsyncSession, now: datetime) -> None:
    """Remove what nobody touched for a day and what locks nobody."""
    old = AttemptRow.touched_at <= now - _KEPT, AttemptRow.locked_until <= now
    await session.execute(delete(AttemptRow).where(*old))
