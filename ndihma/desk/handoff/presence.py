"""Which agents are there. A console says so with every heartbeat; one that is silent is not there, whatever it said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.handoff.model import Agent
from ndihma.desk.handoff.rules import ON_DUTY, HandoffRules, Presence
from ndihma.desk.handoff.tables import PresenceRow

__all__ = ["AgentPresence", "PresenceBoard"]


@dataclass(frozen=True, slots=True)
class AgentPresence:
    """``since``: when it was last changed. Only agents whose console is alive are listed."""

    agent: Agent
    presence: Presence
    since: datetime

    @property
    def on_duty(self) -> bool:
        return self.presence in ON_DUTY


class PresenceBoard:
    """Methods raise SQLAlchemyError when the database is away."""

    def __init__(self, database: Database, clock: Clock, rules: HandoffRules) -> None:
        self._database = database
        self._clock = clock
        self._rules = rules

    async def beat(self, agent: Agent, presence: Presence | None = None) -> Presence:
        """The agent's console is alive; ``presence`` is what the agent says now, None: as before.

        What it is from now on: away for who was not there and did not say anything else.
        """
        now = self._clock.now()
        gone = now - self._rules.present_for
        async with self._database.session() as session:
            # Two consoles of a new agent may say so at the same moment: one makes the row, both find it.
            dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
            fresh = {
                "agent_id": agent.id,
                "name": agent.name,
                "presence": Presence.AWAY,
                "since": now,
                "seen_at": now,
            }
            await session.execute(dialect.insert(PresenceRow).values(fresh).on_conflict_do_nothing())
            row = await session.scalar(
                update(PresenceRow)
                .where(PresenceRow.agent_id == agent.id)
                .values(name=agent.name, team=agent.team)
                .returning(PresenceRow)
                .execution_options(synchronize_session=False)
            )
            if row is None:
                raise RuntimeError("a presence that was just stored is there")
            before = Presence(row.presence) if row.seen_at > gone else Presence.AWAY
            after = presence or before
            if after != row.presence:
                row.presence, row.since = after, now
            row.seen_at = now
        return after

    async def leave(self, agent: Agent) -> None:
        """The agent has signed out."""
        async with self._database.session() as session:
            await session.execute(
                update(PresenceRow)
                .where(PresenceRow.agent_id == agent.id)
                .values(presence=Presence.AWAY, since=self._clock.now())
            )

    async def there(self) -> list[AgentPresence]:
        """The agents whose consoles are alive, by name."""
        query = (
            select(PresenceRow)
            .where(PresenceRow.seen_at > self._clock.now() - self._rules.present_for)
            .order_by(PresenceRow.name, PresenceRow.agent_id)
        )
        async with self._database.session() as session:
            return [
                AgentPresence(Agent(row.agent_id, row.name, team=row.team), Presence(row.presence), row.since)
                for row in await session.scalars(query)
            ]

    async def on_duty(self, agent_id: str) -> Agent | None:
        """The agent of this id, while on duty."""
        found = (each.agent for each in await self.there() if each.on_duty and each.agent.id == agent_id)
        return next(found, None)
