"""What a customer writes: a question for the assistant or the agent, a number, a code."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from aiogram.types import Message

from ndihma.desk.errors import EmptyText, TextTooLong
from ndihma.desk.handoff.messages import AGENT_REQUEST
from ndihma.telegram.context import Office, Visit, address_of
from ndihma.telegram.numbers import Numbers
from ndihma.telegram.progress import client_id
from ndihma.verification.typed import code_digits

__all__ = ["Talk"]

_TOLD_AGAIN_AFTER: Final = timedelta(minutes=1)
_REMEMBERED: Final = 10_000


class Talk:
    """Takes texts. Raises DeskBusy, ConversationQueueFull, ConversationEnded: then it is to be tried again."""

    def __init__(self, office: Office, numbers: Numbers) -> None:
        self._office = office
        self._services = office.services
        self._numbers = numbers
        self._told: dict[int, datetime] = {}
        """When a chat was last told that it sends too much."""

    async def text(self, visit: Visit, message: Message, text: str, *, edited: bool = False) -> None:
        """A text of a customer's, the mention of the bot taken out of it."""
        words, conversations = visit.words, self._services.conversations
        thread = await self._office.conversation(visit)
        try:
            incoming = self._services.intake(text)
        except EmptyText:
            visit.effects.say(words.other)
            return
        except TextTooLong:
            visit.effects.say(words.too_long)
            return
        step = await self._services.steps.details(thread.conversation_id)
        if not visit.chat.is_private:
            if step is not None:  # nobody proves a number where others read along (S8)
                await self._services.steps.cancel(thread.conversation_id)
            if incoming.text.casefold() == AGENT_REQUEST.casefold():
                visit.effects.say(words.in_private.format(link=self._office.me.link))
                return
        elif incoming.number is not None and step is not None:
            await self._numbers.send_code(visit, thread.conversation_id, incoming.number)
            return
        elif incoming.holds_code and (step is not None or code_digits(text) is not None):
            await self._numbers.code(visit, message, thread.conversation_id, text)
            return
        sent_as = client_id(message.message_id, visit.stored.update_id if edited else None)
        await conversations.say(thread.conversation_id, sent_as, text, address_of(visit.user))

    def allowed(self, visit: Visit) -> bool:
        """Count a message (S4). When there were too many the customer is told, once a minute."""
        if visit.repeated or self._services.allows(address_of(visit.user)):
            return True
        now = self._services.clock.now()
        told = self._told.get(visit.chat.id)
        if told is None or now - told >= _TOLD_AGAIN_AFTER:
            self._told[visit.chat.id] = now
            visit.effects.say(visit.words.limited)
        if len(self._told) > _REMEMBERED:
            self._told = {chat: at for chat, at in self._told.items() if now - at < _TOLD_AGAIN_AFTER}
        return False
