"""Works off the outbox of tickets in the operator's system: makes them, then looks at them until they are decided."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Final, Protocol

from ndihma.accounts.ports import AccountsUnavailable, NewTicket, TicketDesk
from ndihma.clock import Clock
from ndihma.desk.leases import MAX_ATTEMPTS
from ndihma.desk.operator_decisions import OperatorDecisions
from ndihma.desk.operator_tickets import ClaimedTicket, OperatorTickets
from ndihma.desk.rounds import Rounds

__all__ = ["TicketComposer", "TicketWorker"]

_log = logging.getLogger(__name__)

_LOOK_EVERY_S: Final = 5.0
_TRY_S: Final = 60.0
"""Less than a lease; the ticket desk's own deadline is shorter."""


class TicketComposer(Protocol):
    """Makes the ticket of a request of what is stored."""

    async def compose(self, reference: str) -> NewTicket | None:
        """None: the request is decided or gone. Raises SQLAlchemyError."""
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
        """Make or look at every ticket that is due, once; how many were made or seen. Raises SQLAlchemyError."""
        done = 0
        while (claimed := await self._outbox.claim()) is not None:
            done += await self._try(claimed)
        return done

    async def _try(self, claimed: ClaimedTicket) -> bool:
        if not claimed.is_made and claimed.attempts > MAX_ATTEMPTS:  # the tries before ended with their processes
            await self._outbox.give_up(claimed, "tried too often")
            return False
        about: dict[str, Any] = {"reference": claimed.reference, "attempt": claimed.attempts}
        try:
            async with asyncio.timeout(_TRY_S):
                return await (self._look(claimed) if claimed.is_made else self._make(claimed))
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
        seen = await self._desk.find(claimed.reference)
        if seen is None:  # perhaps an index that is late; another one is not made on suspicion
            await self._outbox.postpone(claimed, "the ticket is not found")
            return False
        # First how it stands, then what follows: whoever dies in between is followed by the next look.
        await self._outbox.seen(claimed, seen)
        await self._decisions.apply(claimed.reference, seen)
        return True
