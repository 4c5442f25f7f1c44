"""When agents work, as a setting says it: ``mon-fri 08:00-20:00, sat 09:00-15:00``, in Kosovo's civil time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from ndihma.clock import BELGRADE

__all__ = ["ALWAYS", "WorkingHours"]

ALWAYS: Final = "mon-sun 00:00-24:00"

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_MINUTES: Final = 24 * 60
_PART: Final = re.compile(r"([a-z]{3})(?:-([a-z]{3}))?\s+(\d\d):(\d\d)\s*-\s*(\d\d):(\d\d)", re.ASCII)
_MOST_PARTS: Final = 50


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """``spans``: weekday (0: Monday), first minute of the day in it, first minute after it (up to 1440)."""

    spans: tuple[tuple[int, int, int], ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a setting. Raises ValueError, which says what is wrong with which part.

        A span ends on its own day: what goes past midnight is two parts. ``24:00`` is the end of a day.
        """
        parts = [part.strip().lower() for part in text.split(",") if part.strip()]
        if not parts or len(parts) > _MOST_PARTS:
            raise ValueError("must hold at least one part such as mon-fri 08:00-20:00")
        return cls(tuple(sorted(span for number, part in enumerate(parts, 1) for span in _spans(part, number))))

    def open_at(self, moment: datetime) -> bool:
        """Whether agents work at an aware moment."""
        local = moment.astimezone(BELGRADE)
        minute = local.hour * 60 + local.minute
        return any(day == local.weekday() and start <= minute < end for day, start, end in self.spans)

    def opens_after(self, moment: datetime) -> datetime:
        """The moment, in Kosovo's time, at which they begin to work next; ``moment`` itself while they do."""
        local = moment.astimezone(BELGRADE)
        if self.open_at(local):
            return local
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        starts = [
            (midnight + timedelta(days=ahead)).replace(hour=start // 60, minute=start % 60)
            for ahead in range(8)
            for day, start, _ in self.spans
            if day == (local.weekday() + ahead) % 7
        ]
        return min(start for start in starts if start > local)


def _spans(part: str, number: int) -> list[tuple[int, int, int]]:
    found = _PART.fullmatch(part)
    if found is None:
        raise ValueError(f"part {number} must look like mon-fri 08:00-20:00")
    first, last = found[1], found[2] or found[1]
    if first not in _DAYS or last not in _DAYS or _DAYS.index(first) > _DAYS.index(last):
        raise ValueError(f"part {number} must name days from mon to sun, the earlier one first")
    start, end = _minute(found[3], found[4], number), _minute(found[5], found[6], number)
    if start >= end:
        raise ValueError(f"part {number} must end after it begins, on the same day (24:00 is its end)")
    return [(day, start, end) for day in range(_DAYS.index(first), _DAYS.index(last) + 1)]


def _minute(hour: str, minute: str, number: int) -> int:
    of_day = int(hour) * 60 + int(minute)
    if int(minute) >= 60 or of_day > _DAY_MINUTES:  # noqa: PLR2004
        raise ValueError(f"part {number} must hold times from 00:00 to 24:00")
    return of_day
