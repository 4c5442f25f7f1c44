"""SIM: the statuses of a prepaid number and what they mean for this one; a card that is locked or lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from actions.context import Customer, RequestsUnavailable
from actions.conversation import Conversation
from actions.prepaid import forecast_replies, status_of, status_replies
from actions.reconnection import bill_replies, own_state
from actions.replies import Reply, reply
from actions.topics import AccountTopic
from ndihma.accounts.lifecycle import LifeStatus
from ndihma.accounts.model import SimState

__all__ = [
    "SimLifecycle",
    "StatusActive",
    "StatusDeactive",
    "StatusInactive",
    "StatusValid",
    "card_replies",
]

_ORDER: Final = tuple(LifeStatus)


def card_replies(customer: Customer) -> tuple[Reply, ...]:
    """That the card is locked or lost, so that no SMS arrives, and how to put it right; nothing for one in use."""
    sim = customer.line.sim
    if sim is None or sim.state is SimState.IN_USE:
        return ()
    response = "utter_account_sim_lost" if sim.state is SimState.LOST else "utter_account_sim_locked"
    return (reply(response, number=customer.number),)


class _StatusTopic(AccountTopic):
    """A question about one status, or about all of them (``asked`` is None).

    The own status comes first. A status that still lies ahead is answered with the day it would begin, then by the
    FAQ, which is what was asked. A line without statuses is told its bill after that: it says what may stop *it*.
    """

    asked: LifeStatus | None = None
    reads = ("status", "bills", "suspension")

    async def own_answer(self, customer: Customer) -> Sequence[Reply]:
        own, status = status_replies(customer), status_of(customer)
        if status is None:
            return (*own, *self.faq, *bill_replies(customer, await own_state(self.context, customer)))
        if status is self.asked:
            return own
        if status is LifeStatus.VOID and self.asked is LifeStatus.DEACTIVE:
            return own  # the FAQ's two ways back are not this number's any more
        ahead = self.asked is None or _ORDER.index(self.asked) > _ORDER.index(status)
        return (*own, *(forecast_replies(customer) if ahead else ()), *self.faq)


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

    async def answer(self, conversation: Conversation, *, accepted: bool = False) -> Sequence[Reply]:
        """ "A u aktivizua?" of somebody who filed a request here asks for that request: they need not be offered it."""
        try:
            async with asyncio.timeout(self.context.desk_timeout_s):
                accepted = accepted or await self.context.requests.filed_in(conversation.id)
        except (RequestsUnavailable, TimeoutError):
            pass  # then as for everybody
        return await super().answer(conversation, accepted=accepted)

    async def own_answer(self, customer: Customer) -> Sequence[Reply]:
        if customer.line.prepaid is None:
            standing = await own_state(self.context, customer)
            if standing.request is not None:
                return bill_replies(customer, standing)
        return await super().own_answer(customer)


class StatusInactive(_StatusTopic):
    action_name = "action_status_inactive"
    intent = "ask_status_inactive"
    asked = LifeStatus.INACTIVE


class StatusDeactive(_StatusTopic):
    action_name = "action_status_deactive"
    intent = "ask_status_deactive"
    asked = LifeStatus.DEACTIVE
