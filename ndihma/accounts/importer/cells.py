"""One row's cells, read by column and type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypeVar

from ndihma.accounts.importer.problems import Problem, Reason
from ndihma.accounts.importer.values import read_amount, read_count, read_day, read_flag, read_moment
from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn
from ndihma.clock import local_date

__all__ = ["Cells"]

_NAME_LENGTH: Final = 200
_E = TypeVar("_E", bound=StrEnum)
_T = TypeVar("_T")


class Cells:
    """One row's cells, read by name and type. A reader returns None for an empty or faulty cell and notes the fault."""

    def __init__(self, line: int, cells: Mapping[str, str], now: datetime) -> None:
        self.line = line
        self.problems: list[Problem] = []
        self._cells = cells
        self._now = now
        self._today = local_date(now)

    def fault(self, column: str, reason: Reason, **details: str | int) -> None:
        self.problems.append(Problem(self.line, column, reason, details))

    def filled(self, *columns: str) -> list[str]:
        """Those of the columns that are not empty, in their order."""
        return [column for column in columns if self._cells.get(column)]

    def numbers_of(self, group: str) -> list[int]:
        """The ordinals of a numbered group (``bill``, ``payment``) with any cell filled."""
        found = {int(name.split("_")[1]) for name, cell in self._cells.items() if name.startswith(f"{group}_") and cell}
        return sorted(found)

    def text(self, column: str, limit: int = _NAME_LENGTH) -> str | None:
        value = self._cells.get(column, "")
        if not value:
            return None
        if not value.isprintable():
            self.fault(column, Reason.BAD_CHARACTERS)
            return None
        if len(value) > limit:
            self.fault(column, Reason.TOO_LONG, limit=limit)
            return None
        return value

    def need(self, value: object | None, column: str, because: str | None = None) -> None:
        """Note a required cell that is empty (a faulty one is noted already)."""
        if value is None and not self._cells.get(column):
            if because is None:
                self.fault(column, Reason.VALUE_MISSING)
            else:
                self.fault(column, Reason.NEEDED_BY, other=because)

    def msisdn(self, column: str) -> Msisdn | None:
        value = self._cells.get(column, "")
        if not value:
            return None
        try:
            return Msisdn.parse(value)
        except InvalidMsisdn:
            self.fault(column, Reason.BAD_NUMBER)
            return None

    def choice(self, column: str, kind: type[_E]) -> _E | None:
        value = self._cells.get(column, "").lower()
        if not value:
            return None
        try:
            return kind(value)
        except ValueError:
            self.fault(column, Reason.BAD_CHOICE, allowed=", ".join(kind))
            return None

    def flag(self, column: str) -> bool:
        flag = read_flag(self._cells.get(column, ""))
        if flag is None:
            self.fault(column, Reason.BAD_CHOICE, allowed="po, jo")
        return flag is True

    def past_day(self, column: str) -> date | None:
        """A day that is not after the export."""
        day = self.day(column)
        if day is not None and day > self._today:
            self.fault(column, Reason.IN_FUTURE)
            return None
        return day

    def day(self, column: str) -> date | None:
        return self._read(column, read_day, Reason.BAD_DAY)

    def past_moment(self, column: str) -> datetime | None:
        moment = self._read(column, read_moment, Reason.BAD_MOMENT)
        if moment is not None and moment > self._now:
            self.fault(column, Reason.IN_FUTURE)
            return None
        return moment

    def cents(self, column: str) -> int | None:
        return self._read(column, read_amount, Reason.BAD_AMOUNT)

    def count(self, column: str) -> int | None:
        return self._read(column, read_count, Reason.BAD_COUNT)

    def in_order(self, *days: tuple[str, date | None]) -> None:
        """Note each day that lies before the nearest one given before it."""
        previous: tuple[str, date] | None = None
        for column, day in days:
            if day is None:
                continue
            if previous is not None and day < previous[1]:
                self.fault(column, Reason.TOO_EARLY, other=previous[0])
            previous = column, day

    def _read(self, column: str, reader: Callable[[str], _T | None], reason: Reason) -> _T | None:
        value = self._cells.get(column, "")
        if not value:
            return None
        found = reader(value)
        if found is None:
            self.fault(column, reason)
        return found
