"""The inbox as it changes, as ``text/event-stream``: whole items, so that a lost one does no harm.

``id`` is the moment of the last change, in seconds; a stream that is resumed behind it begins a little earlier.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from pydantic import BaseModel
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from ndihma.clock import BELGRADE, Clock
from ndihma.console.inbox_schemas import InboxCounters, InboxItem
from ndihma.desk.hub import Closed, EventHub, Subscription

__all__ = ["InboxStream", "moment_of"]

_LOOK_EVERY_S: Final = 1.5
_ALIVE_EVERY_S: Final = 15.0
_SEND_TIMEOUT_S: Final = 20.0
_OVERLAP: Final = timedelta(seconds=10)
"""A change is stored with a moment from before its commit; nothing takes longer to commit."""
_EVERY_CONVERSATION: Final = "*"
"""No conversation's id: under it the hub counts these streams and ends them."""
_RETRY: Final = b"retry: 2000\n\n"
_ALIVE: Final = b": alive\n\n"

Changed = Callable[[datetime | None], Awaitable[list[InboxItem]]]
Counted = Callable[[], Awaitable[InboxCounters]]


class InboxStream(StreamingResponse):
    """Sends what has changed until the client leaves, the session ends or the process stops."""

    media_type = "text/event-stream"

    def __init__(
        self,
        *,
        hub: EventHub,
        owner: str,
        changed: Changed,
        counted: Counted,
        clock: Clock,
        since: datetime | None,
        until: datetime,
        look_every_s: float = _LOOK_EVERY_S,
    ) -> None:
        """``since``: None for all that people have now, first."""
        super().__init__(self._events(), headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._hub = hub
        self._owner = owner
        self._changed = changed
        self._counted = counted
        self._clock = clock
        self._since = since
        self._until = until
        self._look_every_s = look_every_s
        self._subscription: Subscription | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def bounded(message: Message) -> None:
            # A client that stops reading but keeps its connection must not hold a place for ever.
            async with asyncio.timeout(_SEND_TIMEOUT_S):
                await send(message)

        with self._hub.subscribe(_EVERY_CONVERSATION, self._owner) as subscription:
            self._subscription = subscription
            try:
                await super().__call__(scope, receive, bounded)
            except TimeoutError:
                return

    async def _events(self) -> AsyncIterator[bytes]:
        subscription = self._subscription
        if subscription is None:
            return
        yield _RETRY
        sent: dict[str, tuple[int, int, datetime]] = {}
        counters: InboxCounters | None = None
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
                    pieces.append(_piece("conversation", item, self._since))
            if counted != counters:
                counters = counted
                pieces.append(_piece("counters", counted))
            self._since = self._since or self._clock.now()
            for piece in pieces:
                yield piece
            silent_s = 0.0 if pieces else silent_s + self._look_every_s
            if silent_s >= _ALIVE_EVERY_S:
                silent_s = 0.0
                yield _ALIVE
            if isinstance(await subscription.next(self._look_every_s), Closed):
                return


def moment_of(event_id: int) -> datetime:
    """The moment that an event's id names, in Kosovo's time; ``event_id`` is below 10 ** 10."""
    return datetime.fromtimestamp(event_id, BELGRADE)


def _piece(name: str, data: BaseModel, at: datetime | None = None) -> bytes:
    # JSON holds no raw line breaks, so one data line is enough.
    head = "" if at is None else f"id: {int(at.timestamp())}\n"
    return f"{head}event: {name}\ndata: {data.model_dump_json()}\n\n".encode()
