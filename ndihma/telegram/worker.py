"""Works off the inbox: chats side by side, the updates of one in their order, each brought to its end once."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from aiogram.types import Update
from pydantic import ValidationError
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from ndihma.desk.errors import ConversationEnded, ConversationQueueFull, DeskBusy
from ndihma.rounds import Rounds
from ndihma.telegram.api import Flood, TelegramTrouble
from ndihma.telegram.catalogue import WORDS
from ndihma.telegram.chats import Chats
from ndihma.telegram.effects import Effects, Ledger
from ndihma.telegram.inbox import Inbox, StoredUpdate
from ndihma.telegram.lanes import Lanes
from ndihma.telegram.router import Router
from ndihma.telegram.tables import UpdateState

__all__ = ["InboxWorker"]

_log = logging.getLogger(__name__)

_LOOK_EVERY_S: Final = 1.0
_AT_ONCE: Final = 16
_MOST_ATTEMPTS: Final = 6
_BUSY: Final = timedelta(seconds=2)
_MOST_BUSY: Final = 60
"""Two minutes of a full queue."""
_DATABASE_AWAY: Final = (OperationalError, InterfaceError, NoConnectionFree)
"""Another update would fare no better. Any other error of the database's comes from what an update holds."""


class InboxWorker:
    """``await run()`` while this process has the bot; ``wake`` when an update was stored."""

    def __init__(
        self, *, inbox: Inbox, ledger: Ledger, router: Router, chats: Chats, look_every_s: float = _LOOK_EVERY_S
    ) -> None:
        self._inbox = inbox
        self._ledger = ledger
        self._router = router
        self._chats = chats
        self._lanes = Lanes(_AT_ONCE, self._work_off, ended=lambda _: self.wake())
        self._rounds = Rounds("telegram: the inbox was not looked at", self._look, every_s=look_every_s)

    def wake(self) -> None:
        self._rounds.wake()

    async def run(self) -> None:
        """Work until cancelled; outlives a database that is away."""
        try:
            await self._rounds.run()
        finally:
            await self._lanes.stop()

    async def settle(self) -> None:
        """Work off what waits now."""
        await self._look()
        await self._lanes.idle()

    async def _look(self) -> None:
        if free := self._lanes.free:
            for chat_id in await self._inbox.waiting(self._lanes.busy, free):
                self._lanes.start(chat_id)

    async def _work_off(self, chat_id: int) -> None:
        while not self._lanes.stopping and (stored := await self._inbox.next(chat_id)) is not None:
            try:
                await self._ledger.settle(stored, await self._router.handle(stored, _read(stored)))
            except (ConversationQueueFull, DeskBusy):
                await self._again(stored, _BUSY, most=_MOST_BUSY)
            except _DATABASE_AWAY:
                raise
            except Flood as flood:
                await self._again(stored, timedelta(seconds=flood.retry_after), most=_MOST_ATTEMPTS)
            except ConversationEnded:  # just now; the next try opens another
                await self._again(stored, timedelta(0), most=_MOST_ATTEMPTS)
            except Exception as error:  # the type alone: a message could hold what the customer wrote (S10)
                known = isinstance(error, TelegramTrouble)
                _log.log(
                    logging.WARNING if known else logging.ERROR,
                    "telegram: an update was not worked on",
                    extra={"update": stored.update_id, "error": str(error) if known else type(error).__name__},
                )
                wait = timedelta(seconds=2 ** min(stored.attempts, _MOST_ATTEMPTS))
                await self._again(stored, wait, most=_MOST_ATTEMPTS)

    async def _again(self, stored: StoredUpdate, after: timedelta, *, most: int) -> None:
        """Later; after too many tries the customer is told instead."""
        if stored.attempts + 1 < most:
            await self._inbox.postpone(stored, after)
            return
        effects = Effects(state=UpdateState.FAILED)
        chat = await self._chats.find(stored.chat_id)
        thread = await self._chats.thread(stored.chat_id, 0)
        if chat is not None and thread is not None:
            effects.conversation_id = thread.conversation_id
            effects.say(WORDS[chat.language].unavailable)
        try:
            await self._ledger.settle(stored, effects)
        except _DATABASE_AWAY:
            raise
        except SQLAlchemyError:  # the sentence cannot be stored either: what comes behind goes on all the same
            await self._ledger.settle(stored, Effects(state=UpdateState.FAILED))


def _read(stored: StoredUpdate) -> Update:
    """The update; an empty one when it cannot be read, now or ever."""
    try:
        return Update.model_validate(stored.content or {})
    except ValidationError as error:
        if stored.content is not None:
            _log.error("telegram: an update of an unknown shape", extra={"errors": error.error_count()})
        return Update(update_id=stored.update_id)
