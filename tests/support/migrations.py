"""Moving a database through its migrations, and comparing what they made with what is declared."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

import ndihma
import ndihma.tables
from ndihma.db import Base, Database

__all__ = ["differences", "move", "tables"]


async def move(database: Database, revision: str, *, down: bool = False) -> None:
    """Bring the database up to ``revision``, or ``down`` to it."""
    config = Config()
    config.set_main_option("script_location", str(Path(ndihma.__file__).parent / "migrations"))

    def run(connection: Connection) -> None:
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)

    async with database.engine.begin() as connection:
        await connection.run_sync(run)


async def tables(database: Database) -> set[str]:
    """The names of the tables that are there."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))


async def differences(database: Database, of: Collection[str]) -> list[Any]:
    """Where these tables are not as declared, types included."""

    def compare(connection: Connection) -> list[Any]:
        options = {
            "compare_type": True,
            "include_name": lambda name, kind, _parents: kind != "table" or name in of,
            "include_object": lambda _thing, name, kind, _reflected, _other: kind != "table" or name in of,
        }
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))

    async with database.engine.connect() as connection:
        return await connection.run_sync(compare)
