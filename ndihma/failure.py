"""Failures that an operator can act on: one sentence, an exit code, never a traceback."""

from __future__ import annotations

import errno
import json
import re
from pathlib import Path
from typing import Final

__all__ = ["Failure", "Interrupted", "from_os_error", "last_error_line"]

_TAIL_BYTES: Final = 64 * 1024
_MAX_REASON_CHARS: Final = 300
_TELLING: Final = ("No space left on device", "Error", "error:")
_SUPERVISOR_INFO: Final = re.compile(r"\d{4}-\d\d-\d\d [\d:,]+ INFO ")


class Failure(Exception):
    """Something expected went wrong; ``str()`` of it is the whole message."""

    def __init__(self, message: str, *, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class Interrupted(BaseException):
    """A signal asked the command to end; raised in the main thread by its handler."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


def from_os_error(error: OSError, doing: str) -> Failure:
    """The failure that ``error`` means while ``doing`` something ("write the model")."""
    where = f": {error.filename}" if error.filename else ""
    if error.errno == errno.ENOSPC:
        return Failure(f"cannot {doing}: the disk is full{where}")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Failure(f"cannot {doing}: no permission to write{where}")
    return Failure(f"cannot {doing}: {error.strerror or error}{where}")


def last_error_line(log: Path, *, from_byte: int = 0) -> str:
    """The line of ``log`` that most likely tells why a program ended; empty when it says nothing.

    Only what was written after ``from_byte`` counts. A Python traceback ends with its error, so the last
    line that names one is preferred to the last line of all.
    """
    try:
        with log.open("rb") as stream:
            size = stream.seek(0, 2)
            start = from_byte if from_byte <= size else 0  # the log was rotated in between
            stream.seek(max(start, size - _TAIL_BYTES))
            lines = stream.read(_TAIL_BYTES).decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    lines = [reason for line in lines if (reason := _reason(line.strip()))]
    if not lines:
        return ""
    telling = [line for line in lines if any(mark in line for mark in _TELLING)]
    return (telling or lines)[-1][:_MAX_REASON_CHARS]


def _reason(line: str) -> str:
    """What a log line can tell about an end: of a structured one its message, of mere information nothing."""
    if _SUPERVISOR_INFO.match(line):
        return ""
    try:
        entry = json.loads(line)
    except ValueError:
        return line
    told = (entry.get("message") or entry.get("event")) if isinstance(entry, dict) else None  # the app's, the engine's
    if told is None:
        return line
    return "" if entry.get("level") in ("info", "debug") else str(told)
