"""What moves by itself: snoozes that are over, agents who are gone, a queue that nobody serves, places in the queue.

Several processes may run it: every move is a compare-and-set on the version that was seen, and so is a told place.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.engine import Connection

from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.errors import HandoffRefused, UnknownConversation
from ndihma.desk.event_log import append_events, lock_conversation
from ndihma.desk.events import Event
from ndihma.desk.handoff.ledger import HandoffLedger
from ndihma.desk.handoff.model import Abandoned, Move, State, Unserved, Wake
from ndihma.desk.handoff.tables import HandoffRow, PresenceRow
from ndihma.desk.handoff.telling import waiting
from ndihma.desk.hub import EventHub
from ndihma.rounds import Rounds

__all__ = ["HandoffKeeper"]

_log = logging.getLogger(__name__)

_EVERY_S: Final = 5.0
_AT_ONCE: Final = 100
_TOLD_AGAIN_AFTER: Final = timedelta(seconds=10)
"""A place in the queue is told at most this often, however quickly the queue moves."""


@dataclass(frozen=True, slots=True)
class _Seen:
    conversation_id: str
    version: int
    place: int = 0


class _NothingNew(Exception):
    """Somebody else was quicker."""


class HandoffKeeper:
    """``await run()`` for good; ``wake`` after a move."""

    def __init__(
        self,
        database: Database,
        ledger: HandoffLedger,
        hub: EventHub,
        clock: Clock,
        *,
        moved: Callable[[], None] = lambda: None,
        every_s: float = _EVERY_S,
    ) -> None:
        """``moved`` hears of what has moved here."""
        self._database = database
        self._ledger = ledger
        self._hub = hub
        self._clock = clock
        self._moved = moved
        self._unstaffed_since: datetime | None = None
        """Since which look of this process nobody has been on duty."""
        self._rounds = Rounds("hand-offs not kept", self.look, every_s=every_s)

    def wake(self) -> None:
        self._rounds.wake()

    async def run(self) -> None:
        """Look until cancelled; outlives a database that is away."""
        await self._rounds.run()

    async def look(self) -> None:
        """One round. Raises SQLAlchemyError."""
        now, rules = self._clock.now(), self._ledger.rules
        alive = select(PresenceRow.agent_id).where(PresenceRow.seen_at > now - rules.present_for)
        await self._all(
            _of(State.SNOOZED).where(HandoffRow.snoozed_until <= now),
            Wake(),
        )
        await self._all(
            _of(State.AGENT)
            .where(HandoffRow.unanswered_since <= now - rules.abandoned_after)
            .where(HandoffRow.agent_id.not_in(alive)),
            Abandoned(),
        )
        if await self._database.transact(lambda connection: self._ledger.availability(connection, now).on_duty):
            self._unstaffed_since = None
        else:
            # Agents whose consoles are back in a moment (a gateway's restart) are not gone.
            self._unstaffed_since = self._unstaffed_since or now
            if self._unstaffed_since <= now - rules.unserved_after:
                await self._all(
                    _of(State.WAITING).where(HandoffRow.waiting_since <= now - rules.unserved_after), Unserved()
                )
        await self._tell_places(now)

    async def _all(self, query: Select[str, int], move: Move) -> None:
        for seen in await self._database.transact(lambda connection: _read(connection, query)):
            await self._move(seen, move)

    async def _move(self, seen: _Seen, move: Move) -> None:
        at = self._clock.now()

        def work(connection: Connection) -> list[Event]:
            lock_conversation(connection, seen.conversation_id)
            moved = self._ledger.move(connection, seen.conversation_id, move, at, expect=seen.version)
            bodies = (*moved.dones, *moved.bodies)
            return append_events(connection, seen.conversation_id, bodies, moved.choices, at)

        try:
            events = await self._database.transact(work)
        except (HandoffRefused, UnknownConversation):  # it has moved meanwhile, or was erased
            return
        _log.info("a conversation moved by itself", extra={"move": type(move).__name__})
        self._hub.publish(seen.conversation_id, *events)
        self._moved()

    async def _tell_places(self, now: datetime) -> None:
        """Tell who waits a place that has changed; how many in one round is bounded."""
        place = func.row_number().over(order_by=(HandoffRow.waiting_since, HandoffRow.conversation_id)).label("place")
        queue = (
            select(HandoffRow.conversation_id, HandoffRow.version, HandoffRow.told_position, HandoffRow.told_at, place)
            .where(HandoffRow.state == State.WAITING)
            .subquery()
        )
        stale = (
            select(queue.c.conversation_id, queue.c.version, queue.c.place)
            .where(or_(queue.c.told_position.is_(None), queue.c.told_position != queue.c.place))
            .where(or_(queue.c.told_at.is_(None), queue.c.told_at <= now - _TOLD_AGAIN_AFTER))
            .order_by(queue.c.place)
            .limit(_AT_ONCE)
        )
        for seen in await self._database.transact(lambda connection: _read(connection, stale)):
            await self._tell_place(seen, now)

    async def _tell_place(self, seen: _Seen, now: datetime) -> None:
        def work(connection: Connection) -> list[Event]:
            lock_conversation(connection, seen.conversation_id)
            told = connection.execute(
                update(HandoffRow)
                .where(
                    HandoffRow.conversation_id == seen.conversation_id,
                    HandoffRow.version == seen.version,
                    or_(HandoffRow.told_position.is_(None), HandoffRow.told_position != seen.place),
                )
                .values(told_position=seen.place, told_at=now)
            )
            if told.rowcount != 1:
                raise _NothingNew
            return append_events(connection, seen.conversation_id, (waiting(seen.place),), (), now)

        try:
            events = await self._database.transact(work)
        except (_NothingNew, UnknownConversation):
            return
        self._hub.publish(seen.conversation_id, *events)


def _of(state: State) -> Select[str, int]:
    return (
        select(HandoffRow.conversation_id, HandoffRow.version)
        .where(HandoffRow.state == state)
        .order_by(HandoffRow.changed_at)
        .limit(_AT_ONCE)
    )


def _read(connection: Connection, query: Select[*tuple[Any, ...]]) -> Sequence[_Seen]:
    return [_Seen(*row) for row in connection.execute(query)]
