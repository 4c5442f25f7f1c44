"""Many writers, and a database that cannot be used: order for the first, an honest 503 for the second."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, TimeoutError

import ndihma.db
from ndihma.db import Database

from .api_support import assert_error


async def test_sqlite_writers_of_one_process_wait_their_turn_and_are_never_told_locked(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(ndihma.db, "_SQLITE_BUSY_MS", 50)
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'd.db'}")
    async with database.session() as session:
        await session.execute(text("CREATE TABLE noted (n INTEGER)"))

    async def write(number: int) -> None:
        async with database.session() as session:
            await session.execute(text("INSERT INTO noted VALUES (:n)"), {"n": number})
            await asyncio.sleep(0.03)

    async with asyncio.TaskGroup() as group:
        for number in range(20):
            group.create_task(write(number))
    async with database.session() as session:
        stored = list(await session.scalars(text("SELECT n FROM noted")))
    await database.close()
    assert stored == list(range(20))


async def test_a_client_that_leaves_in_the_middle_of_a_query_leaves_a_usable_database(tmp_path: Path):
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'd.db'}")

    async def query() -> None:
        async with database.session() as session:
            await session.execute(text("SELECT 1"))
            await asyncio.sleep(1)

    tasks = [asyncio.create_task(query()) for _ in range(5)]
    await asyncio.sleep(0.1)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    async with asyncio.timeout(2), database.session() as session:
        assert await session.scalar(text("SELECT 1")) == 1
    await database.close()


async def noted(database: Database) -> list[int]:
    async with database.session() as session:
        return list(await session.scalars(text("SELECT n FROM noted ORDER BY n")))


@pytest.fixture
async def notes(database: Database) -> AsyncIterator[Database]:
    async with database.session() as session:
        await session.execute(text("DROP TABLE IF EXISTS noted"))
        await session.execute(text("CREATE TABLE noted (n INTEGER PRIMARY KEY)"))
    yield database
    async with database.session() as session:
        await session.execute(text("DROP TABLE noted"))


def note(number: int, fail: Exception | None = None) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        connection.execute(text("INSERT INTO noted VALUES (:n)"), {"n": number})
        if fail is not None:
            raise fail
        return number

    return work


async def test_transactions_are_carried_out_in_the_order_of_their_calls(notes):
    order: list[int] = []

    def work(number: int) -> Callable[[Connection], int]:
        def noting(connection: Connection) -> int:
            order.append(number)
            return note(number)(connection)

        return noting

    assert await asyncio.gather(*(notes.transact(work(n)) for n in range(200))) == list(range(200))
    assert order == list(range(200))
    assert await noted(notes) == list(range(200))


async def test_one_transaction_that_fails_does_not_take_the_others_of_its_group_down(notes):
    works = [note(n, ValueError("jo") if n == 3 else None) for n in range(6)] + [note(2)]
    outcomes = await asyncio.gather(*(notes.transact(work) for work in works), return_exceptions=True)
    assert outcomes[:3] + outcomes[4:6] == [0, 1, 2, 4, 5]
    assert isinstance(outcomes[3], ValueError)
    assert isinstance(outcomes[6], IntegrityError)
    assert await noted(notes) == [0, 1, 2, 4, 5]


async def test_a_database_that_is_away_is_told_to_all_who_wait_and_stores_nothing_of_them(notes):
    away = OperationalError("INSERT", {}, Exception("disk full"))
    works = [note(1), note(2, away), note(3)]
    outcomes = await asyncio.gather(*(notes.transact(work) for work in works), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [OperationalError] * 3
    assert await noted(notes) == []
    assert await notes.transact(note(4)) == 4


async def test_a_caller_who_leaves_does_not_disturb_the_others_of_the_group(notes):
    tasks = [asyncio.create_task(notes.transact(note(n))) for n in range(6)]
    await asyncio.sleep(0)
    for leaving in tasks[::2]:
        leaving.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert outcomes[1::2] == [1, 3, 5]
    assert all(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes[::2])
    assert {1, 3, 5} <= set(await noted(notes))


async def test_sessions_and_grouped_transactions_take_turns(notes):
    async def write(number: int) -> None:
        async with notes.session() as session:
            await session.execute(text("INSERT INTO noted VALUES (:n)"), {"n": number})
            await asyncio.sleep(0.002)

    async with asyncio.TaskGroup() as group:
        for number in range(0, 40, 2):
            group.create_task(write(number))
            group.create_task(notes.transact(note(number + 1)))
    assert await noted(notes) == list(range(40))


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("INSERT fjala", {}, Exception("database is locked")),
        OperationalError("INSERT fjala", {}, Exception("database or disk is full")),
        InterfaceError("INSERT fjala", {}, Exception("connection already closed")),
        TimeoutError("QueuePool limit"),
    ],
    ids=["locked", "full", "closed", "pool"],
)
async def test_a_database_that_is_away_is_busy_and_not_an_unforeseen_error(
    gateway, customer, monkeypatch, caplog, error
):
    from ndihma.desk.conversations import ConversationService

    async def fails(*_arguments: Any, **_options: Any) -> None:
        raise error

    monkeypatch.setattr(ConversationService, "say", fails)
    with caplog.at_level(logging.DEBUG, "ndihma"):
        response = await customer.post("fjala")
    assert_error(response, 503, "busy")
    assert int(response.headers["Retry-After"]) > 0
    assert type(error).__name__ in str([vars(record) for record in caplog.records])
    assert "fjala" not in caplog.text


async def test_a_broken_rule_of_the_database_is_still_an_unforeseen_error(gateway, customer, monkeypatch):
    from ndihma.desk.conversations import ConversationService

    async def fails(*_arguments: Any, **_options: Any) -> None:
        raise IntegrityError("INSERT", {}, Exception("UNIQUE"))

    monkeypatch.setattr(ConversationService, "say", fails)
    assert_error(await customer.post("fjala"), 500, "internal")
