"""The migrated schema of the PUK tables is the declared one, and can be taken back."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

import ndihma
from ndihma.db import Base, Database

MINE = {name for name in Base.metadata.tables if name.startswith("puk_")}


async def move(database: Database, revision: str, *, down: bool = False) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(ndihma.__file__).parent / "migrations"))

    def run(connection: Connection) -> None:
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)

    async with database.engine.begin() as connection:
        await connection.run_sync(run)


async def test_the_migrated_schema_is_the_declared_one_and_can_be_taken_back(empty_database: Database) -> None:
    await move(empty_database, "0006_puk_codes")

    def differences(connection: Connection) -> list[object]:
        options = {
            "compare_type": True,
            "include_name": lambda name, kind, _parents: kind != "table" or name in MINE,
            "include_object": lambda _thing, name, kind, _reflected, _other: kind != "table" or name in MINE,
        }
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))

    async with empty_database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await move(empty_database, "0005_audit", down=True)
    async with empty_database.engine.connect() as connection:
        assert not await connection.run_sync(lambda sync: set(inspect(sync).get_table_names())) & MINE
    await move(empty_database, "0006_puk_codes")
