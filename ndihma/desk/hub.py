"""In-process publish/subscribe between the conversation service and the event streams.

The hub only hurries things along: the database is the truth. A subscriber that is too slow loses notices, learns
it (``Lagged``) and reads what it missed from the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from ndihma.desk.events import Event

__all__ = ["Closed", "EventHub", "Lagged", "Notice", "Subscription", "Tap", "Typing"]

_QUEUE: Final = 64


@dataclass(frozen=True, slots=True)
class Typing:
    """Whether an answer is being made just now; not stored."""

    active: bool


@dataclass(frozen=True, slots=True)
class Lagged:
    """Notices were dropped: read on from the database."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The subscription was ended from the other side (session over, token replaced, shutdown)."""


Notice = Event | Typing | Lagged | Closed
Tap = Callable[[str, Sequence[Event | Typing]], None]


class Subscription:
    """One listener of one conversation, with a bounded queue."""

    def __init__(self, conversation_id: str, owner: str) -> None:
        self.conversation_id = conversation_id
        self.owner = owner
        self._queue: asyncio.Queue[Event | Typing] = asyncio.Queue(_QUEUE)
        self._lagged = False
        self._closed = False
        self._wake = asyncio.Event()

    async def next(self, timeout_s: float) -> Notice | None:
        """The next notice, or None after ``timeout_s`` seconds of silence."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._wake.wait()
        except TimeoutError:
            return None
        if self._closed:
            return Closed()
        if self._lagged:
            self._lagged = False
            while not self._queue.empty():
                self._queue.get_nowait()
            self._wake.clear()
            return Lagged()
        notice = self._queue.get_nowait()
        if self._queue.empty():
            self._wake.clear()
        return notice

    def offer(self, notice: Event | Typing) -> None:
        try:
            self._queue.put_nowait(notice)
        except asyncio.QueueFull:
            self._lagged = True
        self._wake.set()

    def lag(self) -> None:
        """There is more in the database than was offered here."""
        self._lagged = True
        self._wake.set()

    def close(self) -> None:
        self._closed = True
        self._wake.set()


class EventHub:
    """All live subscriptions of this process. Not thread-safe: one event loop."""

    def __init__(self) -> None:
        self._by_conversation: dict[str, set[Subscription]] = {}
        self._told: dict[str, int] = {}
        """By conversation that somebody listens to: the highest cursor that its listeners were told of here."""
        self._taps: set[Tap] = set()
        self._closed = False

    @contextmanager
    def tap(self, tap: Tap) -> Iterator[None]:
        """Have ``tap`` called with whatever is published for any conversation; it must neither wait nor raise."""
        self._taps.add(tap)
        try:
            yield
        finally:
            self._taps.discard(tap)

    @contextmanager
    def subscribe(self, conversation_id: str, owner: str) -> Iterator[Subscription]:
        """Listen to a conversation; ``owner`` (a session id) can be closed as a whole."""
        subscription = Subscription(conversation_id, owner)
        if self._closed:
            subscription.close()
        listeners = self._by_conversation.setdefault(conversation_id, set())
        listeners.add(subscription)
        try:
            yield subscription
        finally:
            listeners.discard(subscription)
            if not listeners and self._by_conversation.get(conversation_id) is listeners:
                del self._by_conversation[conversation_id]
                self._told.pop(conversation_id, None)

    def publish(self, conversation_id: str, *notices: Event | Typing) -> None:
        for tap in tuple(self._taps):
            tap(conversation_id, notices)
        listeners = self._by_conversation.get(conversation_id, ())
        for notice in notices:
            if listeners and not isinstance(notice, Typing):
                self._told[conversation_id] = max(notice.cursor, self._told.get(conversation_id, 0))
            for subscription in listeners:
                subscription.offer(notice)

    def watched(self) -> list[str]:
        """The conversations that somebody listens to."""
        return list(self._by_conversation)

    def catch_up(self, conversation_id: str, cursor: int) -> None:
        """The database has events up to ``cursor``: whoever was not told of them here reads on from there."""
        if cursor <= self._told.get(conversation_id, 0):
            return
        listeners = self._by_conversation.get(conversation_id, ())
        if listeners:
            self._told[conversation_id] = cursor
        for subscription in listeners:
            subscription.lag()

    def count(self, owner: str | None = None) -> int:
        """How many subscriptions there are, of one owner or of all."""
        return sum(
            1
            for listeners in self._by_conversation.values()
            for subscription in listeners
            if owner is None or subscription.owner == owner
        )

    def close_owner(self, owner: str) -> None:
        """End every stream of a session."""
        for listeners in self._by_conversation.values():
            for subscription in listeners:
                if subscription.owner == owner:
                    subscription.close()

    def close(self) -> None:
        """End every stream, and every stream that is opened afterwards: the process is going down."""
        self._closed = True
        for listeners in self._by_conversation.values():
            for subscription in listeners:
                subscription.close()
