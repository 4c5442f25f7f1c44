"""The responses of the account panel. Numbers go out masked; what is in clear was asked for by itself."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, field_serializer

from ndihma.accounts.clubs import ClubKind
from ndihma.accounts.lifecycle import LifeCause, LifeStatus
from ndihma.accounts.model import ContactKind, LineKind, Reactivation, SuspensionReason
from ndihma.accounts.puk import PukKind
from ndihma.accounts.reconnection import ReconnectionKind
from ndihma.accounts.selfcare import SelfcareState
from ndihma.assist.next_action import ActionKey
from ndihma.clock import BELGRADE
from ndihma.console.account_desk import Revealable
from ndihma.desk.claims import AmountFinding
from ndihma.desk.images import MediaType
from ndihma.desk.reconnections import RequestState

__all__ = [
    "AccountShown",
    "ActionShown",
    "BillShown",
    "ClubShown",
    "ContactShown",
    "DebtShown",
    "FieldShown",
    "LifeShown",
    "PaymentShown",
    "ProofShown",
    "PukToAgent",
    "RequestShown",
    "SelfcareShown",
    "SimShown",
    "StretchShown",
    "SuspensionShown",
]

_MOMENTS = ("as_of", "read_at", "ended_at", "paid_at", "filed_at", "closed_at", "received_at")


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_serializer(*_MOMENTS, check_fields=False)
    def _local(self, value: datetime | None) -> str | None:
        return None if value is None else value.astimezone(BELGRADE).isoformat(timespec="seconds")


class ActionShown(_Out):
    """What to do next: the fact, then the step."""

    key: ActionKey
    text: str
    urgent: bool


class StretchShown(_Out):
    """Days with one status, both included; without `last_day` it has no end."""

    status: LifeStatus
    first_day: date
    last_day: date | None
    now: bool


class LifeShown(_Out):
    """The life of a prepaid number; `stretches` are gapless and end with `void`."""

    today: date
    status: LifeStatus
    since: date
    last_day: date | None
    days_left: int | None
    next_status: LifeStatus | None
    cause: LifeCause
    purchased_on: date
    activated_on: date | None
    valid_until: date | None
    reactivated_on: date | None
    reactivation: Reactivation | None
    stretches: list[StretchShown]


class BillShown(_Out):
    """A bill; `open_cents` is what is still to be paid."""

    number: str
    issued_on: date
    due_on: date
    amount_cents: int
    open_cents: int
    overdue: bool


class PaymentShown(_Out):
    """A payment that is booked; of a prepaid number a top-up."""

    paid_at: datetime
    amount_cents: int


class DebtShown(_Out):
    """Where the line stands between an open bill and being switched on again."""

    kind: ReconnectionKind
    amount_cents: int
    due_on: date | None
    overdue: bool
    since: date | None


class SuspensionShown(_Out):
    """The latest suspension, also when it has ended; `amount_cents` as it was sent by SMS."""

    since: date
    reason: SuspensionReason
    ended_at: datetime | None
    amount_cents: int | None


class SelfcareShown(_Out):
    state: SelfcareState
    registered_on: date | None


class ClubShown(_Out):
    """The business club; the account system tells how many members there are, not who they are."""

    kind: ClubKind
    name: str | None
    package: str | None
    members: int
    monthly_contracts: int
    required_monthly_contracts: int
    missing_contracts: int
    new_members_needed: int
    joined_on: date | None


class SimShown(_Out):
    """`iccid` masked. `code_by_sms`: whether a one-time code by SMS reaches the line."""

    state: PukKind
    iccid: str | None
    changed_on: date | None
    code_by_sms: bool | None


class ContactShown(_Out):
    """A registered contact, masked; `id` is for asking for it in clear."""

    id: str
    kind: ContactKind
    value: str
    registered_on: date


class ProofShown(_Out):
    """A proof of payment: what the customer says, beside what was due."""

    id: str
    media_type: MediaType
    size: int
    received_at: datetime
    claimed_cents: int | None
    claimed_on: date | None
    finding: AmountFinding
    apart_cents: int


class RequestShown(_Out):
    """A reconnection request. `seen` names what its reader has seen of it; a rejection must show the latest."""

    reference: str
    state: RequestState
    filed_at: datetime
    closed_at: datetime | None
    decided_by: str | None
    reason: str | None
    due_cents: int | None
    claimed_cents: int | None
    claimed_on: date | None
    seen: datetime
    proofs: list[ProofShown]


class AccountShown(_Out):
    """An account as the account system tells it; `stale`: as it last told it, at `as_of`, because it is away now."""

    account: str
    number: str
    kind: LineKind
    name: str
    business: bool
    as_of: datetime | None
    stale: bool
    read_at: datetime
    contradictory: bool
    life: LifeShown | None
    balance_cents: int | None
    bills: list[BillShown]
    payments: list[PaymentShown]
    debt: DebtShown
    suspension: SuspensionShown | None
    selfcare: SelfcareShown
    club: ClubShown
    sim: SimShown
    contacts: list[ContactShown]
    requests: list[RequestShown]
    actions: list[ActionShown]
    revealable: list[Revealable]


class FieldShown(_Out):
    """One field in clear."""

    field: Revealable
    value: str


class PukToAgent(_Out):
    """The codes, for `seconds` on a screen. The customer's contacts are told."""

    puk1: str
    puk2: str | None
    seconds: int

    def __repr__(self) -> str:
        return "PukToAgent()"
