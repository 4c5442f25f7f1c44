"""Time as a dependency: every rule that needs "now" is given a :class:`Clock`."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

__all__ = ["BELGRADE", "Clock", "FixedClock", "SystemClock", "local_date"]

BELGRADE: Final = ZoneInfo("Europe/Belgrade")
"""The civil time of Kosovo; the tz database has no zone of its own for it."""


class Clock(Protocol):
    """Gives the present moment."""

    def now(self) -> datetime:
        """The present moment, aware, in Europe/Belgrade."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(BELGRADE)


class FixedClock:
    """A clock that stands still until it is moved; for tests and simulations."""

    def __init__(self, moment: datetime) -> None:
        if moment.tzinfo is None:
            raise ValueError("a clock needs an aware datetime")
        self._moment = moment.astimezone(BELGRADE)

    def now(self) -> datetime:
        return self._moment

    def advance(self, by: timedelta) -> None:
        """Move the clock by ``by`` of real (not wall) time."""
        self._moment = (self._moment.astimezone(ZoneInfo("UTC")) + by).astimezone(BELGRADE)


def local_date(moment: datetime) -> date:
    """The calendar day in Kosovo at an aware ``moment``."""
    if moment.tzinfo is None:
        raise ValueError("an aware datetime is needed")
    return moment.astimezone(BELGRADE).date()
