"""Every sentence of ``ndihma accounts``: English, as all of the command line; days in ISO form, amounts in EUR."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ndihma.accounts.clubs import ClubKind
from ndihma.accounts.demo import DemoKey
from ndihma.accounts.importer import Problem, Reason
from ndihma.accounts.lifecycle import LifeStatus
from ndihma.accounts.model import LineKind
from ndihma.accounts.puk import PukKind
from ndihma.accounts.reconnection import ReconnectionKind
from ndihma.accounts.selfcare import SelfcareState
from ndihma.database_trouble import Trouble

__all__ = [
    "CLUBS",
    "DATABASE_TROUBLES",
    "DEMO_DESCRIPTIONS",
    "IMPORT_REASONS",
    "LINE_KINDS",
    "PUKS",
    "RECONNECTIONS",
    "SELFCARES",
    "STATUSES",
    "import_problem",
]

# The command's help -----------------------------------------------------------------------------------------------
HELP: Final = "Customers' accounts: import them, look at them, load demo customers."
HELP_IMPORT: Final = "Import accounts from a CSV file: all lines or none."
HELP_SHOW: Final = "Show how a number stands; numbers are masked."
HELP_DEMO: Final = "Load the demo customers, or bring them up to date (not in production)."
HELP_FILE: Final = "The CSV file (docs/accounts-csv.md)."
HELP_MSISDN: Final = "The number, in any form, such as 044 100 105."
HELP_DRY_RUN: Final = "Only check the file, store nothing."
HELP_JSON: Final = "Print JSON instead of a table."
HELP_LIST: Final = "Only list the demo customers, store nothing."
HELP_TODAY: Final = "The day that dates are counted from (YYYY-MM-DD); default: today."

# Results and errors -----------------------------------------------------------------------------------------------
IMPORTED: Final = "Imported {rows} accounts: {added} new, {updated} updated."
DRY_RUN_FINE: Final = "The file is fine: {rows} accounts. Nothing was stored (--dry-run)."
DEMO_LOADED: Final = "Stored {rows} demo customers: {added} new, {updated} updated."

ERROR: Final = "ndihma: {sentence}"
IMPORT_FAILED: Final = "nothing was imported; faults in the file: {problems}"
BAD_MSISDN: Final = "this is not a telephone number of Kosovo"
UNKNOWN_MSISDN: Final = "no account has the number {masked}"
OPERATOR_UNAVAILABLE: Final = "the operator's systems gave no answer that can be used ({reason})"
BAD_TODAY: Final = "--today takes a day such as 2026-11-22"
UNREADABLE_FILE: Final = "the file cannot be read; check its name and your rights"
DATABASE_TROUBLES: Final[Mapping[Trouble, str]] = MappingProxyType(
    {
        Trouble.DISK_FULL: "the database's disk is full ({place}); make room and try again",
        Trouble.NOT_WRITABLE: "the database cannot be written ({place}); check that the folder is there, that the disk "
        "may be written and that you have the rights",
        Trouble.DISK_FAULTY: "the database's disk ({place}) cannot be read or written; check the disk",
        Trouble.BROKEN: "{place} is no database or is damaged; restore it from a backup",
        Trouble.BUSY: "the database ({place}) is busy with another program; try again",
        Trouble.UNREACHABLE: "the database cannot be reached; check {place} and try again",
    }
)
CONTRADICTORY: Final = "the data of the number {masked} contradict each other; import them again"
DEMO_REFUSED: Final = "demo customers are refused in production (NDIHMA_MODE=production)"
BAD_SETTINGS: Final = "settings are not valid: {names}"

# What a line is and how it stands ---------------------------------------------------------------------------------
LINE_KINDS: Final[Mapping[LineKind, str]] = MappingProxyType(
    {
        LineKind.PREPAID: "prepaid",
        LineKind.POSTPAID: "postpaid",
        LineKind.FIXED: "fixed line",
    }
)
STATUSES: Final[Mapping[LifeStatus, str]] = MappingProxyType(
    {
        LifeStatus.VALID: "Valid",
        LifeStatus.ACTIVE: "Active",
        LifeStatus.INACTIVE: "Inactive",
        LifeStatus.DEACTIVE: "Deactive",
        LifeStatus.VOID: "void",
    }
)
STATUS_UNTIL: Final = "{status} until {last_day} ({days} days left), then {next}"
STATUS_LAST_DAY: Final = "{status} today still, the last day; {next} from tomorrow"
STATUS_SINCE: Final = "{status} since {since}"
RECONNECTIONS: Final[Mapping[ReconnectionKind, str]] = MappingProxyType(
    {
        ReconnectionKind.NOT_APPLICABLE: "has no bills",
        ReconnectionKind.NOTHING_DUE: "nothing due",
        ReconnectionKind.BILL_OPEN: "{amount} due, to be paid by {due_on}",
        ReconnectionKind.SUSPENDED: "suspended for non-payment since {since}, {amount} due",
        ReconnectionKind.AWAITING_RECONNECTION: "suspended since {since}, paid, awaits reconnection",
        ReconnectionKind.REQUEST_FILED: "suspended since {since}, reconnection request {reference}",
    }
)
OVERDUE: Final = " (overdue)"
SELFCARES: Final[Mapping[SelfcareState, str]] = MappingProxyType(
    {
        SelfcareState.NOT_REGISTERED: "has never logged in",
        SelfcareState.REGISTERED: "registered",
        SelfcareState.LOCKED: "locked",
        SelfcareState.PREPAID: "not for prepaid numbers",
        SelfcareState.FIXED_LINE: "the PIN is registered at the customer care centre",
    }
)
CLUBS: Final[Mapping[ClubKind, str]] = MappingProxyType(
    {
        ClubKind.NOT_A_BUSINESS: "not a business",
        ClubKind.NO_CLUB: "a business without a club",
        ClubKind.COMPLETE: "{club}: has the monthly contracts it needs",
        ClubKind.MISSING_CONTRACTS: "{club}: monthly contracts missing: {missing}",
    }
)
PUKS: Final[Mapping[PukKind, str]] = MappingProxyType(
    {
        PukKind.IN_USE: "in use",
        PukKind.PUK_LOCKED: "locked, asks for the PUK",
        PukKind.LOST: "lost",
        PukKind.NO_SIM: "no SIM card",
    }
)
CODE_BY_SMS: Final[Mapping[bool, str]] = MappingProxyType({True: "arrives", False: "does not arrive"})

# Labels of the tables ---------------------------------------------------------------------------------------------
LABEL_NUMBER: Final = "Number"
LABEL_KIND: Final = "Kind"
LABEL_DESCRIPTION: Final = "Description"
LABEL_SUBSCRIBER: Final = "Subscriber"
LABEL_STATUS: Final = "Status"
LABEL_CREDIT: Final = "Credit"
LABEL_BILLS: Final = "Bills"
LABEL_SELFCARE: Final = "Selfcare portal"
LABEL_CLUB: Final = "Business club"
LABEL_SIM: Final = "SIM card"
LABEL_CODE: Final = "One-time code by SMS"
LABEL_CONTACTS: Final = "Other contacts"
LABEL_AS_OF: Final = "As of"
NOTHING: Final = "–"

# The import -------------------------------------------------------------------------------------------------------
PLACE: Final = "line {line}"
PLACE_COLUMN: Final = "line {line}, column {column}"
IMPORT_REASONS: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.EMPTY_FILE: "the file is empty",
        Reason.NO_ROWS: "the file holds no account",
        Reason.NOT_UTF8: "the text is not UTF-8",
        Reason.BROKEN_QUOTES: "quotes that are wrong or not closed; reading ended here",
        Reason.MISSING_COLUMN: "a column that must be there is missing",
        Reason.UNKNOWN_COLUMN: "the column's name is not known",
        Reason.PUK_COLUMN: "a PUK is never stored here; take this column out",
        Reason.DUPLICATE_COLUMN: "the column comes twice",
        Reason.CELL_COUNT: "has {found} cells, needs {expected}",
        Reason.VALUE_MISSING: "the value is missing",
        Reason.NEEDED_BY: "the value is missing; it is needed with the column {other}",
        Reason.NOT_FOR_KIND: "must be empty for the kind {kind}",
        Reason.NOT_FOR_PRIVATE: "only a business can have a club (column business)",
        Reason.BAD_NUMBER: "not a telephone number of Kosovo",
        Reason.NUMBER_OF_OTHER_KIND: "the number does not go with the kind of line (mobile or fixed)",
        Reason.BAD_CHOICE: "not an allowed value; allowed: {allowed}",
        Reason.BAD_DAY: "not a day such as 2026-11-22 or 22.11.2026",
        Reason.BAD_MOMENT: "not a day with a time such as 2026-11-22T16:05",
        Reason.IN_FUTURE: "the day is in the future",
        Reason.TOO_EARLY: "the day is before that in the column {other}",
        Reason.BAD_AMOUNT: "not an amount in euro such as 23,40",
        Reason.BAD_COUNT: "not a whole number",
        Reason.BAD_ICCID: "needs 19 or 20 digits",
        Reason.BAD_EMAIL: "not an e-mail address",
        Reason.TOO_LONG: "the text is longer than {limit} characters",
        Reason.BAD_CHARACTERS: "the text has characters that are not allowed",
        Reason.DUPLICATE_MSISDN: "the number {masked} comes twice; it is in line {first} too",
        Reason.DUPLICATE_ICCID: "the SIM card comes twice; it is in line {first} too",
        Reason.DUPLICATE_BILL: "the bill's number comes twice",
        Reason.SUBSCRIBER_DIFFERS: "the subscriber's data differ from those in line {first}",
    }
)
NEAREST_COLUMN: Final = "; did you mean {nearest}?"


def import_problem(problem: Problem) -> str:
    """One line about one fault: where, then what. Holds nothing of the cell but a masked number."""
    place = PLACE_COLUMN if problem.column else PLACE
    reason = IMPORT_REASONS[problem.reason].format_map(problem.details)
    hint = NEAREST_COLUMN.format_map(problem.details) if "nearest" in problem.details else ""
    return f"{place.format(line=problem.line, column=problem.column)}: {reason}{hint}"


# The demo customers -----------------------------------------------------------------------------------------------
DEMO_DESCRIPTIONS: Final[Mapping[DemoKey, str]] = MappingProxyType(
    {
        DemoKey.VALID_FRESH: "Valid, bought 3 days ago",
        DemoKey.VALID_ENDING: "Valid for 2 more days",
        DemoKey.VOID_NEVER_USED: "Void, not activated within 100 days",
        DemoKey.ACTIVE_BY_ACTIVATION: "Active, activated 30 days ago",
        DemoKey.ACTIVE_BY_TOP_UP: "Active after a top-up, 12.40 EUR of credit",
        DemoKey.ACTIVE_ENDING: "Active for 3 more days",
        DemoKey.INACTIVE: "Inactive, day 5 of 15",
        DemoKey.INACTIVE_LAST_DAY: "Inactive, the last day",
        DemoKey.DEACTIVE: "Deactive, day 5 of 14; a mailbox is registered",
        DemoKey.DEACTIVE_LAST_DAY: "Deactive, the last day to reactivate",
        DemoKey.VOID_AFTER_DEACTIVE: "Void, not reactivated",
        DemoKey.KEEP_CREDIT_WAITING: "Reactivated with option 1, awaits its top-up",
        DemoKey.KEEP_CREDIT_TOPPED_UP: "Reactivated with option 1 and topped up, Active",
        DemoKey.KEEP_CREDIT_MISSED: "Void, option 1 without a top-up within 7 days",
        DemoKey.FRESH_START: "Reactivated with option 2, Active",
        DemoKey.PAID: "All bills paid",
        DemoKey.BILL_NOT_DUE: "An open bill, not due yet",
        DemoKey.OVERDUE: "An overdue bill, the service still works",
        DemoKey.SUSPENDED: "Suspended for non-payment, 23.40 EUR",
        DemoKey.AWAITING_RECONNECTION: "Suspended, paid, awaits reconnection",
        DemoKey.SELFCARE_NEVER: "Selfcare portal: has never logged in",
        DemoKey.SELFCARE_REGISTERED: "Selfcare portal: registered",
        DemoKey.SELFCARE_LOCKED: "Selfcare portal: locked",
        DemoKey.FIXED: "Fixed line, an open bill, not due yet; another number is registered",
        DemoKey.FIXED_SUSPENDED: "Fixed line, suspended for non-payment",
        DemoKey.CLUB_COMPLETE: "A business in a club that has what it needs",
        DemoKey.CLUB_MISSING: "A business in a club that lacks 2 monthly contracts",
        DemoKey.BUSINESS_WITHOUT_CLUB: "A business without a club",
        DemoKey.PUK_LOCKED_WITH_CONTACT: "The SIM asks for its PUK; other contacts are registered",
        DemoKey.PUK_LOCKED_ALONE: "The SIM asks for its PUK; no other contact",
        DemoKey.SIM_LOST: "A lost SIM card; a mailbox is registered",
        DemoKey.ACTIVE_LAST_DAY: "Active, the last day",
        DemoKey.SELFCARE_SIM_LOST: "Selfcare portal: registered, the SIM card lost",
        DemoKey.CLUB_MISSING_ONE: "A business in a club that lacks 1 monthly contract",
    }
)
