"""Who is answered when: the turns of one conversation in their order, conversations side by side, all of them bounded.

A conversation's turns stand in its *lane*. A lane has one turn answered at a time and then asks for a place at the
engine anew (``answering``), behind all others: a conversation with eight questions does not keep the others waiting.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from ndihma.accounts.msisdn import Msisdn
from ndihma.desk.errors import ConversationQueueFull, DeskBusy
from ndihma.desk.hub import EventHub, Typing
from ndihma.desk.store import Turn

__all__ = ["ConversationLimits", "Job", "TurnQueue", "TypedNumber"]

_log = logging.getLogger(__name__)

_TYPING_AGAIN_S: Final = 10.0
"""How often a waiting customer's edge is told that an answer is still coming; the page drops its sign after 20 s."""


@dataclass(frozen=True, slots=True)
class ConversationLimits:
    """What bounds the service; times in seconds."""

    waiting_per_conversation: int = 8
    waiting_in_all: int = 1000
    parallel: int = 4
    """Engine calls at one moment, over all conversations. The engine computes on one core: more calls at once do not
    give more answers, each of them only takes longer, up to its deadline."""
    longest_wait_s: float = 120.0
    """A turn that waited longer for its call gets the honest sentence instead."""
    stalled_after_s: float = 20.0
    """So does one that waited this long while the engine answered nobody: then it is not a queue, it is an outage."""
    stale_after: timedelta = timedelta(minutes=10)
    """A turn found pending at a start and older than this is apologised for, not answered: the moment is gone."""
    orphaned_after_s: float = 60.0
    """A pending turn of this age that nobody here works on is taken up."""
    sweep_every_s: float = 30.0
    stop_grace_s: float = 2.0
    soft_epoch_turns: int = 40
    hard_epoch_turns: int = 80


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """A number typed into the chat, and from where: it lives in memory only."""

    msisdn: Msisdn
    address: str


@dataclass(frozen=True, slots=True)
class Job:
    """A stored turn that waits for its answer; ``queued_at`` is of the event loop's clock, in seconds."""

    turn: Turn
    queued_at: float
    number: TypedNumber | None = None


@dataclass(slots=True)
class _Lane:
    """The turns of one conversation, in order."""

    jobs: deque[Job] = field(default_factory=deque)
    entry: asyncio.Lock = field(default_factory=asyncio.Lock)
    reserved: int = 0
    worker: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        return len(self.jobs) + self.reserved


class TurnQueue:
    """Hands each job to ``answer``, one of a conversation at a time."""

    def __init__(self, limits: ConversationLimits, hub: EventHub, answer: Callable[[Job], Awaitable[None]]) -> None:
        self._limits = limits
        self._hub = hub
        self._answer = answer
        self._lanes: dict[str, _Lane] = {}
        self._waiting = 0
        self._known: set[str] = set()
        self._reminder: asyncio.Task[None] | None = None
        self._stopping = False

    def __len__(self) -> int:
        """Conversations with something to answer, or to store, at this moment."""
        return len(self._lanes)

    def knows(self, turn_id: str) -> bool:
        """Whether the turn waits or is being answered here."""
        return turn_id in self._known

    @contextmanager
    def reserved(self, conversation_id: str) -> Iterator[asyncio.Lock]:
        """A place in the queue for a message that is being stored. Hold the lock from storing to ``put``: the order of
        storing is the order of answering. Raises DeskBusy, ConversationQueueFull.
        """
        if self._stopping or self._waiting >= self._limits.waiting_in_all:
            raise DeskBusy
        lane = self._lanes.get(conversation_id)
        if lane is not None and lane.waiting >= self._limits.waiting_per_conversation:
            raise ConversationQueueFull
        if lane is None:
            lane = self._lanes[conversation_id] = _Lane()
        lane.reserved += 1
        self._waiting += 1
        try:
            yield lane.entry
        finally:
            lane.reserved -= 1
            self._waiting -= 1
            self._drop_if_idle(conversation_id, lane)

    def put(self, turn: Turn, number: TypedNumber | None = None) -> None:
        """Take a stored turn; it is answered after those of its conversation that are here already."""
        lane = self._lanes.setdefault(turn.conversation_id, _Lane())
        lane.jobs.append(Job(turn, asyncio.get_running_loop().time(), number))
        self._waiting += 1
        self._known.add(turn.id)
        if self._stopping:
            return
        if lane.worker is None:
            lane.worker = asyncio.create_task(self._work(turn.conversation_id, lane), name="desk-lane")
        if self._reminder is None:
            self._reminder = asyncio.create_task(self._remind(), name="desk-typing")

    def drop(self, conversation_id: str) -> None:
        """Let go of the turns of a conversation that nobody has begun to answer."""
        lane = self._lanes.get(conversation_id)
        if lane is not None:
            self._waiting -= len(lane.jobs)
            self._known.difference_update(job.turn.id for job in lane.jobs)
            lane.jobs.clear()

    async def stop(self) -> None:
        """Let answers under way finish for a moment; what does not stays pending for the next start."""
        self._stopping = True
        workers = [lane.worker for lane in self._lanes.values() if lane.worker is not None]
        tasks = workers + ([self._reminder] if self._reminder else [])
        if workers:
            await asyncio.wait(workers, timeout=self._limits.stop_grace_s)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, conversation_id: str, lane: _Lane) -> None:
        try:
            while lane.jobs and not self._stopping:
                job = lane.jobs.popleft()
                self._waiting -= 1
                self._hub.publish(conversation_id, Typing(active=True))
                try:
                    await self._answer(job)
                except Exception as error:  # the turns behind it are answered; this one stays pending and is taken up
                    _log.error("turn broke", extra={"turn": job.turn.id, "error": type(error).__name__})
                finally:
                    self._known.discard(job.turn.id)
        finally:
            lane.worker = None
            self._hub.publish(conversation_id, Typing(active=False))
            self._drop_if_idle(conversation_id, lane)

    async def _remind(self) -> None:
        """Says again that an answer is coming, as long as anybody waits for one."""
        while self._lanes:
            await asyncio.sleep(_TYPING_AGAIN_S)
            for conversation_id, lane in self._lanes.items():
                if lane.worker is not None:
                    self._hub.publish(conversation_id, Typing(active=True))
        self._reminder = None

    def _drop_if_idle(self, conversation_id: str, lane: _Lane) -> None:
        if lane.worker is None and not lane.waiting and self._lanes.get(conversation_id) is lane:
            del self._lanes[conversation_id]
