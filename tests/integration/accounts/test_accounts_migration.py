"""The migrated schema of the account tables is the declared one, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect
from sqlalchemy.schema import CheckConstraint

import ndihma
from ndihma.accounts.adapters import sql
from ndihma.db import Base, Database

MINE = {table for table in Base.metadata.tables if table.startswith("account_")}


async def alembic(database: Database, do: Callable[[Config], None]) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(ndihma.__file__).parent / "migrations"))

    def run(connection: Connection) -> None:
        config.attributes["connection"] = connection
        do(config)

    async with database.engine.begin() as connection:
        await connection.run_sync(run)


async def test_the_migrated_schema_is_the_declared_one(empty_database: Database) -> None:
    assert sql.LineRow.__tablename__ in MINE
    await alembic(empty_database, lambda config: command.upgrade(config, "0006_puk_codes"))

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _parents: kind != "table" or name in MINE,
                "include_object": lambda thing, name, kind, _reflected, _other: kind != "table" or name in MINE,
            },
        )
        return list(compare_metadata(context, Base.metadata))

    async with empty_database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_the_check_constraints_are_the_declared_ones(empty_database: Database) -> None:
    await alembic(empty_database, lambda config: command.upgrade(config, "0006_puk_codes"))

    def migrated(connection: Connection) -> set[tuple[str, str]]:
        found = inspect(connection)
        return {(table, str(check["name"])) for table in MINE for check in found.get_check_constraints(table)}

    declared = {
        (name, str(constraint.name) if str(constraint.name).startswith("ck_") else f"ck_{name}_{constraint.name}")
        for name in MINE
        for constraint in Base.metadata.tables[name].constraints
        if isinstance(constraint, CheckConstraint)
    }
    async with empty_database.engine.connect() as connection:
        assert await connection.run_sync(migrated) == declared


async def test_the_migration_can_be_taken_back_and_made_again(empty_database: Database) -> None:
    await alembic(empty_database, lambda config: command.upgrade(config, "0006_puk_codes"))
    await alembic(empty_database, lambda config: command.downgrade(config, "base"))
    async with empty_database.engine.connect() as connection:
        tables = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
    assert not tables & MINE
    await alembic(empty_database, lambda config: command.upgrade(config, "0006_puk_codes"))


def test_no_column_can_hold_a_puk() -> None:
    columns = [column.name for table in MINE for column in Base.metadata.tables[table].columns]
    assert not [name for name in columns if "puk" in name]
