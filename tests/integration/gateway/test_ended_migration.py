"""The migration that lets conversations end and be rated: as declared, there and back, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from ndihma.db import Database
from tests.support.migrations import differences, move

MINE = {"ratings", "conversations"}


async def test_conversations_of_before_go_on_and_survive_the_way_back(empty_database: Database) -> None:
    await move(empty_database, "0007_payment_proofs")
    at = datetime(2026, 11, 22, tzinfo=UTC)
    async with empty_database.engine.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO conversations (id, created_at, last_cursor, epoch, epoch_turns, last_reply_offered) "
                "VALUES ('old', :at, 3, 0, 0, false)"
            ),
            {"at": at if "postgresql" in str(empty_database.engine.url) else at.isoformat(" ")},
        )
    await move(empty_database, "head")

    assert await differences(empty_database, MINE) == []
    async with empty_database.engine.connect() as connection:
        assert (await connection.execute(text("SELECT last_cursor, ended_at FROM conversations"))).one() == (3, None)
    rate = text("INSERT INTO ratings (conversation_id, score, rated_at) VALUES ('old', :score, '2026-11-22 00:00:00')")
    with pytest.raises(IntegrityError):
        async with empty_database.engine.begin() as connection:
            await connection.execute(rate, {"score": 6})
    async with empty_database.engine.begin() as connection:
        await connection.execute(rate, {"score": 5})
    await move(empty_database, "0007_payment_proofs", down=True)
    async with empty_database.engine.connect() as connection:
        assert "ratings" not in await connection.run_sync(lambda sync: inspect(sync).get_table_names())
        columns = await connection.run_sync(lambda sync: inspect(sync).get_columns("conversations"))
        assert "ended_at" not in {column["name"] for column in columns}
        assert (await connection.execute(text("SELECT id FROM conversations"))).scalars().all() == ["old"]
    await move(empty_database, "0008_ended_and_rated")
