"""A migrated database for each test: SQLite in a file, and PostgreSQL where there is one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import FixedClock
from ndihma.db import Database, migrate
from tests.support.databases import new_database

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = SecretStr("a" * 64)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with new_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    await migrate(database)
    yield database
    await database.close()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def trail(database: Database, clock: FixedClock) -> SqlAuditTrail:
    return SqlAuditTrail(database, clock, KEY)
