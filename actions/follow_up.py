"""Messages that mean something only after another: "po" to an offer, "po sa kushton?" after a topic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from actions.context import ActionContext, Customer, RequestsUnavailable
from actions.conversation import Conversation
from actions.prepaid import status_replies
from actions.reconnection import bill_replies, own_state
from actions.replies import Reply, reply
from actions.topics import AccountTopic, DialogueAction
from ndihma.accounts.lifecycle import ContradictoryLife, LifeStatus, lifecycle_state
from ndihma.accounts.reconnection import ReconnectionKind
from ndihma.formatting import format_money

__all__ = ["Affirm", "FollowUpPrice"]

_OFFER_ACCOUNT: Final = "account"
_OFFER_PROOF: Final = "send_payment_proof"
_ACCOUNT_TOPIC: Final = "check_account"


class Affirm(DialogueAction):
    """ "Po": takes the last offer, whatever it was."""

    action_name = "action_affirm"

    def __init__(self, context: ActionContext, topics: Iterable[AccountTopic]) -> None:
        super().__init__(context)
        self._account_topics = {topic.intent: topic for topic in topics}

    def topic(self, conversation: Conversation) -> str | None:
        offered = self._offered(conversation)
        return offered[0] if offered else conversation.last_topic(self.context.content.topics)

    async def replies(self, conversation: Conversation) -> Sequence[Reply]:
        offered = self._offered(conversation)
        if offered is None:
            return (reply("utter_affirm_nothing"),)
        topic, look_at_account = offered
        if topic in self._account_topics:
            return await self._account_topics[topic].answer(conversation, accepted=look_at_account)
        return (reply(f"utter_{topic}"),)

    def _offered(self, conversation: Conversation) -> tuple[str, bool] | None:
        """The topic that "yes" chooses, and whether it agrees to look at the account."""
        topics = self.context.content.topics
        suggestion = conversation.last_suggestion
        if suggestion in topics and suggestion is not None:
            return suggestion, False
        if conversation.last_offer == _OFFER_PROOF:
            return _OFFER_PROOF, True
        if conversation.last_offer == _OFFER_ACCOUNT:
            topic = conversation.last_topic(topics)
            return (topic if topic in self._account_topics and topic else _ACCOUNT_TOPIC), True
        pending = conversation.pending_verification
        if pending in self._account_topics and pending:
            return pending, True
        return None


_SIM_PRICE: Final = "utter_ask_sim_price"
_PRICE_OF: Final[Mapping[str, str]] = {
    "ask_sim_price": _SIM_PRICE,
    "ask_sim_pin": _SIM_PRICE,
    "ask_account_pin": _SIM_PRICE,
    "ask_puk_meaning": _SIM_PRICE,
    "ask_sim_regeneration": "utter_ask_sim_regeneration",
    "ask_puk_code": "utter_price_call",
    "ask_contact": "utter_price_call",
    "send_payment_proof": "utter_price_ask_reconnection",
    "ask_business_club": "utter_price_ask_business_club_members",
}
"""Topics whose price stands under another name than ``utter_price_<intent>``."""
_BILL_TOPICS: Final = frozenset({"ask_reconnection", "send_payment_proof", _ACCOUNT_TOPIC})
_PRICED_STATUSES: Final = frozenset({LifeStatus.INACTIVE, LifeStatus.DEACTIVE, LifeStatus.VOID})
"""The statuses whose own answer names what it costs to leave them."""


class FollowUpPrice(DialogueAction):
    """ "Po sa kushton?" names nothing: the price of what was talked about before."""

    action_name = "action_follow_up_price"

    def topic(self, conversation: Conversation) -> str | None:
        return conversation.last_topic(self.context.content.topics)

    async def replies(self, conversation: Conversation) -> Sequence[Reply]:
        topic = self.topic(conversation)
        return await self._own_price(conversation, topic) or (reply(self._faq_price(topic)),)

    def _faq_price(self, topic: str | None) -> str:
        if topic is None:
            return _SIM_PRICE
        response = _PRICE_OF.get(topic, f"utter_price_{topic}")
        return response if response in self.context.content else "utter_price_unknown"

    async def _own_price(self, conversation: Conversation, topic: str | None) -> Sequence[Reply]:
        """What it costs this customer; empty when the FAQ's price is all there is to say."""
        if topic not in _BILL_TOPICS:
            return ()
        customer = await self.context.speaker(conversation.id, ("status", "bills"), self.action_name)
        if not isinstance(customer, Customer):
            return ()
        try:
            return self.dated(tuple(await self._price_for(customer, topic)), customer.line)
        except (ContradictoryLife, RequestsUnavailable):
            return ()

    async def _price_for(self, customer: Customer, topic: str) -> Sequence[Reply]:
        life = customer.line.prepaid
        if life is not None:
            priced = lifecycle_state(life, customer.today).status in _PRICED_STATUSES
            return status_replies(customer) if topic == _ACCOUNT_TOPIC and priced else ()
        standing = await own_state(self.context, customer)
        state = standing.state
        cut_off = state.kind in {ReconnectionKind.SUSPENDED, ReconnectionKind.REQUEST_FILED}
        if cut_off and state.amount_cents:
            amount = format_money(state.amount_cents)
            return (reply("utter_account_price_reconnection", number=customer.number, amount=amount),)
        return bill_replies(customer, standing)
