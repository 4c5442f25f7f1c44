"""How amounts, days and moments are written for people: the Albanian (``sq``) locale, as the glossary asks; and plainly
for who works with the command line, which is English.

Values only, no sentences: those live in ``domain.yml`` and in the edges' catalogues.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from ndihma.clock import BELGRADE

__all__ = [
    "format_day",
    "format_day_short",
    "format_days",
    "format_moment",
    "format_moment_after",
    "format_money",
    "plain_moment",
    "plain_money",
]

_LOCALE: Final = Locale("sq")
_CENTS: Final = 100
_DAYS: Final = "ditë"
"""One and many alike. Written here because the locale data has no unit of days for ``sq``."""


def format_money(cents: int) -> str:
    """Euro cents as people read them: ``1,50 €``; whole euros without decimals: ``7 €``.

    Thousands are grouped with a no-break space (``1 234,50 €``); a negative sum starts with ``-``.
    """
    pattern = "#,##0" if cents % _CENTS == 0 else "#,##0.00"
    return f"{format_decimal(Decimal(cents) / _CENTS, format=pattern, locale=_LOCALE)} €"


def format_day(day: date) -> str:
    """A day with its year: ``12 nëntor 2026``."""
    return format_date(day, "d MMMM y", locale=_LOCALE)


def format_day_short(day: date) -> str:
    """A day whose year is plain from the context: ``27 nëntor``."""
    return format_date(day, "d MMMM", locale=_LOCALE)


def format_moment(moment: datetime) -> str:
    """Day and time in Kosovo of an aware moment: ``12 nëntor 2026, 16:05``. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("an aware datetime is needed")
    return format_datetime(moment.astimezone(BELGRADE), "d MMMM y, HH:mm", tzinfo=BELGRADE, locale=_LOCALE)


def format_moment_after(moment: datetime) -> str:
    """As ``format_moment``, the first full minute not before it: what begins then works by the clock on the wall.

    Raises ValueError for a naive one.
    """
    if moment.tzinfo is None:
        raise ValueError("an aware datetime is needed")
    return format_moment(moment.astimezone(UTC) + timedelta(minutes=1) - timedelta(microseconds=1))


def format_days(days: int) -> str:
    """A duration in whole days: ``1 ditë``, ``15 ditë``. Raises ValueError when negative."""
    if days < 0:
        raise ValueError("a duration is not negative")
    return f"{format_decimal(days, locale=_LOCALE)} {_DAYS}"


def plain_money(cents: int) -> str:
    """Euro cents on the command line: ``23.40 EUR``."""
    return f"{Decimal(cents) / _CENTS:.2f} EUR"


def plain_moment(moment: datetime) -> str:
    """Day and time in Kosovo of an aware moment on the command line: ``2026-11-12 16:05``.

    Raises ValueError for a naive one.
    """
    if moment.tzinfo is None:
        raise ValueError("an aware datetime is needed")
    return f"{moment.astimezone(BELGRADE):%Y-%m-%d %H:%M}"
