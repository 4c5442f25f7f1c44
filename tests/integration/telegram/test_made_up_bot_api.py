"""The made-up Bot API over its socket: polls, conflicts, floods, faults, files, webhooks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import web

from tests.support.telegram.fake import FakeBotApi
from tests.support.telegram.webhook import SECRET_HEADER

from .conftest import client_of

CHAT = 7


async def test_a_long_poll_ends_with_the_update_it_waited_for(bot_api: FakeBotApi, client: Bot) -> None:
    poll = asyncio.create_task(client.get_updates(timeout=40))
    await bot_api.until(lambda: bot_api.calls)
    await bot_api.message(CHAT, "ç'kemi")
    (update,) = await poll
    assert update.message is not None
    assert update.message.text == "ç'kemi"


async def test_an_update_comes_again_until_it_is_confirmed(bot_api: FakeBotApi, client: Bot) -> None:
    for text in "abc":
        await bot_api.message(CHAT, text)
    first = await client.get_updates()
    assert await client.get_updates(limit=1) == first[:1]
    rest = await client.get_updates(offset=first[1].update_id)
    assert rest == first[1:]
    assert await client.get_updates() == first[1:]
    assert await client.get_updates(offset=-1) == first[2:]
    assert await client.get_updates(offset=first[2].update_id + 1) == []
    assert set(bot_api.cloud.updates.given.values()) == {2, 3, 4}


async def test_only_wanted_kinds_are_kept(bot_api: FakeBotApi, client: Bot) -> None:
    await client.get_updates(allowed_updates=["callback_query"])
    await bot_api.message(CHAT, "a")
    assert await client.get_updates() == []
    await client.get_updates(allowed_updates=[])
    await bot_api.message(CHAT, "b")
    (update,) = await client.get_updates()
    assert update.message is not None


async def test_the_later_of_two_pollers_wins(bot_api: FakeBotApi, client: Bot) -> None:
    first = asyncio.create_task(client.get_updates(timeout=40))
    await bot_api.until(lambda: bot_api.calls)
    second = asyncio.create_task(client.get_updates(timeout=40))
    with pytest.raises(TelegramConflictError, match="terminated by other getUpdates request"):
        await first
    await bot_api.message(CHAT, "a")
    assert len(await second) == 1


async def test_a_stranger_with_our_token(bot_api: FakeBotApi, client: Bot) -> None:
    poll = asyncio.create_task(client.get_updates(timeout=40))
    await bot_api.until(lambda: bot_api.calls)
    bot_api.conflict(times=2)
    for attempt in (poll, client.get_updates(), client.get_updates()):
        with pytest.raises(TelegramConflictError):
            await attempt
    assert await client.get_updates() == []


async def test_a_set_webhook_ends_the_poll_and_forbids_the_next(bot_api: FakeBotApi, client: Bot) -> None:
    poll = asyncio.create_task(client.get_updates(timeout=40))
    await bot_api.until(lambda: bot_api.calls)
    await client.set_webhook("https://127.0.0.1:1/x")
    with pytest.raises(TelegramConflictError, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(TelegramConflictError, match="webhook is active"):
        await client.get_updates()
    assert (await client.get_webhook_info()).url == "https://127.0.0.1:1/x"
    await client.delete_webhook()
    assert await client.get_updates() == []


@pytest.mark.parametrize(
    ("token", "error"), [("1234567:" + "A" * 35, TelegramUnauthorizedError), ("12:A", TelegramNotFound)]
)
async def test_a_wrong_token(bot_api: FakeBotApi, token: str, error: type[TelegramAPIError]) -> None:
    async with client_of(bot_api, token) as stranger:
        with pytest.raises(error):
            await stranger.get_me()


async def test_floods_are_refused_for_a_while(bot_api: FakeBotApi, client: Bot) -> None:
    bot_api.user(CHAT)
    outcomes = await asyncio.gather(*(client.send_message(CHAT, "x") for _ in range(30)), return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, TelegramRetryAfter)]
    assert refused
    assert {outcome.retry_after for outcome in refused} == {1}
    assert len(bot_api.sent(CHAT)) == 30 - len(refused)


@pytest.mark.parametrize(
    ("plan", "error"),
    [
        (lambda api: api.fail_next("sendMessage", 429, retry_after=3), TelegramRetryAfter),
        (lambda api: api.fail_next("sendMessage", 500), TelegramServerError),
        (lambda api: api.fail_next("sendMessage", 403), TelegramForbiddenError),
        (lambda api: api.fail_next("sendMessage", 400, "Bad Request: can't parse entities: x"), TelegramBadRequest),
        (lambda api: api.drop_next("sendMessage"), TelegramNetworkError),
        (lambda api: api.drop_next("sendMessage", done=True), TelegramNetworkError),
    ],
)
async def test_planned_faults_happen_once(
    bot_api: FakeBotApi, client: Bot, plan: Any, error: type[TelegramAPIError]
) -> None:
    bot_api.user(CHAT)
    plan(bot_api)
    with pytest.raises(error):
        await client.send_message(CHAT, "x")
    done = len(bot_api.sent(CHAT))
    await client.send_message(CHAT, "y")
    assert bot_api.texts(CHAT) == ["x", "y"][1 - done :]
    assert bot_api.cloud.faults.left == 0


async def test_a_proxys_error_page(bot_api: FakeBotApi, client: Bot) -> None:
    bot_api.break_next("getMe")
    with pytest.raises(Exception, match=r"502|decode|JSON"):
        await client.get_me()
    assert (await client.get_me()).username == bot_api.username


async def test_nothing_gets_through(bot_api: FakeBotApi, client: Bot) -> None:
    poll = asyncio.create_task(client.get_updates(timeout=40))
    await bot_api.until(lambda: bot_api.calls)
    with bot_api.unreachable():
        for attempt in (poll, client.get_me()):
            with pytest.raises(TelegramNetworkError):
                await attempt
    assert await client.get_me()
    bot_api.server.down()
    with pytest.raises(TelegramNetworkError):
        await client.get_me()
    bot_api.server.up()
    assert await client.get_me()


async def test_held_requests_wait(bot_api: FakeBotApi, client: Bot) -> None:
    bot_api.user(CHAT)
    with bot_api.held("sendMessage") as gate:
        sending = asyncio.create_task(client.send_message(CHAT, "x"))
        await bot_api.until(lambda: gate.waiting)
        assert bot_api.sent(CHAT) == []
    await sending
    assert bot_api.texts(CHAT) == ["x"]


async def test_files_go_both_ways(bot_api: FakeBotApi, client: Bot) -> None:
    post = await bot_api.document(CHAT, b"%PDF-1.7", "d.pdf")
    file = await client.get_file(post.content["document"]["file_id"])
    assert file.file_path is not None
    downloaded = await client.download_file(file.file_path)
    assert downloaded is not None
    assert downloaded.read() == b"%PDF-1.7"


async def test_json_form_and_query_are_read_alike(strict_bot_api: FakeBotApi) -> None:
    api = strict_bot_api
    api.user(CHAT)
    url = f"{api.base_url}/bot{api.token}/sendMessage"
    markup = {"remove_keyboard": True}
    form = {"chat_id": str(CHAT), "text": "b", "reply_markup": json.dumps(markup)}
    async with aiohttp.ClientSession() as session:
        answers = [
            await (await session.post(url, json={"chat_id": CHAT, "text": "a", "reply_markup": markup})).json(),
            await (await session.post(url, data=form)).json(),
            await (await session.get(url, params=form | {"text": "c", "chat_id": "8"})).json(),
            await (await session.post(url, data=b"{", headers={"Content-Type": "application/json"})).json(),
        ]
    assert [answer["ok"] for answer in answers] == [True, True, False, False]
    assert answers[2] == {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}
    assert api.texts(CHAT) == ["a", "b"]


# --- webhook ------------------------------------------------------------------------------------------------


@dataclass
class Receiver:
    """A bot's webhook that answers with ``statuses``, then with 200."""

    statuses: list[int] = field(default_factory=list)
    reply: dict[str, Any] | None = None
    seen: list[tuple[str | None, dict[str, Any]]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.seen.append((request.headers.get(SECRET_HEADER), await request.json()))
        status = self.statuses.pop(0) if self.statuses else 200
        return web.json_response(self.reply if status == 200 else None, status=status)


@asynccontextmanager
async def listening(receiver: Receiver) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    finally:
        await runner.cleanup()


async def test_updates_are_pushed_with_the_secret_and_in_order(bot_api: FakeBotApi, client: Bot) -> None:
    receiver = Receiver()
    async with listening(receiver) as url:
        await client.set_webhook(url, secret_token="s3cret")
        for text in "abc":
            await bot_api.message(CHAT, text)
        await bot_api.taken()
    assert [secret for secret, _ in receiver.seen] == ["s3cret"] * 3
    assert [update["message"]["text"] for _, update in receiver.seen] == ["a", "b", "c"]


async def test_a_push_is_repeated_until_it_is_taken(bot_api: FakeBotApi, client: Bot) -> None:
    receiver = Receiver(statuses=[500, 403, 302])
    async with listening(receiver) as url:
        await client.set_webhook(url)
        await bot_api.message(CHAT, "a")
        await bot_api.message(CHAT, "b")
        await bot_api.taken()
        info = await client.get_webhook_info()
    assert [update["message"]["text"] for _, update in receiver.seen] == ["a", "a", "a", "a", "b"]
    assert [delivery.status for delivery in bot_api.server.pusher.deliveries] == [500, 403, 302, 200, 200]
    assert info.pending_update_count == 0
    assert info.last_error_message == "Wrong response from the webhook: 302 Found"


async def test_other_chats_do_not_wait_for_one_that_is_refused(bot_api: FakeBotApi, client: Bot) -> None:
    receiver = Receiver(statuses=[500])
    bot_api.server.pusher.retry_s = 3600
    async with listening(receiver) as url:
        await client.set_webhook(url)
        await bot_api.message(CHAT, "a")
        await bot_api.until(lambda: receiver.seen)
        await bot_api.message(8, "b")
        await bot_api.until(lambda: len(receiver.seen) == 2)
    assert receiver.seen[1][1]["message"]["text"] == "b"


async def test_a_method_in_the_webhooks_answer_is_carried_out(bot_api: FakeBotApi, client: Bot) -> None:
    receiver = Receiver(reply={"method": "sendMessage", "chat_id": CHAT, "text": "po"})
    async with listening(receiver) as url:
        await client.set_webhook(url)
        await bot_api.message(CHAT, "a")
        await bot_api.said(CHAT, "po")
