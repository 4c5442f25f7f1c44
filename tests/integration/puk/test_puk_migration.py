"""The migrated schema of the PUK tables is the declared one, and can be taken back."""

from __future__ import annotations

from ndihma.db import Base, Database
from tests.support.migrations import differences, move, tables

MINE = {name for name in Base.metadata.tables if name.startswith("puk_")}


async def test_the_migrated_schema_is_the_declared_one_and_can_be_taken_back(empty_database: Database) -> None:
    await move(empty_database, "0010_contact_notices")

    assert await differences(empty_database, MINE) == []
    await move(empty_database, "0005_audit", down=True)
    assert not await tables(empty_database) & MINE
    await move(empty_database, "0010_contact_notices")
