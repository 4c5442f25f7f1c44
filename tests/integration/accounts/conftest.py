"""Real databases: an SQLite file and a PostgreSQL database of its own, made for one test and dropped after it."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from ndihma.db import Database, migrate

POSTGRES = os.environ.get("NDIHMA_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")


@contextmanager
def new_database(kind: str, directory: Path) -> Iterator[str]:
    """The URL of an empty database. Without PostgreSQL its tests are skipped, except in CI, where they fail."""
    if kind == "sqlite":
        yield f"sqlite+aiosqlite:///{directory / 'accounts.db'}"
        return
    name = f"ndihma_accounts_{secrets.token_hex(6)}"
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


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with new_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture
async def empty_database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
async def database(empty_database: Database) -> Database:
    """With the newest schema."""
    await migrate(empty_database)
    return empty_database
