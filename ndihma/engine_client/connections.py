"""POST over kept-alive HTTP/1.1 connections to one address on this machine.

On h11 and plain asyncio: a general client's layers cost several times what the call itself does, and every message
makes one. What is left out is what the engine's loopback address never needs: TLS, proxies, redirects, cookies.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import h11

__all__ = ["AnswerTooLarge", "Connections"]

_CONNECT_S: Final = 1.0
_IDLE_S: Final = 2.0
"""A connection unused for longer is not used again: the server may be about to close it (sanic does after 5 s)."""
_READ_BYTES: Final = 64 * 1024


class AnswerTooLarge(Exception):
    """The answer's body is longer than allowed."""


@dataclass(slots=True)
class _Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    state: h11.Connection = field(default_factory=lambda: h11.Connection(h11.CLIENT))
    idle_since: float = 0.0

    def usable(self, now: float) -> bool:
        return now - self.idle_since <= _IDLE_S and not self.reader.at_eof() and not self.writer.is_closing()


class Connections:
    """Connections to the host and port of ``url``. ``close()`` when no call is under way any more."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname is None:
            raise ValueError("an http:// address is needed")
        self._host, self._port = parts.hostname, parts.port or 80
        self._headers = [("Host", parts.netloc), ("Content-Type", "application/json"), *headers.items()]
        self._idle: list[_Connection] = []

    async def post(self, path: str, body: bytes, *, at_most: int) -> tuple[int, bytes]:
        """Status and body of the answer. Nothing is tried twice; the caller bounds the time.

        Raises OSError, h11.ProtocolError, and AnswerTooLarge for a body above ``at_most`` bytes.
        """
        connection = self._take() or await self._open()
        answered = False
        try:
            status, content = await self._exchange(connection, path, body, at_most)
            answered = connection.state.our_state is h11.DONE and connection.state.their_state is h11.DONE
        finally:
            if answered:
                connection.state.start_next_cycle()
                connection.idle_since = asyncio.get_running_loop().time()
                self._idle.append(connection)
            else:
                connection.writer.close()
        return status, content

    def close(self) -> None:
        for connection in self._idle:
            connection.writer.close()
        self._idle.clear()

    def _take(self) -> _Connection | None:
        now = asyncio.get_running_loop().time()
        while self._idle:
            connection = self._idle.pop()
            if connection.usable(now):
                return connection
            connection.writer.close()
        return None

    async def _open(self) -> _Connection:
        async with asyncio.timeout(_CONNECT_S):
            return _Connection(*await asyncio.open_connection(self._host, self._port))

    async def _exchange(self, connection: _Connection, path: str, body: bytes, at_most: int) -> tuple[int, bytes]:
        state = connection.state
        headers = [*self._headers, ("Content-Length", str(len(body)))]
        request = h11.Request(method="POST", target=path, headers=headers)
        sent = (state.send(request), state.send(h11.Data(data=body)), state.send(h11.EndOfMessage()))
        connection.writer.write(b"".join(part or b"" for part in sent))
        await connection.writer.drain()
        status, content = 0, bytearray()
        while True:
            event = state.next_event()
            if event is h11.NEED_DATA:
                state.receive_data(await connection.reader.read(_READ_BYTES))
            elif isinstance(event, h11.Response):
                status = event.status_code
            elif isinstance(event, h11.Data):
                content += event.data
                if len(content) > at_most:
                    raise AnswerTooLarge
            elif isinstance(event, h11.EndOfMessage):
                return status, bytes(content)
            elif isinstance(event, h11.ConnectionClosed):
                raise h11.RemoteProtocolError("closed before its answer")
