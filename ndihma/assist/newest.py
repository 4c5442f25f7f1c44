"""Of the calls that wait with one key only the newest is carried out: who types faster than answers come gets the last.

A bounded number of calls is under way at one moment, the others wait in the order of their keys' newest calls. So an
agent never has more than one call waiting, however fast they type, and nobody waits behind what nobody wants any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

__all__ = ["NewestWins"]

_T = TypeVar("_T")


class NewestWins:
    """``at_once`` calls are carried out at one moment."""

    def __init__(self, at_once: int) -> None:
        self._turns = asyncio.Semaphore(at_once)
        self._waiting: dict[str, asyncio.Future[None]] = {}

    def __len__(self) -> int:
        """How many calls wait; at most one for each key."""
        return len(self._waiting)

    async def run(self, key: str, work: Callable[[], Awaitable[_T]]) -> _T | None:
        """What ``work`` gives; None when a newer call of the same key came before its turn, and it was not begun."""
        superseded: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        older = self._waiting.get(key)
        if older is not None and not older.done():
            older.set_result(None)
        self._waiting[key] = superseded
        if not await self._turn(key, superseded):
            return None
        try:
            return await work()
        finally:
            self._turns.release()

    async def _turn(self, key: str, superseded: asyncio.Future[None]) -> bool:
        """Wait for a turn; False when there is a newer call. Holds no turn when it is False, or cancelled."""
        turn = asyncio.create_task(self._turns.acquire())
        kept = False
        try:
            either: set[asyncio.Future[Any]] = {turn, superseded}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            kept = turn.done() and not superseded.done()
            return kept
        finally:
            if self._waiting.get(key) is superseded:
                del self._waiting[key]
            if not kept and not turn.cancel():
                self._turns.release()
