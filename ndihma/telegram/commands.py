"""The commands: /start /menu /gjendja /agjenti /gjuha /ndihma /fshi; in groups /ndihma alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from aiogram.methods import SetMyCommands
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    Message,
)

from ndihma import messages
from ndihma.desk.errors import UnknownConversation
from ndihma.desk.events import Button, ReplyBody
from ndihma.desk.handoff.messages import AGENT_REQUEST
from ndihma.desk.ids import choice_id
from ndihma.desk.store import Choice
from ndihma.telegram.api import BotApi
from ndihma.telegram.catalogue import WORDS
from ndihma.telegram.chats import Language
from ndihma.telegram.context import Office, Visit
from ndihma.telegram.links import WebLinks
from ndihma.telegram.presses import PressKind, data_of
from ndihma.telegram.talk import Talk

__all__ = ["Commands", "register"]

_HELP: Final = frozenset({"ndihma", "help", "start", "menu"})


class Commands:
    """Carries commands out. Raises as ``Talk``."""

    def __init__(self, office: Office, talk: Talk, links: WebLinks) -> None:
        self._office = office
        self._services = office.services
        self._talk = talk
        self._links = links

    async def run(self, visit: Visit, message: Message, name: str, argument: str) -> bool:
        """Carry out a command; False when there is none of this name."""
        if not visit.chat.is_private:
            return await self._in_group(visit, name)
        match name:
            case "start":
                await self._start(visit, argument)
            case "menu":
                await self._office.conversation(visit)
                visit.effects.speak(visit.words.menu, starters())
            case "gjendja":
                await self._talk.text(visit, message, messages.STARTERS[0].title)
            case "agjenti":
                await self._talk.text(visit, message, AGENT_REQUEST)
            case "gjuha":
                await self._office.conversation(visit)
                buttons = [Button(id=data_of(PressKind.LANGUAGE, of), title=WORDS[of].language) for of in Language]
                visit.effects.say(visit.words.language_ask, buttons)
            case "ndihma" | "help":
                await self._office.conversation(visit)
                visit.effects.speak(visit.words.help)
            case "fshi":
                await self._office.conversation(visit)
                erase = Button(id=data_of(PressKind.ERASE), title=visit.words.erase_yes)
                keep = Button(id=data_of(PressKind.KEEP), title=visit.words.erase_no)
                visit.effects.say(visit.words.erase_ask, [erase, keep])
            case _:
                return False
        return True

    async def _in_group(self, visit: Visit, name: str) -> bool:
        if name in _HELP:
            await self._office.conversation(visit)
            visit.effects.say(visit.words.group_help.format(link=self._office.me.link))
        elif name in visit.words.commands:
            await self._office.conversation(visit)
            visit.effects.say(visit.words.in_private.format(link=self._office.me.link))
        else:
            return False
        return True

    async def _start(self, visit: Visit, token: str) -> None:
        if token and await self._carried_over(visit, token):
            return
        thread = await self._office.conversation(visit, greets=True)
        if token:
            visit.effects.say(visit.words.link_over)
        elif thread.opened_by != visit.stored.update_id:  # a new one shows the desk's own greeting
            visit.effects.speak(messages.GREETING, starters())
        visit.effects.speak(visit.words.answers_in_albanian)

    async def _carried_over(self, visit: Visit, token: str) -> bool:
        """Whether the token was good, and its conversation goes on here."""
        services = self._services
        current = await self._office.chats.thread(visit.chat.id, 0)
        if current is not None and current.opened_by == visit.stored.update_id:  # bound before a crash
            visit.effects.conversation_id = current.conversation_id
            # A new conversation, because the token was good no more, holds its greeting alone.
            return len((await services.conversations.history(current.conversation_id, 0, 2)).events) > 1
        conversation_id = await self._links.conversation(token)
        if conversation_id is None or await services.conversations.is_over(conversation_id):
            return False
        # Before the conversation is the chat's: nobody reads along, and nobody is taken for the verified customer.
        await services.steps.forget(conversation_id)
        for session_id in await services.sessions.end_all(conversation_id):
            services.hub.close_owner(session_id)
        try:
            told = ReplyBody(in_reply_to=None, text=visit.words.carried)
            redeemed = await self._links.redeem(token, visit.chat.id, visit.stored.update_id, told)
        except UnknownConversation:
            return False
        if redeemed is None:
            return False
        thread, events = redeemed
        self._office.chats.bound.add(thread.conversation_id)
        visit.effects.conversation_id = thread.conversation_id
        services.hub.publish(thread.conversation_id, *events)
        return True


def starters() -> list[Choice]:
    """The topics that a conversation opens with, to choose from anew."""
    return [Choice(choice_id(), starter.title, f"/{starter.intent}") for starter in messages.STARTERS]


async def register(api: BotApi) -> None:
    """Tell Telegram the commands, per language. Raises TelegramTrouble."""
    for language in Language:
        code = None if language is Language.ALBANIAN else language.value  # Albanian is what all others see
        words = WORDS[language]
        private, groups = BotCommandScopeAllPrivateChats(), BotCommandScopeAllGroupChats()
        await api.call(SetMyCommands(commands=_listed(words.commands), scope=private, language_code=code))
        await api.call(SetMyCommands(commands=_listed(words.group_commands), scope=groups, language_code=code))


def _listed(commands: Mapping[str, str]) -> list[BotCommand]:
    return [BotCommand(command=name, description=description) for name, description in commands.items()]
