"""A migrated database for each test: SQLite in a file, and PostgreSQL where there is one."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr
from sqlalchemy import make_url

from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import FixedClock
from ndihma.db import Database, migrate

POSTGRES = os.environ.get("NDIHMA_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = SecretStr("a" * 64)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database. Without PostgreSQL its tests are skipped, except in CI, where they fail."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'audit.db'}"
        return
    name = f"ndihma_audit_{secrets.token_hex(6)}"
    try:
        connection = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        if os.environ.get("CI") == "true":
            pytest.fail(f"PostgreSQL is required in CI (NDIHMA_TEST_POSTGRES): {make_url(POSTGRES)!r}")
        pytest.skip("no PostgreSQL: set NDIHMA_TEST_POSTGRES to a server where databases may be made")
    with connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            url = make_url(POSTGRES).set(drivername="postgresql+psycopg", database=name)
            yield url.render_as_string(hide_password=False)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    connection.close()


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
