"""The migrated schema of the audit trail is the declared one, and can be taken back."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

import ndihma
import ndihma.tables
from ndihma.db import Base, Database

MINE = {"audit_entries", "audit_head", "audit_checkpoints"}


async def test_the_migrated_schema_is_the_declared_one(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        options = {
            "compare_type": True,
            "include_name": lambda name, kind, _parents: kind != "table" or name in MINE,
            "include_object": lambda _thing, name, kind, _reflected, _other: kind != "table" or name in MINE,
        }
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_the_migration_can_be_taken_back_and_made_again(database: Database) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(ndihma.__file__).parent / "migrations"))

    def there_and_back(connection: Connection) -> set[str]:
        config.attributes["connection"] = connection
        command.downgrade(config, "0004_token_grace")
        left = MINE & set(inspect(connection).get_table_names())
        command.upgrade(config, "head")
        return left

    async with database.engine.begin() as connection:
        assert await connection.run_sync(there_and_back) == set()
    async with database.engine.connect() as connection:
        assert await connection.run_sync(lambda sync: MINE - set(inspect(sync).get_table_names())) == set()
