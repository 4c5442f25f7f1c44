"""Rows become lines: which cells each kind of line has, and what must agree between the rows of one file."""

from __future__ import annotations

import re
from typing import Final

import phonenumbers

from ndihma.accounts.importer.cells import Cells
from ndihma.accounts.importer.columns import CHANGES, PREPAID, SELFCARE, SIM, SUSPENSION
from ndihma.accounts.importer.parts import (
    KEY_LENGTH,
    bills_of,
    club_of,
    contacts_of,
    payments_of,
    prepaid_of,
    suspension_of,
)
from ndihma.accounts.importer.problems import Reason
from ndihma.accounts.model import (
    Bill,
    Line,
    LineKind,
    SelfcareRegistration,
    SimCard,
    SimState,
    Subscriber,
)
from ndihma.accounts.msisdn import Msisdn

__all__ = ["Lines"]

_ICCID: Final = re.compile(r"\d{19,20}", re.ASCII)


class Lines:
    """What the rows of one file add up to, with the faults that only show between rows."""

    def __init__(self) -> None:
        self.complete: list[Line] = []
        self._msisdns: dict[Msisdn, int] = {}
        self._iccids: dict[str, int] = {}
        self._subscribers: dict[str, tuple[int, Subscriber]] = {}

    def add(self, cells: Cells) -> None:
        msisdn = cells.msisdn("msisdn")
        kind = cells.choice("kind", LineKind)
        cells.need(msisdn, "msisdn")
        cells.need(kind, "kind")
        if msisdn is not None:
            first = self._msisdns.setdefault(msisdn, cells.line)
            if first != cells.line:
                cells.fault("msisdn", Reason.DUPLICATE_MSISDN, masked=msisdn.masked, first=first)
        subscriber = self._subscriber(cells)
        line = None if kind is None else self._line(cells, kind, msisdn, subscriber)
        if line is not None and not cells.problems:
            self.complete.append(line)

    def _subscriber(self, cells: Cells) -> Subscriber | None:
        before = len(cells.problems)
        key, name = cells.text("subscriber_id", KEY_LENGTH), cells.text("subscriber_name")
        cells.need(key, "subscriber_id")
        cells.need(name, "subscriber_name")
        is_business = cells.flag("business")
        contacts, club = contacts_of(cells), club_of(cells)
        if club is not None and not is_business:
            cells.fault("club_name", Reason.NOT_FOR_PRIVATE)
        if key is None or name is None or len(cells.problems) > before:
            return None
        subscriber = Subscriber(key, name, is_business, contacts, club)
        first, known = self._subscribers.setdefault(key, (cells.line, subscriber))
        if known != subscriber:
            cells.fault("subscriber_id", Reason.SUBSCRIBER_DIFFERS, first=first)
        return subscriber

    def _line(self, cells: Cells, kind: LineKind, msisdn: Msisdn | None, subscriber: Subscriber | None) -> Line | None:
        _refuse_foreign_columns(cells, kind)
        if msisdn is not None and not _fits(msisdn, kind):
            cells.fault("msisdn", Reason.NUMBER_OF_OTHER_KIND)
        sim = self._sim(cells) if kind is not LineKind.FIXED else None
        prepaid = balance = selfcare = suspension = None
        bills: tuple[Bill, ...] = ()
        payments = payments_of(cells)
        if kind is LineKind.PREPAID:
            prepaid, balance = prepaid_of(cells), cells.cents("balance")
            cells.need(balance, "balance")
        else:
            bills, suspension = bills_of(cells), suspension_of(cells)
        if kind is LineKind.POSTPAID:
            selfcare = SelfcareRegistration(
                cells.past_day("selfcare_registered_on"), locked=cells.flag("selfcare_locked")
            )
        owner_changed_on, ported_on = (cells.past_day(column) for column in CHANGES)
        if cells.problems or msisdn is None or subscriber is None:
            return None
        return Line(
            msisdn,
            kind,
            subscriber,
            sim=sim,
            prepaid=prepaid,
            balance_cents=balance,
            bills=bills,
            payments=payments,
            suspension=suspension,
            selfcare=selfcare,
            owner_changed_on=owner_changed_on,
            ported_on=ported_on,
        )

    def _sim(self, cells: Cells) -> SimCard | None:
        iccid = cells.text("iccid")
        cells.need(iccid, "iccid")
        if iccid is not None:
            if not _ICCID.fullmatch(iccid):
                cells.fault("iccid", Reason.BAD_ICCID)
            elif (first := self._iccids.setdefault(iccid, cells.line)) != cells.line:
                cells.fault("iccid", Reason.DUPLICATE_ICCID, first=first)
        state = cells.choice("sim_state", SimState) or SimState.IN_USE
        changed_on = cells.past_day("sim_changed_on")
        return None if iccid is None else SimCard(iccid, state, changed_on)


def _refuse_foreign_columns(cells: Cells, kind: LineKind) -> None:
    foreign: list[str] = []
    if kind is LineKind.PREPAID:
        foreign += cells.filled(*SUSPENSION)
        foreign += [f"bill_{n}_number" for n in cells.numbers_of("bill")]
    else:
        foreign += cells.filled(*PREPAID)
    if kind is not LineKind.POSTPAID:
        foreign += cells.filled(*SELFCARE)
    if kind is LineKind.FIXED:
        foreign += cells.filled(*SIM)
    for column in foreign:
        cells.fault(column, Reason.NOT_FOR_KIND, kind=kind)


def _fits(msisdn: Msisdn, kind: LineKind) -> bool:
    number_type = phonenumbers.number_type(phonenumbers.parse(msisdn.e164))
    if number_type == phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE:
        return True
    return (number_type == phonenumbers.PhoneNumberType.FIXED_LINE) is (kind is LineKind.FIXED)
