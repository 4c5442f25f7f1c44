"""A desk on a real database with a scripted engine and step; the whole gateway on loopback with a fake engine."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import Route

from ndihma.accounts.adapters.sql import SqlAccountWriter
from ndihma.accounts.demo import load_demo
from ndihma.bootstrap import open_gateway
from ndihma.clock import FixedClock
from ndihma.config import Mode, Settings
from ndihma.db import Database
from ndihma.desk.conversations import ConversationLimits, ConversationService
from ndihma.desk.hub import EventHub
from ndihma.desk.ports import PlainAnswer
from ndihma.desk.store import ConversationStore
from ndihma.gateway.__main__ import Server
from ndihma.gateway.app import create_app
from ndihma.gateway.intake import TextIntake
from tests.support.databases import Databases

from .live_gateway import Customer, FakeEngine, Gateway, free_port, plain_server, served
from .scripted_desk import NOW, Desk, ScriptedEngine, ScriptedSteps


@pytest.fixture
async def make_desk(database: Database) -> AsyncIterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def make(**limits: object) -> Desk:
        clock, engine, steps, hub = FixedClock(NOW), ScriptedEngine(), ScriptedSteps(), EventHub()
        store = ConversationStore(database)
        service = ConversationService(
            store=store,
            hub=hub,
            engine=engine,
            steps=steps,
            intake=TextIntake(1000),
            clock=clock,
            limits=ConversationLimits(**{"stop_grace_s": 0.05, **limits}),  # type: ignore[arg-type]
            plain_answers={"ask_puk_code": PlainAnswer("Në kartelën e madhe.", "FAQ 002 · PUK", "2026-11-22")},
        )
        made.append(Desk(database, clock, engine, steps, hub, store, service))
        return made[-1]

    yield make
    for desk in made:
        await desk.service.stop()


@pytest.fixture
async def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


@pytest.fixture(scope="session")
def migrated(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with the demo customers, made once."""
    folder = tmp_path_factory.mktemp("template")
    url = databases.migrated("sqlite", folder)

    async def load() -> None:
        database = Database(url)
        await load_demo(SqlAccountWriter(database), Mode.DEVELOPMENT, FixedClock(NOW))
        await database.close()

    asyncio.run(load())
    return folder / "ndihma.db"


@pytest.fixture
async def make_gateway(tmp_path: Path, migrated: Path) -> AsyncIterator[Callable[..., Awaitable[Gateway]]]:
    async with AsyncExitStack() as stack:

        async def make(**settings: Any) -> Gateway:
            var = settings.pop("var_dir", tmp_path / "var")
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


@pytest.fixture
async def gateway(make_gateway: Callable[..., Awaitable[Gateway]]) -> Gateway:
    return await make_gateway()


@pytest.fixture
async def customer(gateway: Gateway) -> Customer:
    return await gateway.customer()
