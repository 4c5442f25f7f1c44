"""What an agent best does next for a customer: a pure function of the account's state (the rules are those of
``ndihma.accounts``). The sentences are in ``messages``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ndihma.accounts.clubs import ClubKind, club_state
from ndihma.accounts.history import MAX_TOP_UP_CENTS, MIN_TOP_UP_CENTS
from ndihma.accounts.lifecycle import (
    FRESH_START_CREDIT_CENTS,
    FRESH_START_PRICE_CENTS,
    KEEP_CREDIT_PRICE_CENTS,
    ContradictoryLife,
    LifeCause,
    LifecycleState,
    LifeStatus,
    lifecycle_state,
)
from ndihma.accounts.model import Line, PrepaidLife, Reactivation, SimState
from ndihma.accounts.reconnection import ReconnectionKind, reconnection_state
from ndihma.accounts.selfcare import SelfcareState, selfcare_state

__all__ = ["ActionKey", "Money", "NextAction", "OpenRequest", "Value", "next_actions"]

_NEAR_DAYS: Final = 7
"""From when on the end of a Valid or Active number is worth a word (ours)."""
_URGENT_DAYS: Final = 3
"""From when on a deadline is urgent (ours)."""


class ActionKey(StrEnum):
    """What there is to do, in the order in which it is offered."""

    PROOF_WAITS = "proof_waits"
    CONTRADICTORY = "contradictory"
    ASK_FOR_PROOF = "ask_for_proof"
    PROOF_WANTED = "proof_wanted"
    """A request is open, and its proof has not come."""
    SIM_LOCKED = "sim_locked"
    SIM_LOST = "sim_lost"
    DEACTIVE = "deactive"
    INACTIVE_KEPT_CREDIT = "inactive_kept_credit"
    INACTIVE = "inactive"
    VOID = "void"
    PAYMENT_BOOKED = "payment_booked"
    """Cut off, and nothing is due any more: the system reconnects by itself."""
    OVERDUE = "overdue"
    ACTIVE_ENDS = "active_ends"
    VALID_ENDS = "valid_ends"
    BILL_OPEN = "bill_open"
    SELFCARE_LOCKED = "selfcare_locked"
    SELFCARE_NOT_REGISTERED = "selfcare_not_registered"
    CLUB_CONTRACTS_MISSING = "club_contracts_missing"
    CLUB_NONE = "club_none"


@dataclass(frozen=True, slots=True)
class Money:
    """Euro cents, which the sentence writes as an amount."""

    cents: int


Value = date | Money | int | str


@dataclass(frozen=True, slots=True)
class NextAction:
    """``values``: what its sentence fills in, by name. ``urgent``: service is lost, or will be within three days."""

    key: ActionKey
    urgent: bool = False
    values: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """The line's reconnection request that waits, and whether a proof of payment has come for it."""

    reference: str
    has_proof: bool


def next_actions(line: Line, today: date, request: OpenRequest | None = None) -> tuple[NextAction, ...]:
    """What to do for a line on a day (of Europe/Belgrade), the most pressing first; none when all is well.

    ``request``: the open one of this line. A record that contradicts itself is told as such; what else the account
    says still counts.
    """
    found = [
        *_of_request(line, today, request),
        *_of_card(line),
        *_of_life(line.prepaid, today),
        *_of_selfcare(line),
        *_of_club(line),
    ]
    order = list(ActionKey)
    return tuple(sorted(found, key=lambda action: (not action.urgent, order.index(action.key))))


def _of_request(line: Line, today: date, request: OpenRequest | None) -> Iterator[NextAction]:
    if request is not None and request.has_proof:
        yield NextAction(ActionKey.PROOF_WAITS, urgent=True, values={"reference": request.reference})
        return
    state = reconnection_state(line, today, request_reference=None)
    amount = Money(state.amount_cents)
    match state.kind:
        case ReconnectionKind.SUSPENDED if request is not None:
            told: dict[str, Value] = {"reference": request.reference, "amount": amount}
            yield NextAction(ActionKey.PROOF_WANTED, urgent=True, values=told)
        case ReconnectionKind.SUSPENDED:
            yield NextAction(ActionKey.ASK_FOR_PROOF, urgent=True, values={"amount": amount})
        case ReconnectionKind.AWAITING_RECONNECTION:
            yield NextAction(ActionKey.PAYMENT_BOOKED)
        case ReconnectionKind.BILL_OPEN if state.due_on is not None:
            key = ActionKey.OVERDUE if state.overdue else ActionKey.BILL_OPEN
            yield NextAction(key, values={"amount": amount, "due_on": state.due_on})
        case _:
            pass


def _of_card(line: Line) -> Iterator[NextAction]:
    if line.sim is not None and line.sim.state is SimState.PUK_LOCKED:
        yield NextAction(ActionKey.SIM_LOCKED, urgent=True)
    if line.sim is not None and line.sim.state is SimState.LOST:
        yield NextAction(ActionKey.SIM_LOST, urgent=True)


def _of_life(life: PrepaidLife | None, today: date) -> Iterator[NextAction]:
    if life is None:
        return
    try:
        state = lifecycle_state(life, today)
    except ContradictoryLife:
        yield NextAction(ActionKey.CONTRADICTORY, urgent=True)
        return
    left = state.days_left(today)
    if state.last_day is None or left is None:
        yield NextAction(ActionKey.VOID, values={"since": state.since})
        return
    urgent, until = left <= _URGENT_DAYS, {"last_day": state.last_day}
    match state.status:
        case LifeStatus.DEACTIVE:
            yield NextAction(ActionKey.DEACTIVE, urgent, {**until, **_ways_out(life, today)})
        case LifeStatus.INACTIVE if state.cause is LifeCause.KEEP_CREDIT and state.next_status is LifeStatus.VOID:
            yield NextAction(ActionKey.INACTIVE_KEPT_CREDIT, urgent, until)
        case LifeStatus.INACTIVE:
            amounts = {"least": Money(MIN_TOP_UP_CENTS), "most": Money(MAX_TOP_UP_CENTS)}
            yield NextAction(ActionKey.INACTIVE, urgent, {**until, **amounts})
        case _ if left <= _NEAR_DAYS:
            yield NextAction(_ENDS[state.status], urgent, until)
        case _:
            pass


_ENDS: Final = {LifeStatus.ACTIVE: ActionKey.ACTIVE_ENDS, LifeStatus.VALID: ActionKey.VALID_ENDS}


def _ways_out(life: PrepaidLife, today: date) -> dict[str, date | Money]:
    """Both reactivations and their deadlines, if one is chosen today."""
    kept = _if_reactivated(life, today, Reactivation.KEEP_CREDIT)
    fresh = _if_reactivated(life, today, Reactivation.FRESH_START)
    return {
        "keep_price": Money(KEEP_CREDIT_PRICE_CENTS),
        "keep_until": kept.last_day or today,
        "fresh_price": Money(FRESH_START_PRICE_CENTS),
        "fresh_until": fresh.last_day or today,
        "fresh_credit": Money(FRESH_START_CREDIT_CENTS),
    }


def _if_reactivated(life: PrepaidLife, today: date, option: Reactivation) -> LifecycleState:
    return lifecycle_state(replace(life, reactivated_on=today, reactivation=option), today)


def _of_selfcare(line: Line) -> Iterator[NextAction]:
    match selfcare_state(line):
        case SelfcareState.LOCKED:
            yield NextAction(ActionKey.SELFCARE_LOCKED)
        case SelfcareState.NOT_REGISTERED:
            yield NextAction(ActionKey.SELFCARE_NOT_REGISTERED)
        case _:
            pass


def _of_club(line: Line) -> Iterator[NextAction]:
    state = club_state(line.subscriber)
    if state.kind is ClubKind.NO_CLUB:
        yield NextAction(ActionKey.CLUB_NONE)
    elif state.kind is ClubKind.MISSING_CONTRACTS and state.club is not None:
        values: dict[str, Value] = {
            "club": state.club.name,
            "missing": state.missing_contracts,
            "contracts": state.club.monthly_contracts,
            "required": state.club.required_monthly_contracts,
        }
        yield NextAction(ActionKey.CLUB_CONTRACTS_MISSING, values=values)
