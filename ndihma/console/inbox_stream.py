"""The inbox as it changes, as ``text/event-stream``: whole items, so that a lost one does no harm.

``id`` is the moment of the last change, in seconds; a stream that is resumed behind it begins a little earlier.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from ndihma.clock import BELGRADE, Clock
from ndihma.console.inbox_schemas import InboxCounters, InboxItem, WhisperList
from ndihma.desk.hub import Closed, EventHub, Subscription
from ndihma.gateway.live import ALIVE, HubStream, wire_event

__all__ = ["InboxStream", "moment_of"]

_LOOK_EVERY_S: Final = 1.5
_ALIVE_EVERY_S: Final = 15.0
_OVERLAP: Final = timedelta(seconds=10)
"""A change is stored with a moment from before its commit; nothing takes longer to commit."""
_EVERY_CONVERSATION: Final = "*"
"""No conversation's id: under it the hub counts these streams and ends them."""

Changed = Callable[[datetime | None], Awaitable[list[InboxItem]]]
Counted = Callable[[], Awaitable[InboxCounters]]
Whispered = Callable[[], Awaitable[WhisperList]]


class InboxStream(HubStream):
    """Sends what has changed until the client leaves, the session ends or the process stops."""

    def __init__(
        self,
        *,
        hub: EventHub,
        owner: str,
        changed: Changed,
        counted: Counted,
        whispered: Whispered,
        clock: Clock,
        since: datetime | None,
        until: datetime,
        look_every_s: float = _LOOK_EVERY_S,
    ) -> None:
        """``since``: None for all that people have now, first."""
        super().__init__(hub, _EVERY_CONVERSATION, owner)
        self._changed = changed
        self._counted = counted
        self._whispered = whispered
        self._clock = clock
        self._since = since
        self._until = until
        self._look_every_s = look_every_s

    async def events(self, subscription: Subscription) -> AsyncIterator[bytes]:
        sent: dict[str, tuple[int, int, datetime]] = {}
        counters: InboxCounters | None = None
        whispers: WhisperList | None = None
        silent_s = 0.0
        while self._clock.now() < self._until:
            since = None if self._since is None else self._since - _OVERLAP
            # Shielded: a client that leaves must not tear the database's connection down with it.
            items = await asyncio.shield(self._changed(since))
            counted = await asyncio.shield(self._counted())
            pieces = []
            for item in items:
                now = (item.handoff.version, item.cursor, item.changed_at)
                if sent.get(item.conversation_id) != now:
                    sent[item.conversation_id] = now
                    self._since = max(item.changed_at, self._since or item.changed_at)
                    pieces.append(wire_event("conversation", item, int(self._since.timestamp())))
            if counted != counters:
                counters = counted
                pieces.append(wire_event("counters", counted))
            whispered = await asyncio.shield(self._whispered())
            if whispered != whispers:
                whispers = whispered
                pieces.append(wire_event("whispers", whispered))
            self._since = self._since or self._clock.now()
            for piece in pieces:
                yield piece
            silent_s = 0.0 if pieces else silent_s + self._look_every_s
            if silent_s >= _ALIVE_EVERY_S:
                silent_s = 0.0
                yield ALIVE
            if isinstance(await subscription.next(self._look_every_s), Closed):
                return


def moment_of(event_id: int) -> datetime:
    """The moment that an event's id names, in Kosovo's time; ``event_id`` is below 10 ** 10."""
    return datetime.fromtimestamp(event_id, BELGRADE)
