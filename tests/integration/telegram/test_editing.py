"""An edited question is answered once, by an edit of its answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ndihma.telegram.words_sq import ALBANIAN
from tests.integration.gateway.live_gateway import said
from tests.support.telegram.fake import FakeBotApi

from .living import TEXT, LivingBot, living

CHAT = 730


@pytest.fixture
async def bot(bot_api: FakeBotApi, tmp_path: Path, database_url: str) -> AsyncIterator[LivingBot]:
    """On each kind of database: which messages an edit replaces is asked of its JSON."""
    async with living(bot_api, tmp_path, database_url) as made:
        yield made


async def asked(bot: LivingBot) -> None:
    bot.script.answers |= {
        "sa kushton pakoja": lambda: said("Pakoja kushton 9 €."),
        "gjatë": lambda: said("Fjali. " * 900),
        "butona": lambda: said("Zgjidhni.", buttons=[{"title": "Po", "payload": "/affirm"}]),
    }
    await bot.say(CHAT, "sa kushton kartela")


async def test_the_answer_is_edited_and_nothing_new_is_posted(bot: LivingBot) -> None:
    await asked(bot)
    question = bot.api.received(CHAT)[-1]
    fresh = await bot.after(CHAT, bot.api.edit(question, "sa kushton pakoja"))
    assert fresh == []
    answer = bot.api.sent(CHAT)[-1]
    assert (answer.text, answer.earlier) == ("Pakoja kushton 9 €.", [TEXT])
    assert bot.heard == ["sa kushton kartela", "sa kushton pakoja"]


async def test_the_same_answer_is_not_posted_again(bot: LivingBot) -> None:
    await asked(bot)
    question = bot.api.received(CHAT)[-1]
    fresh = await bot.after(CHAT, bot.api.edit(question, "sa kushton kartela?"))
    assert fresh == []
    assert bot.api.sent(CHAT)[-1].text == TEXT


async def test_every_edit_is_answered_and_each_once(bot: LivingBot) -> None:
    """Also when they follow one another more quickly than their answers."""
    await asked(bot)
    question = bot.api.received(CHAT)[-1]
    bot.script.answers |= {f"edit {n}": said(f"Përgjigjja {n}.") for n in range(3)}
    bot.script.waits = asyncio.Event()
    for n in range(3):
        await bot.api.edit(question, f"edit {n}")
    await bot.worked_off()
    bot.script.waits.set()
    await bot.settled(CHAT)
    answer = bot.api.sent(CHAT)[-1]
    assert answer.text == "Përgjigjja 2."
    assert answer.earlier == [TEXT, "Përgjigjja 0.", "Përgjigjja 1."]


async def test_an_answer_that_grows_and_shrinks(bot: LivingBot) -> None:
    await asked(bot)
    question = bot.api.received(CHAT)[-1]
    grown = await bot.after(CHAT, bot.api.edit(question, "gjatë"))
    assert grown
    assert sum(post.text.count("Fjali.") for post in bot.api.shown(CHAT)) == 900
    await bot.after(CHAT, bot.api.edit(question, "sa kushton pakoja"))
    assert [post.text for post in bot.api.shown(CHAT)][-1] == "Pakoja kushton 9 €."
    assert "Fjali." not in "".join(post.text for post in bot.api.shown(CHAT))


async def test_an_edit_brings_and_takes_buttons(bot: LivingBot) -> None:
    await asked(bot)
    question = bot.api.received(CHAT)[-1]
    await bot.after(CHAT, bot.api.edit(question, "butona"))
    assert bot.api.sent(CHAT)[-1].titles == ["Po"]
    await bot.press(bot.api.sent(CHAT)[-1], "Po")
    assert bot.heard[-1] == "/affirm"


async def test_an_edit_of_an_answer_that_was_deleted_is_answered_anew(bot: LivingBot) -> None:
    await asked(bot)
    await bot.api.delete(bot.api.sent(CHAT)[-1])
    fresh = await bot.after(CHAT, bot.api.edit(bot.api.received(CHAT)[-1], "sa kushton pakoja"))
    assert [post.text for post in fresh] == ["Pakoja kushton 9 €."]


async def test_an_edited_command_is_not_carried_out_again(bot: LivingBot) -> None:
    await bot.say(CHAT, "/fshi")
    fresh = await bot.after(CHAT, bot.api.edit(bot.api.received(CHAT)[-1], "/menu"))
    assert fresh == []
    assert bot.api.sent(CHAT)[-1].text == ALBANIAN.erase_ask
