"""The migration that makes the outbox of the operator's tickets: as declared, there and back, on both databases."""

from __future__ import annotations

from ndihma.db import Database
from tests.support.migrations import differences, move, tables

TABLE = "operator_tickets"


async def test_the_table_is_made_as_declared_and_goes_again(empty_database: Database) -> None:
    for _ in range(2):
        await move(empty_database, "0009_operator_tickets")
        assert await differences(empty_database, {TABLE}) == []
        await move(empty_database, "0008_ended_and_rated", down=True)
        assert TABLE not in await tables(empty_database)
