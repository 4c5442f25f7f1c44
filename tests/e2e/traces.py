"""What a running system has written down: every file below var/, every value of every table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.e2e.conftest import System

__all__ = ["files", "values"]


def files(system: System) -> dict[str, bytes]:
    """Every file below var/ by its name there."""
    return {
        path.relative_to(system.var).as_posix(): path.read_bytes()
        for path in system.var.rglob("*")
        if path.is_file() and not path.is_socket()
    }


def values(path: Path) -> Iterator[tuple[str, str, str]]:
    """Table, column and text of every value in a database."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608  (names of the schema)
                for column in row.keys():  # noqa: SIM118  (a sqlite3.Row iterates over its values)
                    value = row[column]
                    yield table, column, value.hex() if isinstance(value, bytes) else str(value)
