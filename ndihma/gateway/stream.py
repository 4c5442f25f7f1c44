"""A conversation's events as ``text/event-stream``: stored events by cursor, nothing missed, none twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final

from pydantic import BaseModel
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from ndihma.clock import Clock
from ndihma.desk.conversations import ConversationService
from ndihma.desk.events import Event
from ndihma.desk.hub import Closed, EventHub, Lagged, Subscription, Typing
from ndihma.gateway.schemas import TypingNotice

__all__ = ["EventStream"]

_SILENCE_S: Final = 15.0
_SEND_TIMEOUT_S: Final = 20.0
_PAGE: Final = 100
_RETRY: Final = b"retry: 2000\n\n"
_ALIVE: Final = b": alive\n\n"


class EventStream(StreamingResponse):
    """Sends events after a cursor until the client leaves, the token ends or the hub closes the session's streams."""

    media_type = "text/event-stream"

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
        silence_s: float = _SILENCE_S,
    ) -> None:
        super().__init__(self._events(), headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._hub = hub
        self._conversations = conversations
        self._clock = clock
        self._conversation_id = conversation_id
        self._owner = owner
        self._cursor = after
        self._until = until
        self._silence_s = silence_s
        self._subscription: Subscription | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def bounded(message: Message) -> None:
            # A client that stops reading but keeps its connection must not hold a place for ever.
            async with asyncio.timeout(_SEND_TIMEOUT_S):
                await send(message)

        with self._hub.subscribe(self._conversation_id, self._owner) as subscription:
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
        async for piece in self._stored():
            yield piece
        while True:
            left = (self._until - self._clock.now()).total_seconds()
            if left <= 0:
                return
            notice = await subscription.next(min(self._silence_s, left))
            match notice:
                case Closed():
                    return
                case Typing(active=active):
                    yield _piece("typing", TypingNotice(active=active))
                case None | Lagged():
                    # In silence too: another process may have written.
                    async for piece in self._stored():
                        yield piece
                    yield _ALIVE
                case event if event.cursor == self._cursor + 1:
                    self._cursor = event.cursor
                    yield _piece(event.type, event, event.cursor)
                case event if event.cursor > self._cursor:
                    async for piece in self._stored():
                        yield piece
                case _:
                    pass  # sent already

    async def _stored(self) -> AsyncIterator[bytes]:
        more = True
        while more:
            # Shielded: a client that leaves must not tear the database's connection down with it.
            page = await asyncio.shield(self._conversations.history(self._conversation_id, self._cursor, _PAGE))
            for event in page.events:
                self._cursor = event.cursor
                yield _piece(event.type, event, event.cursor)
            more = page.more


def _piece(name: str, data: Event | BaseModel, cursor: int | None = None) -> bytes:
    # JSON holds no raw line breaks, so one data line is enough.
    head = f"id: {cursor}\n" if cursor is not None else ""
    return f"{head}event: {name}\ndata: {data.model_dump_json()}\n\n".encode()
