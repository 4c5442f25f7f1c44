"""Updates pushed to the webhook: with the secret, from allowed networks, again until taken (S12)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.gateway.live_gateway import free_port
from tests.support.telegram.fake import FakeBotApi
from tests.support.telegram.webhook import SECRET_HEADER

from .living import TEXT, LivingBot, living

CHAT = 840
PATH = "/telegram/webhook"


def webhook() -> dict[str, Any]:
    port = free_port()
    return {"gateway_port": port, "telegram_webhook_url": f"http://127.0.0.1:{port}{PATH}"}


@pytest.fixture
async def bot(bot_api: FakeBotApi, tmp_path: Path, demo_url: str) -> AsyncIterator[LivingBot]:
    async with living(bot_api, tmp_path, demo_url, **webhook()) as made:
        await bot_api.until(lambda: bot_api.cloud.webhook, "the webhook set")
        yield made


async def test_questions_are_answered_without_polling(bot: LivingBot) -> None:
    assert (await bot.say(CHAT, "sa kushton"))[-1].text == TEXT
    assert bot.api.calls_of("getUpdates") == []
    (call,) = bot.api.calls_of("setWebhook")
    assert len(call.values["secret_token"]) >= 32
    assert set(call.values["allowed_updates"]) == {"message", "edited_message", "callback_query", "my_chat_member"}


async def test_s12_without_the_secret_nothing_is_taken(bot: LivingBot) -> None:
    secret = bot.api.cloud.webhook.secret if bot.api.cloud.webhook else None
    assert secret is not None
    update = {
        "update_id": 1,
        "message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "x"},
    }
    for header in ({}, {SECRET_HEADER: ""}, {SECRET_HEADER: secret[:-1]}, {SECRET_HEADER: secret + "x"}):
        answer = await bot.http.post(PATH, json=update, headers=header)
        assert answer.status_code in {401, 403, 404}
    assert await bot.rows("SELECT update_id FROM telegram_updates") == []


async def test_s12_an_update_that_comes_again_is_taken_once(bot: LivingBot) -> None:
    await bot.say(CHAT, "sa kushton")
    secret = bot.api.cloud.webhook.secret if bot.api.cloud.webhook else ""
    post = bot.api.received(CHAT)[-1]
    (update_id,) = bot.api.cloud.updates.given
    update = {"update_id": update_id, "message": post.document()}
    for _ in range(3):
        answer = await bot.http.post(PATH, json=update, headers={SECRET_HEADER: secret or ""})
        assert answer.status_code == 200
    await bot.settled(CHAT)
    assert bot.heard == ["sa kushton"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"5", b'{"update_id": "x"}', b"\xff\xfe", b"null"])
async def test_bodies_that_are_no_updates(bot: LivingBot, body: bytes) -> None:
    secret = bot.api.cloud.webhook.secret if bot.api.cloud.webhook else ""
    headers = {SECRET_HEADER: secret or "", "Content-Type": "application/json"}
    assert (await bot.http.post(PATH, content=body, headers=headers)).status_code < 500
    assert (await bot.say(CHAT, "sa kushton"))[-1].text == TEXT


async def test_what_could_not_be_stored_is_pushed_again(bot: LivingBot) -> None:
    await bot.say(CHAT, "/start")
    async with bot.database.engine.connect() as connection:
        await connection.exec_driver_sql("ALTER TABLE telegram_updates RENAME TO telegram_updates_away")
        await connection.commit()
        await bot.api.message(CHAT, "sa kushton")
        await bot.api.until(lambda: [d for d in bot.api.server.pusher.deliveries if d.status >= 500])
        await connection.exec_driver_sql("ALTER TABLE telegram_updates_away RENAME TO telegram_updates")
        await connection.commit()
    await bot.api.said(CHAT, "7 €")
    await bot.settled(CHAT)
    assert bot.heard == ["sa kushton"]


async def test_s12_only_allowed_networks(bot_api: FakeBotApi, tmp_path: Path, demo_url: str) -> None:
    settings = webhook() | {
        "telegram_webhook_networks": "149.154.160.0/20, 91.108.4.0/22",
        "trust_forwarded_for": True,
    }
    async with living(bot_api, tmp_path, demo_url, **settings) as bot:
        await bot_api.until(lambda: bot_api.cloud.webhook)
        await bot_api.message(CHAT, "sa kushton")
        await bot_api.until(lambda: bot_api.server.pusher.deliveries)
        assert {delivery.status for delivery in bot_api.server.pusher.deliveries} <= {401, 403, 404}
        assert bot.heard == []
        bot_api.server.pusher.headers["X-Forwarded-For"] = "149.154.167.40"
        await bot_api.said(CHAT, "7 €")
