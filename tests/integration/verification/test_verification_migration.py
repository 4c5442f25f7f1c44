"""The migrated schema of the verification tables is the declared one, and can be taken back."""

from __future__ import annotations

from ndihma.db import Base, Database
from ndihma.verification.tables import ChallengeRow
from tests.support.migrations import differences, move, tables

MINE = {name for name in Base.metadata.tables if name.startswith("verification_")}


async def test_the_migrated_schema_is_the_declared_one(empty_database: Database) -> None:
    assert ChallengeRow.__tablename__ in MINE
    await move(empty_database, "0010_contact_notices")

    assert await differences(empty_database, MINE) == []


async def test_the_migration_can_be_taken_back_and_made_again(empty_database: Database) -> None:
    await move(empty_database, "0010_contact_notices")
    assert await tables(empty_database) >= MINE
    await move(empty_database, "0002_desk", down=True)
    assert not await tables(empty_database) & MINE
    await move(empty_database, "0010_contact_notices")
