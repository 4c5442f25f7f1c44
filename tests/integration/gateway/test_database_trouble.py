"""Many writers, and a database that cannot be used: order for the first, an honest 503 for the second."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, TimeoutError

import ndihma.db
from ndihma.db import Database

from .test_api import assert_error


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
