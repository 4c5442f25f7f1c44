"""The made-up operator behind the adapter: in this process, or on a socket of this machine."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import uvicorn
from starlette.applications import Starlette

from ndihma.accounts.adapters.tmforum import TmfAccountDirectory, TmfClient, TmfMapping
from ndihma.accounts.adapters.tmforum.auth import Authorization, NoAuthorization
from ndihma.accounts.adapters.tmforum.breaker import CircuitBreaker, PurgatoryBreaker
from ndihma.accounts.adapters.tmforum.transport import Transport
from ndihma.clock import Clock
from tests.support.tmforum.operator import Operator


@asynccontextmanager
async def connected(
    operator: Operator,
    clock: Clock,
    *,
    url: str | None = None,
    mapping: TmfMapping | None = None,
    timeout_s: float = 30,  # the machine may be busy
    authorization: Authorization | None = None,
    breaker: CircuitBreaker | None = None,
) -> AsyncIterator[TmfClient]:
    """A client of the operator; without ``url`` in this process."""
    inside = None if url else httpx.ASGITransport(operator.app)
    transport = Transport(clock, timeout_s=timeout_s, transport=inside)
    try:
        yield TmfClient(
            url or "http://operator.test",
            mapping=mapping or TmfMapping(),
            transport=transport,
            authorization=authorization or NoAuthorization(),
            breaker=breaker or PurgatoryBreaker(),
        )
    finally:
        await transport.close()


@asynccontextmanager
async def directory_of(
    operator: Operator,
    clock: Clock,
    *,
    url: str | None = None,
    mapping: TmfMapping | None = None,
    timeout_s: float = 30,
    authorization: Authorization | None = None,
    breaker: CircuitBreaker | None = None,
) -> AsyncIterator[TmfAccountDirectory]:
    """The adapter on the operator."""
    table = mapping or TmfMapping()
    async with connected(
        operator,
        clock,
        url=url,
        mapping=table,
        timeout_s=timeout_s,
        authorization=authorization,
        breaker=breaker,
    ) as client:
        yield TmfAccountDirectory(client, table, clock, timeout_s=timeout_s)


@asynccontextmanager
async def listening(
    operator: Operator, app: Starlette | None = None, *, certificate: Path | None = None, key: Path | None = None
) -> AsyncIterator[str]:
    """Serve the operator (or ``app``, its own with more routes) on a socket; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            app or operator.app,
            log_config=None,
            lifespan="off",
            ws="none",
            access_log=False,
            timeout_graceful_shutdown=1,
            ssl_certfile=certificate,
            ssl_keyfile=key,
        )
        server = uvicorn.Server(config)
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield f"{'https' if certificate else 'http'}://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


@contextmanager
def serving(operator: Operator) -> Iterator[str]:
    """As ``listening``, in a thread of its own, for who runs no loop."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    ended, address = asyncio.Event(), ""

    async def serve() -> None:
        nonlocal address
        async with listening(operator) as address:
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(30)
    yield address
    loop.call_soon_threadsafe(ended.set)
    thread.join()
    loop.close()
