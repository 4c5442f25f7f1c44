"""What a cell's text means: a yes, a day, a moment, an amount. None when it is not written as it should be."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Final

from ndihma.clock import BELGRADE

__all__ = ["read_amount", "read_count", "read_day", "read_flag", "read_moment"]

_TRUE: Final = frozenset({"po", "yes", "true", "1"})
_FALSE: Final = frozenset({"", "jo", "no", "false", "0"})
_ISO_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_LOCAL_DAY: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_CLOCK_TIME: Final = re.compile(r"\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)
_AMOUNT: Final = re.compile(r"(\d{1,7})(?:[.,](\d{1,2}))?", re.ASCII)
_COUNT: Final = re.compile(r"\d{1,6}", re.ASCII)
_FIRST_YEAR: Final = 1990
_LAST_YEAR: Final = 2100


def read_flag(value: str) -> bool | None:
    """An empty cell is a no."""
    value = value.lower()
    return value in _TRUE if value in _TRUE | _FALSE else None


def read_amount(value: str) -> int | None:
    """Euro, as cents."""
    match = _AMOUNT.fullmatch(value.removesuffix("€").rstrip())
    return None if match is None else int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))


def read_count(value: str) -> int | None:
    return int(value) if _COUNT.fullmatch(value) else None


def read_day(value: str) -> date | None:
    if match := _ISO_DAY.fullmatch(value):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    elif match := _LOCAL_DAY.fullmatch(value):
        day, month, year = int(match[1]), int(match[2]), int(match[3])
    else:
        return None
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_moment(value: str) -> datetime | None:
    """ISO 8601; without an offset it is Kosovo time. ``22.11.2026 16:05`` is read too. A day alone is not enough."""
    head, _, clock_time = value.replace("T", " ").partition(" ")
    day = read_day(head)
    if day is None or not _CLOCK_TIME.fullmatch(clock_time):
        return None
    try:
        moment = datetime.combine(day, time.fromisoformat(clock_time))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=BELGRADE)
