"""Reads an operator's export of its lines (CSV, described in docs/accounts-csv.md), wholly or not at all.

Pure: bytes in, lines or problems out, every problem of the file at once. A problem says where and of what sort; it
never holds what was in the cell, because cells hold numbers and names. The sentences are in ``messages``.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Final, TypeVar

import phonenumbers

from ndihma.accounts.model import (
    Bill,
    BusinessClub,
    ContactKind,
    ContactPoint,
    Line,
    LineKind,
    Payment,
    PrepaidLife,
    Reactivation,
    SelfcareRegistration,
    SimCard,
    SimState,
    Subscriber,
    Suspension,
)
from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn
from ndihma.clock import BELGRADE, local_date

__all__ = ["Parsed", "Problem", "Reason", "parse_accounts"]

_REQUIRED: Final = ("msisdn", "kind", "subscriber_id", "subscriber_name")
_PREPAID: Final = ("balance", "purchased_on", "activated_on", "valid_until", "reactivated_on", "reactivation")
_SIM: Final = ("iccid", "sim_state", "sim_changed_on")
_SUSPENSION: Final = ("suspended_since", "suspension_amount", "suspension_ended_at")
_SELFCARE: Final = ("selfcare_registered_on", "selfcare_locked")
_CLUB: Final = (
    "club_name",
    "club_package",
    "club_required_contracts",
    "club_members",
    "club_monthly_contracts",
    "club_joined_on",
)
_CONTACTS: Final = {
    ContactKind.EMAIL: ("contact_email", "contact_email_since"),
    ContactKind.MSISDN: ("contact_msisdn", "contact_msisdn_since"),
}
_BILL: Final = ("number", "issued_on", "due_on", "amount", "paid")
_PAYMENT: Final = ("at", "amount", "reference")
_SINGLE: Final = (
    *_REQUIRED,
    "business",
    *(column for pair in _CONTACTS.values() for column in pair),
    *_CLUB,
    *_SIM,
    *_PREPAID,
    *_SUSPENSION,
    *_SELFCARE,
)
_NUMBERED: Final = re.compile(rf"bill_[1-9]\d?_(?:{'|'.join(_BILL)})|payment_[1-9]\d?_(?:{'|'.join(_PAYMENT)})")
"""Bills and payments are numbered groups of columns, 1 to 99: ``bill_1_number``, ``payment_2_at``."""

_TRUE: Final = frozenset({"po", "yes", "true", "1"})
_FALSE: Final = frozenset({"", "jo", "no", "false", "0"})
_ISO_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_LOCAL_DAY: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_CLOCK_TIME: Final = re.compile(r"\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)
_AMOUNT: Final = re.compile(r"(\d{1,7})(?:[.,](\d{1,2}))?", re.ASCII)
_COUNT: Final = re.compile(r"\d{1,6}", re.ASCII)
_ICCID: Final = re.compile(r"\d{19,20}", re.ASCII)
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_FIRST_YEAR: Final = 1990
_LAST_YEAR: Final = 2100
_NAME_LENGTH: Final = 200
_KEY_LENGTH: Final = 64
_EMAIL_LENGTH: Final = 254


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


@dataclass(frozen=True, slots=True)
class Parsed:
    """Either ``lines`` or ``problems``, never both: a file with one faulty row gives no lines at all."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]


def parse_accounts(data: bytes, now: datetime) -> Parsed:
    """Read an export: UTF-8, a byte order mark or none, ``;`` or ``,`` between the cells, a header first.

    ``now`` (aware) is the time of the export: what has happened after it is a problem.
    """
    problems: list[Problem] = []
    rows = _rows(_decode(data, problems), problems)
    header = next(rows, None)
    if header is None:
        if not problems:
            problems.append(Problem(1, "", Reason.EMPTY_FILE))
        return Parsed((), tuple(problems))
    columns = [name.strip().lower() for name in header.cells]
    known_header = _check_header(header.line, columns, problems)
    file = _File(now)
    read = 0
    for row in rows:
        read += 1
        if len(row.cells) != len(columns):
            problems.append(
                Problem(row.line, "", Reason.CELL_COUNT, {"found": len(row.cells), "expected": len(columns)})
            )
        elif known_header:
            cells = _Cells(row.line, dict(zip(columns, (cell.strip() for cell in row.cells), strict=True)), now)
            file.add(cells)
            problems.extend(cells.problems)
    if not read and not problems:
        problems.append(Problem(header.line, "", Reason.NO_ROWS))
    if problems:
        return Parsed((), tuple(sorted(problems, key=lambda problem: problem.line)))
    return Parsed(tuple(file.lines), ())


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: Sequence[str]


def _decode(data: bytes, problems: list[Problem]) -> str:
    """The text; each line that is not UTF-8 is a problem, its bad bytes are replaced so that reading can go on."""
    text: list[str] = []
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        try:
            text.append(raw.decode("utf-8"))
        except UnicodeDecodeError:
            problems.append(Problem(number, "", Reason.NOT_UTF8))
            text.append(raw.decode("utf-8", errors="replace"))
    return "\n".join(text)


def _rows(text: str, problems: list[Problem]) -> Iterator[_Row]:
    """The rows that hold anything. Reading stops at a broken quotation: what follows it cannot be told apart."""
    first_line = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = ";" if first_line.count(";") > first_line.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            problems.append(Problem(line, "", Reason.BROKEN_QUOTES))
            return
        if any(cell.strip() for cell in cells):
            yield _Row(line, cells)


def _check_header(line: int, columns: Sequence[str], problems: list[Problem]) -> bool:
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


_E = TypeVar("_E", bound=StrEnum)


class _Cells:
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
        value = self._cells.get(column, "").lower()
        if value not in _TRUE | _FALSE:
            self.fault(column, Reason.BAD_CHOICE, allowed="po, jo")
        return value in _TRUE

    def past_day(self, column: str) -> date | None:
        """A day that is not after the export."""
        day = self.day(column)
        if day is not None and day > self._today:
            self.fault(column, Reason.IN_FUTURE)
            return None
        return day

    def day(self, column: str) -> date | None:
        value = self._cells.get(column, "")
        if not value:
            return None
        day = _read_day(value)
        if day is None:
            self.fault(column, Reason.BAD_DAY)
        return day

    def past_moment(self, column: str) -> datetime | None:
        value = self._cells.get(column, "")
        if not value:
            return None
        moment = _read_moment(value)
        if moment is None:
            self.fault(column, Reason.BAD_MOMENT)
            return None
        if moment > self._now:
            self.fault(column, Reason.IN_FUTURE)
            return None
        return moment

    def cents(self, column: str) -> int | None:
        value = self._cells.get(column, "").removesuffix("€").rstrip()
        if not self._cells.get(column):
            return None
        match = _AMOUNT.fullmatch(value)
        if match is None:
            self.fault(column, Reason.BAD_AMOUNT)
            return None
        return int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))

    def count(self, column: str) -> int | None:
        value = self._cells.get(column, "")
        if not value:
            return None
        if not _COUNT.fullmatch(value):
            self.fault(column, Reason.BAD_COUNT)
            return None
        return int(value)

    def in_order(self, *days: tuple[str, date | None]) -> None:
        """Note each day that lies before the nearest one given before it."""
        previous: tuple[str, date] | None = None
        for column, day in days:
            if day is None:
                continue
            if previous is not None and day < previous[1]:
                self.fault(column, Reason.TOO_EARLY, other=previous[0])
            previous = column, day


class _File:
    """What the rows of one file add up to, with the faults that only show between rows."""

    def __init__(self, now: datetime) -> None:
        self.lines: list[Line] = []
        self._today = local_date(now)
        self._msisdns: dict[Msisdn, int] = {}
        self._iccids: dict[str, int] = {}
        self._subscribers: dict[str, tuple[int, Subscriber]] = {}

    def add(self, cells: _Cells) -> None:
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
            self.lines.append(line)

    def _subscriber(self, cells: _Cells) -> Subscriber | None:
        before = len(cells.problems)
        key, name = cells.text("subscriber_id", _KEY_LENGTH), cells.text("subscriber_name")
        cells.need(key, "subscriber_id")
        cells.need(name, "subscriber_name")
        is_business = cells.flag("business")
        contacts, club = _contacts(cells), _club(cells)
        if club is not None and not is_business:
            cells.fault("club_name", Reason.NOT_FOR_PRIVATE)
        if key is None or name is None or len(cells.problems) > before:
            return None
        subscriber = Subscriber(key, name, is_business, contacts, club)
        first, known = self._subscribers.setdefault(key, (cells.line, subscriber))
        if known != subscriber:
            cells.fault("subscriber_id", Reason.SUBSCRIBER_DIFFERS, first=first)
        return subscriber

    def _line(self, cells: _Cells, kind: LineKind, msisdn: Msisdn | None, subscriber: Subscriber | None) -> Line | None:
        _refuse_foreign_columns(cells, kind)
        if msisdn is not None and not _fits(msisdn, kind):
            cells.fault("msisdn", Reason.NUMBER_OF_OTHER_KIND)
        sim = self._sim(cells) if kind is not LineKind.FIXED else None
        prepaid = balance = selfcare = suspension = None
        bills: tuple[Bill, ...] = ()
        payments: tuple[Payment, ...] = ()
        if kind is LineKind.PREPAID:
            prepaid, balance = _prepaid(cells), cells.cents("balance")
            cells.need(balance, "balance")
        else:
            bills, payments, suspension = _bills(cells), _payments(cells), _suspension(cells)
        if kind is LineKind.POSTPAID:
            selfcare = SelfcareRegistration(
                cells.past_day("selfcare_registered_on"), locked=cells.flag("selfcare_locked")
            )
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
        )

    def _sim(self, cells: _Cells) -> SimCard | None:
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


def _refuse_foreign_columns(cells: _Cells, kind: LineKind) -> None:
    foreign: list[str] = []
    if kind is LineKind.PREPAID:
        foreign += cells.filled(*_SUSPENSION)
        foreign += [f"bill_{n}_number" for n in cells.numbers_of("bill")]
        foreign += [f"payment_{n}_at" for n in cells.numbers_of("payment")]
    else:
        foreign += cells.filled(*_PREPAID)
    if kind is not LineKind.POSTPAID:
        foreign += cells.filled(*_SELFCARE)
    if kind is LineKind.FIXED:
        foreign += cells.filled(*_SIM)
    for column in foreign:
        cells.fault(column, Reason.NOT_FOR_KIND, kind=kind)


def _fits(msisdn: Msisdn, kind: LineKind) -> bool:
    number_type = phonenumbers.number_type(phonenumbers.parse(msisdn.e164))
    if number_type == phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE:
        return True
    return (number_type == phonenumbers.PhoneNumberType.FIXED_LINE) is (kind is LineKind.FIXED)


def _contacts(cells: _Cells) -> tuple[ContactPoint, ...]:
    found: list[ContactPoint] = []
    for kind, (column, since_column) in _CONTACTS.items():
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


def _club(cells: _Cells) -> BusinessClub | None:
    filled = cells.filled(*_CLUB)
    if not filled:
        return None
    name, package = cells.text("club_name"), cells.text("club_package")
    required, members = cells.count("club_required_contracts"), cells.count("club_members")
    contracts, joined_on = cells.count("club_monthly_contracts"), cells.past_day("club_joined_on")
    for column, value in zip(_CLUB, (name, package, required, members, contracts, joined_on), strict=True):
        cells.need(value, column, because=filled[0])
    if name is None or package is None or required is None or members is None or contracts is None or joined_on is None:
        return None
    return BusinessClub(name, package, required, members, contracts, joined_on)


def _prepaid(cells: _Cells) -> PrepaidLife | None:
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


def _bills(cells: _Cells) -> tuple[Bill, ...]:
    bills: list[Bill] = []
    seen: set[str] = set()
    for place in cells.numbers_of("bill"):
        columns = [f"bill_{place}_{part}" for part in _BILL]
        number, issued_on = cells.text(columns[0], _KEY_LENGTH), cells.past_day(columns[1])
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


def _payments(cells: _Cells) -> tuple[Payment, ...]:
    payments: list[Payment] = []
    for place in cells.numbers_of("payment"):
        columns = [f"payment_{place}_{part}" for part in _PAYMENT]
        paid_at, amount = cells.past_moment(columns[0]), cells.cents(columns[1])
        reference = cells.text(columns[2], _KEY_LENGTH)
        because = cells.filled(*columns)[0]
        cells.need(paid_at, columns[0], because=because)
        cells.need(amount, columns[1], because=because)
        if paid_at is not None and amount is not None:
            payments.append(Payment(paid_at, amount, reference or ""))
    return tuple(sorted(payments, key=lambda payment: payment.paid_at))


def _suspension(cells: _Cells) -> Suspension | None:
    filled = cells.filled(*_SUSPENSION)
    if not filled:
        return None
    since, amount = cells.past_day("suspended_since"), cells.cents("suspension_amount")
    ended_at = cells.past_moment("suspension_ended_at")
    cells.need(since, "suspended_since", because=filled[0])
    cells.in_order(
        ("suspended_since", since), ("suspension_ended_at", None if ended_at is None else local_date(ended_at))
    )
    return None if since is None else Suspension(since, ended_at=ended_at, amount_cents=amount)


def _read_day(value: str) -> date | None:
    if match := _ISO_DAY.fullmatch(value):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    elif match := _LOCAL_DAY.fullmatch(value):
        day, month, year = int(match[1]), int(match[2]), int(match[3])
    else:
        return None
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _read_moment(value: str) -> datetime | None:
    """ISO 8601; without an offset it is Kosovo time. ``22.11.2026 16:05`` is read too. A day alone is not enough."""
    head, _, clock_time = value.replace("T", " ").partition(" ")
    day = _read_day(head)
    if day is None or not _CLOCK_TIME.fullmatch(clock_time):
        return None
    try:
        moment = datetime.combine(day, time.fromisoformat(clock_time))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=BELGRADE)
