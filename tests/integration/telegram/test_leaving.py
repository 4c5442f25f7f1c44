"""People block the bot, delete their account, come back: nothing fails, and nobody waits for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ndihma.telegram.words_sq import ALBANIAN
from tests.support.telegram.fake import FakeBotApi

from .living import TEXT, LivingBot, living

CHAT, OTHER = 770, 771


async def test_a_blocked_bot_writes_nothing_more(bot: LivingBot) -> None:
    await bot.say(CHAT, "/start")
    await bot.api.block(CHAT)
    await bot.settled(CHAT)
    before = len(bot.api.calls)
    await bot.services.conversations.say(await bot.conversation_of(CHAT), "x1", "sa kushton kartela")
    await bot.say(OTHER, "sa kushton kartela")
    assert [call for call in bot.api.calls[before:] if (call.method, call.chat_id) == ("sendMessage", CHAT)] == []


@pytest.mark.parametrize("how", ["blocked while it answers", "account deleted"])
async def test_a_chat_that_refuses_is_left_alone(bot: LivingBot, how: str) -> None:
    await bot.say(CHAT, "/start")
    await bot.api.message(CHAT, "sa kushton kartela")
    if how == "account deleted":
        bot.api.vanish(CHAT)
    else:
        bot.api.chat(CHAT).blocked = "bot was blocked by the user"
    await bot.settled(CHAT)
    refused = [call for call in bot.api.calls_of("sendMessage", CHAT) if call.status == 403]
    assert len(refused) <= 1
    posts = await bot.say(OTHER, "sa kushton kartela")
    assert posts[-1].text == TEXT


async def test_who_comes_back_gets_what_was_left(bot: LivingBot) -> None:
    await bot.say(CHAT, "/start")
    await bot.api.block(CHAT)
    await bot.settled(CHAT)
    await bot.api.unblock(CHAT)
    posts = await bot.say(CHAT, "sa kushton kartela")
    assert posts[-1].text == TEXT


@pytest.mark.parametrize(
    "content",
    [
        {"new_chat_members": [{"id": 5, "is_bot": False, "first_name": "Dreni"}]},
        {"left_chat_member": {"id": 5, "is_bot": False, "first_name": "Dreni"}},
        {"new_chat_title": "Titulli"},
        {"group_chat_created": True},
        {"migrate_to_chat_id": -100123456789012},
        {"pinned_message": {"chat": {"id": -5, "type": "group", "title": "x"}, "message_id": 1, "date": 0}},
    ],
)
async def test_messages_of_telegram_itself_come_to_nothing(bot: LivingBot, content: dict[str, object]) -> None:
    message = {
        "message_id": 1,
        "date": 1_800_000_000,
        "chat": {"id": -5, "type": "group", "title": "x"},
        "from": {"id": 5, "is_bot": False, "first_name": "Dreni"},
    }
    await bot.api.raw("message", message | content)
    await bot.api.taken()
    await bot.settled(-5)
    assert bot.heard == []
    assert bot.api.calls_of("sendMessage") == []


async def test_updates_that_nobody_understands_hold_nothing_up(bot: LivingBot) -> None:
    for kind, content in (
        ("message", {"unheard": "of"}),
        ("message", {"message_id": 1, "chat": {"id": OTHER, "type": "private"}, "text": ["x"]}),
        ("callback_query", {"id": "1"}),
        ("edited_message", {"chat": {"id": "x"}}),
        ("my_chat_member", {}),
    ):
        await bot.api.raw(kind, content)
    posts = await bot.say(CHAT, "sa kushton kartela")
    assert posts[-1].text == TEXT
    assert bot.heard == ["sa kushton kartela"]


async def test_channels_and_other_bots_are_not_talked_to(bot: LivingBot) -> None:
    chat = {"id": -9, "type": "supergroup", "title": "x"}
    text = f"@{bot.api.username} sa kushton"
    mention = [{"type": "mention", "offset": 0, "length": len(bot.api.username) + 1}]
    base = {"message_id": 1, "date": 1_800_000_000, "chat": chat, "text": text, "entities": mention}
    await bot.api.raw("message", base | {"from": {"id": 6, "is_bot": True, "first_name": "Bot"}})
    channel = {"id": -10, "type": "channel", "title": "Kanali"}
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    await bot.api.raw("message", base | {"from": anonymous, "sender_chat": channel})
    await bot.api.taken()
    await bot.settled(-9)
    assert bot.heard == []


async def test_s4_a_flood_of_messages_is_told_once(bot_api: FakeBotApi, tmp_path: Path, demo_url: str) -> None:
    async with living(bot_api, tmp_path, demo_url, session_messages_per_minute=4) as bot:
        for _ in range(10):
            await bot_api.message(CHAT, "sa kushton kartela")
        await bot.settled(CHAT)
        assert len(bot.heard) == 4
        assert bot_api.texts(CHAT).count(ALBANIAN.limited) == 1
