"""A piece of work that is done for good: every few seconds, and at once when something is there to do."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

__all__ = ["Rounds"]

_log = logging.getLogger(__name__)


class Rounds:
    """``await run()`` for good; ``wake`` to begin the next round now. ``trouble`` is logged when a round fails."""

    def __init__(self, trouble: str, work: Callable[[], Awaitable[object]], *, every_s: float) -> None:
        self._trouble = trouble
        self._work = work
        self._every_s = every_s
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled; outlives a round that fails."""
        while True:
            try:
                await self._work()
            except Exception as error:  # the type alone: a message could hold what was worked on (S10)
                _log.error("%s", self._trouble, extra={"error": type(error).__name__})
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every_s):
                    await self._woken.wait()
            self._woken.clear()
