"""Showing a PUK in a private chat: protected from forwarding, deleted after a minute (S8).

The message is there before the code is: first an empty one is sent and its deletion stored, then the code is redeemed
and put into it by an edit. So whatever gets lost on the way, a message that shows a code has an id that we know, and a
row that deletes it, also after a restart.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from aiogram.methods import EditMessageText, SendMessage
from sqlalchemy import delete, update

from ndihma.accounts.ports import AccountsUnavailable
from ndihma.desk.events import RevealBody, RevealState
from ndihma.puk.cipher import CodeUnreadable
from ndihma.puk.model import PukRefused, PukShown, ReferenceOver
from ndihma.telegram.api import Flood, NotModified, Refused, TelegramTrouble
from ndihma.telegram.context import Office, Visit
from ndihma.telegram.effects import Deletion, queue_deletion
from ndihma.telegram.sender import Sender
from ndihma.telegram.tables import DeletionWhat, TelegramDeletionRow
from ndihma.telegram.words import Words

__all__ = ["PukShowing"]

_log = logging.getLogger(__name__)

_TRIES: Final = 5
_BETWEEN_S: Final = 2.0
_LONGEST_FLOOD_S: Final = 20


class PukShowing:
    """Redeems a reference into a message. Raises TelegramTrouble while nothing is redeemed yet, SQLAlchemyError."""

    def __init__(self, office: Office, sender: Sender) -> None:
        self._office = office
        self._services = office.services
        self._sender = sender

    async def show(self, visit: Visit, conversation_id: str, reference: str) -> None:
        """Show the code of a reference that was issued to this conversation."""
        words, chat_id = visit.words, visit.chat.id
        if not visit.chat.is_private:
            return
        await self._sender.pace(chat_id)
        place = await self._office.api.call(
            SendMessage(chat_id=chat_id, text=words.puk_opening, protect_content=True, parse_mode=None)
        )
        await self._delete_later(chat_id, place.message_id, conversation_id)
        try:
            outcome = await self._services.reveals.redeem(conversation_id, reference, private=visit.chat.is_private)
        except (AccountsUnavailable, CodeUnreadable) as error:
            _log.error("telegram: a PUK could not be shown", extra={"error": type(error).__name__})
            await self._instead(chat_id, place.message_id, words.puk_unavailable)
            return
        match outcome:
            case ReferenceOver():
                await self._instead(chat_id, place.message_id, words.puk_over)
            case PukRefused():
                await self._instead(chat_id, place.message_id, words.puk_refused)
            case PukShown():
                await self._put(visit, conversation_id, place.message_id, outcome)

    async def _put(self, visit: Visit, conversation_id: str, message_id: int, shown: PukShown) -> None:
        """The code into its message. It is used up: tried again while anybody waits for it, then apologised for."""
        text = _text(visit.words, shown)
        for _ in range(_TRIES):
            try:
                await self._edit(visit.chat.id, message_id, text)
            except Refused:
                break
            except Flood as flood:
                await asyncio.sleep(min(flood.retry_after, _LONGEST_FLOOD_S))
            except TelegramTrouble:
                await asyncio.sleep(_BETWEEN_S)
            else:
                due_at = await self._due_in(visit.chat.id, message_id, timedelta(seconds=shown.seconds))
                visit.effects.bodies.append(RevealBody(state=RevealState.SHOWN))
                await self._count_down(visit, conversation_id, shown.seconds, due_at)
                return
        _log.error("telegram: a PUK that was redeemed did not reach its message")
        visit.effects.say(visit.words.puk_unavailable)

    async def _instead(self, chat_id: int, message_id: int, sentence: str) -> None:
        """A sentence where the code would have been; it stays."""
        try:
            await self._edit(chat_id, message_id, sentence)
        except TelegramTrouble:
            return  # the empty message goes at its time
        row = TelegramDeletionRow
        async with self._services.database.session() as session:
            await session.execute(delete(row).where(row.chat_id == chat_id, row.message_id == message_id))

    async def _edit(self, chat_id: int, message_id: int, text: str) -> None:
        await self._sender.pace(chat_id)
        edit = EditMessageText(chat_id=chat_id, message_id=message_id, text=text, parse_mode=None)
        with suppress(NotModified):  # an earlier try was carried out, and its answer got lost: the text is there
            await self._office.api.call(edit)

    async def _delete_later(self, chat_id: int, message_id: int, conversation_id: str) -> None:
        now = self._services.clock.now()
        longest = timedelta(seconds=60 + _TRIES * (_LONGEST_FLOOD_S + _BETWEEN_S))
        deletion = Deletion(chat_id, message_id, DeletionWhat.PUK, conversation_id, now + longest)
        async with self._services.database.session() as session:
            await queue_deletion(session, deletion, now)

    async def _count_down(self, visit: Visit, conversation_id: str, seconds: int, due_at: datetime) -> None:
        """A note that counts the seconds beneath the code. Without it the code's own message still says how long."""
        text = visit.words.puk_countdown.format(seconds=seconds)
        note = SendMessage(chat_id=visit.chat.id, text=text, disable_notification=True, parse_mode=None)
        await self._sender.pace(visit.chat.id)
        try:
            sent = await self._office.api.call(note)
        except TelegramTrouble:
            return
        deletion = Deletion(visit.chat.id, sent.message_id, DeletionWhat.COUNTDOWN, conversation_id, due_at)
        async with self._services.database.session() as session:
            await queue_deletion(session, deletion, self._services.clock.now())

    async def _due_in(self, chat_id: int, message_id: int, after: timedelta) -> datetime:
        row = TelegramDeletionRow
        due_at = self._services.clock.now() + after
        async with self._services.database.session() as session:
            await session.execute(
                update(row).where(row.chat_id == chat_id, row.message_id == message_id).values(due_at=due_at)
            )
        return due_at


def _text(words: Words, shown: PukShown) -> str:
    puk1, puk2 = shown.codes.puk1.get_secret_value(), shown.codes.puk2
    if puk2 is None:
        return words.puk.format(puk1=puk1, seconds=shown.seconds)
    return words.puk_two.format(puk1=puk1, puk2=puk2.get_secret_value(), seconds=shown.seconds)
