"""Time as a dependency: every rule that needs "now" is given a :class:`Clock`."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final, Protocol
from zoneinfo import ZoneInfo

__all__ = ["BELGRADE", "Clock", "FixedClock", "SystemClock", "local_date"]

BELGRADE: Final = ZoneInfo("Europe/Belgrade")
"""The civil time of Kosovo; the tz database has no zone of its own for it."""


class Clock(Protocol):
    """Gives the present moment."""

    def now(self) -> datetime:
        """The present moment, aware: the civil time of Kosovo with the offset that it has now.

        The offset is fixed, because Python adds a duration to a moment of a zone by the hands of the clock: in the
        night they go back, what lives five minutes would live an hour and five.
        """
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return _with_fixed_offset(datetime.now(UTC))


class FixedClock:
    """A clock that stands still until it is moved; for tests and simulations."""

    def __init__(self, moment: datetime) -> None:
        if moment.tzinfo is None:
            raise ValueError("a clock needs an aware datetime")
        self._moment = _with_fixed_offset(moment)

    def now(self) -> datetime:
        return self._moment

    def advance(self, by: timedelta) -> None:
        """Move the clock by ``by`` of real (not wall) time."""
        self._moment = _with_fixed_offset(self._moment + by)


def local_date(moment: datetime) -> date:
    """The calendar day in Kosovo at an aware ``moment``."""
    if moment.tzinfo is None:
        raise ValueError("an aware datetime is needed")
    return moment.astimezone(BELGRADE).date()


def _with_fixed_offset(moment: datetime) -> datetime:
    local = moment.astimezone(BELGRADE)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()), fold=0)
