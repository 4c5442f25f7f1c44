"""A gateway that stops lets a message that is on its way arrive, so that nobody is asked whether it did."""

from __future__ import annotations

from pathlib import Path

from ndihma.telegram.words_sq import ALBANIAN
from tests.support.telegram.fake import FakeBotApi

from .living import TEXT, living

CHAT = 870


async def test_a_message_that_is_being_sent_arrives_once(bot_api: FakeBotApi, tmp_path: Path, demo_url: str) -> None:
    async with living(bot_api, tmp_path, demo_url) as bot:
        await bot.say(CHAT, "/start")
        bot_api.delay_next("sendMessage", 1.0)
        await bot_api.message(CHAT, "sa kushton")
        await bot_api.until(lambda: bot_api.cloud.faults.left == 0, "the answer is on its way")
    async with living(bot_api, tmp_path, demo_url) as bot:
        await bot.settled(CHAT)
    assert bot_api.texts(CHAT).count(TEXT) == 1
    assert ALBANIAN.in_doubt not in bot_api.texts(CHAT)
