"""Reading single values of a resource: characteristics, money, values of an enumeration. Nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from ndihma.accounts.adapters.tmforum.errors import BrokenAnswer
from ndihma.accounts.adapters.tmforum.resources import Characteristic, Day, Moment, Money, Quantity, read

__all__ = ["Characteristics", "cents", "known", "present"]

_T = TypeVar("_T")
_CURRENCY: Final = "EUR"
_MAX_EUROS: Final = 10**9
_DAY: Final[TypeAdapter[date]] = TypeAdapter(Day)
_MOMENT: Final[TypeAdapter[datetime]] = TypeAdapter(Moment)


def present(value: _T | None, field: str) -> _T:
    """``value``. Raises BrokenAnswer when it is missing; ``field`` names it."""
    if value is None:
        raise BrokenAnswer(f"{field} is missing")
    return value


def known(table: Mapping[str, _T], value: str | None, field: str) -> _T:
    """What ``value`` means. Raises BrokenAnswer when the table does not know it."""
    found = table.get(present(value, field).strip())
    if found is None:
        raise BrokenAnswer(f"{field} has an unknown value")
    return found


def cents(amount: Money | Quantity | None, field: str, default_currency: str | None) -> int:
    """The amount in euro cents. Raises BrokenAnswer when it is missing, not in euro or no whole number of cents.

    ``default_currency`` stands for a missing unit; None: a missing unit is refused.
    """
    if amount is None:
        raise BrokenAnswer(f"{field} is missing")
    value, unit = (amount.value, amount.unit) if isinstance(amount, Money) else (amount.amount, amount.units)
    if (unit or default_currency) != _CURRENCY:
        raise BrokenAnswer(f"{field} has no currency" if not unit else f"{field} has an unknown currency")
    euros = present(value, field)
    if abs(euros) > _MAX_EUROS or euros * 100 % 1 != 0:
        raise BrokenAnswer(f"{field} is no sum of money")
    return int(euros * 100)


class Characteristics:
    """The characteristics of a resource by name. Raises BrokenAnswer when a name that is asked for is given twice."""

    def __init__(self, items: Iterable[Characteristic]) -> None:
        self._items = tuple(items)

    def get(self, name: str) -> object | None:
        """The value, or None when it is missing, null or an empty text."""
        found = [item.value for item in self._items if item.name == name]
        if len(found) > 1:
            raise BrokenAnswer(f"characteristic {name} is given twice")
        return found[0] if found and found[0] != "" else None

    def text(self, name: str) -> str | None:
        value = self.get(name)
        if value is not None and not isinstance(value, str):
            raise BrokenAnswer(f"characteristic {name} is no text")
        return value

    def count(self, name: str) -> int:
        """A whole number, 0 or more; it has to be there."""
        value = present(self.get(name), f"characteristic {name}")
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value[:10])
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**9:
            raise BrokenAnswer(f"characteristic {name} is no count")
        return value

    def flag(self, name: str) -> bool | None:
        value = self.get(name)
        texts: dict[object, bool] = {"true": True, "false": False}
        if value is None or isinstance(value, bool):
            return value
        if not isinstance(value, str) or value not in texts:
            raise BrokenAnswer(f"characteristic {name} is neither true nor false")
        return texts[value]

    def day(self, name: str) -> date | None:
        value = self.get(name)
        return None if value is None else _parsed(_DAY, value, name)

    def change(self, name: str, never: str, otherwise: date | None) -> date | None:
        """The day of a change for which S8 asks: None only when the characteristic says ``never``.

        When it is missing, ``otherwise`` counts, a day that no change is later than; without that one it is refused,
        because what S8 forbids after a change would be allowed.
        """
        if self.get(name) == never:
            return None
        return self.day(name) or present(otherwise, f"characteristic {name}")

    def moment(self, name: str) -> datetime | None:
        value = self.get(name)
        return None if value is None else _parsed(_MOMENT, value, name)

    def cents(self, name: str, default_currency: str | None) -> int | None:
        """An object with ``unit`` and ``value``, as everywhere in the APIs."""
        value = self.get(name)
        return None if value is None else cents(read(Money, value), f"characteristic {name}", default_currency)


def _parsed(adapter: TypeAdapter[_T], value: object, name: str) -> _T:
    try:
        return adapter.validate_python(value)
    except ValidationError:
        pass
    raise BrokenAnswer(f"characteristic {name} is no date")
