"""Messages that have to go: the customer's with a code, ours with a PUK. Persistent, so that a restart still deletes.

Telegram deletes nothing older than 48 hours, and not everything before. When it refuses, the audit trail says so, and a
message of our own is at least emptied (S6, S8).
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from aiogram.methods import DeleteMessage, EditMessageText
from sqlalchemy import delete, or_, select, update

from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry
from ndihma.rounds import Rounds
from ndihma.telegram.api import AlreadyDeleted, BotApi, ChatGone, Flood, Refused, TelegramTrouble
from ndihma.telegram.catalogue import WORDS
from ndihma.telegram.countdown import Countdown, language_of
from ndihma.telegram.progress import EDITABLE
from ndihma.telegram.services import BotServices
from ndihma.telegram.tables import DeletionWhat, TelegramDeletionRow

__all__ = ["Deletions"]

_log = logging.getLogger(__name__)

_LOOK_EVERY_S: Final = 1.0
_AT_ONCE: Final = 50
_AGAIN_AFTER: Final = timedelta(seconds=5)
_US: Final = Actor(ActorKind.SYSTEM, "telegram")


class Deletions:
    """``await run()`` while this process has the bot."""

    def __init__(self, services: BotServices, api: BotApi, *, look_every_s: float = _LOOK_EVERY_S) -> None:
        self._services = services
        self._api = api
        self._countdown = Countdown(services.database, api)
        self._rounds = Rounds("telegram: deletions not looked for", self.work, every_s=look_every_s)

    async def run(self) -> None:
        await self._rounds.run()

    async def work(self) -> None:
        """Delete whatever is due, and tell what is not due yet how long. Raises SQLAlchemyError."""
        row, now = TelegramDeletionRow, self._services.clock.now()
        # A PUK goes before the note beneath it, which is due at the same moment and came later.
        wanted = or_(row.due_at <= now, row.what == DeletionWhat.COUNTDOWN)
        query = select(row).where(wanted).order_by(row.due_at, row.message_id).limit(_AT_ONCE)
        async with self._services.database.session() as session:
            rows = list(await session.scalars(query))
        for found in rows:
            if found.due_at <= now:
                await self._delete(found)
        await self._countdown.tell([each for each in rows if each.due_at > now], now)

    async def _delete(self, row: TelegramDeletionRow) -> None:
        try:
            await self._api.call(DeleteMessage(chat_id=row.chat_id, message_id=row.message_id))
        except AlreadyDeleted:  # by the customer, or by a try whose answer got lost
            await self._forget(row)
        except (Refused, ChatGone):
            await self._left(row, "refused")
        except TelegramTrouble as error:
            if self._services.clock.now() - row.created_at > EDITABLE:
                await self._left(row, "too_late")
                return
            wait = timedelta(seconds=error.retry_after) if isinstance(error, Flood) else _AGAIN_AFTER
            await self._again(row, wait)
        else:
            await self._forget(row)

    async def _left(self, row: TelegramDeletionRow, why: str) -> None:
        """It stays in the chat: said in the audit trail before the row goes, and the code taken out of our own."""
        _log.warning("telegram: a message could not be deleted", extra={"what": row.what, "why": why})
        if row.what == DeletionWhat.PUK:
            await self._empty(row)
        if row.what == DeletionWhat.COUNTDOWN:  # it says nothing that anybody must not see
            await self._forget(row)
            return
        entry = AuditEntry(_US, AuditAction.MESSAGE_LEFT, fields=(row.what,), reason=f"{why}: {row.conversation_id}")
        await self._services.audit.record(entry)
        await self._forget(row)

    async def _empty(self, row: TelegramDeletionRow) -> None:
        text = WORDS[await language_of(self._services.database, row.chat_id)].puk_hidden
        try:
            await self._api.call(
                EditMessageText(chat_id=row.chat_id, message_id=row.message_id, text=text, parse_mode=None)
            )
        except TelegramTrouble:
            _log.warning("telegram: nor could it be emptied")

    async def _again(self, row: TelegramDeletionRow, wait: timedelta) -> None:
        table = TelegramDeletionRow
        async with self._services.database.session() as session:
            await session.execute(
                update(table)
                .where(table.chat_id == row.chat_id, table.message_id == row.message_id)
                .values(due_at=self._services.clock.now() + wait)
            )

    async def _forget(self, row: TelegramDeletionRow) -> None:
        table = TelegramDeletionRow
        async with self._services.database.session() as session:
            await session.execute(delete(table).where(table.chat_id == row.chat_id, table.message_id == row.message_id))
