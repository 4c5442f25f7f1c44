"""Verifying the trail beside other work: in many short transactions, so that nobody waits for it.

``AuditReader.verify`` reads the whole at one moment, which holds SQLite's one connection as long as it takes.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from ndihma.audit.chain import Break, Chain, ChainWalk, Checkpoint, Head, Problem, StoredEntry
from ndihma.audit.reader import Anchor, read_checkpoints, read_head, stored_entry
from ndihma.audit.tables import AuditEntryRow
from ndihma.clock import Clock
from ndihma.db import Database

__all__ = ["ChainState", "ChainWatch"]

_ROWS_AT_ONCE: Final = 500
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class ChainState:
    """What is known of the trail. ``checked_at`` None: it was never verified since this process began.

    ``entries`` were read then, the last of them ``anchor``. ``failed``: the last try could not be finished.
    """

    running: bool = False
    checked_at: datetime | None = None
    entries: int = 0
    anchor: Anchor | None = None
    broken: Break | None = None
    failed: bool = False


class ChainWatch:
    """One verification at a time. ``await close()`` when done."""

    def __init__(self, database: Database, clock: Clock, key: SecretStr) -> None:
        self._database = database
        self._clock = clock
        self._chain = Chain(key)
        self._known = ChainState()
        self._task: asyncio.Task[None] | None = None

    @property
    def state(self) -> ChainState:
        known = self._known
        running = self._task is not None and not self._task.done()
        return ChainState(running, known.checked_at, known.entries, known.anchor, known.broken, known.failed)

    def start(self) -> None:
        """Verify anew, unless that is going on."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        at = self._clock.now()
        try:
            entries, head, broken = await self._verify()
        except SQLAlchemyError:
            known = self._known
            self._known = ChainState(False, known.checked_at, known.entries, known.anchor, known.broken, failed=True)
            return
        anchor = Anchor(head.sequence, head.hash) if head.sequence else None
        self._known = ChainState(checked_at=at, entries=entries, anchor=anchor, broken=broken)

    async def _verify(self) -> tuple[int, Head, Break | None]:
        """How many entries were read, where the trail ended when it began, where it does not hold."""
        for _ in range(_TRIES):
            checkpoints, head = await self._database.transact(_bounds)
            walk, count = ChainWalk(self._chain, checkpoints), 0
            while walk.broken is None and walk.sequence < head.sequence:
                entries = await self._after(walk.sequence, head.sequence)
                if not entries:
                    break
                count += len(entries)
                walk.take(entries)
                await asyncio.sleep(0)  # hashing is work: others of this loop have their turn
            broken = walk.end(head) or await self._database.transact(_behind_the_end)
            # The retention job may have taken the beginning away meanwhile: then it is looked at anew.
            if broken is None or (await self._database.transact(_bounds))[0] == checkpoints:
                break
        return count, head, broken

    async def _after(self, sequence: int, last: int) -> list[StoredEntry]:
        query = (
            select(*AuditEntryRow.__table__.columns)
            .where(AuditEntryRow.sequence > sequence, AuditEntryRow.sequence <= last)
            .order_by(AuditEntryRow.sequence)
            .limit(_ROWS_AT_ONCE)
        )
        return await self._database.transact(
            lambda connection: [stored_entry(row) for row in connection.execute(query)]
        )


def _bounds(connection: Connection) -> tuple[list[Checkpoint], Head]:
    return read_checkpoints(connection), read_head(connection)


def _behind_the_end(connection: Connection) -> Break | None:
    """Entries that were put behind the head, which no append has made."""
    # In this order: each statement sees what was committed before it, and an append between them moves the head alone.
    last = connection.execute(select(func.max(AuditEntryRow.sequence))).scalar_one() or 0
    head = read_head(connection)
    return Break(head.sequence + 1, Problem.END_CHANGED) if last > head.sequence else None
