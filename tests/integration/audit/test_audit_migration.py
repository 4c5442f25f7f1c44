"""The migrated schema of the audit trail is the declared one, and can be taken back."""

from __future__ import annotations

from ndihma.db import Database
from tests.support.migrations import differences, move, tables

MINE = {"audit_entries", "audit_head", "audit_checkpoints"}


async def test_the_migrated_schema_is_the_declared_one(database: Database) -> None:
    assert await differences(database, MINE) == []


async def test_the_migration_can_be_taken_back_and_made_again(database: Database) -> None:
    await move(database, "0004_token_grace", down=True)
    assert not await tables(database) & MINE
    await move(database, "head")
    assert await tables(database) >= MINE
