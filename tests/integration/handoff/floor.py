"""A desk with agents on a real database: everything wired as in ``ndihma.bootstrap``, engine and codes scripted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic import SecretStr
from sqlalchemy import select

import ndihma.tables  # noqa: F401  (every table is declared)
from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.tables import AuditEntryRow
from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import FixedClock
from ndihma.db import Database
from ndihma.desk.conversations import ConversationLimits, ConversationService
from ndihma.desk.events import Event
from ndihma.desk.handoff.callbacks import CallbackService
from ndihma.desk.handoff.desk import HandoffDesk
from ndihma.desk.handoff.ledger import HandoffLedger
from ndihma.desk.handoff.model import Agent, Handoff
from ndihma.desk.handoff.rules import HandoffRules, Presence
from ndihma.desk.handoff.service import MAX_AGENT_CHARS
from ndihma.desk.hub import EventHub
from ndihma.desk.ports import EngineMessage, EngineTurn
from ndihma.desk.store import ConversationStore
from ndihma.gateway.intake import TextIntake
from ndihma.verification.model import AssuranceLevel, Identity
from tests.integration.gateway.scripted_desk import NOW, ScriptedEngine, ScriptedSteps

ARTA, BESA = Agent("a1", "Arta"), Agent("a2", "Besa")
CHIEF = Agent("s1", "Drita", supervisor=True)
HOSTS = frozenset({"kosovotelecom.com"})
ASKS_AGENT = EngineTurn(
    (EngineMessage(text="Thirrni 080010000.", custom={"kind": "handoff"}),), intent="request_agent", confidence=0.9
)
WITHIN_S = 60.0
"""How long a busy machine may take for what happens by itself."""


@dataclass
class Identities:
    """Whom conversations have proved to be."""

    of: dict[str, Msisdn]

    async def identity(self, conversation_id: str) -> Identity | None:
        msisdn = self.of.get(conversation_id)
        level, until = AssuranceLevel.CODE_CONFIRMED, NOW + timedelta(days=1)
        return None if msisdn is None else Identity(conversation_id, msisdn, level, until)


class Floor:
    """One gateway's services, and an engine that can be held back. ``another`` is a second gateway."""

    def __init__(self, database: Database, clock: FixedClock, rules: HandoffRules) -> None:
        self.database, self.clock, self.rules = database, clock, rules
        self.engine, self.steps, self.hub = ScriptedEngine(), ScriptedSteps(), EventHub()
        self.ledger = HandoffLedger(rules)
        self.store = ConversationStore(database, self.ledger)
        self.audit = SqlAuditTrail(database, clock, SecretStr("a" * 64))
        self.identities = Identities({})
        self.callbacks = CallbackService(database, clock, self.identities, self.audit)
        self.service = ConversationService(
            store=self.store,
            hub=self.hub,
            engine=self.engine,
            steps=self.steps,
            intake=TextIntake(1000),
            clock=clock,
            callbacks=self.callbacks,
            limits=ConversationLimits(stop_grace_s=0.05),
        )
        desk = HandoffDesk.on(
            database=database,
            ledger=self.ledger,
            conversations=self.service,
            callbacks=self.callbacks,
            intake=TextIntake(MAX_AGENT_CHARS),
            link_hosts=HOSTS,
            audit=self.audit,
            hub=self.hub,
            clock=clock,
        )
        self.desk, self.agents, self.presence, self.keeper = desk, desk.service, desk.presence, desk.keeper

    def another(self, database: Database) -> Floor:
        """A second gateway on the same database."""
        return Floor(database, self.clock, self.rules)

    async def on_duty(self, *agents: Agent) -> None:
        for agent in agents:
            await self.presence.beat(agent, Presence.AVAILABLE)

    async def waiting(self) -> str:
        """A conversation whose customer waits for an agent."""
        conversation = await self.service.open()
        await self.service.request_agent(conversation)
        await self.until(conversation, lambda events: kinds(events)[-1] == "done")
        return conversation

    async def taken(self, by: Agent = ARTA) -> tuple[str, Handoff]:
        """A conversation that an agent has."""
        await self.on_duty(by)
        conversation = await self.waiting()
        return conversation, await self.agents.take(conversation, by, await self.version(conversation))

    async def state(self, conversation: str) -> Handoff:
        return await self.database.transact(lambda connection: self.ledger.read(connection, conversation))

    async def version(self, conversation: str) -> int:
        return (await self.state(conversation)).version

    async def events(self, conversation: str) -> list[Event]:
        return list((await self.service.history(conversation, 0, 200)).events)

    async def until(self, conversation: str, condition: Callable[[list[Event]], object]) -> list[Event]:
        """All events, as soon as they are so."""
        async with asyncio.timeout(WITHIN_S):
            while not condition(events := await self.events(conversation)):  # noqa: ASYNC110  (a database is asked)
                await asyncio.sleep(0.01)
            return events

    async def until_done(self, conversation: str, message_id: str | None) -> list[Event]:
        """All events, once the message has its ``done``."""
        return await self.until(
            conversation,
            lambda events: any(event.type == "done" and event.in_reply_to == message_id for event in events),
        )

    async def audited(self) -> list[tuple[str, str, str]]:
        """Who did what, and why."""
        async with self.database.session() as session:
            rows = await session.scalars(select(AuditEntryRow).order_by(AuditEntryRow.sequence))
            return [(row.actor_id, row.action, row.reason) for row in rows]

    async def stop(self) -> None:
        await self.service.stop()


def kinds(events: list[Event]) -> list[str]:
    return [event.type for event in events]


def handoffs(events: list[Event]) -> list[tuple[str, int | None, str | None]]:
    """What the customer was told of who has the conversation."""
    return [(event.state.value, event.position, event.agent) for event in events if event.type == "handoff"]


def said(events: list[Event]) -> list[tuple[str | None, str]]:
    """What was said to the customer, and by whom; None: the assistant."""
    return [(event.author.name if event.author else None, event.text) for event in events[1:] if event.type == "reply"]


def dones(events: list[Event]) -> list[str | None]:
    return [event.in_reply_to for event in events if event.type == "done"]


class Held:
    """An engine's answer that comes when it is let go."""

    def __init__(self, engine: ScriptedEngine, answer: EngineTurn) -> None:
        self._let_go, self.asked = asyncio.Event(), asyncio.Event()
        self._answer = answer
        engine.reply = self._reply

    def release(self) -> None:
        self._let_go.set()

    async def _reply(self, _sender: str, _text: str) -> EngineTurn:
        self.asked.set()
        await self._let_go.wait()
        return self._answer


async def refused(call: Awaitable[Any], error: type[Exception]) -> bool:
    """Whether the call was refused so; other errors are raised."""
    try:
        await call
    except error:
        return True
    return False
