"""The selfcare portal: how this customer logs in, or where a prepaid or fixed-line customer looks instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from actions.account import credit_replies
from actions.context import Customer
from actions.replies import Reply, reply
from actions.topics import AccountTopic
from ndihma.accounts.selfcare import SelfcareState, selfcare_state

__all__ = ["SelfcareLogin"]

_FIXED_LINE_ANSWER: Final = "utter_ask_fixed_line_spending"


class SelfcareLogin(AccountTopic):
    action_name = "action_selfcare_login"
    intent = "ask_selfcare_login"
    reads = ("selfcare", "credit")

    async def own_answer(self, customer: Customer) -> Sequence[Reply]:
        match selfcare_state(customer.line):
            case SelfcareState.NOT_REGISTERED:
                return (reply("utter_account_selfcare_not_registered", number=customer.number),)
            case SelfcareState.REGISTERED:
                return (reply("utter_account_selfcare_registered", number=customer.number),)
            case SelfcareState.LOCKED:
                return (reply("utter_account_selfcare_locked", number=customer.number),)
            case SelfcareState.PREPAID:
                return (reply("utter_account_selfcare_prepaid", number=customer.number), *credit_replies(customer))
            case SelfcareState.FIXED_LINE:
                return (reply("utter_account_selfcare_fixed", number=customer.number), reply(_FIXED_LINE_ANSWER))
