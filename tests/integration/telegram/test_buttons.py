"""Buttons: opaque and short, always answered, old ones politely refused."""

from __future__ import annotations

import pytest

from ndihma import messages
from ndihma.telegram.words_sq import ALBANIAN
from tests.integration.gateway.live_gateway import said
from tests.support.telegram.chats import Post

from .living import TEXT, LivingBot

CHAT, OTHER = 760, 761


@pytest.fixture
async def greeting(bot: LivingBot) -> Post:
    bot.script.answers["a kam borxh"] = lambda: said("Dëshironi?", buttons=[{"title": "Po", "payload": "/affirm"}])
    return (await bot.say(CHAT, "/start"))[0]


async def answered(bot: LivingBot, post: Post, title: str | None = None, data: str | None = None) -> str | None:
    """The note that a press is answered with."""
    callback = await bot.api.press(post, title, data=data)
    await bot.api.until(lambda: callback.answer, "the press answered")
    await bot.settled(post.chat.id)
    assert callback.answer is not None
    note = callback.answer.get("text")
    return None if note is None else str(note)


async def test_topics_are_an_inline_keyboard_with_opaque_data(greeting: Post) -> None:
    assert greeting.titles == [starter.title for starter in messages.STARTERS]
    for button in greeting.buttons:
        assert len(button["callback_data"].encode()) <= 64
        assert not any(starter.intent in button["callback_data"] for starter in messages.STARTERS)


async def test_a_topic_is_answered(bot: LivingBot, greeting: Post) -> None:
    starter = messages.STARTERS[1]
    assert await answered(bot, greeting, starter.title) is None
    assert bot.heard == [f"/{starter.intent}"]
    assert bot.api.sent(CHAT)[-1].text == TEXT


async def test_topics_stay_good_while_the_conversation_does(bot: LivingBot, greeting: Post) -> None:
    await bot.say(CHAT, "a kam borxh")
    assert await answered(bot, greeting, messages.STARTERS[0].title) is None
    assert bot.heard[-1] == f"/{messages.STARTERS[0].intent}"


async def test_an_earlier_question_is_not_answered_any_more(bot: LivingBot, greeting: Post) -> None:
    first = (await bot.say(CHAT, "a kam borxh"))[-1]
    await bot.say(CHAT, "a kam borxh")
    assert await answered(bot, first, "Po") == ALBANIAN.old_button
    assert "/affirm" not in bot.heard


@pytest.mark.parametrize("data", ["x", "c_" + "0" * 30, "s:9:zz", "r:1:zz", "l:xx", "v:", "x:", "ë" * 30])
async def test_data_that_no_button_of_this_chat_holds_is_answered_politely(
    bot: LivingBot, greeting: Post, data: str
) -> None:
    before = len(bot.api.sent(CHAT))
    assert await answered(bot, greeting, data=data) == ALBANIAN.old_button
    assert len(bot.api.sent(CHAT)) == before
    assert bot.heard == []


async def test_s2_a_button_of_another_chat_does_nothing(bot: LivingBot, greeting: Post) -> None:
    theirs = (await bot.say(OTHER, "a kam borxh"))[-1]
    assert await answered(bot, greeting, data=theirs.buttons[0]["callback_data"]) == ALBANIAN.old_button
    assert "/affirm" not in bot.heard


async def test_buttons_of_a_deleted_message_still_get_their_answer(bot: LivingBot, greeting: Post) -> None:
    await bot.api.delete(greeting)
    assert await answered(bot, greeting, data=greeting.buttons[0]["callback_data"]) is None


async def test_an_answer_that_comes_too_late_is_no_failure(bot: LivingBot, greeting: Post) -> None:
    bot.api.fail_next("answerCallbackQuery", 400, "Bad Request: query is too old and response timeout expired")
    callback = await bot.api.press(greeting, messages.STARTERS[0].title)
    await bot.settled(CHAT)
    await bot.api.until(lambda: bot.heard)
    assert callback.answer is None
    assert bot.api.sent(CHAT)[-1].text == TEXT


async def test_a_press_that_comes_twice_asks_once(bot: LivingBot, greeting: Post) -> None:
    with bot.api.held("answerCallbackQuery"):
        await bot.api.press(greeting, messages.STARTERS[0].title)
        await bot.api.until(lambda: bot.api.calls_of("answerCallbackQuery"))
    await bot.settled(CHAT)
    assert len(bot.heard) == 1


async def test_the_menu_offers_the_topics_again(bot: LivingBot, greeting: Post) -> None:
    (menu,) = await bot.say(CHAT, "/menu")
    assert (menu.text, menu.titles) == (ALBANIAN.menu, greeting.titles)
    assert await answered(bot, menu, menu.titles[2]) is None
    assert bot.heard == [f"/{messages.STARTERS[2].intent}"]


async def test_the_balance_command_asks_as_its_topic_does(bot: LivingBot, greeting: Post) -> None:
    await bot.say(CHAT, "/gjendja")
    assert bot.heard == [messages.STARTERS[0].title]


async def test_the_agent_command_hands_over_without_the_engine(bot: LivingBot, greeting: Post) -> None:
    posts = await bot.say(CHAT, "/agjenti")
    assert "080010000" in "".join(post.text for post in posts), "nobody is on duty, so it says whom to call"
    assert bot.heard == []


async def test_help_and_unknown_commands(bot: LivingBot, greeting: Post) -> None:
    assert [post.text for post in await bot.say(CHAT, "/ndihma")] == [ALBANIAN.help]
    assert bot.heard == []
    await bot.say(CHAT, "/panjohur")
    assert bot.heard == ["panjohur"]
