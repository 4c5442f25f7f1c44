"""The selfcare portal: how this customer logs in, or where a prepaid or fixed-line customer looks instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from actions.context import Customer
from actions.prepaid import credit_replies, status_replies
from actions.replies import Reply, reply
from actions.sim import card_replies
from actions.topics import AccountTopic
from ndihma.accounts.selfcare import SelfcareState, needs_pin_by_sms, selfcare_state

__all__ = ["SelfcareLogin"]

_FIXED_LINE_ANSWER: Final = "utter_ask_fixed_line_spending"


class SelfcareLogin(AccountTopic):
    action_name = "action_selfcare_login"
    intent = "ask_selfcare_login"
    reads = ("selfcare", "sim", "status", "credit")

    async def own_answer(self, customer: Customer) -> Sequence[Reply]:
        state, number = selfcare_state(customer.line), customer.number
        own = reply(f"utter_account_selfcare_{state.value}", number=number)
        match state:
            case SelfcareState.PREPAID:
                return (own, *status_replies(customer), *credit_replies(customer))
            case SelfcareState.FIXED_LINE:
                return (own, reply(_FIXED_LINE_ANSWER))
            case _:
                return (*(card_replies(customer) if needs_pin_by_sms(state) else ()), own)
