"""An update in its chat, and what its handlers share: the conversation that goes on, the rate limit, the links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from aiogram.types import Message, User

from ndihma.telegram.api import BotApi
from ndihma.telegram.catalogue import WORDS
from ndihma.telegram.chats import Chat, Chats, Thread
from ndihma.telegram.effects import Effects
from ndihma.telegram.inbox import StoredUpdate
from ndihma.telegram.services import BotServices
from ndihma.telegram.words import Words

__all__ = ["Me", "Office", "Visit", "address_of"]

_GREETING: Final = 1
"""The cursor of the desk's greeting: a conversation's first event."""


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own account, as getMe tells it."""

    id: int
    username: str

    @property
    def link(self) -> str:
        """Where its private chat opens."""
        return f"https://t.me/{self.username}"


def address_of(user: User) -> str:
    """What the limits of one-time codes count a Telegram account by, as they count a client's address."""
    return f"telegram:{user.id}"


@dataclass(slots=True)
class Visit:
    """An update that is being worked on."""

    stored: StoredUpdate
    chat: Chat
    user: User
    effects: Effects

    @property
    def words(self) -> Words:
        return WORDS[self.effects.language or self.chat.language]

    @property
    def repeated(self) -> bool:
        """Whether it was worked on before, and a crash or an error came in between."""
        return self.stored.attempts > 0


@dataclass(frozen=True, slots=True)
class Office:
    """The services with the bot's own parts."""

    services: BotServices
    chats: Chats
    api: BotApi
    me: Me

    async def conversation(self, visit: Visit, *, greets: bool = False) -> Thread:
        """The conversation that goes on in this chat; a new one when there is none, or when it is over.

        ``greets``: a new one shows its greeting, otherwise only in a private chat that has none yet.
        """
        member = 0 if visit.chat.is_private else visit.user.id
        thread = await self.chats.thread(visit.chat.id, member)
        if thread is None or await self.services.conversations.is_over(thread.conversation_id):
            first = visit.chat.is_private and thread is None
            opened = await self.services.conversations.open()
            thread = Thread(opened, visit.chat.id, member, visit.stored.update_id)
            await self.chats.bind(thread, 0 if greets or first else _GREETING)
        visit.effects.conversation_id = thread.conversation_id
        return thread

    def is_mine(self, message: Message) -> bool:
        """Whether the message is the bot's own."""
        return message.from_user is not None and message.from_user.id == self.me.id
