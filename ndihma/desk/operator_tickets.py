"""The outbox of tickets in the operator's own system (TMF621): one for each reconnection request (at least once).

A ticket is queued in the transaction that files its request. Our reference is its ``externalId``, by which whoever
makes it looks first, so that a try that ended between the operator's answer and our note of it makes no second one.
Once made it is looked at until the request is decided, and each look brings it what came since: another proof. One
that is decided here is closed there. Several processes may work on one outbox (``leases``).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, case, insert, literal, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.accounts.ports import Ticket
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.leases import MAX_ATTEMPTS, Leases, backoff, fixed_words
from ndihma.desk.tables import OperatorTicketRow, OperatorTicketState, ReconnectionRequestRow

__all__ = ["PROOF_AWAITED", "ClaimedTicket", "OperatorTickets", "decided", "look_after"]

PROOF_AWAITED: Final = timedelta(minutes=5)
"""How long a ticket waits for the first proof, which is named in it; without one it is made all the same."""
_LOOKS: Final = (
    (timedelta(hours=1), timedelta(minutes=2)),
    (timedelta(days=1), timedelta(minutes=15)),
)
"""Up to an age, how often a ticket is looked at (ours)."""
_LATER_LOOKS: Final = timedelta(hours=1)
_SEEN_JUST_NOW: Final = timedelta(seconds=10)
_OPEN: Final = OperatorTicketRow.state.in_(
    [OperatorTicketState.QUEUED, OperatorTicketState.MADE, OperatorTicketState.CLOSING]
)


@dataclass(frozen=True, slots=True)
class ClaimedTicket:
    """A ticket that this process may make (QUEUED), look at (MADE) or close (CLOSING); ``attempts`` counts this try."""

    reference: str
    state: OperatorTicketState
    attempts: int
    lease: str


def look_after(age: timedelta) -> timedelta:
    """How long after a look the next one is due, for a ticket of this age."""
    return next((wait for up_to, wait in _LOOKS if age < up_to), _LATER_LOOKS)


async def decided(session: AsyncSession, reference: str, now: datetime, *, there: bool) -> None:
    """A request was decided, in this transaction: by its ticket (``there``), or here, which its ticket is to learn.

    Who makes the ticket just now is not waited for: it is closed when that one's lease has ended.
    """
    row = OperatorTicketRow
    never_tried = and_(row.state == OperatorTicketState.QUEUED, row.attempts == 0)
    is_being_made = and_(row.state == OperatorTicketState.QUEUED, row.lease.is_not(None))
    ends = true() if there else never_tried
    await session.execute(
        update(row)
        .where(row.reference == reference, row.state != OperatorTicketState.ENDED)
        .values(
            state=case((ends, OperatorTicketState.ENDED.value), else_=OperatorTicketState.CLOSING.value),
            due_at=case((is_being_made, row.due_at), else_=literal(now, row.due_at.type)),
            attempts=0,
            lease=None,
        )
        .execution_options(synchronize_session=False)
    )


class OperatorTickets:
    """The outbox in the desk database. Methods raise SQLAlchemyError when it is away."""

    def __init__(self, database: Database, clock: Clock, jitter: random.Random | None = None) -> None:
        self._database = database
        self._clock = clock
        self._jitter = jitter or random.SystemRandom()
        self._leases = Leases(database, clock, OperatorTicketRow, OperatorTicketRow.reference, _OPEN)

    async def queue(self, session: AsyncSession, reference: str) -> None:
        """Queue the ticket of a request, in the transaction that files it."""
        await self._queue(session, reference, self._clock.now() + PROOF_AWAITED)

    async def proof_came(self, session: AsyncSession, reference: str) -> None:
        """Make the ticket now, or bring it the proof, in the transaction that stores it and has the request locked."""
        now = self._clock.now()
        hastened = await session.execute(  # not one that is in somebody's hands, and none that fails
            update(OperatorTicketRow)
            .where(
                OperatorTicketRow.reference == reference,
                OperatorTicketRow.state.in_([OperatorTicketState.QUEUED, OperatorTicketState.MADE]),
                OperatorTicketRow.attempts == 0,
            )
            .values(due_at=now)
            .returning(OperatorTicketRow.reference)
            .execution_options(synchronize_session=False)
        )
        if hastened.first() is None and await session.get(OperatorTicketRow, reference) is None:
            await self._queue(session, reference, now)  # the request was filed before there was such a system

    async def claim(self) -> ClaimedTicket | None:
        """The ticket that has been due longest, leased to the caller; None when none is due."""
        row = await self._leases.claim()
        if row is None or row.lease is None:
            return None
        return ClaimedTicket(row.reference, OperatorTicketState(row.state), row.attempts, row.lease)

    async def made(self, claimed: ClaimedTicket, ticket: Ticket) -> bool:
        """Note that it is there. False when the lease ended meanwhile and another process has it."""
        now = self._clock.now()
        return await self._leases.end_try(
            claimed.reference,
            claimed.lease,
            state=OperatorTicketState.MADE,
            made_at=now,
            due_at=now + look_after(timedelta()),
            **_seen(ticket, now),
        )

    async def seen(self, claimed: ClaimedTicket, ticket: Ticket) -> bool:
        """Note how it stands. As ``made``."""
        now = self._clock.now()
        return await self._leases.end_try(
            claimed.reference, claimed.lease, due_at=await self._next_look(claimed.reference, now), **_seen(ticket, now)
        )

    async def hasten(self, reference: str) -> None:
        """Look at a made ticket now: something came while it was looked at."""
        async with self._database.session() as session:
            await session.execute(
                update(OperatorTicketRow)
                .where(
                    OperatorTicketRow.reference == reference,
                    OperatorTicketRow.state == OperatorTicketState.MADE,
                    OperatorTicketRow.lease.is_(None),
                )
                .values(due_at=self._clock.now())
                .execution_options(synchronize_session=False)
            )

    async def closed(self, claimed: ClaimedTicket, ticket: Ticket) -> bool:
        """Note that the ticket knows the decision. As ``made``."""
        return await self._leases.end_try(
            claimed.reference, claimed.lease, state=OperatorTicketState.ENDED, **_seen(ticket, self._clock.now())
        )

    async def postpone(self, claimed: ClaimedTicket, error: str) -> bool:
        """Put it back for later; one that was tried too often and not made or closed is given up. ``error``: fixed
        words."""
        if claimed.state is not OperatorTicketState.MADE and claimed.attempts >= MAX_ATTEMPTS:
            return await self.give_up(claimed, error)
        due = self._clock.now() + backoff(claimed.attempts, self._jitter)
        return await self._leases.end_try(claimed.reference, claimed.lease, due_at=due, last_error=fixed_words(error))

    async def give_up(self, claimed: ClaimedTicket, error: str) -> bool:
        """It is not tried any more. As ``made``."""
        return await self._leases.end_try(
            claimed.reference, claimed.lease, state=OperatorTicketState.FAILED, last_error=fixed_words(error)
        )

    async def end(self, claimed: ClaimedTicket) -> bool:
        """Its request needs it no more. As ``made``."""
        return await self._leases.end_try(claimed.reference, claimed.lease, state=OperatorTicketState.ENDED)

    async def queue_again(self, reference: str) -> int:
        """Queue the ticket of a request anew, now, if it was given up; how many there were. One of a decided request is
        to be closed."""
        is_open = (
            select(ReconnectionRequestRow.reference)
            .where(ReconnectionRequestRow.reference == reference, ReconnectionRequestRow.closed_at.is_(None))
            .exists()
        )
        state = case((is_open, OperatorTicketState.QUEUED.value), else_=OperatorTicketState.CLOSING.value)
        async with self._database.session() as session:
            queued = await session.execute(
                update(OperatorTicketRow)
                .where(OperatorTicketRow.reference == reference, OperatorTicketRow.state == OperatorTicketState.FAILED)
                .values(state=state, attempts=0, due_at=self._clock.now())
                .returning(OperatorTicketRow.reference)
                .execution_options(synchronize_session=False)
            )
            return len(queued.all())

    async def is_worth_a_look(self, reference: str) -> bool:
        """Whether the ticket of an open request is made and was not seen in the last seconds."""
        async with self._database.session() as session:
            return (
                await session.scalar(
                    select(OperatorTicketRow.reference).where(
                        OperatorTicketRow.reference == reference,
                        OperatorTicketRow.state == OperatorTicketState.MADE,
                        or_(
                            OperatorTicketRow.seen_at.is_(None),
                            OperatorTicketRow.seen_at <= self._clock.now() - _SEEN_JUST_NOW,
                        ),
                    )
                )
            ) is not None

    async def seen_besides(self, reference: str, ticket: Ticket) -> None:
        """Note how a made ticket stands, seen by who has no lease on it."""
        async with self._database.session() as session:
            await session.execute(
                update(OperatorTicketRow)
                .where(OperatorTicketRow.reference == reference, OperatorTicketRow.state == OperatorTicketState.MADE)
                .values(**_seen(ticket, self._clock.now()))
                .execution_options(synchronize_session=False)
            )

    async def _queue(self, session: AsyncSession, reference: str, due_at: datetime) -> None:
        await session.execute(
            insert(OperatorTicketRow).values(
                reference=reference,
                state=OperatorTicketState.QUEUED,
                attempts=0,
                created_at=self._clock.now(),
                due_at=due_at,
            )
        )

    async def _next_look(self, reference: str, now: datetime) -> datetime:
        async with self._database.session() as session:
            made_at = await session.scalar(
                select(OperatorTicketRow.made_at).where(OperatorTicketRow.reference == reference)
            )
        return now + look_after(now - (made_at or now))


def _seen(ticket: Ticket, now: datetime) -> dict[str, object]:
    return {
        "ticket_id": ticket.id,
        "status": ticket.status.value,
        "seen_at": now,
        "attempts": 0,
        "last_error": None,
    }
