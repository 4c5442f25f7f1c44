"""Events that another process stored reach the streams of this one: a decision made on the command line, a replica's.

The database is the truth and the streams read on from it by themselves after a silence; this only makes it soon. One
query asks for the last cursors of the conversations that somebody listens to.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from sqlalchemy import select

from ndihma.db import Database
from ndihma.desk.hub import EventHub
from ndihma.desk.tables import ConversationRow

__all__ = ["EventTail"]

_log = logging.getLogger(__name__)

_LOOK_EVERY_S: Final = 2.0
_AT_ONCE: Final = 500
"""Conversations in one query; SQLite takes 32,766 parameters, a short list keeps the plan a lookup by key."""


class EventTail:
    """``await run()`` for good."""

    def __init__(self, database: Database, hub: EventHub, *, look_every_s: float = _LOOK_EVERY_S) -> None:
        self._database = database
        self._hub = hub
        self._look_every_s = look_every_s

    async def run(self) -> None:
        """Look until cancelled; outlives a database that is away."""
        while True:
            await asyncio.sleep(self._look_every_s)
            try:
                await self.look()
            except Exception as error:
                _log.error("events of other processes not read", extra={"error": type(error).__name__})

    async def look(self) -> None:
        """Tell the listeners of every conversation that has gone on without this process. Raises SQLAlchemyError."""
        watched = self._hub.watched()
        for start in range(0, len(watched), _AT_ONCE):
            some = watched[start : start + _AT_ONCE]
            async with self._database.session() as session:
                rows = await session.execute(
                    select(ConversationRow.id, ConversationRow.last_cursor).where(ConversationRow.id.in_(some))
                )
                cursors = [(row.id, row.last_cursor) for row in rows]
            for conversation_id, cursor in cursors:
                self._hub.catch_up(conversation_id, cursor)
