"""The PUK: where everybody finds it, and the state of this customer's card. The code itself is never shown here."""

from __future__ import annotations

from collections.abc import Sequence

from actions.context import Customer
from actions.replies import Reply, reply
from actions.topics import AccountTopic
from ndihma.accounts.puk import PukKind, puk_state

__all__ = ["PukCode"]


class PukCode(AccountTopic):
    action_name = "action_puk_code"
    intent = "ask_puk_code"
    reads = ("sim",)

    async def own_answer(self, customer: Customer) -> Sequence[Reply]:
        number = customer.number
        match puk_state(customer.line, customer.today).kind:
            case PukKind.IN_USE:
                own = reply("utter_account_puk_in_use", number=number)
            case PukKind.PUK_LOCKED:
                own = reply("utter_account_puk_locked", number=number)
            case PukKind.LOST:
                own = reply("utter_account_puk_lost", number=number)
            case PukKind.NO_SIM:
                return (reply("utter_account_puk_no_sim", number=number),)
        return (own, *self.faq)
