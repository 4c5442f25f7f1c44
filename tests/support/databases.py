"""Databases for tests: SQLite files, and one PostgreSQL database of a test process's own.

Migrating takes a tenth of a second, making and dropping a PostgreSQL database most of a second, emptying one a
millisecond. So the newest schema is made once for each kind of database; afterwards SQLite's file is copied and
PostgreSQL's tables are emptied. A PostgreSQL database that must hold nothing yet is a schema, which is as quick.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, event, make_url

from ndihma.db import Database, migrate

__all__ = ["KINDS", "Databases", "statements"]

KINDS = ("sqlite", "postgresql")
_SERVER = os.environ.get("NDIHMA_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")

_EMPTY = """
DO $$ DECLARE name text; BEGIN
    SET LOCAL session_replication_role = replica;  -- triggers that refuse a deletion, foreign keys
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM public.%I', name);
    END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        EXECUTE format('ALTER SEQUENCE public.%I RESTART', name);
    END LOOP;
END $$
"""
_SHAPE = """
SELECT string_agg(part, ' ' ORDER BY part) FROM (
    SELECT concat(relname, relkind) AS part FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat(tgrelid::regclass, tgname, tgenabled) FROM pg_trigger
    UNION ALL SELECT concat(conrelid::regclass, conname) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
) AS parts
"""


class Databases:
    """Makes databases for the tests of one process; ``close`` drops what is left of them on the PostgreSQL server."""

    def __init__(self, folder: Path) -> None:
        """``folder``: a directory for templates."""
        self._folder = folder
        self._stack = ExitStack()

    def close(self) -> None:
        self._stack.close()

    def migrated(self, kind: str, directory: Path) -> str:
        """The URL of a database with the newest schema and without a row.

        Of the kind ``sqlite`` a file in ``directory``. Of ``postgresql`` there is one at a time: what an earlier call
        gave is emptied, and whoever is still connected to it is disconnected.
        """
        if kind == "sqlite":
            return _sqlite(Path(shutil.copy(self._template, directory / "ndihma.db")))
        self._postgres.empty()
        return self._postgres.url

    @contextmanager
    def empty(self, kind: str, directory: Path) -> Iterator[str]:
        """The URL of a database without a table. Of the kind ``sqlite`` there is no file in ``directory`` yet."""
        if kind == "sqlite":
            yield _sqlite(directory / "ndihma.db")
        else:
            with self._postgres.schema() as url:
                yield url

    @cached_property
    def _template(self) -> Path:
        path = self._folder / "migrated.db"
        _migrate(_sqlite(path))
        return path

    @cached_property
    def _postgres(self) -> _Postgres:
        return _Postgres(self._stack)


class _Postgres:
    """A PostgreSQL database whose schema ``public`` is the newest. Without a server: skipped, in CI a failure."""

    def __init__(self, stack: ExitStack) -> None:
        try:
            server = stack.enter_context(psycopg.connect(_SERVER, autocommit=True, connect_timeout=3))
        except psycopg.OperationalError:
            if os.environ.get("CI") == "true":
                pytest.fail(f"PostgreSQL is required in CI (NDIHMA_TEST_POSTGRES): {make_url(_SERVER)!r}")
            pytest.skip("no PostgreSQL: set NDIHMA_TEST_POSTGRES to a server where databases may be made")
        name = f"ndihma_test_{secrets.token_hex(6)}"
        self._url = make_url(_SERVER).set(drivername="postgresql+psycopg", database=name)
        identifier = sql.Identifier(name)
        server.execute(sql.SQL("CREATE DATABASE {}").format(identifier))
        stack.callback(server.execute, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))
        # What a commit waits for protects from a failing machine, which no test has.
        server.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(identifier))
        self._admin = stack.enter_context(
            psycopg.connect(_rendered(self._url.set(drivername="postgresql")), autocommit=True)
        )
        _migrate(self.url)
        self._shape = self._present_shape()

    @property
    def url(self) -> str:
        return _rendered(self._url)

    def empty(self) -> None:
        self._disconnect_others()
        if self._present_shape() == self._shape:
            self._admin.execute(_EMPTY)
        else:  # the test before changed the schema itself
            self._admin.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            _migrate(self.url)

    @contextmanager
    def schema(self) -> Iterator[str]:
        name = f"test_{secrets.token_hex(6)}"
        self._admin.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
        yield _rendered(self._url.update_query_dict({"options": f"-csearch_path={name}"}))
        self._disconnect_others()
        self._admin.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))

    def _present_shape(self) -> object:
        return self._admin.execute(_SHAPE).fetchone()

    def _disconnect_others(self) -> None:
        self._admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """The SQL that the database's sessions execute meanwhile, without its values."""
    heard: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        heard.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield heard
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)


def _migrate(url: str) -> None:
    async def run() -> None:
        database = Database(url)
        await migrate(database)
        await database.close()

    asyncio.run(run())


def _sqlite(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


def _rendered(url: URL) -> str:
    return url.render_as_string(hide_password=False)
