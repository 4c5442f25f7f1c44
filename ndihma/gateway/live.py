"""What every stream of server-sent events here has in common: its place at the hub, its bound, its wire form."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from typing import Final

from pydantic import BaseModel
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from ndihma.desk.hub import EventHub, Subscription

__all__ = ["ALIVE", "RETRY", "HubStream", "wire_event"]

_SEND_TIMEOUT_S: Final = 20.0
RETRY: Final = b"retry: 2000\n\n"
"""How long a client waits before it comes back, in milliseconds; the first thing a stream says."""
ALIVE: Final = b": alive\n\n"
"""A comment that tells clients and proxies that the stream lives."""


class HubStream(StreamingResponse, ABC):
    """Listens to ``topic`` at the hub while a client is there; ``owner`` can end it from the other side."""

    media_type = "text/event-stream"

    def __init__(self, hub: EventHub, topic: str, owner: str) -> None:
        super().__init__(self._sent(), headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._hub = hub
        self._topic = topic
        self._owner = owner
        self._subscription: Subscription | None = None

    @abstractmethod
    def events(self, subscription: Subscription) -> AsyncIterator[bytes]:
        """The stream's pieces, until it is over."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def bounded(message: Message) -> None:
            # A client that stops reading but keeps its connection must not hold a place for ever.
            async with asyncio.timeout(_SEND_TIMEOUT_S):
                await send(message)

        with self._hub.subscribe(self._topic, self._owner) as subscription:
            self._subscription = subscription
            try:
                await super().__call__(scope, receive, bounded)
            except TimeoutError:
                return

    async def _sent(self) -> AsyncIterator[bytes]:
        if self._subscription is None:
            return
        yield RETRY
        async for each in self.events(self._subscription):
            yield each


def wire_event(name: str, data: BaseModel, event_id: int | None = None) -> bytes:
    """One event as it goes over the wire; a client that comes back names the last ``event_id``."""
    # JSON holds no raw line breaks, so one data line is enough.
    head = "" if event_id is None else f"id: {event_id}\n"
    return f"{head}event: {name}\ndata: {data.model_dump_json()}\n\n".encode()
