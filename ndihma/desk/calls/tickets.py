"""Works off the outbox of calls' tickets in the operator's own system (TMF621): made at least once, one for each call.

Queued in the transaction that stores the note. Our reference is the ticket's ``externalId``, by which whoever makes it
looks first. A call that left nothing to do is made and closed in one go; another is closed when its work is done here.
What becomes of a ticket over there is that system's own: the note is no request that a customer waits for.
"""

from __future__ import annotations

import asyncio
import logging
import random
from typing import Any, Final

from sqlalchemy import select

from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import AccountsUnavailable, NewTicket, TicketDecision, TicketDesk
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk import messages
from ndihma.desk.calls.tables import CallNoteRow, CallState, CallTicketRow, CallTicketState
from ndihma.desk.leases import MAX_ATTEMPTS, Leases, backoff, fixed_words
from ndihma.rounds import Rounds

__all__ = ["CallTickets"]

_log = logging.getLogger(__name__)

_LOOK_EVERY_S: Final = 5.0
_TRY_S: Final = 60.0
"""A try that takes longer is over: its lease must not end before it."""
_OPEN: Final = CallTicketRow.state.in_([CallTicketState.QUEUED, CallTicketState.CLOSING])


class CallTickets:
    """``await run()`` for good, in as many processes as one likes; ``wake`` when a ticket became due."""

    def __init__(self, database: Database, clock: Clock, desk: TicketDesk, jitter: random.Random | None = None) -> None:
        self._database = database
        self._clock = clock
        self._desk = desk
        self._jitter = jitter or random.SystemRandom()
        self._leases = Leases(database, clock, CallTicketRow, CallTicketRow.reference, _OPEN)
        self._rounds = Rounds("calls' tickets not worked off", self.work_off_due, every_s=_LOOK_EVERY_S)

    def wake(self) -> None:
        self._rounds.wake()

    async def run(self) -> None:
        """Work until cancelled; outlives a database and a ticket system that are away."""
        await self._rounds.run()

    async def work_off_due(self) -> int:
        """Make or close every ticket that is due, once; how many were. Raises SQLAlchemyError."""
        done = 0
        while (row := await self._leases.claim()) is not None:
            done += await self._try(row)
        return done

    async def _try(self, row: CallTicketRow) -> bool:
        about: dict[str, Any] = {"reference": row.reference, "attempt": row.attempts}
        if row.attempts > MAX_ATTEMPTS:  # the tries before ended with their processes
            await self._postpone(row, "tried too often")
            return False
        try:
            async with asyncio.timeout(_TRY_S):
                values = await self._bring(row.reference)
        except AccountsUnavailable as error:  # its message holds nothing that a server said
            _log.warning("call's ticket postponed", extra={**about, "error": str(error)})
            await self._postpone(row, f"{type(error).__name__}: {error}")
            return False
        except Exception as error:  # the type alone: a message could hold what was worked on (S10)
            _log.error("call's ticket not tried", extra={**about, "error": type(error).__name__})
            await self._postpone(row, type(error).__name__)
            return False
        await self._leases.end_try(row.reference, row.lease or "", attempts=0, last_error=None, **values)
        return True

    async def _bring(self, reference: str) -> dict[str, object]:
        """See to it that the ticket is there, and closed when the call is done; what the row says then."""
        note = await self._note(reference)
        if note is None:  # erased meanwhile, and the row with it
            return {"state": CallTicketState.ENDED}
        text = messages.call_ticket(note.reference, note.disposition, note.agent_name, note.noted_at, note.text)
        title = messages.CALL_TICKET_TITLE.format(reference=reference)
        msisdn = None if note.msisdn is None else Msisdn(note.msisdn)
        ticket = await self._desk.open(NewTicket(reference, msisdn, title, text, line_needed=False), self._clock.now())
        if note.state == CallState.DONE:
            decision = TicketDecision(is_confirmed=True, reason=messages.CALL_TICKET_DONE)
            await self._desk.amend(reference, (), self._clock.now(), decision)
            return {"state": CallTicketState.ENDED, "ticket_id": ticket.id}
        return {"state": CallTicketState.MADE, "ticket_id": ticket.id}

    async def _note(self, reference: str) -> CallNoteRow | None:
        async with self._database.session() as session:
            return await session.scalar(select(CallNoteRow).where(CallNoteRow.reference == reference))

    async def _postpone(self, row: CallTicketRow, error: str) -> None:
        values: dict[str, object] = {"due_at": self._clock.now() + backoff(row.attempts, self._jitter)}
        if row.attempts >= MAX_ATTEMPTS:
            values = {"state": CallTicketState.FAILED}
        await self._leases.end_try(row.reference, row.lease or "", last_error=fixed_words(error), **values)
