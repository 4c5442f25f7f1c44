"""What a customer says to have paid, and how it compares with what is due (FAQ 000: the amount sent by SMS).

A claim helps the staff read the proof; it never decides anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

__all__ = [
    "MAX_CENTS",
    "NOTHING_CLAIMED",
    "OLDEST",
    "AmountCheck",
    "AmountFinding",
    "InvalidClaim",
    "PaymentClaim",
    "check_amount",
]

MAX_CENTS: Final = 1_000_000
"""10,000 EUR, above any bill of a customer (ours)."""
OLDEST: Final = timedelta(days=366)
"""A payment from longer ago is a slip of the pen (ours)."""

_SPACES: Final = " \u00a0\u202f"
_AMOUNT: Final = re.compile(
    rf"""(?:
        (?P<whole>\d{{1,5}}) (?:[.,](?P<cents>\d{{1,2}}))?                                # 23,40  23.4  1234
      | (?P<grouped>[1-9]\d{{0,2}}[.{_SPACES}]\d{{3}}) (?:,(?P<after_comma>\d{{1,2}}))?   # 1.234,50  1 234,50  1.234
      | (?P<english>[1-9]\d{{0,2}}[,{_SPACES}]\d{{3}}) \.(?P<after_dot>\d{{1,2}})         # 1,234.50
    )\s?(?:€|euro|eur)?""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
"""Three digits after a separator are thousands, one or two are cents. ``1,234`` is refused: in Albanian the comma
begins the cents, in English the thousands."""
_NOT_DIGITS: Final = re.compile(r"\D", re.ASCII)


class InvalidClaim(ValueError):
    """``field`` (``amount`` or ``paid_on``) cannot be read or cannot be true. The message never repeats it."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} is not valid")
        self.field = field


@dataclass(frozen=True, slots=True)
class PaymentClaim:
    """``amount_cents`` 1 to MAX_CENTS, ``paid_on`` a day in Kosovo; None: not said."""

    amount_cents: int | None = None
    paid_on: date | None = None

    @classmethod
    def parse(cls, amount: str, paid_on: str, today: date) -> PaymentClaim:
        """Read form fields: ``23,40``, ``23.4 €``, ``1.234,50``; ``2026-11-22``, not after today and not before OLDEST.

        Empty means not said. Raises InvalidClaim.
        """
        claim = cls(_cents(amount.strip()), _day(paid_on.strip()))
        for field, said, kept in (
            ("amount", claim.amount_cents, claim.plausible(today).amount_cents),
            ("paid_on", claim.paid_on, claim.plausible(today).paid_on),
        ):
            if said != kept:
                raise InvalidClaim(field)
        return claim

    def plausible(self, today: date) -> PaymentClaim:
        """The claim without what cannot be true."""
        cents, day = self.amount_cents, self.paid_on
        return PaymentClaim(
            cents if cents is not None and 0 < cents <= MAX_CENTS else None,
            day if day is not None and today - OLDEST <= day <= today else None,
        )

    def over(self, weaker: PaymentClaim) -> PaymentClaim:
        """This claim, with ``weaker`` where it says nothing."""
        return PaymentClaim(
            weaker.amount_cents if self.amount_cents is None else self.amount_cents,
            weaker.paid_on if self.paid_on is None else self.paid_on,
        )


class AmountFinding(StrEnum):
    """How the claimed amount compares with what is due."""

    NOT_GIVEN = "not_given"
    DUE_UNKNOWN = "due_unknown"
    NOTHING_DUE = "nothing_due"
    """The operator's system has booked the payment already."""
    MATCHES = "matches"
    LESS = "less"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class AmountCheck:
    """``by_cents``: how far apart LESS and MORE are, above 0; else 0."""

    finding: AmountFinding
    by_cents: int = 0


NOTHING_CLAIMED: Final = PaymentClaim()


def check_amount(claimed_cents: int | None, due_cents: int | None) -> AmountCheck:
    """Compare, to the cent: the amount sent by SMS is exact."""
    if due_cents == 0:
        return AmountCheck(AmountFinding.NOTHING_DUE)
    if claimed_cents is None:
        return AmountCheck(AmountFinding.NOT_GIVEN)
    if due_cents is None:
        return AmountCheck(AmountFinding.DUE_UNKNOWN)
    apart = claimed_cents - due_cents
    if apart == 0:
        return AmountCheck(AmountFinding.MATCHES)
    return AmountCheck(AmountFinding.LESS if apart < 0 else AmountFinding.MORE, abs(apart))


def _cents(text: str) -> int | None:
    if not text:
        return None
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise InvalidClaim("amount")
    whole = found["whole"] or found["grouped"] or found["english"]
    fraction = found["cents"] or found["after_comma"] or found["after_dot"] or "0"
    return int(_NOT_DIGITS.sub("", whole)) * 100 + int(fraction.ljust(2, "0"))


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidClaim("paid_on") from None
