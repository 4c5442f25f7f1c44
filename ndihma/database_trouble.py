"""Why a database does not work, told by the codes of its driver: what an operator does about it differs."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Final

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

__all__ = ["Trouble", "place_of", "trouble_of"]

_FULL_BELOW_BYTES: Final = 256 * 1024
"""With less room than this SQLite cannot map its shared memory, and says "I/O error" or "cannot open"."""


class Trouble(StrEnum):
    """What is wrong, from the operator's side."""

    DISK_FULL = "disk full"
    NOT_WRITABLE = "not writable"
    """A read-only file system or file, missing rights, or a folder that is not there."""
    DISK_FAULTY = "disk faulty"
    BROKEN = "broken"
    """The file is no database, or damaged."""
    BUSY = "busy"
    UNREACHABLE = "unreachable"


_SQLITE: Final = {
    sqlite3.SQLITE_FULL: Trouble.DISK_FULL,
    sqlite3.SQLITE_READONLY: Trouble.NOT_WRITABLE,
    sqlite3.SQLITE_PERM: Trouble.NOT_WRITABLE,
    sqlite3.SQLITE_CANTOPEN: Trouble.NOT_WRITABLE,
    sqlite3.SQLITE_IOERR: Trouble.DISK_FAULTY,
    sqlite3.SQLITE_CORRUPT: Trouble.BROKEN,
    sqlite3.SQLITE_NOTADB: Trouble.BROKEN,
    sqlite3.SQLITE_BUSY: Trouble.BUSY,
    sqlite3.SQLITE_LOCKED: Trouble.BUSY,
}
_PRIMARY_CODE: Final = 0xFF
"""SQLite's extended result codes hold the primary one in their lowest byte (sqlite.org/rescode.html)."""

_POSTGRES: Final = {"53100": Trouble.DISK_FULL, "25006": Trouble.NOT_WRITABLE}
"""SQLSTATE: disk_full, read_only_sql_transaction."""

_SYSTEM: Final = {
    errno.ENOSPC: Trouble.DISK_FULL,
    errno.EDQUOT: Trouble.DISK_FULL,
    errno.EROFS: Trouble.NOT_WRITABLE,
    errno.ENOENT: Trouble.NOT_WRITABLE,
    errno.EACCES: Trouble.NOT_WRITABLE,
    errno.EPERM: Trouble.NOT_WRITABLE,
    errno.ENOTDIR: Trouble.NOT_WRITABLE,
    errno.EEXIST: Trouble.NOT_WRITABLE,  # a file stands where the folder should be
    errno.EIO: Trouble.DISK_FAULTY,
}


def trouble_of(error: BaseException, url: str) -> Trouble:
    """What ``error``, raised while the database at ``url`` was used, comes from; UNREACHABLE when no code tells."""
    for each in _with_causes(error):
        if isinstance(each, sqlite3.Error):
            found = _SQLITE.get(getattr(each, "sqlite_errorcode", 0) & _PRIMARY_CODE)
            if found in (Trouble.DISK_FAULTY, Trouble.NOT_WRITABLE):
                return _by_the_disk(url, found)
        elif isinstance(each, OSError) and each.errno is not None:
            found = _SYSTEM.get(each.errno)
        else:
            found = _POSTGRES.get(getattr(each, "sqlstate", None) or "")
        if found:
            return found
    return Trouble.UNREACHABLE


def place_of(url: str) -> str:
    """What to look at: the file of an SQLite database, else the variable that names the server (never its password)."""
    return _sqlite_file(url) or "NDIHMA_DATABASE_URL"


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    """``error``, what the driver said (SQLAlchemy's ``orig``) and what it came from, without end in a circle."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        each = waiting.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        waiting += [each.__cause__, getattr(each, "orig", None)]


def _by_the_disk(url: str, otherwise: Trouble) -> Trouble:
    file = _sqlite_file(url)
    if file is None:
        return otherwise
    try:
        folder = Path(file).parent
        if os.statvfs(folder).f_flag & os.ST_RDONLY:
            return Trouble.NOT_WRITABLE
        return Trouble.DISK_FULL if shutil.disk_usage(folder).free < _FULL_BELOW_BYTES else otherwise
    except OSError:
        return otherwise


def _sqlite_file(url: str) -> str | None:
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None
    return (parsed.database or None) if parsed.get_backend_name() == "sqlite" else None
