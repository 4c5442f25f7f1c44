"""What the made-up agents do, in the desk's database, as the console's API would do it for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import update

from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import SystemClock
from ndihma.config import Settings
from ndihma.db import Database
from ndihma.demo.messages import STAFF, TEAM, DemoMember, Fate, Saying
from ndihma.desk.handoff.ledger import HandoffLedger
from ndihma.desk.handoff.model import Agent
from ndihma.desk.handoff.presence import PresenceBoard
from ndihma.desk.handoff.rules import HandoffRules, Presence
from ndihma.desk.handoff.service import MAX_AGENT_CHARS, HandoffService
from ndihma.desk.handoff.tables import HandoffRow
from ndihma.desk.hub import EventHub
from ndihma.gateway.intake import TextIntake
from ndihma.secrets import audit_key

__all__ = ["DemoFloor"]

_LATE_BY: Final = timedelta(minutes=12)
_ASIDE_FOR: Final = timedelta(hours=4)


class DemoFloor:
    """The agents of the demo. Methods raise SQLAlchemyError when the database is away."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._clock = SystemClock()
        self._ledger = HandoffLedger(HandoffRules())
        self._presence = PresenceBoard(database, self._clock, self._ledger.rules)
        self._service = HandoffService(
            database=database,
            ledger=self._ledger,
            presence=self._presence,
            intake=TextIntake(MAX_AGENT_CHARS),
            link_hosts=frozenset(),
            audit=SqlAuditTrail(database, self._clock, audit_key(settings)),
            hub=EventHub(),  # the gateway finds the events of other processes by itself
            clock=self._clock,
            taken=lambda _: None,
            changed=lambda: None,
        )
        self._agents = [_agent(member) for member in STAFF[:2]]

    async def on_duty(self) -> None:
        """The agents' heartbeat; good for 75 s."""
        for agent in self._agents:
            await self._presence.beat(agent, Presence.AVAILABLE)

    async def version(self, conversation: str) -> int:
        handoff = await self._database.transact(lambda connection: self._ledger.read(connection, conversation))
        return handoff.version

    async def take_up(self, conversation: str, saying: Saying, number: int) -> Agent:
        """An agent takes the conversation and says the reply."""
        agent = self._agents[number % len(self._agents)]
        await self._service.take(conversation, agent, await self.version(conversation))
        await self._service.say(conversation, agent, "demo", saying.reply)
        return agent

    async def finish(self, conversation: str, saying: Saying, agent: Agent | None) -> None:
        """What becomes of it, once everything was said."""
        if saying.fate in {Fate.LATE, Fate.LATE_ANSWER}:
            await self._age(conversation)
        if agent is None:
            return
        version = await self.version(conversation)
        if saying.fate is Fate.TEAM:
            await self._service.transfer(conversation, agent, version, None, TEAM)
        elif saying.fate is Fate.SNOOZED:
            await self._service.snooze(conversation, agent, version, self._clock.now() + _ASIDE_FOR)
        elif saying.fate is Fate.CLOSED:
            await self._service.close(conversation, agent, version)

    async def _age(self, conversation: str) -> None:
        """As if its customer had waited longer: what is late takes minutes, and nobody waits for a demo."""
        since = self._clock.now() - _LATE_BY
        late = {"asked_at": since, "unanswered_since": since}
        async with self._database.session() as session:
            row = update(HandoffRow).where(HandoffRow.conversation_id == conversation)
            await session.execute(row.values(late))
            await session.execute(row.where(HandoffRow.waiting_since.is_not(None)).values(waiting_since=since))


def _agent(member: DemoMember) -> Agent:
    return Agent(member.username, member.name, team=member.team)
