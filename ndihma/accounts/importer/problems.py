"""What can be wrong with an export, and where: safe to print, for a problem never holds what was in the cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["Problem", "Reason"]


class Reason(StrEnum):
    """What can be wrong; ``messages.IMPORT_REASONS`` says it in words."""

    EMPTY_FILE = "empty_file"
    NO_ROWS = "no_rows"
    NOT_UTF8 = "not_utf8"
    BROKEN_QUOTES = "broken_quotes"
    MISSING_COLUMN = "missing_column"
    UNKNOWN_COLUMN = "unknown_column"
    PUK_COLUMN = "puk_column"
    DUPLICATE_COLUMN = "duplicate_column"
    CELL_COUNT = "cell_count"
    VALUE_MISSING = "value_missing"
    NEEDED_BY = "needed_by"
    NOT_FOR_KIND = "not_for_kind"
    NOT_FOR_PRIVATE = "not_for_private"
    BAD_NUMBER = "bad_number"
    NUMBER_OF_OTHER_KIND = "number_of_other_kind"
    BAD_CHOICE = "bad_choice"
    BAD_DAY = "bad_day"
    BAD_MOMENT = "bad_moment"
    IN_FUTURE = "in_future"
    TOO_EARLY = "too_early"
    BAD_AMOUNT = "bad_amount"
    BAD_COUNT = "bad_count"
    BAD_ICCID = "bad_iccid"
    BAD_EMAIL = "bad_email"
    TOO_LONG = "too_long"
    BAD_CHARACTERS = "bad_characters"
    DUPLICATE_MSISDN = "duplicate_msisdn"
    DUPLICATE_ICCID = "duplicate_iccid"
    DUPLICATE_BILL = "duplicate_bill"
    SUBSCRIBER_DIFFERS = "subscriber_differs"


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: the line of the file where its row begins (1 is the header), the column's name or, for an
    unknown column, its ordinal (``#7``), and the reason with what its sentence needs. Safe to print."""

    line: int
    column: str
    reason: Reason
    details: Mapping[str, str | int] = field(default_factory=dict)
