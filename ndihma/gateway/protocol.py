"""What stands before the application: requests that are none, clients that stall, connections without end.

uvicorn answers the first in English plain text, waits for the second for ever, and runs out of file descriptors
with the third. Here each gets the API's own answer or a closed connection, and the others are served.
"""

from __future__ import annotations

import asyncio
import resource
from typing import Any, Final

import h11
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import STATUS_PHRASES, H11Protocol
from uvicorn.server import ServerState

from ndihma.gateway.errors import ApiError, error_response
from ndihma.messages import ErrorCode

__all__ = ["EdgeProtocol", "connections_at_most"]

_SPARE_FILES: Final = 200
"""File descriptors that are no client's connection: databases, the engine, logs."""
_BUSY_RETRY_S: Final = 5


class EdgeProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, with a deadline for a request's head and the API's errors."""

    head_within_s = 10.0
    """From the connection, or from a later request's first byte, to the end of its headers; and to read a body that
    was answered before it was read. A body that is wanted has its own limit (``reading``)."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        if self.limit_concurrency is not None:
            self.app = _unless_full(self.app, self.connections, self.limit_concurrency)
            self.limit_concurrency = None  # uvicorn's own answer is no JSON
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # IDLE: no whole head yet. DONE: answered, and the client still sends its body.
        if self.conn.our_state in (h11.IDLE, h11.DONE):
            self._arm()
        else:
            self._disarm()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  (English, for developers)
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._refuse(ApiError(400, ErrorCode.MALFORMED_REQUEST))
        self.transport.close()

    def _refuse(self, error: ApiError) -> None:
        answer = error_response(error, {"Connection": "close", "Cache-Control": "no-store"})
        events = (
            h11.Response(
                status_code=answer.status_code, headers=answer.raw_headers, reason=STATUS_PHRASES[answer.status_code]
            ),
            h11.Data(data=bytes(answer.body)),
            h11.EndOfMessage(),
        )
        for event in events:
            self.transport.write(self.conn.send(event) or b"")

    def _arm(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.head_within_s, self._too_late)

    def _disarm(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_late(self) -> None:
        if not self.transport.is_closing():
            if self.conn.our_state is h11.IDLE and self.conn.trailing_data[0]:
                self._refuse(ApiError(408, ErrorCode.MALFORMED_REQUEST))
            self.transport.close()


def connections_at_most(wanted: int) -> int:
    """How many connections can be held, at most ``wanted``; raises this process's limit of open files for them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted + _SPARE_FILES:
        soft = wanted + _SPARE_FILES if hard == resource.RLIM_INFINITY else min(wanted + _SPARE_FILES, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return wanted if soft == resource.RLIM_INFINITY else max(1, min(wanted, soft - _SPARE_FILES))


def _unless_full(app: ASGIApp, connections: set[Any], limit: int) -> ASGIApp:
    async def bounded(scope: Scope, receive: Receive, send: Send) -> None:
        if len(connections) >= limit:
            busy = error_response(ApiError(503, ErrorCode.BUSY, retry_after=_BUSY_RETRY_S), {"Connection": "close"})
            await busy(scope, receive, send)
        else:
            await app(scope, receive, send)

    return bounded
