"""What an entity means, and its normalised value at the moment the message was written.

| entity | value |
|---|---|
| msisdn | E.164 such as ``+38344123456``; ``msisdn`` when the gateway has taken the number out |
| amount | ``{"cents": 299, "currency": "EUR"}``, whole cents, ISO 4217 |
| date | ISO 8601: a day ``2026-11-12`` or an interval, both ends inclusive, ``2026-11-01/2026-11-30`` |
| count | a whole number of people or lines |
| sim_status | ``valid``, ``active``, ``inactive``, ``deactive`` or ``void`` |
| pin_kind | ``pin``, ``puk`` or ``selfcare_pin`` |
| plan_kind | ``prepaid``, ``postpaid`` or ``fixed`` |

Days are Kosovo's, in Europe/Belgrade. What a message leaves open about a date is decided by :class:`Direction`: a
day and month without a year are the last such day in a message about the past, the next one in a message about the
future, and the nearest otherwise; a weekday is the last one in a message about the past and else the coming one; a
month is the coming one in a message about the future and else the last one that has begun.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Dict, Final, Tuple, Union
from zoneinfo import ZoneInfo

__all__ = [
    "BELGRADE",
    "WRITTEN_AT",
    "DayOfMonth",
    "DayOfYear",
    "Direction",
    "EndOfMonth",
    "Fixed",
    "Meaning",
    "Money",
    "MonthOfYear",
    "Period",
    "Shift",
    "Unit",
    "Value",
    "Weekday",
    "Weekend",
]

BELGRADE: Final = ZoneInfo("Europe/Belgrade")
"""The civil time of Kosovo; the tz database has no zone of its own for it."""

WRITTEN_AT: Final = "written_at"
"""The key of a message's metadata under which the time of writing stands (ISO 8601 with an offset)."""

Value = Union[str, int, Dict[str, Union[str, int]]]


class Direction(Enum):
    """Where in time a message points."""

    PAST = -1
    OPEN = 0
    FUTURE = 1


class Unit(Enum):
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Fixed:
    """A value that no clock changes."""

    what: Union[str, int]

    def value(self, now: datetime) -> Value:
        """The same at any time."""
        return self.what


@dataclass(frozen=True)
class Money:
    """An amount in hundredths of a currency (ISO 4217)."""

    cents: int
    currency: str = "EUR"

    def value(self, now: datetime) -> Value:
        """The same at any time."""
        return {"cents": self.cents, "currency": self.currency}


@dataclass(frozen=True)
class Shift:
    """The day that lies ``count`` units from the present moment: "para tri ditëve", "nesër"."""

    count: int
    unit: Unit = Unit.DAY

    def value(self, now: datetime) -> Value:
        """``now`` is aware. A day that no calendar has becomes the first or last one there is."""
        here = _local(now)
        try:
            if self.unit in (Unit.MONTH, Unit.YEAR):
                months = self.count * (12 if self.unit is Unit.YEAR else 1)
                return _add_months(here.date(), months).isoformat()
            if self.unit in (Unit.MINUTE, Unit.HOUR):
                step = timedelta(**{f"{self.unit.value}s": self.count})
                return (now + step).astimezone(BELGRADE).date().isoformat()
            days = self.count * (7 if self.unit is Unit.WEEK else 1)
            return (here.date() + timedelta(days=days)).isoformat()
        except (OverflowError, ValueError):
            return (date.min if self.count < 0 else date.max).isoformat()


@dataclass(frozen=True)
class Period:
    """A whole week (from Monday), month or year: this one (0), the last (-1), the next (1)."""

    count: int
    unit: Unit

    def value(self, now: datetime) -> Value:
        """The interval, both days inclusive."""
        today = _local(now).date()
        if self.unit is Unit.WEEK:
            monday = today + timedelta(days=7 * self.count - today.weekday())
            return _interval(monday, monday + timedelta(days=6))
        if self.unit is Unit.MONTH:
            first = _add_months(today.replace(day=1), self.count)
            return _month(first.year, first.month)
        year = today.year + self.count
        return _interval(date(year, 1, 1), date(year, 12, 31))


@dataclass(frozen=True)
class Weekend:
    """Saturday and Sunday of this week (0), of the last (-1) or the next (1)."""

    count: int

    def value(self, now: datetime) -> Value:
        """The interval, both days inclusive."""
        today = _local(now).date()
        saturday = today + timedelta(days=7 * self.count + 5 - today.weekday())
        return _interval(saturday, saturday + timedelta(days=1))


@dataclass(frozen=True)
class Weekday:
    """A day of the week, Monday being 0, never today."""

    weekday: int
    direction: Direction

    def value(self, now: datetime) -> Value:
        """The last one before today in a message about the past, else the first one after today."""
        today = _local(now).date()
        if self.direction is Direction.PAST:
            return (today - timedelta(days=(today.weekday() - self.weekday - 1) % 7 + 1)).isoformat()
        return (today + timedelta(days=(self.weekday - today.weekday() - 1) % 7 + 1)).isoformat()


@dataclass(frozen=True)
class DayOfYear:
    """A day and month without a year; they exist in some year."""

    day: int
    month: int
    direction: Direction

    def value(self, now: datetime) -> Value:
        """The nearest, last or next such day, today included."""
        today = _local(now).date()
        days = []
        for year in range(max(today.year - 8, 1), min(today.year + 8, 9999) + 1):  # 29 February may be 8 years away
            try:
                days.append(date(year, self.month, self.day))
            except ValueError:
                continue
        past = [day for day in days if day <= today]
        future = [day for day in days if day >= today]
        if self.direction is Direction.PAST:
            candidates = past
        elif self.direction is Direction.FUTURE:
            candidates = future
        else:
            candidates = days
        return min(candidates or days, key=lambda day: (abs(day - today), day)).isoformat()


@dataclass(frozen=True)
class MonthOfYear:
    """A month without a year: "në nëntor", "faturën e tetorit"."""

    month: int
    direction: Direction

    def value(self, now: datetime) -> Value:
        """The interval of the month; the present month counts as begun."""
        today = _local(now).date()
        if self.direction is Direction.FUTURE:
            return _month(today.year + (self.month < today.month), self.month)
        return _month(today.year - (self.month > today.month), self.month)


@dataclass(frozen=True)
class DayOfMonth:
    """A day without a month: "datën 5"."""

    day: int
    direction: Direction

    def value(self, now: datetime) -> Value:
        """The nearest, last or next month's such day, today included."""
        today = _local(now).date()
        days = []
        for months in range(-2, 3):
            first = _add_months(today.replace(day=1), months)
            if self.day <= calendar.monthrange(first.year, first.month)[1]:
                days.append(first.replace(day=self.day))
        if self.direction is Direction.PAST:
            days = [day for day in days if day <= today]
        elif self.direction is Direction.FUTURE:
            days = [day for day in days if day >= today]
        return min(days, key=lambda day: (abs(day - today), day)).isoformat()


@dataclass(frozen=True)
class EndOfMonth:
    """ "Fundi i muajit": the last day of this month."""

    def value(self, now: datetime) -> Value:
        """The last day of the month that ``now`` is in."""
        today = _local(now).date()
        return today.replace(day=calendar.monthrange(today.year, today.month)[1]).isoformat()


Meaning = Union[Fixed, Money, Shift, Period, Weekend, Weekday, DayOfYear, MonthOfYear, DayOfMonth, EndOfMonth]


def _local(now: datetime) -> datetime:
    if now.tzinfo is None:
        raise ValueError("an aware datetime is needed")
    return now.astimezone(BELGRADE)


def _add_months(day: date, months: int) -> date:
    year, month = _year_and_month(day, months)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _year_and_month(day: date, months: int) -> Tuple[int, int]:
    index = day.year * 12 + day.month - 1 + months
    return index // 12, index % 12 + 1


def _month(year: int, month: int) -> str:
    return _interval(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _interval(first: date, last: date) -> str:
    return f"{first.isoformat()}/{last.isoformat()}"
