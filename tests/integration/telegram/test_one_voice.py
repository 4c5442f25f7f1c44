"""While people have a conversation the bot is no second voice: what was asked of it is done, or told who answers."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ndihma.desk.events import Event, ReplyEvent
from ndihma.desk.handoff.model import Agent
from ndihma.desk.handoff.rules import Presence
from ndihma.telegram.words_sq import ALBANIAN
from tests.support.telegram.fake import FakeBotApi

from .living import TEXT, LivingBot, living

CHAT = 790
BESA = Agent("a2", "Besa")
WITH_BESA = ALBANIAN.with_agent_named.format(name="Besa")


async def taken(bot: LivingBot, version: int = 0) -> str:
    """A conversation of the chat that Besa has."""
    conversation = await bot.conversation_of(CHAT)
    await bot.services.handoff.service.take(conversation, BESA, version)
    await bot.settled(CHAT)
    return conversation


async def events(bot: LivingBot, conversation: str) -> list[Event]:
    return list((await bot.services.conversations.history(conversation, 0, 200)).events)


async def spoken_since_the_take_over(bot: LivingBot, conversation: str) -> list[str]:
    """What the assistant said in a conversation after an agent got it."""
    stored = await events(bot, conversation)
    joined = next(event.cursor for event in stored if event.type == "handoff" and event.state == "agent")
    return [e.text for e in stored if isinstance(e, ReplyEvent) and e.author is None and e.cursor > joined]


@pytest.mark.parametrize("command", ["/menu", "/ndihma", "/start"])
async def test_what_the_assistant_would_say_is_told_by_who_has_the_conversation(bot: LivingBot, command: str) -> None:
    await bot.say(CHAT, "/start")
    conversation = await taken(bot)
    posts = await bot.say(CHAT, command)
    assert [post.text for post in posts] == [WITH_BESA]
    assert await spoken_since_the_take_over(bot, conversation) == []
    await bot.services.handoff.service.say(conversation, BESA, "x1", "Mirëdita")
    assert (await bot.api.said(CHAT, "Mirëdita")).text == "Besa, Vala\nMirëdita"


async def test_who_asks_for_the_account_asks_the_agent(bot: LivingBot) -> None:
    await bot.say(CHAT, "/start")
    conversation = await taken(bot)
    assert await bot.say(CHAT, "/gjendja") == []
    assert [event.type for event in await events(bot, conversation)][-2:] == ["message", "done"]
    assert bot.heard == []


async def test_who_waits_hears_the_place_in_the_queue(bot: LivingBot) -> None:
    await bot.services.handoff.presence.beat(BESA, Presence.AVAILABLE)
    await bot.say(CHAT, "/start")
    await bot.say(CHAT, "/agjenti")
    posts = await bot.say(CHAT, "/menu")
    assert [post.text for post in posts] == [ALBANIAN.waiting_at.format(position=1)]


async def test_the_chats_own_settings_stay_at_hand(bot: LivingBot) -> None:
    await bot.say(CHAT, "/start")
    await taken(bot)
    (asked,) = await bot.say(CHAT, "/gjuha")
    (set_to,) = await bot.press(asked, "English")
    assert asked.text == ALBANIAN.language_ask
    assert "English" in set_to.text
    (question,) = await bot.say(CHAT, "/fshi")
    await bot.api.press(question, question.titles[0])
    await bot.worked_off()
    assert await bot.rows("SELECT conversation_id FROM telegram_threads WHERE chat_id = :chat", chat=CHAT) == []


async def test_what_does_not_reach_the_agent_is_told_so(bot: LivingBot) -> None:
    await bot.say(CHAT, "/start")
    await taken(bot)
    posts = await bot.after(CHAT, bot.api.media(CHAT, "voice"))
    assert [post.text for post in posts] == [ALBANIAN.agents_read_text]


async def test_it_stays_so_after_a_restart_and_until_the_hand_back(
    bot_api: FakeBotApi, tmp_path: Path, demo_url: str
) -> None:
    async with living(bot_api, tmp_path, demo_url) as bot:
        await bot.say(CHAT, "/start")
        await taken(bot)
    async with living(bot_api, tmp_path, demo_url) as bot:
        posts = await bot.say(CHAT, "/start")
        assert [post.text for post in posts] == [WITH_BESA]
        await bot.services.handoff.service.hand_back(await bot.conversation_of(CHAT), BESA, 1)
        await bot.settled(CHAT)
        (menu,) = await bot.say(CHAT, "/menu")
        assert menu.text == ALBANIAN.menu
        assert menu.titles


async def test_a_reply_that_was_on_its_way_comes_before_the_agent_is_announced(bot: LivingBot) -> None:
    await bot.say(CHAT, "/start")
    with bot.api.held("sendMessage") as gate:
        await bot.api.message(CHAT, "sa kushton")
        await bot.api.until(lambda: gate.waiting, "the answer is on its way")
        await bot.services.handoff.service.take(await bot.conversation_of(CHAT), BESA, 0)
        await bot.api.message(CHAT, "/menu")
        await bot.worked_off()
    await bot.settled(CHAT)
    assert bot.api.texts(CHAT)[-3:] == [TEXT, WITH_BESA, WITH_BESA]


async def test_an_answer_that_comes_after_the_take_over_is_not_sent(bot: LivingBot) -> None:
    await bot.say(CHAT, "/start")
    bot.script.waits = asyncio.Event()
    await bot.api.message(CHAT, "sa kushton")
    await bot.api.until(lambda: bot.heard, "the engine is asked")
    await bot.services.handoff.service.take(await bot.conversation_of(CHAT), BESA, 0)
    bot.script.waits.set()
    await bot.settled(CHAT)
    posts = await bot.say(CHAT, "alo")
    assert posts == []
    assert bot.api.texts(CHAT)[-1] == WITH_BESA
    assert TEXT not in bot.api.texts(CHAT)
