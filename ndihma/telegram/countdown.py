"""The note beneath a PUK that says how long it is still there; it holds no code and goes together with it (S8)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

from aiogram.methods import EditMessageText
from sqlalchemy import select

from ndihma.db import Database
from ndihma.telegram.api import BotApi, TelegramTrouble
from ndihma.telegram.catalogue import WORDS
from ndihma.telegram.chats import Language
from ndihma.telegram.tables import TelegramChatRow, TelegramDeletionRow

__all__ = ["Countdown", "language_of"]

STEPS: Final = (45, 30, 15, 5)
"""Seconds left at which the note is told anew: each is an edit, and a chat bears one a second."""


class Countdown:
    """Knows what each note says. A note that could not be told anew is left for its next step."""

    def __init__(self, database: Database, api: BotApi) -> None:
        self._database = database
        self._api = api
        self._told: dict[tuple[int, int], int] = {}

    async def tell(self, notes: Sequence[TelegramDeletionRow], now: datetime) -> None:
        """Tell the notes that stand what is left; they are all there are. Raises SQLAlchemyError."""
        standing = {(note.chat_id, note.message_id): note for note in notes}
        self._told = {key: step for key, step in self._told.items() if key in standing}
        for key, note in standing.items():
            step = step_at(math.ceil((note.due_at - now).total_seconds()))
            if step is None or self._told.get(key) == step:
                continue
            self._told[key] = step
            words = WORDS[await language_of(self._database, note.chat_id)]
            text = words.puk_countdown.format(seconds=step)
            edit = EditMessageText(chat_id=note.chat_id, message_id=note.message_id, text=text, parse_mode=None)
            with suppress(TelegramTrouble):
                await self._api.call(edit)


def step_at(left_s: int) -> int | None:
    """What the note says with so many seconds left; None while it stands as it was sent."""
    return min((step for step in STEPS if step >= left_s), default=None)


async def language_of(database: Database, chat_id: int) -> Language:
    """The language of the bot's own sentences in a chat."""
    query = select(TelegramChatRow.language).where(TelegramChatRow.chat_id == chat_id)
    async with database.session() as session:
        found = (await session.scalars(query)).one_or_none()
    return Language(found) if found else Language.ALBANIAN
