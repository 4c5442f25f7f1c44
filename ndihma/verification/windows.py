"""Sliding windows of verification's limits, counted in the database."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.verification import store
from ndihma.verification.policy import Limit
from ndihma.verification.store import EventKind

__all__ = ["wait_s"]


async def wait_s(session: AsyncSession, subject: str, kind: EventKind, limits: Sequence[Limit], now: datetime) -> int:
    """Seconds until the limits allow another event of a kind for a subject, rounded up; 0 when they do now."""
    longest = max(limit.window for limit in limits)
    times = await store.event_times(session, subject, kind, now - longest)
    waits = [0]
    for limit in limits:
        within = [at for at in times if at > now - limit.window]
        if len(within) >= limit.count:
            free_at = within[-limit.count] + limit.window
            waits.append(max(1, math.ceil((free_at - now).total_seconds())))
    return max(waits)
