"""\"… is typing\" in the chat while an answer is made. Only a courtesy: whatever goes wrong with it is passed over."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from aiogram.enums import ChatAction
from aiogram.methods import SendChatAction
from sqlalchemy.exc import SQLAlchemyError

from ndihma.telegram.api import BotApi, TelegramTrouble
from ndihma.telegram.chats import Chats
from ndihma.telegram.tables import ChatState

__all__ = ["TypingSigns"]

_AGAIN_S: Final = 4.5
"""Telegram shows the sign for five seconds."""
_LONGEST_S: Final = 120.0
_AT_ONCE: Final = 100
_CALL_S: Final = 5


class TypingSigns:
    """``show`` and ``hide`` by conversation; ``await stop()`` at the end."""

    def __init__(self, api: BotApi, chats: Chats) -> None:
        self._api = api
        self._chats = chats
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def show(self, conversation_id: str) -> None:
        """An answer is being made."""
        if conversation_id not in self._tasks and len(self._tasks) < _AT_ONCE:
            task = asyncio.create_task(self._show(conversation_id), name="telegram-typing")
            self._tasks[conversation_id] = task
            task.add_done_callback(lambda _: self._tasks.pop(conversation_id, None))

    def hide(self, conversation_id: str) -> None:
        """It is made; Telegram takes the sign away with the message."""
        task = self._tasks.get(conversation_id)
        if task is not None:
            task.cancel()

    async def stop(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _show(self, conversation_id: str) -> None:
        with suppress(TelegramTrouble, SQLAlchemyError, TimeoutError):
            thread = await self._chats.thread_of(conversation_id)
            chat = await self._chats.find(thread.chat_id) if thread is not None else None
            if chat is None or chat.state is not ChatState.ACTIVE:
                return
            async with asyncio.timeout(_LONGEST_S):
                while True:
                    action = SendChatAction(chat_id=chat.id, action=ChatAction.TYPING)
                    await self._api.call(action, timeout_s=_CALL_S)
                    await asyncio.sleep(_AGAIN_S)
