"""The life of a prepaid number (FAQ 002, "Cikli jetësor i llogarisë me mbushje"), as pure functions of a day.

**How days are counted.** The first day of a status is its day 0; a period of N days ends with day N, which is still
inside it; the next status begins the day after. So a card bought on 1 March is Valid up to and including 9 June
(day 100) and void from 10 June, and a number that became Inactive on 12 November may be topped up until 27 November
(day 15). The FAQ does not say which end counts; this one reading holds for every status and never takes a day from
the customer.

**What wins.** Rules are applied to the *latest* recorded event only: an operator who activated a card late or
reactivated it as a courtesy has decided so, and the record wins over the rule. On the day of an event the status
that it leads to counts for the whole day. An event after the day that is asked about has not happened yet;
but a record keeps only the latest top-up and reactivation, so days before those are answered without earlier ones.
``history`` has the events that lead to a record, which of them the rules allow, and exact answers for past days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from ndihma.accounts.model import PrepaidLife, Reactivation

__all__ = [
    "ACTIVE_DAYS",
    "DEACTIVE_DAYS",
    "FRESH_START_CREDIT_CENTS",
    "FRESH_START_DAYS",
    "FRESH_START_PRICE_CENTS",
    "INACTIVE_DAYS",
    "KEEP_CREDIT_PRICE_CENTS",
    "KEEP_CREDIT_TOP_UP_DAYS",
    "VALID_DAYS",
    "ContradictoryLife",
    "LifeCause",
    "LifeStatus",
    "LifecycleState",
    "forecast",
    "lifecycle_state",
]

VALID_DAYS: Final = 100
"""FAQ 002, "Valid": "ka afat 100 ditë nga dita e blerjes"."""
ACTIVE_DAYS: Final = 90
"""FAQ 002, "Aktiv": "nga momenti i aktivizimit … ka afat 90 ditë"."""
INACTIVE_DAYS: Final = 15
"""FAQ 002, "Inaktiv": "ky status zgjatë 15 ditë"."""
DEACTIVE_DAYS: Final = 14
"""FAQ 002, "Deaktiv", option 1: "afati për riaktivizim është 14 ditë" (taken for both options)."""
KEEP_CREDIT_TOP_UP_DAYS: Final = 7
"""FAQ 002, "Deaktiv", option 1: "për t'u rimbushur 7 ditë"."""
FRESH_START_DAYS: Final = 30
"""FAQ 002, "Deaktiv", option 2: "validitet prej 30 ditësh"."""

FRESH_START_CREDIT_CENTS: Final = 200
"""FAQ 002, "Deaktiv", option 2: "pranoni 2.00€ kredi"."""
KEEP_CREDIT_PRICE_CENTS: Final = 150
"""FAQ 002, "Deaktiv", option 1."""
FRESH_START_PRICE_CENTS: Final = 299
"""FAQ 002, "Deaktiv", option 2."""

_LAST_ACTIVE: Final = date.max - timedelta(days=INACTIVE_DAYS + DEACTIVE_DAYS + 3)
"""Systems write a validity without end as the last day of the calendar; the statuses that follow need days too."""


class ContradictoryLife(ValueError):
    """The recorded events cannot all be true, or the day lies before the purchase."""


class LifeStatus(StrEnum):
    """The statuses in their order; VOID is the end, nothing follows it."""

    VALID = "valid"
    ACTIVE = "active"
    INACTIVE = "inactive"
    DEACTIVE = "deactive"
    VOID = "void"


class LifeCause(StrEnum):
    """The recorded event from which the present period is counted."""

    PURCHASE = "purchase"
    ACTIVATION = "activation"
    TOP_UP = "top_up"
    KEEP_CREDIT = "keep_credit"
    FRESH_START = "fresh_start"


@dataclass(frozen=True, slots=True)
class LifecycleState:
    """The one status a number has on one day."""

    status: LifeStatus
    since: date
    """The first day of the status. For ACTIVE with cause TOP_UP the day of the latest (re)activation: the
    record does not say when the top-up was made, so this day is not for telling the customer."""
    last_day: date | None
    """The last day of the status if nothing happens before; None for VOID."""
    next_status: LifeStatus | None
    """The status of the day after ``last_day``; None for VOID."""
    cause: LifeCause

    def days_left(self, today: date) -> int | None:
        """Days after ``today`` that still have this status: 0 on its last day, None for VOID."""
        return None if self.last_day is None else (self.last_day - today).days


def lifecycle_state(life: PrepaidLife, today: date) -> LifecycleState:
    """The status of a prepaid number on the day ``today`` (a day in Europe/Belgrade).

    Day 0 of each period, and its last day (included), with the source of its length (FAQ 002):

    - VALID ("Valid"): purchase … +100, then VOID.
    - ACTIVE ("Aktiv (Active)", "Inaktiv": "validiteti do zgjatet varësisht nga mbushja"): activation … +90,
      or ``valid_until`` when a top-up reaches further (a top-up never shortens), then INACTIVE.
    - INACTIVE ("Inaktiv (Inactive)"): the day after the last active one … +15, then DEACTIVE.
    - DEACTIVE ("Deaktiv (Deactive)"): the day after the last inactive one … +14, then VOID.
    - after option 1 (KEEP_CREDIT): INACTIVE, reactivation … +7, then VOID; ACTIVE until ``valid_until`` once
      a top-up followed.
    - after option 2 (FRESH_START): ACTIVE, reactivation … +30 or ``valid_until`` when a later top-up reaches
      further, then INACTIVE and so on.

    Raises ContradictoryLife.
    """
    _check(life, today)
    if life.activated_on is None or life.activated_on > today:
        return _until_void(LifeStatus.VALID, life.purchased_on, VALID_DAYS, today, LifeCause.PURCHASE)
    if life.reactivated_on is None or life.reactivated_on > today:
        bought = life.valid_until
        if bought is not None and life.reactivated_on is not None and bought > life.reactivated_on:
            bought = None  # bought after a reactivation that has not happened yet
        return _from_active(life.activated_on, ACTIVE_DAYS, bought, today, LifeCause.ACTIVATION)
    if life.reactivation is Reactivation.FRESH_START:
        return _from_active(life.reactivated_on, FRESH_START_DAYS, life.valid_until, today, LifeCause.FRESH_START)
    if life.valid_until is not None and life.valid_until > life.reactivated_on:
        return _from_active(life.reactivated_on, 0, life.valid_until, today, LifeCause.KEEP_CREDIT)
    return _until_void(LifeStatus.INACTIVE, life.reactivated_on, KEEP_CREDIT_TOP_UP_DAYS, today, LifeCause.KEEP_CREDIT)


def forecast(life: PrepaidLife, today: date) -> tuple[LifecycleState, ...]:
    """The state of today and those that follow when nothing more happens, up to VOID. Raises ContradictoryLife."""
    states = [lifecycle_state(life, today)]
    while (last_day := states[-1].last_day) is not None:
        states.append(lifecycle_state(life, _next(last_day)))
    return tuple(states)


def _until_void(status: LifeStatus, day_0: date, days: int, today: date, cause: LifeCause) -> LifecycleState:
    last_day = day_0 + timedelta(days=days)
    if today <= last_day:
        return LifecycleState(status, day_0, last_day, LifeStatus.VOID, cause)
    return _void(last_day, cause)


def _from_active(start: date, days: int, bought: date | None, today: date, cause: LifeCause) -> LifecycleState:
    last_active = start + timedelta(days=days)
    if bought is not None and bought > last_active:
        last_active, cause = min(bought, _LAST_ACTIVE), LifeCause.TOP_UP
    if today <= last_active:
        return LifecycleState(LifeStatus.ACTIVE, start, last_active, LifeStatus.INACTIVE, cause)
    inactive = _next(last_active)
    last_inactive = inactive + timedelta(days=INACTIVE_DAYS)
    if today <= last_inactive:
        return LifecycleState(LifeStatus.INACTIVE, inactive, last_inactive, LifeStatus.DEACTIVE, cause)
    deactive = _next(last_inactive)
    last_deactive = deactive + timedelta(days=DEACTIVE_DAYS)
    if today <= last_deactive:
        return LifecycleState(LifeStatus.DEACTIVE, deactive, last_deactive, LifeStatus.VOID, cause)
    return _void(last_deactive, cause)


def _void(last_day_before: date, cause: LifeCause) -> LifecycleState:
    return LifecycleState(LifeStatus.VOID, _next(last_day_before), None, None, cause)


def _next(day: date) -> date:
    return day + timedelta(days=1)


def _check(life: PrepaidLife, today: date) -> None:
    if today < life.purchased_on:
        raise ContradictoryLife("the day lies before the purchase")
    if (life.reactivated_on is None) is not (life.reactivation is None):
        raise ContradictoryLife("a reactivation needs both its day and its option")
    if life.activated_on is None:
        if life.reactivated_on is not None or life.valid_until is not None:
            raise ContradictoryLife("a top-up or a reactivation without an activation")
    elif life.activated_on < life.purchased_on:
        raise ContradictoryLife("activated before the purchase")
    elif life.reactivated_on is not None and life.reactivated_on < life.activated_on:
        raise ContradictoryLife("reactivated before the activation")
