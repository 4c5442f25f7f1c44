"""Pressed buttons. Each press is answered, old ones too; what a button may do is checked against its chat."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final

from aiogram.methods import AnswerCallbackQuery, EditMessageText
from aiogram.types import CallbackQuery
from sqlalchemy import delete

from ndihma import messages
from ndihma.desk.edge_answers import AGENT_INTENT
from ndihma.desk.errors import UnknownChoice
from ndihma.desk.handoff.ledger import CALLBACK_PAYLOAD
from ndihma.desk.ratings import SCORES
from ndihma.telegram.api import TelegramTrouble
from ndihma.telegram.catalogue import WORDS
from ndihma.telegram.chats import Language, Thread
from ndihma.telegram.context import Office, Visit
from ndihma.telegram.numbers import Numbers
from ndihma.telegram.presses import Pressed, PressKind, parse
from ndihma.telegram.puk import PukShowing
from ndihma.telegram.repeats import Repeats
from ndihma.telegram.tables import TelegramChatRow
from ndihma.verification.model import AssuranceLevel

__all__ = ["Callbacks"]

_TOPICS: Final = frozenset(f"/{starter.intent}" for starter in messages.STARTERS)
_OF_PEOPLE: Final = frozenset({f"/{AGENT_INTENT}", CALLBACK_PAYLOAD})
"""Agents and call-backs are for the private chat."""
_ANSWER_S: Final = 10
_CURSOR: Final = re.compile(r"[1-9][0-9]{0,8}")


class Callbacks:
    """Handles presses. Raises as ``Talk``, TelegramTrouble."""

    def __init__(self, office: Office, numbers: Numbers, puks: PukShowing, repeats: Repeats) -> None:
        self._office = office
        self._services = office.services
        self._numbers = numbers
        self._puks = puks
        self._repeats = repeats

    async def press(self, visit: Visit, query: CallbackQuery) -> None:
        """Do what the button says, and answer the press: with a sentence when it is old."""
        note: str | None = None
        try:
            pressed = parse(query.data)
            message_id = query.message.message_id if query.message else 0
            note = visit.words.old_button if pressed is None else await self._do(visit, pressed, message_id)
        finally:
            await self.answer(query, note)

    async def answer(self, query: CallbackQuery, note: str | None) -> None:
        """End the waiting that the press shows; with a sentence if there is one."""
        with suppress(TelegramTrouble):  # too late, or away: the press itself was taken
            answer = AnswerCallbackQuery(callback_query_id=query.id, text=note, show_alert=bool(note))
            await self._office.api.call(answer, timeout_s=_ANSWER_S)

    async def _do(  # noqa: PLR0911  (one for each kind)
        self, visit: Visit, pressed: Pressed, message_id: int
    ) -> str | None:
        """What the press is answered with; None: nothing needs to be said."""
        match pressed.kind:
            case PressKind.CHOICE:
                return await self._choice(visit, pressed.value, message_id)
            case PressKind.RATE:
                return await self._rate(visit, pressed.value)
            case PressKind.REPEAT:
                return await self._repeat(visit, pressed.value)
            case _ if not visit.chat.is_private:
                return visit.words.old_button
            case PressKind.LANGUAGE:
                return await self._language(visit, pressed.value)
            case PressKind.KEEP:
                return visit.words.kept
            case PressKind.ERASE:
                return await self._erase(visit, message_id)
            case PressKind.PUK:
                thread = await self._current(visit)
                if thread is None:
                    return visit.words.old_button
                await self._puks.show(visit, thread.conversation_id, pressed.value)
                return None
            case PressKind.SEND_CODE:
                return await self._send_code(visit)
            case PressKind.CANCEL_CODE:
                return await self._cancel_code(visit)

    async def _current(self, visit: Visit) -> Thread | None:
        """The conversation that goes on; a press opens none."""
        thread = await self._office.chats.thread(visit.chat.id, 0 if visit.chat.is_private else visit.user.id)
        if thread is not None:
            visit.effects.conversation_id = thread.conversation_id
        return thread

    async def _choice(self, visit: Visit, choice_id: str, message_id: int) -> str | None:
        """An answer to our latest question; topics are good as long as their conversation."""
        old, thread = visit.words.old_button, await self._current(visit)
        if thread is None or await self._services.conversations.is_over(thread.conversation_id):
            return old
        choice = await self._services.conversations.choice(thread.conversation_id, choice_id)
        if choice is None:
            return old
        if not visit.chat.is_private and choice.payload in _OF_PEOPLE:
            return visit.words.in_private.format(link=self._office.me.link)
        latest = visit.chat.buttons_message_id
        if latest is not None and message_id < latest and choice.payload not in _TOPICS:
            return old
        try:
            await self._services.conversations.choose(
                thread.conversation_id, f"tg:b{visit.stored.update_id}", choice_id
            )
        except UnknownChoice:
            return old
        return None

    async def _rate(self, visit: Visit, value: str) -> str | None:
        score, _, conversation_id = value.partition(":")
        if not await self._is_of_chat(visit, conversation_id) or score not in map(str, SCORES):
            return visit.words.old_button
        await self._services.ratings.rate(conversation_id, int(score), None)
        return visit.words.rated

    async def _repeat(self, visit: Visit, value: str) -> str | None:
        cursor, _, conversation_id = value.partition(":")
        if not _CURSOR.fullmatch(cursor) or not await self._is_of_chat(visit, conversation_id):
            return visit.words.old_button
        shown = await self._repeats.show(visit, conversation_id, int(cursor))
        return None if shown else visit.words.old_button

    async def _is_of_chat(self, visit: Visit, conversation_id: str) -> bool:
        thread = await self._office.chats.thread_of(conversation_id)
        member = 0 if visit.chat.is_private else visit.user.id
        return thread is not None and thread.chat_id == visit.chat.id and thread.user_id == member

    async def _language(self, visit: Visit, value: str) -> str | None:
        if value not in set(Language):
            return visit.words.old_button
        await self._current(visit)
        visit.effects.language = Language(value)
        visit.effects.say(visit.words.language_set)
        return None

    async def _send_code(self, visit: Visit) -> str | None:
        thread = await self._current(visit)
        identity = await self._services.assurance.identity(thread.conversation_id) if thread else None
        if thread is None or identity is None or identity.level is not AssuranceLevel.NUMBER_MATCHED:
            return visit.words.old_button
        await self._numbers.send_code(visit, thread.conversation_id, identity.msisdn)
        return None

    async def _cancel_code(self, visit: Visit) -> str | None:
        thread = await self._current(visit)
        cancelled = await self._services.steps.cancel(thread.conversation_id) if thread else None
        if cancelled is None:
            return visit.words.old_button
        visit.effects.bodies.append(cancelled)
        return None

    async def _erase(self, visit: Visit, message_id: int) -> str:
        """Everything we hold of this chat; the answer of the press is all that is said about it."""
        words, services = WORDS[visit.chat.language], self._services
        conversations = [thread.conversation_id for thread in await self._office.chats.threads(visit.chat.id)]
        for conversation_id in conversations:
            await services.conversations.end(conversation_id)
        await services.personal_data.erase_conversations(conversations, "asked for in Telegram")
        async with services.database.session() as session:
            await session.execute(delete(TelegramChatRow).where(TelegramChatRow.chat_id == visit.chat.id))
        with suppress(TelegramTrouble):
            erased = EditMessageText(chat_id=visit.chat.id, message_id=message_id, text=words.erased, parse_mode=None)
            await self._office.api.call(erased, timeout_s=_ANSWER_S)
        return words.erased
