"""The migrations make exactly the desk's tables."""

from __future__ import annotations

from ndihma.db import Base, Database
from ndihma.desk import tables
from tests.support.migrations import differences

DESK = {
    row.__tablename__
    for row in vars(tables).values()
    if isinstance(row, type) and issubclass(row, Base) and row is not Base
}


async def test_the_desks_tables_are_as_declared(database: Database) -> None:
    assert await differences(database, DESK) == []
    assert len(DESK) == 11
