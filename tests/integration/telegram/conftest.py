"""The made-up Bot API, and a client of it as the bot has one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from tests.support.telegram.fake import FakeBotApi
from tests.support.telegram.second_opinion import objections


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
