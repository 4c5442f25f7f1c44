"""The requests and responses of the agents' inbox: what is validated is what the OpenAPI document says."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_serializer

from ndihma.clock import BELGRADE
from ndihma.desk.events import Event
from ndihma.desk.handoff.model import State
from ndihma.desk.handoff.rules import Presence

__all__ = [
    "AgentList",
    "AgentPresent",
    "AgentText",
    "AgentTextStored",
    "AskedShown",
    "CallbackList",
    "CallbackReason",
    "CallbackShown",
    "ConversationShown",
    "HandoffShown",
    "InboxCounters",
    "InboxItem",
    "InboxPage",
    "LastWords",
    "NoteShown",
    "PresenceSaid",
    "SeenVersion",
    "SnoozeUntil",
    "SummaryShown",
    "TeamList",
    "TeamShown",
    "TopicShown",
    "TransferTo",
    "WhisperList",
    "WhisperShown",
]

_MAX_RAW_TEXT = 16 * 1024
_MOMENTS = (
    "at",
    "asked_at",
    "waiting_since",
    "first_reply_at",
    "first_reply_due",
    "unanswered_since",
    "next_reply_due",
    "snoozed_until",
    "closed_at",
    "changed_at",
    "seen_at",
    "since",
)


class _In(BaseModel):
    """Strict about types; what it does not know is dropped."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_serializer(*_MOMENTS, check_fields=False)
    def _local(self, value: datetime | None) -> str | None:
        return None if value is None else value.astimezone(BELGRADE).isoformat(timespec="milliseconds")


Version = Annotated[
    int, Field(ge=0, le=2**31 - 1, description="The conversation's version as it was seen; another is refused.")
]


class SeenVersion(_In):
    """A move of what was seen."""

    version: Version


class TransferTo(SeenVersion):
    """To an agent on duty (`to` is the user name), or to the queue (null): that of `team`, or everybody's."""

    to: str | None = Field(max_length=32)
    team: str | None = Field(default=None, min_length=1, max_length=80)


class SnoozeUntil(SeenVersion):
    """Until when it is put aside: within 14 days."""

    until: AwareDatetime = Field(strict=False)


class AgentText(_In):
    """What an agent wrote."""

    client_id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="Chosen by the console; makes a repeat safe.")
    text: str = Field(max_length=_MAX_RAW_TEXT, description="1 to 4,000 characters once it is normalised.")


class PresenceSaid(_In):
    """What the agent says of being there."""

    presence: Presence = Field(strict=False)


class CallbackReason(_In):
    """Why the number is looked at."""

    reason: str = Field(min_length=1, max_length=300)


class AgentTextStored(_Out):
    """Stored, redacted. `cursor`: of the message's event; null for a note. `duplicate`: it was stored before."""

    cursor: int | None
    duplicate: bool


class HandoffShown(_Out):
    """Who has the conversation. `version` goes into the next move; `mine`: the asking agent has it.

    `team`: whose queue it waits in, or came from; null: everybody's.
    `first_reply_due` and `next_reply_due`: until when an answer is not late; null when none is waited for.
    """

    state: State
    version: int
    agent: str | None
    agent_name: str | None
    team: str | None
    mine: bool
    place: int | None
    asked_at: datetime | None
    waiting_since: datetime | None
    first_reply_at: datetime | None
    first_reply_due: datetime | None
    unanswered_since: datetime | None
    next_reply_due: datetime | None
    snoozed_until: datetime | None
    closed_at: datetime | None


class LastWords(_Out):
    """The last thing said. `by`: null the customer, empty the assistant, else an agent's name."""

    at: datetime
    text: str
    by: str | None


class InboxItem(_Out):
    """A conversation in a list. `cursor`: of its last event."""

    conversation_id: str
    handoff: HandoffShown
    changed_at: datetime
    cursor: int
    last: LastWords | None


class InboxCounters(_Out):
    """How many conversations there are in the views, and call-back requests that wait."""

    waiting: int
    mine: int
    agents: int
    snoozed: int
    callbacks: int


class InboxPage(_Out):
    """The conversations of a view, the most urgent first; `more`: ask again with a higher `offset`."""

    items: list[InboxItem]
    counters: InboxCounters
    more: bool


class AskedShown(_Out):
    """A message and what the assistant took it for (`confidence` 0 to 1); `title`: of the topic."""

    at: datetime
    text: str
    intent: str | None
    title: str | None
    confidence: float | None
    answered: bool


class TopicShown(_Out):
    """An intent: how often messages were taken for it, and how surely at best."""

    intent: str
    title: str | None
    times: int
    confidence: float | None


class SummaryShown(_Out):
    """What was asked so far: the latest 20 messages; `verified`: the masked number that was proved last."""

    asked: list[AskedShown]
    messages: int
    topics: list[TopicShown]
    verified: str | None
    proofs: int


class NoteShown(_Out):
    """What staff told staff. `whispered_to`: the agent whom a supervisor told it, who had read it at `seen_at`."""

    id: str
    at: datetime
    by: str
    text: str
    whispered_to: str | None
    seen_at: datetime | None


class WhisperShown(_Out):
    """What a supervisor told the agent who has a conversation."""

    id: str
    conversation_id: str
    at: datetime
    by: str
    text: str


class WhisperList(_Out):
    """What the agent has not read yet, the earliest first."""

    whispers: list[WhisperShown]


class ConversationShown(_Out):
    """One conversation. `events`: its last ones; earlier ones and later ones are in its history."""

    conversation_id: str
    handoff: HandoffShown
    ended: bool
    summary: SummaryShown
    notes: list[NoteShown]
    events: list[Event]
    cursor: int


class AgentPresent(_Out):
    """An agent whose console is alive. `agent` is the user name."""

    agent: str
    name: str
    presence: Presence
    on_duty: bool
    since: datetime


class AgentList(_Out):
    """The agents who are there."""

    agents: list[AgentPresent]


class TeamShown(_Out):
    """A team of agents and how many of them are on duty."""

    team: str
    on_duty: int


class TeamList(_Out):
    """The teams, by name."""

    teams: list[TeamShown]


class CallbackShown(_Out):
    """Somebody wants to be called. `number` is masked, unless the request was opened to call.

    `verified`: the number was proved with a code, not only typed.
    """

    reference: str
    conversation_id: str
    number: str
    verified: bool
    asked_at: datetime

    def __repr__(self) -> str:
        return f"CallbackShown({self.reference})"


class CallbackList(_Out):
    """Call-back requests that wait, the longest waiting first."""

    callbacks: list[CallbackShown]
