"""The bot's own sentences in the language that a person's Telegram has or that they choose; commands per language."""

from __future__ import annotations

import pytest

from ndihma.telegram.words_en import ENGLISH
from ndihma.telegram.words_sq import ALBANIAN
from ndihma.telegram.words_sr import SERBIAN
from tests.support.telegram.fake import FakeBotApi

from .living import TEXT, LivingBot

CHAT = 790


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("sq", ALBANIAN),
        ("en", ENGLISH),
        ("en-GB", ENGLISH),
        ("sr", SERBIAN),
        ("hr", SERBIAN),
        ("de", ALBANIAN),
        ("", ALBANIAN),
    ],
)
async def test_the_language_of_the_client_is_the_first(bot: LivingBot, code: str, words: object) -> None:
    bot.api.user(CHAT, language=code)
    posts = await bot.say(CHAT, "/ndihma")
    assert posts[-1].text == getattr(words, "help")  # noqa: B009


async def test_the_language_is_chosen_and_stays(bot: LivingBot) -> None:
    (ask,) = (await bot.say(CHAT, "/gjuha"))[-1:]
    assert ask.titles == [ALBANIAN.language, SERBIAN.language, ENGLISH.language]
    posts = await bot.press(ask, ENGLISH.language)
    assert posts[-1].text == ENGLISH.language_set
    assert (await bot.say(CHAT, "/ndihma"))[-1].text == ENGLISH.help
    assert (await bot.say(CHAT, "how much is a card"))[-1].text == TEXT


async def test_commands_are_registered_per_language(bot: LivingBot, bot_api: FakeBotApi) -> None:
    await bot_api.until(lambda: len(bot_api.cloud.commands) >= 6, "commands registered")
    names = ["start", "menu", "gjendja", "agjenti", "gjuha", "ndihma", "fshi"]
    for language, words in (("", ALBANIAN), ("en", ENGLISH), ("sr", SERBIAN)):
        private = bot_api.cloud.commands[("all_private_chats", language)]
        assert [entry["command"] for entry in private] == names
        assert {entry["command"]: entry["description"] for entry in private} == dict(words.commands)
        assert bot_api.cloud.commands[("all_group_chats", language)]
