"""The MSISDN value type: a Kosovo telephone number in one canonical form."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

import phonenumbers

__all__ = ["InvalidMsisdn", "Msisdn"]

_COUNTRY_CODE: Final = 383
_SUBSCRIBER_KINDS: Final = frozenset(
    {
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
    }
)

_OLD_MOBILE_CODE: Final = "377"
"""Monaco's code, which Kosovo's Vala numbers (44, 45) used until 2017 and customers still write."""


_FULL: Final = re.compile(rf"(?:{_COUNTRY_CODE}|{_OLD_MOBILE_CODE})0?([1-9]\d{{7}})")
"""A number with the country's code, as people type it without the plus sign, or with the zero of 044 left in it."""


class InvalidMsisdn(ValueError):
    """The text is not a telephone number of Kosovo. The message never repeats the text."""


@dataclass(frozen=True, slots=True)
class Msisdn:
    """A number in E.164, such as ``+38344123456``. ``repr`` and ``str`` are masked (S9)."""

    e164: str

    @classmethod
    def parse(cls, text: str) -> Msisdn:
        """Read a number in any form customers use: ``044 123 456``, ``+383 44 123 456``, ``00377 44…``.

        Raises InvalidMsisdn when it is not a possible number of Kosovo. A letter is never a digit, as it is on a
        keypad: one of ten thousand random ids would be a number.
        """
        cleaned = text.strip()
        if cleaned.startswith("00"):
            cleaned = "+" + cleaned[2:]
        digits = "".join(str(unicodedata.decimal(c)) for c in cleaned if c.isdecimal())
        full = _FULL.fullmatch(digits)
        if full is not None:
            cleaned = f"+{_COUNTRY_CODE}{full[1]}"
        elif cleaned.startswith("+") and digits.startswith(_OLD_MOBILE_CODE):
            cleaned = f"+{_COUNTRY_CODE}{digits[3:]}"
        try:
            number = phonenumbers.parse(cleaned, "XK")
        except phonenumbers.NumberParseException as error:
            raise InvalidMsisdn("not a telephone number") from error
        if str(number.national_number) not in digits:
            raise InvalidMsisdn("not a telephone number")
        if number.country_code != _COUNTRY_CODE or not phonenumbers.is_valid_number(number):
            raise InvalidMsisdn("not a telephone number of Kosovo")
        if phonenumbers.number_type(number) not in _SUBSCRIBER_KINDS:
            raise InvalidMsisdn("not a subscriber's number")
        return cls(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

    @property
    def national(self) -> str:
        """The number as dialled inside Kosovo, digits only: ``044123456``."""
        return "0" + self.e164.removeprefix("+383")

    @property
    def masked(self) -> str:
        """The form shown to people (S9): ``044 ••• •56``."""
        return f"{self.national[:3]} ••• •{self.national[-2:]}"

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"Msisdn({self.masked})"
