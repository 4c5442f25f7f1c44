"""Crash recovery: turns that are stored as pending and that nobody works on are taken up again.

At a start these are the ones an earlier process left; later, those whose answer could not be stored because the
database was away. Answering a turn twice is safe: the end of a turn is stored once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from ndihma.clock import Clock
from ndihma.desk.store import ConversationStore, Turn
from ndihma.desk.turn_queue import ConversationLimits, TurnQueue

__all__ = ["CrashRecovery"]

_log = logging.getLogger(__name__)


class CrashRecovery:
    """``await start()`` once, before messages come in; ``await stop()`` at the end."""

    def __init__(
        self,
        store: ConversationStore,
        queue: TurnQueue,
        clock: Clock,
        limits: ConversationLimits,
        apologise: Callable[[Turn], Awaitable[None]],
    ) -> None:
        """``apologise`` ends a turn whose moment has gone, with the honest sentence."""
        self._store = store
        self._queue = queue
        self._clock = clock
        self._limits = limits
        self._apologise = apologise
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take up what is pending, now and from time to time. Raises SQLAlchemyError."""
        await self._take_up(await self._store.pending(self._clock.now() + timedelta(seconds=1)))
        self._sweeper = asyncio.create_task(self._sweep(), name="desk-sweeper")

    async def stop(self) -> None:
        if self._sweeper is not None:
            self._sweeper.cancel()
            await asyncio.gather(self._sweeper, return_exceptions=True)

    async def _take_up(self, turns: Sequence[Turn]) -> None:
        now = self._clock.now()
        for turn in turns:
            if self._queue.knows(turn.id):
                continue
            if now - turn.created_at > self._limits.stale_after:
                await self._apologise(turn)
            else:
                self._queue.put(turn)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(self._limits.sweep_every_s)
            before = self._clock.now() - timedelta(seconds=self._limits.orphaned_after_s)
            try:
                await self._take_up(await self._store.pending(before))
            except Exception as error:  # the sweeper outlives a database that is away
                _log.error("sweep failed", extra={"error": type(error).__name__})
