"""Telegram is away, refuses, floods: the rest of the system is not touched, replies go out later, in order."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from ndihma.desk.events import HandoffBody, HandoffState, VerificationBody
from ndihma.telegram.words_sq import ALBANIAN
from ndihma.verification.model import VerificationState
from tests.integration.gateway.live_gateway import said
from tests.support.telegram.fake import FakeBotApi

from .living import TEXT, LivingBot, living

CHAT = 830


async def ask(bot: LivingBot, number: int) -> None:
    bot.script.answers[f"pyetja {number}"] = said(f"Përgjigjja {number}.")
    await bot.api.message(CHAT, f"pyetja {number}")


async def web_works(bot: LivingBot) -> None:
    answer = await bot.http.post("/api/v1/sessions")
    assert answer.status_code == 201
    assert (await bot.http.get("/healthz")).status_code == 200


def answers(bot: LivingBot) -> list[str]:
    return [text for text in bot.api.texts(CHAT) if text.startswith("Përgjigjja")]


async def pass_time_until(bot: LivingBot, count: int) -> None:
    """Move the clock on until so many answers came."""

    def there() -> bool:
        bot.clock.advance(timedelta(seconds=1))
        return len(answers(bot)) >= count

    await bot.api.until(there, f"{count} answers")


@pytest.mark.parametrize(
    ("status", "description"), [(500, None), (502, None), (429, None), (400, "Bad Request: chat not available now")]
)
async def test_an_error_for_a_moment_delays_a_reply(bot: LivingBot, status: int, description: str | None) -> None:
    await bot.say(CHAT, "/start")
    bot.api.fail_next("sendMessage", status, description)
    await ask(bot, 1)
    await ask(bot, 2)
    await pass_time_until(bot, 2)
    assert answers(bot) == ["Përgjigjja 1.", "Përgjigjja 2."]


async def test_retry_after_is_kept(bot: LivingBot) -> None:
    await bot.say(CHAT, "/start")
    bot.api.fail_next("sendMessage", 429, retry_after=30)
    await ask(bot, 1)
    await bot.api.until(lambda: bot.api.cloud.faults.left == 0)
    before = len(bot.api.calls_of("sendMessage", CHAT))
    await bot.say(CHAT + 1, "sa kushton")  # other chats go on meanwhile
    assert len(bot.api.calls_of("sendMessage", CHAT)) == before
    bot.clock.advance(timedelta(seconds=31))
    await bot.api.said(CHAT, "Përgjigjja 1")


@pytest.mark.parametrize("done", [True, False])
async def test_a_reply_whose_sending_broke_off_is_offered_again_not_doubled(bot: LivingBot, done: bool) -> None:
    """Nobody knows whether it arrived; it comes again only if the customer says so."""
    await bot.say(CHAT, "/start")
    bot.api.drop_next("sendMessage", done=done)
    await ask(bot, 1)
    await ask(bot, 2)
    await pass_time_until(bot, 1 + done)
    await bot.settled(CHAT)
    assert answers(bot) == (["Përgjigjja 1.", "Përgjigjja 2."] if done else ["Përgjigjja 2."])
    (doubt,) = [post for post in bot.api.sent(CHAT) if post.text == ALBANIAN.in_doubt]
    await bot.api.press(doubt, ALBANIAN.repeat)
    await pass_time_until(bot, 2 + done)
    assert answers(bot)[-1] == "Përgjigjja 1."


@pytest.mark.parametrize("how", ["cut", "refused"])
async def test_an_hour_without_telegram(bot: LivingBot, how: str) -> None:
    await bot.say(CHAT, "/start")
    for number in range(3):
        await ask(bot, number)
    await bot.api.until(lambda: len(bot.heard) == 3)
    with bot.api.unreachable() if how == "cut" else bot.api.server.away():
        for number in range(3, 6):
            await ask(bot, number)
        conversation = await bot.conversation_of(CHAT)
        for number in range(6, 9):  # what others have to say piles up
            bot.script.answers[f"pyetja {number}"] = said(f"Përgjigjja {number}.")
            await bot.services.conversations.say(conversation, f"x{number}", f"pyetja {number}")
        await web_works(bot)
        for _ in range(60):
            bot.clock.advance(timedelta(minutes=1))
        await web_works(bot)
    await pass_time_until(bot, 9)
    await bot.settled(CHAT)
    assert len(answers(bot)) == len(set(answers(bot))) == 9
    order = [bot.heard.index(f"pyetja {text.removeprefix('Përgjigjja ').rstrip('.')}") for text in answers(bot)]
    assert order == sorted(order), "in the order in which they were asked"


async def test_somebody_else_polls_for_a_while(bot: LivingBot) -> None:
    await bot.say(CHAT, "/start")
    bot.api.conflict(times=2)
    await web_works(bot)
    posts = await bot.say(CHAT, "sa kushton")
    assert posts[-1].text == TEXT


async def test_a_webhook_of_earlier_days_is_taken_away(bot_api: FakeBotApi, tmp_path: Path, demo_url: str) -> None:
    bot_api.cloud.perform("setWebhook", {"url": "https://127.0.0.1:1/old"})
    await bot_api.message(CHAT, "sa kushton")
    async with living(bot_api, tmp_path, demo_url) as bot:
        await bot.api.said(CHAT, "7 €")
    assert bot_api.cloud.webhook is None


async def test_telegram_is_away_at_the_start(bot_api: FakeBotApi, tmp_path: Path, demo_url: str) -> None:
    bot_api.server.down()
    async with living(bot_api, tmp_path, demo_url) as bot:
        await web_works(bot)
        await bot_api.message(CHAT, "sa kushton")
        bot_api.server.up()
        await bot_api.said(CHAT, "7 €")


@pytest.mark.parametrize("token", ["1234567:" + "A" * 35, "fjala"])
async def test_s6_a_wrong_token_turns_the_bot_off_and_stands_in_no_log(
    bot_api: FakeBotApi, tmp_path: Path, demo_url: str, caplog: pytest.LogCaptureFixture, token: str
) -> None:
    caplog.set_level(logging.DEBUG)
    async with living(bot_api, tmp_path, demo_url, telegram_token=SecretStr(token)) as bot:
        await bot_api.until(lambda: [record for record in caplog.records if "the bot is off" in record.getMessage()])
        await web_works(bot)
    said_so = [r for r in caplog.records if r.levelno >= logging.ERROR and r.name.startswith("ndihma.")]
    assert len(said_so) == 1
    assert token not in caplog.text
    assert bot_api.calls_of("sendMessage") == []


async def test_without_a_token_it_is_off_and_says_so_once(
    bot_api: FakeBotApi, tmp_path: Path, demo_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with living(bot_api, tmp_path, demo_url, telegram_token=None) as bot:
        await web_works(bot)
        assert bot.services.telegram is None
    assert len([record for record in caplog.records if "NDIHMA_TELEGRAM_TOKEN" in record.getMessage()]) == 1
    assert bot_api.calls == []


async def test_s6_the_token_stands_in_no_log_whatever_fails(
    bot_api: FakeBotApi, tmp_path: Path, demo_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with living(bot_api, tmp_path, demo_url) as bot:
        await bot.say(CHAT, "/start")
        bot_api.fail_next("", 500)
        bot_api.fail_next("sendMessage", 401)
        bot_api.drop_next("sendMessage")
        bot_api.break_next("getUpdates")
        await bot.api.message(CHAT, "sa kushton")
        await bot.api.until(lambda: bot.clock.advance(timedelta(seconds=1)) or bot.api.cloud.faults.left == 0)
        with bot_api.unreachable():
            await web_works(bot)
        bot_api.server.down()
        await web_works(bot)
        bot_api.server.up()
    for secret in (bot_api.token, bot_api.token.split(":")[1]):
        assert secret not in caplog.text
    assert "sa kushton" not in caplog.text


@pytest.mark.parametrize("what", ["handoff", "verification"])
async def test_whatever_was_in_doubt_can_be_repeated_and_is_said_once_in_the_conversation(
    bot: LivingBot, what: str
) -> None:
    bodies = {
        "handoff": HandoffBody(state=HandoffState.AGENT, agent="Besa"),
        "verification": VerificationBody(state=VerificationState.CANCELLED),
    }
    sentences = {"handoff": ALBANIAN.with_agent_named.format(name="Besa"), "verification": ALBANIAN.cancelled}
    await bot.say(CHAT, "/start")
    bot.api.drop_next("sendMessage")
    conversation = await bot.conversation_of(CHAT)
    await bot.services.conversations.record(conversation, bodies[what])
    doubt = await bot.api.said(CHAT, re.escape(ALBANIAN.in_doubt))
    stored = len((await bot.services.conversations.history(conversation, 0, 100)).events)
    await bot.press(doubt, ALBANIAN.repeat)
    assert bot.api.texts(CHAT)[-1] == sentences[what]
    assert len((await bot.services.conversations.history(conversation, 0, 100)).events) == stored


@pytest.mark.parametrize("cursor", ["0", "99", "1234567890123456789012", "-1", "x"])
async def test_a_repeat_of_what_is_not_there_is_an_old_button(bot: LivingBot, cursor: str) -> None:
    await bot.say(CHAT, "/start")
    conversation = await bot.conversation_of(CHAT)
    data = f"r:{cursor}:{conversation}"[:64]
    callback = await bot.api.press(bot.api.sent(CHAT)[-1], data=data)
    await bot.api.until(lambda: callback.answer)
    assert callback.answer is not None
    assert callback.answer["text"] == ALBANIAN.old_button
