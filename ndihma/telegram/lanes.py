"""Work by chat: one piece at a time for each, chats side by side, all of it bounded."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from typing import Final

__all__ = ["Lanes"]

_log = logging.getLogger(__name__)

_GRACE_S: Final = 2.0


class Lanes:
    """``work`` for at most ``at_once`` chats; ``ended`` is told of each that is over and did not fail. One event loop.

    Work that failed is not told of: it would be begun again at once, and fail at once while the disk is full.
    """

    def __init__(
        self,
        at_once: int,
        work: Callable[[int], Awaitable[None]],
        *,
        ended: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._at_once = at_once
        self._work = work
        self._ended = ended
        self.stopping = False
        """Work that sees it ends where nothing is half done."""
        self._tasks: dict[int, asyncio.Task[None]] = {}

    @property
    def busy(self) -> Collection[int]:
        """The chats that are worked for now."""
        return list(self._tasks)

    @property
    def free(self) -> int:
        return self._at_once - len(self._tasks)

    def start(self, chat_id: int) -> None:
        """Begin to work for a chat, unless it is worked for already or all places are taken."""
        if chat_id not in self._tasks and self.free > 0 and not self.stopping:
            self._tasks[chat_id] = asyncio.create_task(self._run(chat_id), name="telegram-lane")

    async def idle(self) -> None:
        """Wait until nothing is worked for."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    async def stop(self) -> None:
        """Let what is under way come to a good place, for a moment; then end it."""
        self.stopping = True
        tasks = list(self._tasks.values())
        if tasks:
            await asyncio.wait(tasks, timeout=_GRACE_S)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, chat_id: int) -> None:
        try:
            await self._work(chat_id)
        except Exception as error:  # the type alone: a message could hold what was worked on (S10)
            _log.error("telegram: work for a chat failed", extra={"error": type(error).__name__})
            return
        finally:
            self._tasks.pop(chat_id, None)
        self._ended(chat_id)
