"""A one-time code is typed into the chat; it is tried, and its message goes (S5, S6)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ndihma.accounts.demo import DemoKey
from ndihma.telegram.words_sq import ALBANIAN
from tests.integration.gateway.live_gateway import said
from tests.support.telegram.chats import Post

from .living import LivingBot, number_of, verify

CHAT = 710
OWN = number_of(DemoKey.ACTIVE_BY_TOP_UP)


@pytest.fixture
async def awaited(bot: LivingBot) -> tuple[LivingBot, str]:
    """A code was sent: the bot and the code."""
    bot.script.answers |= {"sa kredi kam": verify, "/check_account": lambda: said("Keni 5 €.")}
    await bot.say(CHAT, "sa kredi kam")
    posts = await bot.say(CHAT, OWN)
    assert posts[-1].markup == {"remove_keyboard": True}
    return bot, await bot.code_after(0)


async def level(bot: LivingBot) -> int:
    identity = await bot.services.assurance.identity(await bot.conversation_of(CHAT))
    return 0 if identity is None else int(identity.level)


async def typed(bot: LivingBot, text: str) -> tuple[Post, list[Post]]:
    """The customer's message and what followed."""
    posts = await bot.say(CHAT, text)
    return bot.api.received(CHAT)[-1], posts


@pytest.mark.parametrize("form", ["{}", "kodi: {}", "{} "])
async def test_s5_a_right_code_is_level_2_and_its_message_goes(awaited: tuple[LivingBot, str], form: str) -> None:
    bot, code = awaited
    message, posts = await typed(bot, form.format(code))
    assert await level(bot) == 2
    assert posts[-1].text == "Keni 5 €."
    await bot.api.until(lambda: message.deleted, "the code's message deleted")


async def test_s5_a_wrong_code_counts_and_its_message_goes_too(awaited: tuple[LivingBot, str]) -> None:
    bot, code = awaited
    wrong = "000000" if code != "000000" else "111111"
    message, posts = await typed(bot, wrong)
    assert [post.text for post in posts] == [ALBANIAN.code_wrong.format(left=4)]
    await bot.api.until(lambda: message.deleted, "the code's message deleted")
    for left in (3, 2, 1):
        _, posts = await typed(bot, wrong)
        assert [post.text for post in posts] == [ALBANIAN.code_wrong.format(left=left)]
    _, posts = await typed(bot, wrong)
    assert posts[-1].text == ALBANIAN.code_used_up
    await typed(bot, code)
    assert await level(bot) == 0


async def test_s6_a_code_stands_nowhere_afterwards(awaited: tuple[LivingBot, str]) -> None:
    bot, code = awaited
    await typed(bot, code)
    for table in ("events", "turns", "telegram_updates", "telegram_deletions", "audit_entries"):
        rows = await bot.rows(f"SELECT * FROM {table}")  # noqa: S608
        assert not [row for row in rows if code in str(row)], table
    assert code not in str(bot.heard)
    assert bot.heard[-1] == "/check_account"


async def test_a_refused_deletion_is_in_the_audit_trail(awaited: tuple[LivingBot, str]) -> None:
    bot, code = awaited
    bot.api.fail_next("deleteMessage", 400, "Bad Request: message can't be deleted for everyone")
    message, _ = await typed(bot, code)
    found = await bot.audited("message_left")
    assert len(found) == 1
    assert "code" in str(found)
    assert code not in str(found)
    assert not message.deleted


async def test_a_deletion_outlives_an_outage(awaited: tuple[LivingBot, str]) -> None:
    bot, code = awaited
    bot.api.fail_next("deleteMessage", 500)
    message, _ = await typed(bot, code)
    await bot.api.until(lambda: bot.api.cloud.faults.left == 0, "the deletion tried")
    assert not message.deleted
    bot.clock.advance(timedelta(seconds=30))
    await bot.api.until(lambda: message.deleted, "the code's message deleted")


async def test_a_code_that_nobody_awaits_goes_as_well(bot: LivingBot) -> None:
    message, posts = await typed(bot, "482913")
    assert posts[-1].text == ALBANIAN.no_code_awaited
    await bot.api.until(lambda: message.deleted, "the message deleted")
    assert bot.heard == []


async def test_cancelling(awaited: tuple[LivingBot, str]) -> None:
    bot, code = awaited
    bot.script.answers["anulo"] = lambda: said("Mirë.", custom={"kind": "cancel_verification"})
    posts = await bot.say(CHAT, "anulo")
    assert ALBANIAN.cancelled in [post.text for post in posts]
    await typed(bot, code)
    assert await level(bot) == 0


async def test_a_message_that_is_gone_already_is_deleted(awaited: tuple[LivingBot, str]) -> None:
    """By the customer, or by a try whose answer got lost: nothing was left in the chat."""
    bot, code = awaited
    bot.api.fail_next("deleteMessage", 400, "Bad Request: message to delete not found")
    await typed(bot, code)

    async def forgotten() -> bool:
        return bot.api.cloud.faults.left == 0 and await bot.rows("SELECT * FROM telegram_deletions") == []

    await bot.eventually(forgotten, "the deletion forgotten")
    assert await bot.rows("SELECT * FROM audit_entries WHERE action = 'message_left'") == []
