"""The migration that lets conversations end and be rated: as declared, there and back, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import IntegrityError

import ndihma
from ndihma.db import Base, Database
from tests.support.databases import new_database

MINE = {"ratings", "conversations"}


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    with new_database(request.param, tmp_path) as url:
        database = Database(url)
        yield database
        await database.close()


async def move(database: Database, revision: str, *, down: bool = False) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(ndihma.__file__).parent / "migrations"))

    def run(connection: Connection) -> None:
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)

    async with database.engine.begin() as connection:
        await connection.run_sync(run)


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
    await move(empty_database, "0008_ended_and_rated")

    def differences(connection: Connection) -> list[object]:
        options = {
            "compare_type": True,
            "include_object": lambda _thing, name, kind, _reflected, _other: kind != "table" or name in MINE,
        }
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))

    async with empty_database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
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
