"""The shape shared by all topics whose answer depends on the account."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar, Final

from rasa_sdk import Action, Tracker  # type: ignore[import-untyped]
from rasa_sdk.executor import CollectingDispatcher  # type: ignore[import-untyped]

from actions.context import ActionContext, Customer, LineGone, RequestsUnavailable, Stranger, Unavailable
from actions.conversation import Conversation
from actions.replies import Reply, reply, send
from ndihma.accounts.lifecycle import ContradictoryLife
from ndihma.accounts.model import Line
from ndihma.formatting import format_moment
from ndihma.instructions import Verify

__all__ = ["AccountTopic", "DialogueAction"]

_FRESH_FOR: Final = timedelta(hours=1)
"""An account state that the account system saw longer ago than this is told with its time."""


class DialogueAction(Action, ABC):  # type: ignore[misc] # rasa_sdk has no types
    """An action that reads the conversation and answers with replies; :meth:`replies` is all a subclass writes."""

    action_name: ClassVar[str]

    def __init__(self, context: ActionContext) -> None:
        self.context = context

    def name(self) -> str:
        return self.action_name

    @abstractmethod
    async def replies(self, conversation: Conversation) -> Sequence[Reply]:
        """What to say to the latest message."""

    def topic(self, conversation: Conversation) -> str | None:  # noqa: ARG002  (for subclasses)
        """The topic that the replies are about, when the message alone does not tell."""
        return None

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> list[dict[str, Any]]:  # rasa_sdk passes ``domain`` by position
        del domain
        conversation = Conversation(tracker)
        send(dispatcher, await self.replies(conversation), topic=self.topic(conversation))
        return []

    def dated(self, own: tuple[Reply, ...], line: Line) -> tuple[Reply, ...]:
        """An answer from old data, or from a copy, says how old it is, before the offer that it may end with."""
        seen = line.as_of
        if not own or seen is None or (not line.is_stale and self.context.clock.now() - seen <= _FRESH_FOR):
            return own
        dated = reply("utter_account_as_of", moment=format_moment(seen))
        if self.context.content.answer(own[-1].response).offer:
            return (*own[:-1], dated, own[-1])
        return (*own, dated)


class AccountTopic(DialogueAction):
    """The FAQ's answer and an offer to look for a stranger; the account's own answer for its verified owner."""

    intent: ClassVar[str]
    offer: ClassVar[str] = "utter_offer_account"
    reads: ClassVar[tuple[str, ...]] = ("line",)
    """What of the account the answer is made of, for the audit trail; ``line`` is all of it."""

    @abstractmethod
    async def own_answer(self, customer: Customer) -> Sequence[Reply]:
        """What the FAQ's rules mean for this customer, the next step and its deadline."""

    async def own_answer_to(self, conversation: Conversation, customer: Customer) -> Sequence[Reply]:  # noqa: ARG002
        """``own_answer``, for a topic to which it matters what was said before."""
        return await self.own_answer(customer)

    @property
    def faq(self) -> tuple[Reply, ...]:
        """What everybody is told."""
        return (reply(f"utter_{self.intent}"),)

    def for_stranger(self) -> tuple[Reply, ...]:
        """The FAQ's answer, and an offer to do more."""
        return (*self.faq, reply(self.offer))

    def verify(self) -> tuple[Reply, ...]:
        """Ask to prove the number, then come back to this topic."""
        return (reply("utter_check_account").doing(Verify(resume_intent=self.intent)),)

    def topic(self, conversation: Conversation) -> str | None:  # noqa: ARG002
        return self.intent

    async def replies(self, conversation: Conversation) -> Sequence[Reply]:
        return await self.answer(conversation)

    async def answer(self, conversation: Conversation, *, accepted: bool = False) -> Sequence[Reply]:
        """The topic's answer; ``accepted``: the customer took the offer to look at the account."""
        match await self.context.speaker(conversation.id, self.reads, self.intent):
            case Stranger():
                return self.verify() if accepted else self.for_stranger()
            case LineGone(number=number):
                return (reply("utter_account_not_found", number=number), *self.faq)
            case Unavailable():
                return (reply("utter_account_unavailable"), *self.faq)
            case Customer() as customer:
                try:
                    own = tuple(await self.own_answer_to(conversation, customer))
                except (ContradictoryLife, RequestsUnavailable):
                    return (reply("utter_account_unavailable"), *self.faq)
                return self.dated(own, customer.line)
