"""Who types faster than answers come gets the last; nobody is forgotten, and no turn is lost."""

from __future__ import annotations

import asyncio
import random

import pytest

from ndihma.assist.newest import NewestWins


class Gate:
    """Work that ends when it is let."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.open = asyncio.Event()

    async def __call__(self, name: str) -> str:
        self.begun.append(name)
        await self.open.wait()
        return name


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_of_the_waiting_calls_of_a_key_only_the_newest_is_begun() -> None:
    newest, gate = NewestWins(1), Gate()

    def ask(key: str, name: str) -> asyncio.Task[str | None]:
        return asyncio.create_task(newest.run(key, lambda: gate(name)))

    first = ask("besa", "b1")
    await settled()
    typed = [ask("anita", f"a{i}") for i in range(10)]
    await settled()
    assert len(newest) == 1
    gate.open.set()
    assert await asyncio.gather(*typed) == [None] * 9 + ["a9"]
    assert await first == "b1"
    assert gate.begun == ["b1", "a9"]
    assert len(newest) == 0


async def test_what_was_begun_is_not_taken_back() -> None:
    newest, gate = NewestWins(1), Gate()
    running = asyncio.create_task(newest.run("anita", lambda: gate("a1")))
    await settled()
    later = asyncio.create_task(newest.run("anita", lambda: gate("a2")))
    await settled()
    gate.open.set()
    assert await running == "a1"
    assert await later == "a2"


async def test_no_more_are_under_way_than_allowed() -> None:
    newest, under_way, most = NewestWins(3), 0, 0

    async def work() -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1

    await asyncio.gather(*(newest.run(str(key), work) for key in range(50)))
    assert most == 3


async def test_a_failure_and_a_client_that_went_away_give_their_turns_back() -> None:
    newest, gate = NewestWins(1), Gate()

    async def fails() -> None:
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011
        await newest.run("a", fails)
    running = asyncio.create_task(newest.run("a", lambda: gate("a")))
    waiting = asyncio.create_task(newest.run("b", lambda: gate("b")))
    await settled()
    waiting.cancel()
    running.cancel()
    await asyncio.gather(waiting, running, return_exceptions=True)
    assert len(newest) == 0
    gate.open.set()
    assert await asyncio.wait_for(newest.run("c", lambda: gate("c")), 30) == "c"
    assert "b" not in gate.begun


async def test_in_any_order_of_asking_leaving_and_ending_the_last_of_each_key_is_answered() -> None:
    choose = random.Random(7)  # noqa: S311
    for _ in range(30):
        newest = NewestWins(2)

        async def work(name: str) -> str:
            for _ in range(choose.randrange(4)):
                await asyncio.sleep(0)
            return name

        last: dict[str, asyncio.Task[str | None]] = {}
        names: dict[str, str] = {}
        for number in range(40):
            key = choose.choice("abc")
            if key in last and choose.random() < 0.2:
                last[key].cancel()
            name = f"{key}{number}"
            last[key] = asyncio.create_task(newest.run(key, lambda name=name: work(name)))  # type: ignore[misc]
            names[key] = name
            for _ in range(choose.randrange(3)):
                await asyncio.sleep(0)
        assert {key: await asyncio.wait_for(task, 30) for key, task in last.items()} == names
        assert len(newest) == 0
