"""The PUK: where everybody finds it, and for who has proved two contacts a cover on the edge. Never the code itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import Final, TypeVar

from actions.context import Customer
from actions.conversation import Conversation
from actions.replies import Reply, reply
from actions.topics import AccountTopic
from ndihma.accounts.ports import AccountsUnavailable
from ndihma.accounts.puk import PukKind, puk_state
from ndihma.formatting import format_moment_after
from ndihma.instructions import Reveal, Verify
from ndihma.puk.model import NeedsSecondFactor, PukRefusal, PukRefused
from ndihma.verification.model import Purpose

__all__ = ["PukCode"]

_T = TypeVar("_T")
_REFUSALS: Final[Mapping[PukRefusal, str]] = {
    PukRefusal.RECENT_CHANGE: "utter_account_puk_recent_change",
    PukRefusal.SHOWN_TODAY: "utter_account_puk_shown_today",
    PukRefusal.SHOWN_OFTEN: "utter_account_puk_shown_often",
    PukRefusal.NO_OTHER_CONTACT: "utter_account_puk_no_other_contact",
    PukRefusal.CONTACT_TOO_NEW: "utter_account_puk_contact_too_new",
}


class PukCode(AccountTopic):
    action_name = "action_puk_code"
    intent = "ask_puk_code"
    offer = "utter_offer_puk"

    def verify(self) -> tuple[Reply, ...]:
        return (reply("utter_verify_puk").doing(self._verification),)

    @property
    def _verification(self) -> Verify:
        return Verify(resume_intent=self.intent, purpose=Purpose.PUK)

    async def answer(self, conversation: Conversation, *, accepted: bool = False) -> Sequence[Reply]:
        """As every account topic, but one proved contact is neither a stranger nor a customer: it is half of L3."""
        try:
            half = await self._soon(self.context.puks.half_proved(conversation.id))
        except (AccountsUnavailable, TimeoutError):
            return (reply("utter_account_unavailable"), *self.faq)
        match half:
            case None:
                return await super().answer(conversation, accepted=accepted)
            case NeedsSecondFactor():
                return self._second_factor()
            case PukRefused() if accepted:
                return self.verify()
            case PukRefused():
                return (_refusal(half), *self.faq)

    async def own_answer(self, customer: Customer) -> Sequence[Reply]:
        kind = puk_state(customer.line, customer.today).kind
        if kind is PukKind.NO_SIM:
            return (reply("utter_account_puk_no_sim", number=customer.number),)
        if kind is PukKind.LOST:
            return (reply("utter_account_puk_lost", number=customer.number), *self.faq)
        try:
            if customer.line.is_stale:
                raise AccountsUnavailable("a copy does not know of a SIM or an owner changed since (S8)")
            outcome = await self._soon(self.context.puks.offer(customer.conversation_id, customer.line))
        except (AccountsUnavailable, TimeoutError):
            return (reply("utter_account_unavailable"), *self.faq)
        if isinstance(outcome, PukRefused):
            return self._refused(outcome, customer, locked=kind is PukKind.PUK_LOCKED)
        if isinstance(outcome, NeedsSecondFactor):
            return self._second_factor()
        cover = Reveal(reference=outcome.reference, expires_at=outcome.expires_at)
        return (reply("utter_account_puk_ready", number=customer.number).doing(cover),)

    def _refused(self, refused: PukRefused, customer: Customer, *, locked: bool) -> tuple[Reply, ...]:
        match refused.reason:
            case PukRefusal.NO_CODE:
                own = "utter_account_puk_locked" if locked else "utter_account_puk_in_use"
                return (reply(own, number=customer.number), *self.faq)
            case PukRefusal.NOT_PROVED:  # it expired since we asked who speaks
                return self.verify()
            case _:
                return (_refusal(refused), *self.faq)

    def _second_factor(self) -> tuple[Reply, ...]:
        return (reply("utter_account_puk_second_factor").doing(self._verification),)

    async def _soon(self, work: Awaitable[_T]) -> _T:
        """Raises TimeoutError."""
        async with asyncio.timeout(self.context.desk_timeout_s):
            return await work


def _refusal(refused: PukRefused) -> Reply:
    if refused.until is None:
        return reply(_REFUSALS[refused.reason])
    return reply(_REFUSALS[refused.reason], moment=format_moment_after(refused.until))
