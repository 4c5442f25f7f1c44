"""The made-up Bot API, and a client of it as the bot has one."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from ndihma.accounts.adapters.sql import SqlAccountWriter
from ndihma.accounts.demo import load_demo
from ndihma.clock import FixedClock
from ndihma.config import Mode
from ndihma.db import Database
from tests.integration.gateway.scripted_desk import NOW
from tests.support.databases import Databases
from tests.support.telegram.fake import FakeBotApi
from tests.support.telegram.second_opinion import objections

from .living import LivingBot, living


@pytest.fixture
def bot_api() -> Iterator[FakeBotApi]:
    """A Bot API on loopback. In the end every request must have been one that the real one takes, and teremok too."""
    with FakeBotApi().running() as api:
        yield api
    assert api.complaints == []
    assert objections(api.calls) == []


@pytest.fixture
def strict_bot_api() -> Iterator[FakeBotApi]:
    """The same for tests that ask what is not allowed."""
    with FakeBotApi().running() as api:
        yield api


def client_of(api: FakeBotApi, token: str | None = None) -> Bot:
    return Bot(token or api.token, session=AiohttpSession(api=TelegramAPIServer.from_base(api.base_url)))


@pytest.fixture
async def client(bot_api: FakeBotApi) -> AsyncIterator[Bot]:
    async with client_of(bot_api) as bot:
        yield bot


@pytest.fixture(scope="session")
def demo_template(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the demo customers, made once."""
    folder = tmp_path_factory.mktemp("demo")
    url = databases.migrated("sqlite", folder)

    async def load() -> None:
        database = Database(url)
        await load_demo(SqlAccountWriter(database), Mode.DEVELOPMENT, FixedClock(NOW))
        await database.close()

    asyncio.run(load())
    return folder / "ndihma.db"


@pytest.fixture
def demo_url(demo_template: Path, tmp_path: Path) -> str:
    """An SQLite database with the demo customers."""
    return f"sqlite+aiosqlite:///{shutil.copy(demo_template, tmp_path / 'ndihma.db')}"


@pytest.fixture
async def bot(bot_api: FakeBotApi, tmp_path: Path, demo_url: str) -> AsyncIterator[LivingBot]:
    """The bot in a whole gateway."""
    async with living(bot_api, tmp_path, demo_url) as made:
        yield made
