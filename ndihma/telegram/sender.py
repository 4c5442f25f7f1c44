"""Sending one message: the pace, an edit where there is one, plain text when Telegram refuses the markup."""

from __future__ import annotations

import logging
from typing import Final

from aiogram.methods import DeleteMessage, GetMe

from ndihma.telegram.api import BotApi, NotModified, Refused, TelegramTrouble
from ndihma.telegram.catalogue import WORDS
from ndihma.telegram.chats import Language
from ndihma.telegram.pace import Pace
from ndihma.telegram.parts import Part, Press, edited, parts_of, sending
from ndihma.telegram.presses import PressKind, data_of
from ndihma.telegram.styled import Styled
from ndihma.telegram.words import Words

__all__ = ["Sender"]

_log = logging.getLogger(__name__)

_PROBE_S: Final = 5


class Sender:
    """Sends to any chat. Raises TelegramTrouble, but never Refused: what Telegram refuses for good holds nothing up."""

    def __init__(self, api: BotApi, pace: Pace) -> None:
        self._api = api
        self._pace = pace

    async def pace(self, chat_id: int) -> None:
        """Return when a message may go to the chat."""
        await self._pace.wait(chat_id)

    async def send(
        self, part: Part, chat_id: int, words: Words, *, reply_to: int | None = None, replaces: int | None = None
    ) -> int | None:
        """Send a message now; its id, None when Telegram takes it in no form. ``replaces``: whose place it takes."""
        if replaces is not None:
            try:
                await self._api.call(edited(part, chat_id, replaces))
            except NotModified:  # the same answer as before
                return replaces
            except Refused:  # deleted by the customer, or too old: then it is a message of its own
                pass
            else:
                return replaces
        for form in (part, part.plain):
            try:
                return (await self._api.call(sending(form, chat_id, words, reply_to))).message_id
            except Refused:
                continue
        _log.error("telegram: a message is refused in every form", extra={"characters": len(part.content.text)})
        return None

    async def reaches(self) -> bool:
        """Whether Telegram answers now."""
        try:
            await self._api.call(GetMe(), timeout_s=_PROBE_S)
        except TelegramTrouble:
            return False
        return True

    async def delete(self, chat_id: int, message_id: int) -> bool:
        """Delete a message; False when Telegram refuses for good."""
        await self.pace(chat_id)
        try:
            await self._api.call(DeleteMessage(chat_id=chat_id, message_id=message_id))
        except Refused:
            return False
        return True

    async def offer_again(self, chat_id: int, language: Language, conversation_id: str, cursor: int) -> None:
        """Say that an answer may not have arrived, with a button to have it repeated."""
        words = WORDS[language]
        repeat = Press(words.repeat, data_of(PressKind.REPEAT, f"{cursor}:{conversation_id}"))
        for part in parts_of(Styled(words.in_doubt), [[repeat]]):
            await self.pace(chat_id)
            await self.send(part, chat_id, words)
