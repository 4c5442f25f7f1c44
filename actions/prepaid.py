"""What a prepaid customer is told in several areas: the number's status with its deadline and next step, the credit."""

from __future__ import annotations

from datetime import date

from actions.context import Customer
from actions.replies import Reply, reply
from ndihma.accounts.lifecycle import LifeCause, LifecycleState, LifeStatus, forecast, lifecycle_state
from ndihma.formatting import format_day, format_day_short, format_money

__all__ = ["credit_replies", "forecast_replies", "status_of", "status_replies"]


def status_of(customer: Customer) -> LifeStatus | None:
    """The status today; None for a line that has none. Raises ContradictoryLife."""
    life = customer.line.prepaid
    return None if life is None else lifecycle_state(life, customer.today).status


def status_replies(customer: Customer) -> tuple[Reply, ...]:
    """The customer's own status, its deadline and what to do; or that statuses are for prepaid numbers.

    Raises ContradictoryLife.
    """
    number, life = customer.number, customer.line.prepaid
    if life is None:
        return (reply("utter_account_status_not_prepaid", number=number),)
    state = lifecycle_state(life, customer.today)
    if state.last_day is None:
        return (reply(_void_response(state), number=number, since=format_day(state.since)),)
    facts = {"number": number, "deadline": _day(state.last_day, customer.today)}
    if state.status not in {LifeStatus.VALID, LifeStatus.ACTIVE}:  # since when an Active number is so is not recorded
        facts["since"] = format_day(state.since)
    own = reply(_status_response(state), **facts)
    return (own, reply("utter_account_status_last_day")) if state.days_left(customer.today) == 0 else (own,)


def forecast_replies(customer: Customer) -> tuple[Reply, ...]:
    """The days on which an Active or Inactive number goes on to the later statuses when nobody tops it up.

    Empty for every other line: its status says already what follows. Raises ContradictoryLife.
    """
    life = customer.line.prepaid
    if life is None:
        return ()
    now, *later = forecast(life, customer.today)
    if now.status not in {LifeStatus.ACTIVE, LifeStatus.INACTIVE} or now.next_status is LifeStatus.VOID:
        return ()
    days = {state.status.value: _day(state.since, customer.today) for state in later}
    return (reply(f"utter_account_forecast_{now.status.value}", **days),)


def credit_replies(customer: Customer) -> tuple[Reply, ...]:
    """The prepaid credit, when the account system tells it and the number is not void. Raises ContradictoryLife."""
    cents = customer.line.balance_cents
    if cents is None or status_of(customer) is LifeStatus.VOID:
        return ()
    return (reply("utter_account_credit", credit=format_money(cents)),)


def _status_response(state: LifecycleState) -> str:
    if state.status is LifeStatus.INACTIVE and state.next_status is LifeStatus.VOID:  # option 1, not topped up yet
        return "utter_account_status_inactive_kept_credit"
    return f"utter_account_status_{state.status.value}"


def _void_response(state: LifecycleState) -> str:
    match state.cause:
        case LifeCause.PURCHASE:
            return "utter_account_status_void_never_used"
        case LifeCause.KEEP_CREDIT:
            return "utter_account_status_void_kept_credit"
        case _:
            return "utter_account_status_void"


def _day(day: date, today: date) -> str:
    return format_day_short(day) if day.year == today.year else format_day(day)
