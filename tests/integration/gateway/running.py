"""Starts whole gateways on loopback, each with a fake engine, on a database with the demo customers."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import Route

from ndihma.accounts.adapters.sql import SqlAccountWriter
from ndihma.accounts.demo import load_demo
from ndihma.bootstrap import open_gateway
from ndihma.clock import FixedClock
from ndihma.config import Mode, Settings
from ndihma.db import Database
from ndihma.gateway.__main__ import Server
from ndihma.gateway.app import create_app
from tests.support.databases import Databases

from .live_gateway import FakeEngine, Gateway, free_port, plain_server, served
from .scripted_desk import NOW

__all__ = ["MakeGateway", "gateways", "migrated_with_demo"]

MakeGateway = Callable[..., Awaitable[Gateway]]


def migrated_with_demo(databases: Databases, folder: Path) -> Path:
    """A migrated database with the demo customers, to be copied."""
    url = databases.migrated("sqlite", folder)

    async def load() -> None:
        database = Database(url)
        await load_demo(SqlAccountWriter(database), Mode.DEVELOPMENT, FixedClock(NOW))
        await database.close()

    asyncio.run(load())
    return folder / "ndihma.db"


@asynccontextmanager
async def gateways(folder: Path, migrated: Path) -> AsyncIterator[MakeGateway]:
    """Makes gateways, each with a copy of ``migrated``; they end with this."""
    async with AsyncExitStack() as stack:

        async def make(**settings: Any) -> Gateway:
            var = settings.pop("var_dir", folder / "var")
            clock = settings.pop("clock", None) or FixedClock(NOW)
            if not (var / "ndihma.db").exists():
                var.mkdir()
                shutil.copy(migrated, var / "ndihma.db")
            fake = FakeEngine(0)
            routes = [
                Route("/webhooks/gateway/message", fake.message, methods=["POST"]),
                Route("/webhooks/gateway/read", fake.read, methods=["POST"]),
                Route("/webhooks/gateway/health", fake.health),
                Route("/health", fake.health),
            ]
            fake.port = await stack.enter_async_context(served(plain_server(Starlette(routes=routes))))
            made = Settings(
                **{
                    "var_dir": var,
                    "engine_port": fake.port,
                    "actions_port": fake.port,
                    "gateway_port": free_port(),
                    "engine_token": SecretStr("t" * 40),
                    "engine_timeout_s": 0.5,
                    **settings,
                }
            )
            fake.token = made.engine_token.get_secret_value() if made.engine_token else ""
            app = create_app(made, open_services=partial(open_gateway, clock=clock))
            server = Server(app, made)
            port = await stack.enter_async_context(served(server, made.gateway_port))
            http = await stack.enter_async_context(
                httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=10)
            )
            return Gateway(made, app, server, fake, clock, http)

        yield make
