"""Groups of a row's cells become the parts of a line: contacts, club, life cycle, bills, payments, suspension."""

from __future__ import annotations

import re
from typing import Final

from ndihma.accounts.importer.cells import Cells
from ndihma.accounts.importer.columns import BILL, CLUB, CONTACTS, PAYMENT, SUSPENSION
from ndihma.accounts.importer.problems import Reason
from ndihma.accounts.model import (
    Bill,
    BusinessClub,
    ContactKind,
    ContactPoint,
    Payment,
    PrepaidLife,
    Reactivation,
    Suspension,
)
from ndihma.clock import local_date

__all__ = ["KEY_LENGTH", "bills_of", "club_of", "contacts_of", "payments_of", "prepaid_of", "suspension_of"]

KEY_LENGTH: Final = 64
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_EMAIL_LENGTH: Final = 254


def contacts_of(cells: Cells) -> tuple[ContactPoint, ...]:
    found: list[ContactPoint] = []
    for kind, (column, since_column) in CONTACTS.items():
        if not cells.filled(column, since_column):
            continue
        value: str | None
        if kind is ContactKind.EMAIL:
            value = cells.text(column, _EMAIL_LENGTH)
            if value is not None and not _EMAIL.fullmatch(value):
                cells.fault(column, Reason.BAD_EMAIL)
                value = None
        else:
            number = cells.msisdn(column)
            value = None if number is None else number.e164
        since = cells.past_day(since_column)
        cells.need(value, column, because=since_column)
        cells.need(since, since_column, because=column)
        if value is not None and since is not None:
            found.append(ContactPoint(kind, value, since))
    return tuple(sorted(found, key=lambda contact: contact.registered_on))


def club_of(cells: Cells) -> BusinessClub | None:
    filled = cells.filled(*CLUB)
    if not filled:
        return None
    name, package = cells.text("club_name"), cells.text("club_package")
    required, members = cells.count("club_required_contracts"), cells.count("club_members")
    contracts, joined_on = cells.count("club_monthly_contracts"), cells.past_day("club_joined_on")
    for column, value in zip(CLUB, (name, package, required, members, contracts, joined_on), strict=True):
        cells.need(value, column, because=filled[0])
    if name is None or package is None or required is None or members is None or contracts is None or joined_on is None:
        return None
    return BusinessClub(name, package, required, members, contracts, joined_on)


def prepaid_of(cells: Cells) -> PrepaidLife | None:
    purchased, activated = cells.past_day("purchased_on"), cells.past_day("activated_on")
    valid_until = cells.day("valid_until")
    reactivated, option = cells.past_day("reactivated_on"), cells.choice("reactivation", Reactivation)
    cells.need(purchased, "purchased_on")
    if valid_until is not None:
        cells.need(activated, "activated_on", because="valid_until")
    if reactivated is not None or option is not None:
        cells.need(activated, "activated_on", because="reactivated_on")
        cells.need(reactivated, "reactivated_on", because="reactivation")
        cells.need(option, "reactivation", because="reactivated_on")
    cells.in_order(("purchased_on", purchased), ("activated_on", activated), ("reactivated_on", reactivated))
    cells.in_order(("activated_on", activated), ("valid_until", valid_until))
    if purchased is None or cells.problems:
        return None
    return PrepaidLife(purchased, activated, valid_until, reactivated, option)


def bills_of(cells: Cells) -> tuple[Bill, ...]:
    bills: list[Bill] = []
    seen: set[str] = set()
    for place in cells.numbers_of("bill"):
        columns = [f"bill_{place}_{part}" for part in BILL]
        number, issued_on = cells.text(columns[0], KEY_LENGTH), cells.past_day(columns[1])
        due_on, amount, paid = cells.day(columns[2]), cells.cents(columns[3]), cells.cents(columns[4])
        because = cells.filled(*columns)[0]
        for column, value in zip(columns[:4], (number, issued_on, due_on, amount), strict=True):
            cells.need(value, column, because=because)
        cells.in_order((columns[1], issued_on), (columns[2], due_on))
        if number is None or issued_on is None or due_on is None or amount is None:
            continue
        if number in seen:
            cells.fault(columns[0], Reason.DUPLICATE_BILL)
        seen.add(number)
        bills.append(Bill(number, issued_on, due_on, amount, paid or 0))
    return tuple(sorted(bills, key=lambda bill: (bill.issued_on, bill.number)))


def payments_of(cells: Cells) -> tuple[Payment, ...]:
    payments: list[Payment] = []
    for place in cells.numbers_of("payment"):
        columns = [f"payment_{place}_{part}" for part in PAYMENT]
        paid_at, amount = cells.past_moment(columns[0]), cells.cents(columns[1])
        reference = cells.text(columns[2], KEY_LENGTH)
        because = cells.filled(*columns)[0]
        cells.need(paid_at, columns[0], because=because)
        cells.need(amount, columns[1], because=because)
        if paid_at is not None and amount is not None:
            payments.append(Payment(paid_at, amount, reference or ""))
    return tuple(sorted(payments, key=lambda payment: payment.paid_at))


def suspension_of(cells: Cells) -> Suspension | None:
    filled = cells.filled(*SUSPENSION)
    if not filled:
        return None
    since, amount = cells.past_day("suspended_since"), cells.cents("suspension_amount")
    ended_at = cells.past_moment("suspension_ended_at")
    cells.need(since, "suspended_since", because=filled[0])
    cells.in_order(
        ("suspended_since", since), ("suspension_ended_at", None if ended_at is None else local_date(ended_at))
    )
    return None if since is None else Suspension(since, ended_at=ended_at, amount_cents=amount)
