"""SIM: the statuses of a prepaid number and what they mean for this one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from actions.context import Customer
from actions.replies import Reply, reply
from actions.topics import AccountTopic
from ndihma.accounts.lifecycle import LifecycleState, LifeStatus, lifecycle_state
from ndihma.formatting import format_day, format_day_short

__all__ = [
    "SimLifecycle",
    "StatusActive",
    "StatusDeactive",
    "StatusInactive",
    "StatusValid",
    "status_replies",
]


def status_replies(customer: Customer) -> tuple[Reply, ...]:
    """The customer's own status, its deadline and what to do; or that statuses are for prepaid numbers.

    Raises ContradictoryLife.
    """
    number, life = customer.number, customer.line.prepaid
    if life is None:
        return (reply("utter_account_status_not_prepaid", number=number),)
    state = lifecycle_state(life, customer.today)
    if state.last_day is None:
        return (reply("utter_account_status_void", number=number, since=format_day(state.since)),)
    deadline = _deadline(state.last_day, customer.today)
    if state.status in {LifeStatus.VALID, LifeStatus.ACTIVE}:  # since when an Active number is so, is not recorded
        return (reply(_status_response(state), number=number, deadline=deadline),)
    return (reply(_status_response(state), number=number, since=format_day(state.since), deadline=deadline),)


def _status_response(state: LifecycleState) -> str:
    if state.status is LifeStatus.INACTIVE and state.next_status is LifeStatus.VOID:  # option 1, not topped up yet
        return "utter_account_status_inactive_kept_credit"
    return f"utter_account_status_{state.status.value}"


def _deadline(day: date, today: date) -> str:
    return format_day_short(day) if day.year == today.year else format_day(day)


class _StatusTopic(AccountTopic):
    """A question about one status, or about all of them (``asked`` is None)."""

    asked: LifeStatus | None = None
    reads = ("status",)

    async def own_answer(self, customer: Customer) -> Sequence[Reply]:
        own = status_replies(customer)
        life = customer.line.prepaid
        if life is not None and lifecycle_state(life, customer.today).status is self.asked:
            return own
        return (*own, *self.faq)


class SimLifecycle(_StatusTopic):
    action_name = "action_sim_lifecycle"
    intent = "ask_sim_lifecycle"


class StatusValid(_StatusTopic):
    action_name = "action_status_valid"
    intent = "ask_status_valid"
    asked = LifeStatus.VALID


class StatusActive(_StatusTopic):
    action_name = "action_status_active"
    intent = "ask_status_active"
    asked = LifeStatus.ACTIVE


class StatusInactive(_StatusTopic):
    action_name = "action_status_inactive"
    intent = "ask_status_inactive"
    asked = LifeStatus.INACTIVE


class StatusDeactive(_StatusTopic):
    action_name = "action_status_deactive"
    intent = "ask_status_deactive"
    asked = LifeStatus.DEACTIVE
