"""The migrated schema of the account tables is the declared one, and can be taken back."""

from __future__ import annotations

from sqlalchemy import Connection, inspect
from sqlalchemy.schema import CheckConstraint

from ndihma.accounts.adapters import sql
from ndihma.db import Base, Database
from tests.support.migrations import differences, move, tables

MINE = {table for table in Base.metadata.tables if table.startswith("account_")}


async def test_the_migrated_schema_is_the_declared_one(empty_database: Database) -> None:
    assert sql.LineRow.__tablename__ in MINE
    await move(empty_database, "0006_puk_codes")

    assert await differences(empty_database, MINE) == []


async def test_the_check_constraints_are_the_declared_ones(empty_database: Database) -> None:
    await move(empty_database, "0006_puk_codes")

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
    await move(empty_database, "0006_puk_codes")
    await move(empty_database, "base", down=True)
    assert not await tables(empty_database) & MINE
    await move(empty_database, "0006_puk_codes")


def test_no_column_can_hold_a_puk() -> None:
    columns = [column.name for table in MINE for column in Base.metadata.tables[table].columns]
    assert not [name for name in columns if "puk" in name]
