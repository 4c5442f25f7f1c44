"""Several processes with the same token: one polls, each update is worked on once, another takes over."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from ndihma.clock import FixedClock
from tests.integration.gateway.scripted_desk import NOW
from tests.support.telegram.fake import FakeBotApi

from .living import LivingBot, living

CHAT = 850


async def test_one_of_two_polls_and_the_other_takes_over(
    bot_api: FakeBotApi, tmp_path: Path, database_url: str
) -> None:
    clock = FixedClock(NOW)
    async with living(bot_api, tmp_path, database_url, clock=clock) as second_until_the_end:
        async with AsyncExitStack() as stack:
            other = await stack.enter_async_context(living(bot_api, tmp_path, database_url, clock=clock))
            bots: list[LivingBot] = [second_until_the_end, other]
            for number in range(5):
                await bot_api.message(CHAT + number, "sa kushton")
            for number in range(5):
                await bots[0].settled(CHAT + number)
            assert len(bots[0].heard) + len(bots[1].heard) == 5
            conflicts = [call for call in bot_api.calls_of("getUpdates") if call.status == 409]
            assert conflicts == []
        clock.advance(timedelta(minutes=1))
        await bot_api.message(CHAT, "sa kushton")
        await bot_api.until(lambda: len([t for t in bot_api.texts(CHAT) if "7 €" in t]) == 2)
    greetings = [text for number in range(5) for text in bot_api.texts(CHAT + number) if "Ndihma" in text]
    assert len(greetings) == 5


async def test_a_reply_made_by_another_replica_is_delivered(
    bot_api: FakeBotApi, tmp_path: Path, database_url: str
) -> None:
    clock = FixedClock(NOW)
    async with (
        living(bot_api, tmp_path, database_url, clock=clock) as first,
        living(bot_api, tmp_path, database_url, clock=clock) as second,
    ):
        await first.say(CHAT, "/start")
        conversation = await first.conversation_of(CHAT)
        for number, bot in enumerate((first, second)):
            await bot.services.conversations.say(conversation, f"x{number}", f"sa kushton {number}")
        await bot_api.until(lambda: len([t for t in bot_api.texts(CHAT) if "7 €" in t]) == 2)
