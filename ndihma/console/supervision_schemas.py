"""The requests and responses of the supervisor's view."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field, field_serializer

from ndihma.clock import BELGRADE
from ndihma.console.inbox_schemas import AgentText
from ndihma.desk.handoff.model import State, WaitKind
from ndihma.desk.handoff.rules import Presence

__all__ = ["AgentShown", "FloorCountsShown", "FloorShown", "OpenShown", "ReplyTimesShown", "WhisperText"]


class WhisperText(AgentText):
    """What a supervisor tells the agent who has the conversation; `to` is the user name that was seen."""

    to: str = Field(min_length=1, max_length=32)


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_serializer("since", "due", "open_since", check_fields=False)
    def _local(self, value: datetime | None) -> str | None:
        return None if value is None else value.astimezone(BELGRADE).isoformat(timespec="milliseconds")


class FloorCountsShown(_Out):
    """Conversations by state; `assistant`: who talked with the assistant in the last half hour."""

    waiting: int
    agents: int
    snoozed: int
    closed_today: int
    assistant: int
    callbacks: int


class ReplyTimesShown(_Out):
    """Answers of today, in seconds (null before the first; quantiles by nearest rank), and who waits now."""

    answered: int
    longest_s: int | None
    median_s: int | None
    p90_s: int | None
    late: int
    open: int
    open_late: int
    open_since: datetime | None


class AgentShown(_Out):
    """An agent and the load. `presence` null: not there, with conversations nevertheless."""

    agent: str
    name: str
    team: str | None
    presence: Presence | None
    since: datetime | None
    conversations: int
    unanswered: int
    late: int


class OpenShown(_Out):
    """One that waits in the queue or that an agent has; `since`: the customer waits for an answer, late after `due`."""

    conversation_id: str
    state: State
    version: int
    agent: str | None
    agent_name: str | None
    team: str | None
    kind: WaitKind | None
    since: datetime | None
    due: datetime | None
    late: bool


class FloorShown(_Out):
    """The floor: `day` in Kosovo, counts, times of first and next replies, agents, conversations that people have."""

    day: date
    counts: FloorCountsShown
    first: ReplyTimesShown
    next: ReplyTimesShown
    agents: list[AgentShown]
    open: list[OpenShown]
