"""An SMS gateway of the Kannel sendsms form for tests: smsbox's answers, and its ways to fail."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import h11

USERNAME = "ndihma"
PASSWORD = "sekret & 99%"


@dataclass(frozen=True)
class Taken:
    """A message as it arrived."""

    method: str
    to: str
    sender: str
    coding: str
    charset: str
    text: str
    path: str


@dataclass
class Kannel:
    """What it answers, and what it has taken."""

    status: int = 202
    answer: bytes = b"0: Accepted for delivery"
    pause_s: float = 0.0
    drips: bool = False
    """Sends its answer a byte at a time, for ever."""
    hangs_up: bool = False
    taken: list[Taken] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    port: int = 0
    tls: ssl.SSLContext | None = None
    _server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}/cgi-bin/sendsms"

    async def start(self) -> None:
        """Listen on the port it had, or on any free one."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            request, body = await _read(connection, reader)
            if self.hangs_up:
                return
            await asyncio.sleep(self.pause_s)
            status, answer = self._take(request, body)
            head = h11.Response(status_code=status, headers=[("content-type", "text/html"), ("connection", "close")])
            writer.write(connection.send(head) or b"")
            while self.drips and not writer.is_closing():
                writer.write(connection.send(h11.Data(b".")) or b"")
                await writer.drain()
                await asyncio.sleep(0.02)
            writer.write(connection.send(h11.Data(answer)) or b"")
            writer.write(connection.send(h11.EndOfMessage()) or b"")
            await writer.drain()
        except ConnectionError:
            pass
        finally:
            self.at_once -= 1
            writer.close()

    def _take(self, request: h11.Request, body: bytes) -> tuple[int, bytes]:
        target = urlsplit(request.target.decode())
        if request.method == b"GET":
            given = dict(parse_qsl(target.query, strict_parsing=True))
        else:
            headers = {name.decode().lower(): value.decode() for name, value in request.headers}
            given = {name.removeprefix("x-kannel-"): value for name, value in headers.items()}
            given["charset"] = headers["content-type"].partition("charset=")[2]
            given["text"] = body.decode(given["charset"])
        if (given["username"], given["password"]) != (USERNAME, PASSWORD):
            return 403, b"Authorization failed for sendsms"
        if self.status == 202:
            self.taken.append(
                Taken(
                    method=request.method.decode(),
                    to=given["to"],
                    sender=given["from"],
                    coding=given["coding"],
                    charset=given["charset"],
                    text=given["text"],
                    path=target.path,
                )
            )
        return self.status, self.answer


async def _read(connection: h11.Connection, reader: asyncio.StreamReader) -> tuple[h11.Request, bytes]:
    request: h11.Request | None = None
    body = b""
    while True:
        event: Any = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += event.data
        else:
            assert request is not None, event
            return request, body


@asynccontextmanager
async def kannel(**options: Any) -> AsyncIterator[Kannel]:
    made = Kannel(**options)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()
