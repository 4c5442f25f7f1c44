"""Below HTTP: broken requests, stalling clients and too many connections, over real sockets."""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ndihma.gateway.protocol import EdgeProtocol

from .live_gateway import free_port

ROOT = Path(__file__).resolve().parents[3]
WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class Hasty(EdgeProtocol):
    head_within_s = 0.3


@asynccontextmanager
async def serving(connections: int | None = None) -> AsyncIterator[int]:
    """A port on which ``GET /`` says ``ok`` and ``POST /`` reads what it is sent."""

    async def root(request: Request) -> Response:
        if request.method == "POST":
            await request.body()
        return PlainTextResponse("ok")

    app, port = Starlette(routes=[Route("/", root, methods=["GET", "POST"])]), free_port()
    config = uvicorn.Config(
        app, port=port, http=Hasty, lifespan="off", log_config=None, limit_concurrency=connections, ws="none"
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    async with asyncio.timeout(10):
        while not server.started:  # noqa: ASYNC110  (uvicorn tells nobody)
            await asyncio.sleep(0.01)
    try:
        yield port
    finally:
        server.should_exit = True
        await task


async def talk(port: int, *pieces: bytes, pause_s: float = 0.0) -> tuple[int, bytes]:
    """Status and body of the answer; 0 when the connection ended without one."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause_s)
        async with asyncio.timeout(5):
            answer = await reader.read()
    finally:
        writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]) if head else 0, body


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n",
        "GET /ë HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{}",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 40_000,
    ],
    ids=["bytes", "tls", "no version", "no host", "two hosts", "header", "path", "length", "chunk", "40 kB header"],
)
async def test_what_is_no_http_gets_the_api_s_own_error(request_bytes):
    async with serving() as port:
        status, body = await talk(port, request_bytes)
    error = json.loads(body)["error"]
    assert (status, error["code"]) == (400, "malformed_request")
    assert error["message"].endswith(".")


async def test_a_head_that_never_ends_is_ended(caplog):
    async with serving() as port:
        status, body = await talk(port, b"GET / HTTP/1.1\r\n", *[b"X: y\r\n"] * 5, pause_s=0.05)
    assert (status, json.loads(body)["error"]["code"]) == (408, "malformed_request")
    assert not [record for record in caplog.records if record.exc_info]


async def test_a_connection_that_says_nothing_is_closed():
    async with serving() as port:
        assert await talk(port) == (0, b"")


async def test_a_client_that_keeps_its_connection_may_take_its_time_between_requests():
    async with serving() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(3):
            writer.write(WHOLE)
            assert b"200 OK" in await reader.readuntil(b"\r\n\r\n")
            assert await reader.readexactly(2) == b"ok"
            await asyncio.sleep(2 * Hasty.head_within_s)
        writer.close()


async def test_one_connection_too_many_is_told_that_the_system_is_busy():
    async with serving(connections=2) as port:
        idle = await asyncio.open_connection("127.0.0.1", port)
        status, body = await talk(port, WHOLE)
        idle[1].close()
        await asyncio.sleep(0.1)
        again, _ = await talk(port, WHOLE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert (status, json.loads(body)["error"]["code"]) == (503, "busy")
    assert again == 200


def test_open_files_bound_the_connections():
    code = "from ndihma.gateway.protocol import connections_at_most as c; print(c(4000))"
    for soft, hard, expected in ((256, 1024, 824), (256, 20000, 4000), (100, 100, 1)):
        if hard > resource.getrlimit(resource.RLIMIT_NOFILE)[1]:
            continue
        told = subprocess.run(
            ["bash", "-c", f'ulimit -Sn {soft} && ulimit -Hn {hard} && exec "$0" -c "$1"', sys.executable, code],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        assert int(told.stdout) == expected
