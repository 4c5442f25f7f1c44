"""The inbox worked off: what waits does not spin, what is poisoned blocks nobody, what is under way may end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from aiogram.types import Update
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.exc import DataError, OperationalError

import ndihma.tables  # noqa: F401  (every table is declared)
from ndihma.clock import FixedClock
from ndihma.db import Database
from ndihma.desk.errors import DeskBusy
from ndihma.desk.handoff.ledger import HandoffLedger
from ndihma.desk.hub import EventHub
from ndihma.telegram.chats import Chats
from ndihma.telegram.effects import Effects, Ledger
from ndihma.telegram.inbox import Inbox, StoredUpdate
from ndihma.telegram.sealing import UpdateSeal
from ndihma.telegram.tables import TelegramUpdateRow, UpdateState
from ndihma.telegram.worker import InboxWorker
from tests.integration.gateway.scripted_desk import NOW

CHAT, OTHER = 5, 6
WITHIN_S = 60.0


class CountingInbox(Inbox):
    """Counts how often it is asked what waits."""

    looks = 0

    async def waiting(self, *args: Any) -> list[int]:
        self.looks += 1
        return await super().waiting(*args)


class ScriptedRouter:
    """Does with each update as told, once for each attempt; otherwise nothing comes of it."""

    def __init__(self) -> None:
        self.tried: list[int] = []
        self.does: dict[int, Callable[[StoredUpdate], None]] = {}

    async def handle(self, stored: StoredUpdate, update: Update) -> Effects:
        self.tried.append(stored.update_id)
        if stored.update_id in self.does:
            self.does[stored.update_id](stored)
        return Effects()


class Bench:
    """A worker with a scripted router on a database."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, FixedClock(NOW)
        self.inbox = CountingInbox(database, UpdateSeal(SecretStr("k" * 64)), self.clock)
        self.router = ScriptedRouter()
        self.worker = InboxWorker(
            inbox=self.inbox,
            ledger=Ledger(database, HandoffLedger(), EventHub(), self.clock),
            router=self.router,  # type: ignore[arg-type]
            chats=Chats(database, self.clock),
            look_every_s=3600,
        )
        self.inbox.stored = self.worker.wake

    async def came(self, *updates: tuple[int, int]) -> None:
        """Updates of chats."""
        await self.inbox.put([message(*update) for update in updates])

    async def states(self) -> dict[int, str]:
        async with self.database.session() as session:
            return {row.update_id: row.state for row in await session.scalars(select(TelegramUpdateRow))}

    async def settles(self) -> None:
        """As often as an update may be tried, each time when it is due."""
        for _ in range(8):
            await self.worker.settle()
            self.clock.advance(timedelta(minutes=5))


def message(update_id: int, chat_id: int) -> dict[str, Any]:
    person = {"id": chat_id, "is_bot": False, "first_name": "Dreni"}
    chat = {"id": chat_id, "type": "private", "first_name": "Dreni"}
    content = {"message_id": update_id, "date": 0, "chat": chat, "from": person, "text": "sa kushton"}
    return {"update_id": update_id, "message": content}


def raising(error: Exception) -> Callable[[StoredUpdate], None]:
    def fails(_: StoredUpdate) -> None:
        raise error

    return fails


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(database)


async def test_what_waits_for_its_moment_is_not_looked_at_again_and_again(bench: Bench) -> None:
    bench.router.does[1] = raising(DeskBusy())
    running = asyncio.create_task(bench.worker.run())
    await bench.came((1, CHAT))
    await eventually(lambda: bench.router.tried == [1])
    await bench.came((2, CHAT), (3, OTHER))  # behind the first; and what others write goes on
    await eventually(lambda: bench.router.tried == [1, 3])
    await asyncio.sleep(0.3)  # nothing is to happen in it
    assert bench.inbox.looks < 10
    assert bench.router.tried == [1, 3]
    bench.router.does.clear()
    bench.clock.advance(timedelta(seconds=3))
    bench.worker.wake()
    await eventually(lambda: bench.router.tried == [1, 3, 1, 2])
    await ended(running)


async def test_an_update_that_no_database_takes_is_given_up_and_the_next_goes_on(bench: Bench) -> None:
    bench.router.does[1] = raising(DataError("INSERT", {}, ValueError("a NUL")))
    await bench.came((1, CHAT), (2, CHAT))
    await bench.settles()
    assert await bench.states() == {1: UpdateState.FAILED, 2: UpdateState.DONE}
    assert bench.router.tried == [1] * 6 + [2]


async def test_effects_that_no_database_takes_block_nobody_either(bench: Bench) -> None:
    unstorable = DataError("INSERT", {}, ValueError("a NUL"))
    settle = bench.worker._ledger.settle

    async def settling(stored: StoredUpdate, effects: Effects) -> None:
        if stored.update_id == 1 and effects.state is UpdateState.DONE:
            raise unstorable
        await settle(stored, effects)

    bench.worker._ledger.settle = settling  # type: ignore[method-assign]
    await bench.came((1, CHAT), (2, CHAT))
    await bench.settles()
    assert await bench.states() == {1: UpdateState.FAILED, 2: UpdateState.DONE}


async def test_while_the_database_is_away_nothing_is_given_up(bench: Bench) -> None:
    bench.router.does[1] = raising(OperationalError("SELECT", {}, ConnectionError("away")))
    await bench.came((1, CHAT), (2, CHAT))
    for _ in range(20):
        await bench.worker.settle()
    assert set((await bench.states()).values()) == {UpdateState.PENDING}
    bench.router.does.clear()
    await bench.worker.settle()
    assert set((await bench.states()).values()) == {UpdateState.DONE}


async def test_an_attempt_is_counted_before_it_is_made(bench: Bench) -> None:
    """So that who comes after a crash knows of it."""
    await bench.came((1, CHAT))
    first = await bench.inbox.next(CHAT)
    second = await bench.inbox.next(CHAT)  # nothing was noted in between: the process has died
    assert first is not None
    assert second is not None
    assert (first.attempts, second.attempts) == (0, 1)


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not condition():  # noqa: ASYNC110  (nothing tells of it)
            await asyncio.sleep(0.01)


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
