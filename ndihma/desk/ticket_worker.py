"""Works off the outbox of tickets in the operator's system: makes them, looks at them, brings them what came, closes
them."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Any, Final, Protocol

from ndihma.accounts.ports import AccountsUnavailable, NewTicket, TicketDecision, TicketDesk, TicketNote
from ndihma.clock import Clock
from ndihma.desk.leases import MAX_ATTEMPTS
from ndihma.desk.operator_decisions import OperatorDecisions
from ndihma.desk.operator_tickets import ClaimedTicket, OperatorTickets
from ndihma.desk.tables import OperatorTicketState
from ndihma.rounds import Rounds

__all__ = ["Amendment", "TicketComposer", "TicketWorker"]

_log = logging.getLogger(__name__)

_LOOK_EVERY_S: Final = 5.0
_TRY_S: Final = 60.0
"""Less than a lease; the ticket desk's own deadline is shorter."""


_LOOKS_FOR_A_CLOSED_ONE: Final = 3
"""A ticket whose making was tried may be found late; after so many looks there is none to close."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """What a ticket must hold by now; ``decision``: None while the request is open."""

    notes: tuple[TicketNote, ...]
    decision: TicketDecision | None


class TicketComposer(Protocol):
    """Makes the ticket of a request, and what is added to it, of what is stored."""

    async def compose(self, reference: str) -> NewTicket | None:
        """None: the request is decided or gone. Raises SQLAlchemyError."""
        ...

    async def amendment(self, reference: str) -> Amendment | None:
        """None: the request is gone. Raises SQLAlchemyError."""
        ...


class TicketWorker:
    """``await run()`` for good, in as many processes as one likes; ``wake`` when a ticket became due."""

    def __init__(
        self,
        *,
        outbox: OperatorTickets,
        composer: TicketComposer,
        desk: TicketDesk,
        decisions: OperatorDecisions,
        clock: Clock,
        look_every_s: float = _LOOK_EVERY_S,
    ) -> None:
        self._outbox = outbox
        self._composer = composer
        self._desk = desk
        self._decisions = decisions
        self._clock = clock
        self._rounds = Rounds("operator's tickets not worked off", self.work_off_due, every_s=look_every_s)

    def wake(self) -> None:
        self._rounds.wake()

    async def run(self) -> None:
        """Work until cancelled; outlives a database and a ticket system that are away."""
        await self._rounds.run()

    async def work_off_due(self) -> int:
        """Do what is due about every ticket, once; how many were made, seen or closed. Raises SQLAlchemyError."""
        done = 0
        while (claimed := await self._outbox.claim()) is not None:
            done += await self._try(claimed)
        return done

    async def _try(self, claimed: ClaimedTicket) -> bool:
        if (
            claimed.state is not OperatorTicketState.MADE and claimed.attempts > MAX_ATTEMPTS
        ):  # the tries before ended with their processes
            await self._outbox.give_up(claimed, "tried too often")
            return False
        about: dict[str, Any] = {"reference": claimed.reference, "attempt": claimed.attempts}
        try:
            async with asyncio.timeout(_TRY_S):
                match claimed.state:
                    case OperatorTicketState.QUEUED:
                        return await self._make(claimed)
                    case OperatorTicketState.MADE:
                        return await self._look(claimed)
                    case _:
                        return await self._close(claimed)
        except AccountsUnavailable as error:  # its message holds nothing that a server said
            _log.warning("operator's ticket postponed", extra={**about, "error": str(error)})
            await self._outbox.postpone(claimed, f"{type(error).__name__}: {error}")
        except Exception as error:  # the type alone: a message could hold what was worked on (S10)
            _log.error("operator's ticket not tried", extra={**about, "error": type(error).__name__})
            await self._outbox.postpone(claimed, type(error).__name__)
        return False

    async def _make(self, claimed: ClaimedTicket) -> bool:
        ticket = await self._composer.compose(claimed.reference)
        if ticket is None:
            await self._outbox.end(claimed)
            return False
        made = await self._desk.open(ticket, self._clock.now())
        _log.info("operator's ticket made", extra={"reference": claimed.reference})
        await self._outbox.made(claimed, made)
        await self._decisions.apply(claimed.reference, made)  # one that was found may be decided already
        return True

    async def _look(self, claimed: ClaimedTicket) -> bool:
        known = await self._composer.amendment(claimed.reference)
        if known is None:
            await self._outbox.end(claimed)
            return False
        seen = await self._desk.amend(claimed.reference, known.notes, self._clock.now())
        if seen is None:  # perhaps an index that is late; another one is not made on suspicion
            await self._outbox.postpone(claimed, "the ticket is not found")
            return False
        # First how it stands, then what follows: whoever dies in between is followed by the next look.
        await self._outbox.seen(claimed, seen)
        await self._decisions.apply(claimed.reference, seen)
        if await self._composer.amendment(claimed.reference) != known:
            await self._outbox.hasten(claimed.reference)
        return True

    async def _close(self, claimed: ClaimedTicket) -> bool:
        known = await self._composer.amendment(claimed.reference)
        if known is None:
            await self._outbox.end(claimed)
            return False
        closed = await self._desk.amend(claimed.reference, known.notes, self._clock.now(), known.decision)
        if closed is not None:
            _log.info("operator's ticket closed", extra={"reference": claimed.reference})
            return await self._outbox.closed(claimed, closed)
        if claimed.attempts < _LOOKS_FOR_A_CLOSED_ONE:
            await self._outbox.postpone(claimed, "the ticket is not found")
        else:
            await self._outbox.end(claimed)
        return False
