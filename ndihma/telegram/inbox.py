"""The inbox: every update is a row before it is worked on, and is worked on in the order of its chat (S12).

An update that comes again, from Telegram or by another replica, is known by its id for 24 hours; Telegram keeps none
longer than that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.telegram.sealing import SealBroken, UpdateSeal
from ndihma.telegram.tables import TelegramUpdateRow, UpdateState

__all__ = ["KEPT", "Inbox", "StoredUpdate", "chat_of", "end_update"]

KEPT: Final = timedelta(hours=24)
_LONGEST: Final = 256 * 1024
_LARGEST_ID: Final = 2**62


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """An update that waits; ``attempts`` were made before. ``content`` is None when it cannot be read any more."""

    update_id: int
    chat_id: int
    attempts: int
    received_at: datetime
    due_at: datetime
    content: dict[str, Any] | None


def chat_of(content: dict[str, Any]) -> tuple[int, int] | None:
    """The update's id and its chat's; None when it has none, and so nothing for us."""
    update_id = content.get("update_id")
    for name in ("message", "edited_message", "my_chat_member"):
        if isinstance(content.get(name), dict):
            return _ids(update_id, content[name].get("chat"))
    query = content.get("callback_query")
    if isinstance(query, dict):
        message = query.get("message")
        return _ids(update_id, message.get("chat") if isinstance(message, dict) else query.get("from"))
    return None


def _ids(update_id: object, chat: object) -> tuple[int, int] | None:
    chat_id = chat.get("id") if isinstance(chat, dict) else None
    if not isinstance(update_id, int) or not isinstance(chat_id, int):
        return None
    return (update_id, chat_id) if 0 <= update_id < _LARGEST_ID and abs(chat_id) < _LARGEST_ID else None


class Inbox:
    """Updates in the desk database. Methods raise SQLAlchemyError when it is away."""

    def __init__(self, database: Database, seal: UpdateSeal, clock: Clock) -> None:
        self._database = database
        self._seal = seal
        self._clock = clock
        self.stored: Callable[[], None] = lambda: None
        """Called when there is something new."""

    async def put(self, updates: Sequence[dict[str, Any]]) -> None:
        """Store updates; those that are there already, and those that are nothing for us, are passed over."""
        rows = [row for content in updates if (row := self._row(content)) is not None]
        if not rows:
            return
        async with self._database.session() as session:
            dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
            await session.execute(dialect.insert(TelegramUpdateRow).on_conflict_do_nothing(), rows)
        self.stored()

    async def waiting(self, but: Collection[int], at_most: int) -> list[int]:
        """Chats whose first update that waits can be worked on now, the longest first, without those in ``but``."""
        row = TelegramUpdateRow
        heads = (
            select(func.min(row.update_id))
            .where(row.state == UpdateState.PENDING, row.chat_id.not_in(but))
            .group_by(row.chat_id)
        )
        query = (
            select(row.chat_id)
            .where(row.update_id.in_(heads), row.due_at <= self._clock.now())
            .order_by(row.update_id)
            .limit(at_most)
        )
        async with self._database.session() as session:
            return list(await session.scalars(query))

    async def next(self, chat_id: int) -> StoredUpdate | None:
        """The chat's first update that waits; None when there is none or its moment has not come.

        The attempt is counted before it is made: a process that dies in it leaves the count behind.
        """
        row = TelegramUpdateRow
        head = select(func.min(row.update_id)).where(row.chat_id == chat_id, row.state == UpdateState.PENDING)
        handed_out = (
            update(row)
            .where(row.update_id == head.scalar_subquery(), row.due_at <= self._clock.now())
            .values(attempts=row.attempts + 1)
            .returning(row)
            .execution_options(synchronize_session=False)
        )
        async with self._database.session() as session:
            found = await session.scalar(handed_out)
            if found is None:
                return None
            before = found.attempts - 1
            return StoredUpdate(
                found.update_id, found.chat_id, before, found.received_at, found.due_at, self._opened(found)
            )

    async def postpone(self, stored: StoredUpdate, by: timedelta) -> None:
        """Try it again later; the chat's later updates wait behind it."""
        row = TelegramUpdateRow
        async with self._database.session() as session:
            await session.execute(
                update(row).where(row.update_id == stored.update_id).values(due_at=self._clock.now() + by)
            )

    async def purge(self) -> None:
        """Forget what was worked on and is older than 24 hours."""
        row = TelegramUpdateRow
        old = self._clock.now() - KEPT
        async with self._database.session() as session:
            await session.execute(delete(row).where(row.state != UpdateState.PENDING, row.received_at <= old))

    def _row(self, content: dict[str, Any]) -> dict[str, Any] | None:
        ids = chat_of(content)
        if ids is None:
            return None
        encoded = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        if len(encoded) > _LONGEST:
            return None
        now = self._clock.now()
        return {
            "update_id": ids[0],
            "chat_id": ids[1],
            "state": UpdateState.PENDING,
            "attempts": 0,
            "received_at": now,
            "due_at": now,
            "sealed": self._seal.seal(ids[0], encoded),
        }

    def _opened(self, row: TelegramUpdateRow) -> dict[str, Any] | None:
        if row.sealed is None:
            return None
        try:
            content = json.loads(self._seal.open(row.update_id, row.sealed))
        except (SealBroken, ValueError):
            return None
        return content if isinstance(content, dict) else None


async def end_update(session: AsyncSession, update_id: int, state: UpdateState) -> bool:
    """Note in a transaction that an update was worked on, and forget what it held. False when it was so before."""
    row = TelegramUpdateRow
    ended = await session.scalar(
        update(row)
        .where(row.update_id == update_id, row.state == UpdateState.PENDING)
        .values(state=state, sealed=None)
        .returning(row.update_id)
        .execution_options(synchronize_session=False)
    )
    return ended is not None
