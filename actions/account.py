"""The account as a whole: card, status, credit, bill and suspension of the number that was verified."""

from __future__ import annotations

from collections.abc import Sequence

from actions.context import Customer
from actions.prepaid import credit_replies, status_replies
from actions.reconnection import Standing, bill_replies, own_state
from actions.replies import Reply, reply
from actions.sim import card_replies
from actions.topics import AccountTopic
from ndihma.accounts.model import LineKind
from ndihma.accounts.reconnection import ReconnectionKind
from ndihma.formatting import format_money

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
        return (*card, *_amount_due(customer, standing), *bill_replies(customer, standing))


def _amount_due(customer: Customer, standing: Standing) -> tuple[Reply, ...]:
    """A request under way is told without the amount; who asks what they owe is told it first."""
    state = standing.state
    if state.kind is not ReconnectionKind.REQUEST_FILED or state.amount_cents == 0:
        return ()
    return (reply("utter_account_amount_due", number=customer.number, amount=format_money(state.amount_cents)),)
