"""A supervisor's words to the agent who has a conversation, until the agent has read them (``HandoffService``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.desk.handoff.tables import AgentNoteRow, HandoffRow

__all__ = ["UnknownWhisper", "Whisper", "WhisperBoard"]

_MOST_LISTED: Final = 20


class UnknownWhisper(Exception):
    """No whisper to this agent has this id."""


@dataclass(frozen=True, slots=True)
class Whisper:
    """``by``: the supervisor's name."""

    id: str
    conversation_id: str
    at: datetime
    by: str
    text: str


class WhisperBoard:
    """Methods raise SQLAlchemyError when the database is away."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def unread(self, agent_id: str) -> list[Whisper]:
        """What was whispered to an agent and not read yet, the earliest first; at most 20."""
        query = (
            select(
                AgentNoteRow.id,
                AgentNoteRow.conversation_id,
                AgentNoteRow.at,
                AgentNoteRow.agent_name,
                AgentNoteRow.text,
            )
            .where(AgentNoteRow.to_agent_id == agent_id, AgentNoteRow.seen_at.is_(None))
            .order_by(AgentNoteRow.at, AgentNoteRow.id)
            .limit(_MOST_LISTED)
        )

        def work(connection: Connection) -> list[Whisper]:
            return [Whisper(*row) for row in connection.execute(query)]

        return await self._database.transact(work)

    async def read(self, whisper_id: str, agent_id: str) -> None:
        """The agent has read it; a second time changes nothing. Raises UnknownWhisper."""
        at = self._clock.now()
        mine = (AgentNoteRow.id == whisper_id, AgentNoteRow.to_agent_id == agent_id)

        def work(connection: Connection) -> bool:
            changed = connection.execute(
                update(AgentNoteRow)
                .where(*mine, AgentNoteRow.seen_at.is_(None))
                .values(seen_at=at)
                .returning(AgentNoteRow.conversation_id)
            ).first()
            if changed is None:
                return connection.execute(select(AgentNoteRow.id).where(*mine)).first() is not None
            # So that who has the conversation open sees that it was read.
            connection.execute(
                update(HandoffRow).where(HandoffRow.conversation_id == changed.conversation_id).values(changed_at=at)
            )
            return True

        if not await self._database.transact(work):
            raise UnknownWhisper
