"""The domain model of a customer's account. Plain values; no I/O, no SQL, no text for people.

Money is integer euro cents, days are calendar days in Europe/Belgrade, moments are aware datetimes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from ndihma.accounts.msisdn import Msisdn

__all__ = [
    "Bill",
    "BusinessClub",
    "ContactKind",
    "ContactPoint",
    "Line",
    "LineKind",
    "Payment",
    "PrepaidLife",
    "Reactivation",
    "SelfcareRegistration",
    "SimCard",
    "SimState",
    "Subscriber",
    "Suspension",
    "SuspensionReason",
]


class LineKind(StrEnum):
    """How a line is paid for."""

    PREPAID = "prepaid"
    POSTPAID = "postpaid"
    FIXED = "fixed"


class SimState(StrEnum):
    """What a SIM card lets its owner do now."""

    IN_USE = "in_use"
    PUK_LOCKED = "puk_locked"
    """The PIN was entered wrongly three times; the card asks for its PUK and receives no SMS."""
    LOST = "lost"


class ContactKind(StrEnum):
    EMAIL = "email"
    MSISDN = "msisdn"


class Reactivation(StrEnum):
    """The two ways out of the Deactive status (FAQ 002, "Deaktiv (Deactive)")."""

    KEEP_CREDIT = "keep_credit"
    """Option 1: 1.50 EUR, the credit is kept, back to Inactive, 7 days to top up."""
    FRESH_START = "fresh_start"
    """Option 2: 2.99 EUR, Active for 30 days with 2.00 EUR of credit."""


class SuspensionReason(StrEnum):
    NON_PAYMENT = "non_payment"


@dataclass(frozen=True, slots=True)
class PrepaidLife:
    """The recorded events from which a prepaid number's status follows (see ``lifecycle``).

    ``valid_until`` is the last day of validity that the latest top-up bought, when there was one.
    ``reactivated_on``/``reactivation`` hold the latest reactivation after Deactive; a top-up after it
    shows as a ``valid_until`` later than ``reactivated_on``.
    """

    purchased_on: date
    activated_on: date | None = None
    valid_until: date | None = None
    reactivated_on: date | None = None
    reactivation: Reactivation | None = None


@dataclass(frozen=True, slots=True)
class SimCard:
    """``iccid`` is the card's serial number (19 or 20 digits); never shown to a customer."""

    iccid: str
    state: SimState = SimState.IN_USE
    changed_on: date | None = None
    """The day of the latest SIM change (regeneration) on this line, for the rule of S8."""


@dataclass(frozen=True, slots=True)
class Bill:
    """A postpaid or fixed-line bill; ``paid_cents`` is what has been booked against it."""

    number: str
    issued_on: date
    due_on: date
    amount_cents: int
    paid_cents: int = 0

    @property
    def open_cents(self) -> int:
        """What is still to be paid, in cents, never negative."""
        return max(0, self.amount_cents - self.paid_cents)


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment as the operator's system has booked it."""

    paid_at: datetime
    amount_cents: int
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Suspension:
    """A line cut off; ``ended_at`` is set when the service came back."""

    since: date
    reason: SuspensionReason = SuspensionReason.NON_PAYMENT
    ended_at: datetime | None = None
    amount_cents: int | None = None
    """What has to be paid to be reconnected, as sent to the customer by SMS (FAQ 000, "vlerës së dërguar
    përmes SMS"); None: not recorded, the overdue bills count."""


@dataclass(frozen=True, slots=True)
class SelfcareRegistration:
    """The selfcare portal account of a postpaid line (FAQ 000, "Si mund të di shpenzimet")."""

    registered_on: date | None = None
    """The day the first password was chosen; None: the customer has never logged in."""
    locked: bool = False


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """A contact registered before, usable as an independent second factor."""

    kind: ContactKind
    value: str
    registered_on: date


@dataclass(frozen=True, slots=True)
class BusinessClub:
    """A club in which members talk free among themselves (FAQ 000, "Unë kam një biznes")."""

    name: str
    package: str
    required_monthly_contracts: int
    """How many members the package wants to have a monthly contract."""
    members: int
    monthly_contracts: int
    joined_on: date

    @property
    def missing_monthly_contracts(self) -> int:
        return max(0, self.required_monthly_contracts - self.monthly_contracts)


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who the operator's contract is with. ``name`` is shown to staff only, never put in a reply."""

    id: str
    name: str
    is_business: bool = False
    contacts: tuple[ContactPoint, ...] = ()
    club: BusinessClub | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One MSISDN with everything the assistant may say about it to its verified owner."""

    msisdn: Msisdn
    kind: LineKind
    subscriber: Subscriber
    sim: SimCard | None = None
    """None for a fixed line."""
    prepaid: PrepaidLife | None = None
    """Set exactly when ``kind`` is PREPAID."""
    balance_cents: int | None = None
    """Prepaid credit; None for the other kinds."""
    bills: tuple[Bill, ...] = ()
    payments: tuple[Payment, ...] = ()
    """On a prepaid line: top-ups. Only told; its life cycle counts ``prepaid`` alone."""
    suspension: Suspension | None = None
    """The latest suspension, also when it has ended."""
    selfcare: SelfcareRegistration | None = None
    """Set for postpaid lines."""
    owner_changed_on: date | None = None
    """The day the number was taken over by another owner, for the rule of S8."""
    ported_on: date | None = None
    """The day the number came from or went to another operator, for the rule of S8."""
    as_of: datetime | None = field(default=None, compare=False)
    """When an adapter last saw this state; None: just now."""
    is_stale: bool = field(default=False, compare=False)
    """A copy that stands in while the account system is down; it is told with its ``as_of``, however short ago."""

    def __post_init__(self) -> None:
        if (self.prepaid is not None) is not (self.kind is LineKind.PREPAID):
            raise ValueError("exactly the prepaid lines have a prepaid life")

    @property
    def open_cents(self) -> int:
        """The sum still to be paid over all bills, in cents."""
        return sum(bill.open_cents for bill in self.bills)
