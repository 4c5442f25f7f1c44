"""The account as a whole: card, status, credit, bill and suspension of the number that was verified."""

from __future__ import annotations

from collections.abc import Sequence

from actions.context import Customer
from actions.conversation import Conversation
from actions.prepaid import credit_replies, status_of, status_replies
from actions.reconnection import bill_replies, own_state
from actions.replies import Reply, reply
from actions.sim import card_replies
from actions.topics import AccountTopic
from ndihma.accounts.lifecycle import ContradictoryLife
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

    async def answer(self, conversation: Conversation, *, accepted: bool = False) -> Sequence[Reply]:
        """Who shared the contact of their own Telegram account is told kind and status, before a code is asked for."""
        linked = await self.context.linked(conversation.id, self.intent)
        if linked is None:
            return await super().answer(conversation, accepted=accepted)
        return (*self.dated(_kind_and_status(linked), linked.line), *self.verify())

    async def own_answer(self, customer: Customer) -> Sequence[Reply]:
        card = card_replies(customer)
        if customer.line.kind is LineKind.PREPAID:
            return (*card, *status_replies(customer), *credit_replies(customer))
        standing = await own_state(self.context, customer)
        return (*card, *bill_replies(customer, standing, owed=True))


def _kind_and_status(customer: Customer) -> tuple[Reply, ...]:
    """What level 1 may see (S7): no dates, no amounts, no names; nothing when the recorded life contradicts itself."""
    line = customer.line
    if line.kind is LineKind.PREPAID:
        try:
            status = status_of(customer)
        except ContradictoryLife:
            return ()
        return () if status is None else (reply(f"utter_account_linked_{status.value}", number=customer.number),)
    suspended = line.suspension is not None and line.suspension.ended_at is None
    return (reply(f"utter_account_linked_{'suspended' if suspended else line.kind.value}", number=customer.number),)
