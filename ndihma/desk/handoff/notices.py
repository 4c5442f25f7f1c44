"""The outbox of notices about moves: each is queued in the transaction of its move (at least once).

Several processes may work on it (``ndihma.desk.leases``). A notice keeps its id over all tries, so that whoever gets it
twice, because a process died between their answer and our note of it, can tell.
"""

from __future__ import annotations

import logging
import random
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from sqlalchemy import insert
from sqlalchemy.engine import Connection

from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.handoff.model import Handoff, State
from ndihma.desk.handoff.tables import HandoffNoticeRow, NoticeState
from ndihma.desk.leases import MAX_ATTEMPTS, Leases, backoff, fixed_words
from ndihma.rounds import Rounds

__all__ = ["Notice", "NoticePostponed", "NoticeRefused", "NoticeWay", "NoticeWorker", "queue_notice"]

_log = logging.getLogger(__name__)
_LOOK_EVERY_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Notice:
    """One move, as it is told; ``agent``: the user name of who has the conversation now."""

    id: str
    conversation_id: str
    version: int
    before: State
    after: State
    agent: str | None
    moved_at: datetime


class NoticeRefused(Exception):
    """It will never be taken as it is. The message is fixed words."""


class NoticePostponed(Exception):
    """It was not taken now. The message is fixed words."""


class NoticeWay(Protocol):
    """Hands a notice over (``ndihma.webhooks``)."""

    async def send(self, notice: Notice) -> None:
        """Raises NoticeRefused, NoticePostponed."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


def queue_notice(connection: Connection, conversation_id: str, before: Handoff, after: Handoff, at: datetime) -> None:
    """Queue the notice of a move, in the transaction that stores it."""
    row = {
        "id": secrets.token_hex(16),
        "conversation_id": conversation_id,
        "version": after.version,
        "before": before.state,
        "after": after.state,
        "agent_id": after.agent.id if after.agent and after.is_human else None,
        "moved_at": at,
        "state": NoticeState.QUEUED,
        "attempts": 0,
        "due_at": at,
    }
    connection.execute(insert(HandoffNoticeRow).values(row))


class NoticeWorker:
    """``await run()`` for good, in as many processes as one likes; ``wake`` after a move."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        way: NoticeWay,
        *,
        jitter: random.Random | None = None,
        look_every_s: float = _LOOK_EVERY_S,
    ) -> None:
        self._clock = clock
        self._way = way
        self._jitter = jitter or random.SystemRandom()
        is_open = HandoffNoticeRow.state == NoticeState.QUEUED
        self._leases = Leases(database, clock, HandoffNoticeRow, HandoffNoticeRow.id, is_open)
        self._rounds = Rounds("hand-off notices not worked off", self.deliver_due, every_s=look_every_s)

    def wake(self) -> None:
        self._rounds.wake()

    async def run(self) -> None:
        """Work until cancelled; outlives a database and a receiver that are away."""
        try:
            await self._rounds.run()
        finally:
            await self._way.close()

    async def deliver_due(self) -> int:
        """Try every notice that is due once; how many were taken. Raises SQLAlchemyError."""
        sent = 0
        while (row := await self._leases.claim()) is not None:
            sent += await self._try(row)
        return sent

    async def _try(self, row: HandoffNoticeRow) -> bool:
        lease = row.lease or ""
        about = {"notice": row.id, "attempt": row.attempts}
        try:
            await self._way.send(_notice(row))
        except NoticeRefused as error:
            _log.error("notice given up", extra={**about, "error": str(error)})
            await self._leases.end_try(row.id, lease, state=NoticeState.FAILED, last_error=fixed_words(str(error)))
        except NoticePostponed as error:
            values: dict[str, object] = {"due_at": self._clock.now() + backoff(row.attempts, self._jitter)}
            if row.attempts >= MAX_ATTEMPTS:
                values = {"state": NoticeState.FAILED}
                _log.error("notice given up", extra={**about, "error": str(error)})
            else:
                _log.warning("notice postponed", extra={**about, "error": str(error)})
            await self._leases.end_try(row.id, lease, last_error=fixed_words(str(error)), **values)
        else:
            sent_at = self._clock.now()
            return await self._leases.end_try(row.id, lease, state=NoticeState.SENT, sent_at=sent_at, last_error=None)
        return False


def _notice(row: HandoffNoticeRow) -> Notice:
    return Notice(
        row.id, row.conversation_id, row.version, State(row.before), State(row.after), row.agent_id, row.moved_at
    )
