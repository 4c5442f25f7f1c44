"""The columns of the file, and whether a header names them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Final

from ndihma.accounts.importer.problems import Problem, Reason
from ndihma.accounts.model import ContactKind

__all__ = [
    "BILL",
    "CHANGES",
    "CLUB",
    "CONTACTS",
    "PAYMENT",
    "PREPAID",
    "SELFCARE",
    "SIM",
    "SUSPENSION",
    "check_header",
]

_REQUIRED: Final = ("msisdn", "kind", "subscriber_id", "subscriber_name")
PREPAID: Final = ("balance", "purchased_on", "activated_on", "valid_until", "reactivated_on", "reactivation")
SIM: Final = ("iccid", "sim_state", "sim_changed_on")
CHANGES: Final = ("owner_changed_on", "ported_on")
SUSPENSION: Final = ("suspended_since", "suspension_amount", "suspension_ended_at")
SELFCARE: Final = ("selfcare_registered_on", "selfcare_locked")
CLUB: Final = (
    "club_name",
    "club_package",
    "club_required_contracts",
    "club_members",
    "club_monthly_contracts",
    "club_joined_on",
)
CONTACTS: Final = {
    ContactKind.EMAIL: ("contact_email", "contact_email_since"),
    ContactKind.MSISDN: ("contact_msisdn", "contact_msisdn_since"),
}
BILL: Final = ("number", "issued_on", "due_on", "amount", "paid")
PAYMENT: Final = ("at", "amount", "reference")
_SINGLE: Final = (
    *_REQUIRED,
    "business",
    *(column for pair in CONTACTS.values() for column in pair),
    *CLUB,
    *SIM,
    *CHANGES,
    *PREPAID,
    *SUSPENSION,
    *SELFCARE,
)
_NUMBERED: Final = re.compile(rf"bill_[1-9]\d?_(?:{'|'.join(BILL)})|payment_[1-9]\d?_(?:{'|'.join(PAYMENT)})")
"""Bills and payments are numbered groups of columns, 1 to 99: ``bill_1_number``, ``payment_2_at``."""


def check_header(line: int, columns: Sequence[str], problems: list[Problem]) -> bool:
    """Whether the rows can be read by these columns. Unknown names are not repeated: without a header the first
    row would be a customer's. A slip is answered with the known name that is nearest."""
    before = len(problems)
    seen: set[str] = set()
    for place, name in enumerate(columns, start=1):
        if name in _SINGLE or _NUMBERED.fullmatch(name):
            if name in seen:
                problems.append(Problem(line, name, Reason.DUPLICATE_COLUMN))
            seen.add(name)
        elif re.search(r"(?:^|_)puk\d*(?:_|$)", name):
            problems.append(Problem(line, f"#{place}", Reason.PUK_COLUMN))
        else:
            nearest = difflib.get_close_matches(name, _SINGLE, n=1, cutoff=0.75)
            details = {"nearest": nearest[0]} if nearest else {}
            problems.append(Problem(line, f"#{place}", Reason.UNKNOWN_COLUMN, details))
    problems.extend(Problem(line, name, Reason.MISSING_COLUMN) for name in _REQUIRED if name not in seen)
    return len(problems) == before
