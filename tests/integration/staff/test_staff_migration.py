"""The migrated schema of the staff's tables is the declared one, and can be taken back."""

from __future__ import annotations

from ndihma.db import Base, Database
from tests.support.migrations import differences, move, tables

MINE = {name for name in Base.metadata.tables if name.startswith("staff_")} - {"staff_tokens"}


async def test_the_migrated_schema_is_the_declared_one_and_can_be_taken_back(empty_database: Database) -> None:
    await move(empty_database, "0012_staff")
    assert await differences(empty_database, MINE) == []
    await move(empty_database, "-1", down=True)
    assert not await tables(empty_database) & MINE
    await move(empty_database, "0012_staff")
