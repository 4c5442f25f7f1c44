"""Everything about noted calls that the gateway uses, on one database."""

from __future__ import annotations

from typing import Self

from ndihma.accounts.ports import TicketDesk
from ndihma.audit.model import TransactionalAuditTrail
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.calls.notes import CallNotes
from ndihma.desk.calls.tickets import CallTickets
from ndihma.desk.ports import Intake

__all__ = ["CallDesk"]


class CallDesk:
    """``await run()`` for good; it ends at once where the operator's own system takes no tickets."""

    def __init__(self, notes: CallNotes, tickets: CallTickets | None) -> None:
        self.notes = notes
        self._tickets = tickets

    @classmethod
    def on(
        cls,
        database: Database,
        clock: Clock,
        audit: TransactionalAuditTrail,
        intake: Intake,
        desk: TicketDesk | None,
    ) -> Self:
        """``intake`` reads what agents write."""
        tickets = None if desk is None else CallTickets(database, clock, desk)
        return cls(CallNotes(database, clock, audit, intake, queued=tickets.wake if tickets else None), tickets)

    async def run(self) -> None:
        """Work until cancelled."""
        if self._tickets is not None:
            await self._tickets.run()
