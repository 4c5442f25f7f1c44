"""Everything about hand-off that an edge uses, on one database."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Self

from ndihma.audit.model import TransactionalAuditTrail
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.conversations import ConversationService
from ndihma.desk.handoff.callbacks import CallbackService
from ndihma.desk.handoff.floor import FloorReader
from ndihma.desk.handoff.inbox import InboxReader
from ndihma.desk.handoff.keeper import HandoffKeeper
from ndihma.desk.handoff.ledger import HandoffLedger
from ndihma.desk.handoff.notices import NoticeWay, NoticeWorker
from ndihma.desk.handoff.presence import PresenceBoard
from ndihma.desk.handoff.rules import HandoffRules
from ndihma.desk.handoff.service import HandoffService
from ndihma.desk.handoff.whispers import WhisperBoard
from ndihma.desk.hub import EventHub
from ndihma.desk.ports import Intake

__all__ = ["HandoffDesk"]


@dataclass(frozen=True, slots=True)
class HandoffDesk:
    """``await run()`` for good."""

    service: HandoffService
    presence: PresenceBoard
    callbacks: CallbackService
    keeper: HandoffKeeper
    inbox: InboxReader
    floor: FloorReader
    whispers: WhisperBoard
    rules: HandoffRules
    notices: NoticeWorker | None

    @classmethod
    def on(
        cls,
        *,
        database: Database,
        ledger: HandoffLedger,
        conversations: ConversationService,
        callbacks: CallbackService,
        intake: Intake,
        link_hosts: frozenset[str],
        audit: TransactionalAuditTrail,
        hub: EventHub,
        clock: Clock,
        way: NoticeWay | None = None,
    ) -> Self:
        """``intake`` reads what agents write, ``link_hosts`` are where they may send a customer to.

        ``way``: how a system of the operator's is told of moves, where the ledger's rules have it told.
        """
        presence = PresenceBoard(database, clock, ledger.rules)
        notices = None if way is None else NoticeWorker(database, clock, way)
        told = notices.wake if notices else _nobody
        keeper = HandoffKeeper(database, ledger, hub, clock, moved=told)

        def changed() -> None:
            keeper.wake()
            told()

        service = HandoffService(
            database=database,
            ledger=ledger,
            presence=presence,
            intake=intake,
            link_hosts=link_hosts,
            audit=audit,
            hub=hub,
            clock=clock,
            taken=conversations.left_to_people,
            changed=changed,
        )
        return cls(
            service=service,
            presence=presence,
            callbacks=callbacks,
            keeper=keeper,
            inbox=InboxReader(database, ledger, clock),
            floor=FloorReader(database, presence, ledger.rules, clock),
            whispers=WhisperBoard(database, clock),
            rules=ledger.rules,
            notices=notices,
        )

    async def run(self) -> None:
        """Work until cancelled."""
        await asyncio.gather(self.keeper.run(), *([self.notices.run()] if self.notices else []))


def _nobody() -> None:
    """Nobody is told."""
