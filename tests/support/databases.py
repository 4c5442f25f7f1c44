"""Empty databases for tests: an SQLite file, or a PostgreSQL database of its own that is dropped afterwards."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

__all__ = ["new_database", "new_postgres"]

_SERVER = os.environ.get("NDIHMA_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")


@contextmanager
def new_database(kind: str, directory: Path) -> Iterator[str]:
    """The URL of an empty database of the kind ``sqlite`` (a file in ``directory``) or ``postgresql``."""
    if kind == "sqlite":
        yield f"sqlite+aiosqlite:///{directory / 'ndihma.db'}"
        return
    with new_postgres() as url:
        yield url


@contextmanager
def new_postgres() -> Iterator[str]:
    """The URL of an empty PostgreSQL database. Without a server: skipped, in CI a failure."""
    try:
        connection = psycopg.connect(_SERVER, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        if os.environ.get("CI") == "true":
            pytest.fail(f"PostgreSQL is required in CI (NDIHMA_TEST_POSTGRES): {make_url(_SERVER)!r}")
        pytest.skip("no PostgreSQL: set NDIHMA_TEST_POSTGRES to a server where databases may be made")
    name = f"ndihma_test_{secrets.token_hex(6)}"
    with connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            url = make_url(_SERVER).set(drivername="postgresql+psycopg", database=name)
            yield url.render_as_string(hide_password=False)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    connection.close()
