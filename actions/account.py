"""The account as a whole: card, status, credit, bill and suspension of the number that was verified."""

from __future__ import annotations

from collections.abc import Sequence

from actions.context import Customer
from actions.prepaid import credit_replies, status_replies
from actions.reconnection import bill_replies, own_state
from actions.replies import Reply
from actions.sim import card_replies
from actions.topics import AccountTopic
from ndihma.accounts.model import LineKind

__all__ = ["CheckAccount"]


class CheckAccount(AccountTopic):
    """Has no FAQ answer of its own: a stranger is asked to verify the number at once."""

    action_name = "action_check_account"
    intent = "check_account"
    reads = ("sim", "status", "credit", "bills", "suspension")

    @property
    def faq(self) -> tuple[Reply, ...]:
        return ()

    def for_stranger(self) -> tuple[Reply, ...]:
        return self.verify()

    async def own_answer(self, customer: Customer) -> Sequence[Reply]:
        card = card_replies(customer)
        if customer.line.kind is LineKind.PREPAID:
            return (*card, *status_replies(customer), *credit_replies(customer))
        standing = await own_state(self.context, customer)
        return (*card, *bill_replies(customer, standing, owed=True))
