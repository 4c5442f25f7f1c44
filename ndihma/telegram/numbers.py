"""Who speaks: the shared contact (L1), numbers and one-time codes that are typed into the chat (L2 and more).

Telegram has no field for a code, so the code is a message: it is tried, never stored and never passed on, and the
message is deleted (S5, S6).
"""

from __future__ import annotations

import re
from typing import Final

from aiogram.types import Message

from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn
from ndihma.desk.errors import AddressRefused, CodeExpired, CodesRefused, CodesUnavailable, NoStep, WrongCode
from ndihma.desk.events import VerificationBody, VerificationEvent
from ndihma.desk.ports import Confirmed, SecondCode, StepDetails
from ndihma.telegram.context import Office, Visit, address_of
from ndihma.telegram.effects import Deletion
from ndihma.telegram.tables import DeletionWhat
from ndihma.verification.model import Purpose, VerificationState
from ndihma.verification.policy import POLICY
from ndihma.verification.typed import code_digits

__all__ = ["Numbers"]

_CODE_INSIDE: Final = re.compile(r"(?<![\d.,-])\d{3}[ .-]?\d{3}(?![\d.,-]*\d)")
_WHOLE: Final = 10_000
_AFTER_MATCH: Final = "check_account"
"""What somebody wants who shares a number without being asked for it."""


class Numbers:
    """The verification step in a private chat."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._services = office.services

    async def contact(self, visit: Visit, message: Message) -> None:
        """A shared contact: the customer's own number, or none (S12)."""
        thread = await self._office.conversation(visit)
        contact, words = message.contact, visit.words
        if contact is None:
            return
        if message.forward_origin is not None or message.via_bot is not None:
            visit.effects.say(words.contact_forwarded)
            return
        if not visit.chat.is_private or contact.user_id != visit.user.id:
            visit.effects.say(words.contact_not_own)
            return
        try:
            number = contact.phone_number
            msisdn = Msisdn.parse(number if number.startswith("+") else f"+{number}")
        except InvalidMsisdn:
            visit.effects.say(words.contact_not_kosovo)
            return
        identity, waiting = await self._services.matching.match(thread.conversation_id, msisdn)
        if waiting is not None and waiting.purpose is Purpose.PUK:
            await self.send_code(visit, thread.conversation_id, msisdn)
            return
        known = VerificationBody(
            state=VerificationState.VERIFIED,
            masked=identity.msisdn.masked,
            expires_at=identity.expires_at,
            level=identity.level,
        )
        question = waiting.resume_intent if waiting is not None else _AFTER_MATCH
        await self._resume(visit, thread.conversation_id, question, known)

    async def send_code(self, visit: Visit, conversation_id: str, msisdn: Msisdn) -> None:
        """Have a code sent to a number that was typed, shared or confirmed by a button."""
        words, steps = visit.words, self._services.steps
        if visit.repeated:
            step = await steps.details(conversation_id)
            if step is not None and step.masked == msisdn.masked and _sent_by(visit, step):
                visit.effects.bodies.append(step.body)
                return
        try:
            moved = await steps.number_given(conversation_id, msisdn, address_of(visit.user))
        except NoStep:
            visit.effects.say(words.no_code_awaited)
        except CodesUnavailable:
            visit.effects.say(words.codes_unavailable)
        except AddressRefused:
            visit.effects.say(words.too_many_wrong)
        except CodesRefused as refused:
            step = await steps.details(conversation_id)
            if refused.locked and step is not None:
                visit.effects.bodies.append(step.body)
            else:
                visit.effects.say(words.locked if refused.locked else words.too_many_codes)
        else:
            visit.effects.bodies.append(moved)

    async def code(self, visit: Visit, message: Message, conversation_id: str, text: str) -> None:
        """A message with a code, while one is awaited: try it, delete the message."""
        words, services = visit.words, self._services
        visit.effects.deletions.append(
            Deletion(visit.chat.id, message.message_id, DeletionWhat.CODE, conversation_id, services.clock.now())
        )
        digits = code_digits(text)
        if digits is None and (inside := _CODE_INSIDE.search(text)):
            digits = code_digits(inside.group())
        if digits is None:
            visit.effects.say(words.code_alone)
            return
        if visit.repeated and await self._used_up_before(visit, conversation_id):
            return
        try:
            outcome = await services.steps.code_given(conversation_id, digits, address_of(visit.user))
        except WrongCode as wrong:
            visit.effects.say(words.code_wrong.format(left=wrong.tries_left))
        except NoStep:
            visit.effects.say(words.no_code_awaited)
        except AddressRefused:
            visit.effects.say(words.too_many_wrong)
        except (CodeExpired, CodesRefused):
            step = await services.steps.details(conversation_id)
            if step is not None:
                visit.effects.bodies.append(step.body)
            else:
                visit.effects.say(words.code_expired)
        else:
            await self._proved(visit, conversation_id, outcome)

    async def _used_up_before(self, visit: Visit, conversation_id: str) -> bool:
        """Whether the code was right and a crash came before its answer: then it is awaited no more, and what it
        proved is told now.
        """
        steps = self._services.steps
        step = await steps.details(conversation_id)
        if step is not None and step.sent_to is not None and _sent_by(visit, step):  # it was the first of two
            visit.effects.bodies.append(step.body)
            return True
        proved = await steps.proved(conversation_id)
        if proved is None or await self._was_told(conversation_id):
            return False
        await self._proved(visit, conversation_id, proved)
        return True

    async def _proved(self, visit: Visit, conversation_id: str, outcome: Confirmed | SecondCode) -> None:
        if isinstance(outcome, SecondCode):
            visit.effects.bodies.append(outcome.moved)
            return
        verified = VerificationBody(
            state=VerificationState.VERIFIED,
            masked=outcome.identity.msisdn.masked,
            expires_at=outcome.identity.expires_at,
            purpose=outcome.purpose,
            level=outcome.identity.level,
        )
        await self._resume(visit, conversation_id, outcome.resume_intent, verified)

    async def _resume(self, visit: Visit, conversation_id: str, intent: str | None, known: VerificationBody) -> None:
        """Go on with the question that waited, once for an update however often it is worked on."""
        once = f"tg:r{visit.stored.update_id}"
        await self._services.conversations.resume(conversation_id, intent, known, client_id=once)

    async def _was_told(self, conversation_id: str) -> bool:
        """Whether what came before a crash has said already that the number is known."""
        page = await self._services.conversations.history(conversation_id, 0, _WHOLE)
        steps = [event for event in page.events if isinstance(event, VerificationEvent)]
        return bool(steps) and steps[-1].state is VerificationState.VERIFIED


def _sent_by(visit: Visit, step: StepDetails) -> bool:
    """Whether the code under way was sent because of this update, before a crash: not before the update came."""
    if step.state is not VerificationState.CODE_SENT or step.expires_at is None:
        return False
    return step.expires_at - POLICY.code_lifetime >= visit.stored.received_at
