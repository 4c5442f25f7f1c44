"""The life of a prepaid number as a state machine over its events (FAQ 002, "Cikli jetësor i llogarisë me mbushje").

What time does to a number is the closed form in ``lifecycle``; what people do to it is here. The status of a day is
:func:`status_on`: the events up to that day are folded into the record, and the closed form reads the record.

                 activated                  no top-up              15 days                  14 days
    VALID ───────────────────▶ ACTIVE ─────────────────▶ INACTIVE ─────────▶ DEACTIVE ─────────────────▶ VOID
      │                         ▲ ▲ ▲                     │   ▲  │              │  │                      ▲ ▲
      │                         │ │ └──── topped up ──────┘   │  └── 7 days ────┼──┼──────────────────────┘ │
      │                         │ │                           │   after option 1│  │                        │
      │                         │ │                           └── option 1 ─────┘  │                        │
      │                         │ └─────────────────── option 2 ───────────────────┘                        │
      └──── 100 days ───────────┼───────────────────────────────────────────────────────────────────────────┘
                                └ topped up (ACTIVE stays ACTIVE)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import takewhile
from types import MappingProxyType
from typing import Final, assert_never

from ndihma.accounts.lifecycle import ContradictoryLife, LifeCause, LifecycleState, LifeStatus, lifecycle_state
from ndihma.accounts.model import PrepaidLife, Reactivation

__all__ = [
    "EXPIRIES",
    "MAX_TOP_UP_CENTS",
    "MIN_TOP_UP_CENTS",
    "TRANSITIONS",
    "Activated",
    "Event",
    "EventKind",
    "ImpossibleEvent",
    "Purchased",
    "Reactivated",
    "ToppedUp",
    "apply",
    "record_of",
    "status_on",
]

MIN_TOP_UP_CENTS: Final = 100
MAX_TOP_UP_CENTS: Final = 5000
"""FAQ 002, "Inaktiv": "me rimbushjen e radhës të vlerave prej 1 euro deri në 50 euro". How many days an amount buys
("validiteti do zgjatet varësisht nga mbushja") stands in the operator's tariff, not in the FAQ: the event brings it."""


class ImpossibleEvent(ContradictoryLife):
    """The rules do not allow this event on its day: not in this status, not in this order, not this amount."""


class EventKind(StrEnum):
    """What people can do to a number that has been sold."""

    ACTIVATED = "activated"
    TOPPED_UP = "topped_up"
    KEPT_CREDIT = "kept_credit"
    """Reactivated by option 1, 1.50 EUR."""
    STARTED_FRESH = "started_fresh"
    """Reactivated by option 2, 2.99 EUR."""


@dataclass(frozen=True, slots=True)
class Purchased:
    """The card was sold: the first event of every history."""

    on: date


@dataclass(frozen=True, slots=True)
class Activated:
    """The first call was made."""

    on: date


@dataclass(frozen=True, slots=True)
class ToppedUp:
    """Credit was bought, and with it validity."""

    on: date
    amount_cents: int
    valid_until: date
    """The last day of the validity that the operator's tariff gives for the amount; after ``on``."""


@dataclass(frozen=True, slots=True)
class Reactivated:
    """One of the two options was paid while Deactive."""

    on: date
    option: Reactivation


Event = Activated | ToppedUp | Reactivated

TRANSITIONS: Final[Mapping[tuple[LifeStatus, EventKind], LifeStatus]] = MappingProxyType(
    {
        (LifeStatus.VALID, EventKind.ACTIVATED): LifeStatus.ACTIVE,
        (LifeStatus.ACTIVE, EventKind.TOPPED_UP): LifeStatus.ACTIVE,
        (LifeStatus.INACTIVE, EventKind.TOPPED_UP): LifeStatus.ACTIVE,
        (LifeStatus.DEACTIVE, EventKind.KEPT_CREDIT): LifeStatus.INACTIVE,
        (LifeStatus.DEACTIVE, EventKind.STARTED_FRESH): LifeStatus.ACTIVE,
    }
)
"""The status after an event, by the status before it. What is not here cannot happen."""

EXPIRIES: Final[Mapping[LifeStatus, frozenset[LifeStatus]]] = MappingProxyType(
    {
        LifeStatus.VALID: frozenset({LifeStatus.VOID}),
        LifeStatus.ACTIVE: frozenset({LifeStatus.INACTIVE}),
        LifeStatus.INACTIVE: frozenset({LifeStatus.DEACTIVE, LifeStatus.VOID}),  # VOID: option 1 without a top-up
        LifeStatus.DEACTIVE: frozenset({LifeStatus.VOID}),
        LifeStatus.VOID: frozenset(),
    }
)
"""What a status can turn into at midnight, when its period has ended."""


def apply(life: PrepaidLife, event: Event) -> PrepaidLife:
    """The record after an event. Events come in the order of their days; of one day, as they happened.

    Raises ImpossibleEvent when :data:`TRANSITIONS` has no way from the status of the day, when the event lies before
    what is recorded, or when a top-up of an Inactive number is not of 1 to 50 EUR or a validity not after its day.
    """
    if event.on < max(filter(None, (life.purchased_on, life.activated_on, life.reactivated_on))):
        raise ImpossibleEvent("the event lies before one that is recorded")
    state = lifecycle_state(life, event.on)
    if (state.status, _kind(event)) not in TRANSITIONS:
        raise ImpossibleEvent(f"{_kind(event).value} while {state.status.value}")
    match event:
        case Activated(on=day):
            return replace(life, activated_on=day)
        case Reactivated(on=day, option=option):
            return replace(life, reactivated_on=day, reactivation=option)
        case ToppedUp():
            _check_top_up(event, state)
            bought = event.valid_until if life.valid_until is None else max(event.valid_until, life.valid_until)
            return replace(life, valid_until=bought)  # a top-up never shortens what was bought before
        case _:
            assert_never(event)


def record_of(purchase: Purchased, events: Iterable[Event] = ()) -> PrepaidLife:
    """The record that a history leaves. Raises ImpossibleEvent."""
    life = PrepaidLife(purchase.on)
    for event in events:
        life = apply(life, event)
    return life


def status_on(day: date, purchase: Purchased, events: Iterable[Event] = ()) -> LifecycleState:
    """The state at the end of a day (in Europe/Belgrade), which events after it do not change.

    Unlike ``lifecycle_state`` of the whole record it is exact for days in the past too: a record keeps only the
    latest top-up and reactivation. Raises ImpossibleEvent, and ContradictoryLife for a day before the purchase.
    """
    return lifecycle_state(record_of(purchase, takewhile(lambda event: event.on <= day, events)), day)


def _kind(event: Event) -> EventKind:
    match event:
        case Activated():
            return EventKind.ACTIVATED
        case ToppedUp():
            return EventKind.TOPPED_UP
        case Reactivated(option=Reactivation.KEEP_CREDIT):
            return EventKind.KEPT_CREDIT
        case _:
            return EventKind.STARTED_FRESH


def _check_top_up(event: ToppedUp, state: LifecycleState) -> None:
    if event.valid_until <= event.on:
        raise ImpossibleEvent("a top-up that gives no validity")
    if event.amount_cents <= 0:
        raise ImpossibleEvent("a top-up of nothing")
    after_option_1 = state.cause is LifeCause.KEEP_CREDIT  # "duhet të rimbushet me çfarëdo vlere"
    bounded = state.status is LifeStatus.INACTIVE and not after_option_1
    if bounded and not MIN_TOP_UP_CENTS <= event.amount_cents <= MAX_TOP_UP_CENTS:
        raise ImpossibleEvent("a top-up of less than 1 or more than 50 EUR while inactive")
