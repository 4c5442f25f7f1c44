"""A conversation's events as ``text/event-stream``: stored events by cursor, nothing missed, none twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from ndihma.clock import Clock
from ndihma.desk.conversations import ConversationService
from ndihma.desk.hub import Closed, EventHub, Lagged, Subscription, Typing
from ndihma.gateway.live import ALIVE, HubStream, wire_event
from ndihma.gateway.schemas import TypingNotice

__all__ = ["EventStream"]

_SILENCE_S: Final = 15.0
_PAGE: Final = 100
_ATTENDED_EVERY: Final = timedelta(minutes=1)


class EventStream(HubStream):
    """Sends events after a cursor until the client leaves, the token ends or the hub closes the session's streams."""

    def __init__(
        self,
        *,
        hub: EventHub,
        conversations: ConversationService,
        clock: Clock,
        conversation_id: str,
        owner: str,
        after: int,
        until: datetime,
        attended: Callable[[], Awaitable[None]] | None = None,
        silence_s: float = _SILENCE_S,
    ) -> None:
        """``attended`` is awaited every minute that the client is still there."""
        super().__init__(hub, conversation_id, owner)
        self._conversations = conversations
        self._clock = clock
        self._conversation_id = conversation_id
        self._cursor = after
        self._until = until
        self._attended = attended
        self._attended_at: datetime | None = None
        self._silence_s = silence_s

    async def events(self, subscription: Subscription) -> AsyncIterator[bytes]:
        async for piece in self._stored():
            yield piece
        while True:
            await self._attend()
            left = (self._until - self._clock.now()).total_seconds()
            if left <= 0:
                return
            notice = await subscription.next(min(self._silence_s, left))
            match notice:
                case Closed():
                    return
                case Typing(active=active):
                    yield wire_event("typing", TypingNotice(active=active))
                case None | Lagged():
                    # In silence too: another process may have written.
                    async for piece in self._stored():
                        yield piece
                    yield ALIVE
                case event if event.cursor == self._cursor + 1:
                    self._cursor = event.cursor
                    yield wire_event(event.type, event, event.cursor)
                case event if event.cursor > self._cursor:
                    async for piece in self._stored():
                        yield piece
                case _:
                    pass  # sent already

    async def _attend(self) -> None:
        now = self._clock.now()
        if self._attended is None:
            return
        if self._attended_at is None or now - self._attended_at >= _ATTENDED_EVERY:
            self._attended_at = now
            await asyncio.shield(self._attended())  # as below

    async def _stored(self) -> AsyncIterator[bytes]:
        more = True
        while more:
            # Shielded: a client that leaves must not tear the database's connection down with it.
            page = await asyncio.shield(self._conversations.history(self._conversation_id, self._cursor, _PAGE))
            for event in page.events:
                self._cursor = event.cursor
                yield wire_event(event.type, event, event.cursor)
            more = page.more
