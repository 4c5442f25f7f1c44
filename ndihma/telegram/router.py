"""Which handler an update goes to. What the bot was not asked in a group, and what nobody reads, comes to nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from aiogram.enums import ChatMemberStatus, ChatType, ContentType, MessageEntityType
from aiogram.types import CallbackQuery, Chat, ChatMemberUpdated, Message, Update, User

from ndihma.telegram.callbacks import Callbacks
from ndihma.telegram.chats import Language
from ndihma.telegram.commands import Commands
from ndihma.telegram.context import Office, Visit
from ndihma.telegram.effects import Effects
from ndihma.telegram.inbox import StoredUpdate
from ndihma.telegram.links import WebLinks
from ndihma.telegram.numbers import Numbers
from ndihma.telegram.proofs import Proofs
from ndihma.telegram.puk import PukShowing
from ndihma.telegram.repeats import Repeats
from ndihma.telegram.scenes import Scenes
from ndihma.telegram.sender import Sender
from ndihma.telegram.tables import ChatKind
from ndihma.telegram.talk import Talk

__all__ = ["ALLOWED_UPDATES", "Router"]

ALLOWED_UPDATES: Final = ["message", "edited_message", "callback_query", "my_chat_member"]

_COMMAND: Final = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w{1,64}))?(?:\s+(.*))?", re.DOTALL)
_LEFT: Final = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.KICKED})
_UNREAD: Final[Mapping[str, str]] = MappingProxyType(
    {
        ContentType.VOICE: "voice",
        ContentType.AUDIO: "voice",
        ContentType.STICKER: "sticker",
        ContentType.VIDEO: "video",
        ContentType.VIDEO_NOTE: "video",
        ContentType.ANIMATION: "video",
        ContentType.LOCATION: "location",
        ContentType.VENUE: "location",
        ContentType.POLL: "poll",
        ContentType.DICE: "sticker",
        ContentType.GAME: "other",
        ContentType.STORY: "other",
        ContentType.PAID_MEDIA: "other",
        ContentType.CHECKLIST: "other",
    }
)
"""The sentence for what is no text; messages of Telegram itself (a title was changed, …) have none."""


class Router:
    """``await handle(…)``: what an update comes to. Raises as the handlers do."""

    def __init__(self, office: Office, sender: Sender, links: WebLinks, scenes: Scenes) -> None:
        self._office = office
        self._numbers = Numbers(office)
        self._talk = Talk(office, self._numbers)
        self._commands = Commands(office, self._talk, links)
        self._proofs = Proofs(office, self._talk)
        self._callbacks = Callbacks(office, self._numbers, PukShowing(office, sender), Repeats(office, sender, scenes))

    async def handle(self, stored: StoredUpdate, update: Update) -> Effects:
        """Work on one update."""
        if update.my_chat_member is not None:
            return await self._member(stored, update.my_chat_member)
        if update.callback_query is not None:
            return await self._pressed(stored, update.callback_query)
        message = update.message or update.edited_message
        if message is None or message.from_user is None or message.from_user.is_bot:
            return Effects()
        if message.sender_chat is not None and message.chat.type != ChatType.PRIVATE:
            return Effects()  # a channel or an anonymous administrator: nobody to answer
        text = self._asked(message)
        if text is None:
            return Effects()
        visit = await self._visit(stored, message.chat, message.from_user)
        if update.edited_message is not None:
            await self._edited(visit, message, text)
        else:
            await self._message(visit, message, text)
        return visit.effects

    async def _message(self, visit: Visit, message: Message, text: str) -> None:
        if not self._talk.allowed(visit):
            await self._office.conversation(visit)
            return
        if text.startswith("/") and (command := _COMMAND.fullmatch(text)):
            name, argument = command[1].lower(), (command[3] or "").strip()
            if await self._commands.run(visit, message, name, argument):
                return
        if message.contact is not None:
            if visit.chat.is_private:
                await self._numbers.contact(visit, message)
        elif (message.photo or message.document) and message.animation is None and visit.chat.is_private:
            await self._proofs.file(visit, message)
        elif text:
            await self._talk.text(visit, message, text)
        elif (sentence := _UNREAD.get(message.content_type)) is not None and visit.chat.is_private:
            await self._office.conversation(visit)
            visit.effects.say(getattr(visit.words, sentence), to_people=visit.words.agents_read_text)

    async def _edited(self, visit: Visit, message: Message, text: str) -> None:
        """Only words are asked anew; a location that moves, a photo that was cut, are not."""
        if message.text is None or text.startswith("/"):
            return
        if not self._talk.allowed(visit):
            await self._office.conversation(visit)
            return
        await self._talk.text(visit, message, text, edited=True)

    async def _pressed(self, stored: StoredUpdate, query: CallbackQuery) -> Effects:
        chat = query.message.chat if query.message else None
        if chat is None:
            return Effects()
        visit = await self._visit(stored, chat, query.from_user)
        if not self._talk.allowed(visit):
            await self._callbacks.answer(query, visit.words.limited)
            return Effects()
        await self._callbacks.press(visit, query)
        return visit.effects

    async def _member(self, stored: StoredUpdate, changed: ChatMemberUpdated) -> Effects:
        """The bot itself was blocked, put out, let in again."""
        if changed.new_chat_member.status in _LEFT:
            await self._office.chats.leave(changed.chat.id)
            return Effects()
        if changed.chat.type not in {ChatType.PRIVATE, ChatType.GROUP, ChatType.SUPERGROUP}:
            return Effects()
        visit = await self._visit(stored, changed.chat, changed.from_user)
        if not visit.chat.is_private and changed.old_chat_member.status in _LEFT:
            await self._office.conversation(visit)
            visit.effects.say(visit.words.group_help.format(link=self._office.me.link))
        return visit.effects

    async def _visit(self, stored: StoredUpdate, chat: Chat, user: User) -> Visit:
        kind = ChatKind.PRIVATE if chat.type == ChatType.PRIVATE else ChatKind.GROUP
        met = await self._office.chats.meet(chat.id, kind, Language.of(user.language_code))
        return Visit(stored, met, user, Effects())

    def _asked(self, message: Message) -> str | None:
        """The text without the bot's name; None when a message of a group is not for the bot."""
        text = (message.text or message.caption or "").strip()
        if message.chat.type == ChatType.PRIVATE:
            return text
        if message.chat.type not in {ChatType.GROUP, ChatType.SUPERGROUP}:
            return None
        command = _COMMAND.fullmatch(text)
        if command is not None and command[2] and command[2].lower() != self._office.me.username.lower():
            return None
        replied = message.reply_to_message is not None and self._office.is_mine(message.reply_to_message)
        mention = re.compile(rf"@{re.escape(self._office.me.username)}(?!\w)", re.IGNORECASE)
        if not replied and command is None and not self._is_mentioned(message, mention):
            return None
        return text if command is not None else " ".join(mention.sub(" ", text).split())

    def _is_mentioned(self, message: Message, mention: re.Pattern[str]) -> bool:
        text, entities = message.text or message.caption or "", message.entities or message.caption_entities or []
        for entity in entities:
            if entity.type == MessageEntityType.TEXT_MENTION and entity.user and entity.user.id == self._office.me.id:
                return True
            if entity.type == MessageEntityType.MENTION and mention.fullmatch(entity.extract_from(text)):
                return True
        return False
