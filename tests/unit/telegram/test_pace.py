"""How fast the bot may speak, on a clock that tests move."""

import asyncio
from itertools import pairwise

from ndihma.telegram.pace import Pace


class Time:
    """Sleeping moves it."""

    def __init__(self) -> None:
        self.now = 100.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


async def moments(chats: list[int]) -> list[float]:
    time, sent = Time(), list[float]()
    pace = Pace(now=lambda: time.now, sleep=time.sleep)
    for chat in chats:
        await pace.wait(chat)
        sent.append(time.now)
    return sent


async def test_one_message_a_second_to_a_chat() -> None:
    sent = await moments([7] * 4)
    assert [later - earlier for earlier, later in pairwise(sent)] == [1.0, 1.0, 1.0]


async def test_twenty_a_minute_to_a_group() -> None:
    sent = await moments([-7] * 21)
    assert sent[-1] - sent[0] >= 60


async def test_thirty_a_second_in_all() -> None:
    sent = await moments(list(range(1, 100)))
    assert all(sent[n + 30] - sent[n] >= 1 for n in range(len(sent) - 30))
    assert sent[29] == sent[0], "no faster than allowed, and no slower"
