"""The migrations make exactly the desk's tables."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection

from ndihma.db import Base, Database
from ndihma.desk import tables

DESK = {
    row.__tablename__
    for row in vars(tables).values()
    if isinstance(row, type) and issubclass(row, Base) and row is not Base
}


async def test_the_desks_tables_are_as_declared(tmp_path: Path, migrated: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{shutil.copy(migrated, tmp_path)}")

    def differences(connection: Connection) -> list[Any]:
        def mine(_object: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
            return kind != "table" or name in DESK

        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": mine})
        return list(compare_metadata(context, Base.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()
    assert len(DESK) == 10
