"""How fast the bot may speak: Telegram's limits, kept by waiting (https://core.telegram.org/bots/faq)."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

__all__ = ["Pace"]

_PRIVATE_S: Final = 1.0
_GROUP_S: Final = 3.0
"""20 messages a minute."""
_OVERALL: Final = 30
_WINDOW_S: Final = 1.0
_FORGET_OVER: Final = 5000


class Pace:
    """One message a second to a chat, 20 a minute to a group, 30 a second in all. One event loop."""

    def __init__(
        self,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._now = now
        self._sleep = sleep
        self._next: dict[int, float] = {}
        self._latest: deque[float] = deque(maxlen=_OVERALL)
        self._turn = asyncio.Lock()

    async def wait(self, chat_id: int) -> None:
        """Return when a message to the chat may leave; it is counted as sent. Groups have negative ids."""
        while (due := self._next.get(chat_id, 0.0)) > (now := self._now()):
            await self._sleep(due - now)
        async with self._turn:
            while len(self._latest) == _OVERALL and (due := self._latest[0] + _WINDOW_S) > (now := self._now()):
                await self._sleep(due - now)
            now = self._now()
            self._latest.append(now)
        self._next[chat_id] = now + (_GROUP_S if chat_id < 0 else _PRIVATE_S)
        if len(self._next) > _FORGET_OVER:
            self._next = {chat: due for chat, due in self._next.items() if due > now}
