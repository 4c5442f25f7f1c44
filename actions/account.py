"""The account as a whole: status, credit, bill and suspension of the number that was verified."""

from __future__ import annotations

from collections.abc import Sequence

from actions.context import Customer
from actions.reconnection import bill_replies, own_state
from actions.replies import Reply, reply
from actions.sim import status_replies
from actions.topics import AccountTopic
from ndihma.accounts.model import LineKind
from ndihma.formatting import format_money

__all__ = ["CheckAccount", "credit_replies"]


def credit_replies(customer: Customer) -> tuple[Reply, ...]:
    """The prepaid credit, when the account system tells it."""
    cents = customer.line.balance_cents
    return () if cents is None else (reply("utter_account_credit", credit=format_money(cents)),)


class CheckAccount(AccountTopic):
    """Has no FAQ answer of its own: a stranger is asked to verify the number at once."""

    action_name = "action_check_account"
    intent = "check_account"
    reads = ("status", "credit", "bills", "suspension")

    @property
    def faq(self) -> tuple[Reply, ...]:
        return ()

    def for_stranger(self) -> tuple[Reply, ...]:
        return self.verify()

    async def own_answer(self, customer: Customer) -> Sequence[Reply]:
        if customer.line.kind is LineKind.PREPAID:
            return (*status_replies(customer), *credit_replies(customer))
        return bill_replies(customer, await own_state(self.context, customer))
