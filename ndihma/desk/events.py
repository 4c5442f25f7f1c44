"""What happens in a conversation: the events of the chat API, stored once and numbered (docs/api.md).

A *body* is what happened; an *event* is a stored body with its ``cursor`` (1, 2, 3 … within its conversation)
and its moment. The models are the storage format, the wire format and the source of the OpenAPI document.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_serializer

from ndihma.clock import BELGRADE
from ndihma.verification.model import Purpose, VerificationState

__all__ = [
    "AnyEvent",
    "AttachmentBody",
    "AttachmentEvent",
    "AttachmentState",
    "Author",
    "AuthorKind",
    "Body",
    "Button",
    "DoneBody",
    "DoneEvent",
    "EndedBody",
    "EndedBy",
    "EndedEvent",
    "Event",
    "HandoffBody",
    "HandoffEvent",
    "HandoffState",
    "MessageBody",
    "MessageEvent",
    "Outcome",
    "ReplyBody",
    "ReplyEvent",
    "RevealBody",
    "RevealEvent",
    "RevealState",
    "Source",
    "VerificationBody",
    "VerificationEvent",
    "store_body",
    "stored_event",
]


class Outcome(StrEnum):
    """How a reply came about; ``unavailable`` is an honest sentence in place of an answer."""

    ANSWERED = "answered"
    UNAVAILABLE = "unavailable"


class AttachmentState(StrEnum):
    WANTED = "wanted"
    RECEIVED = "received"


class RevealState(StrEnum):
    READY = "ready"
    SHOWN = "shown"


class AuthorKind(StrEnum):
    BOT = "bot"
    AGENT = "agent"


class HandoffState(StrEnum):
    """Who has the conversation: the queue of agents, an agent, or the assistant again."""

    WAITING = "waiting"
    AGENT = "agent"
    BOT = "bot"


class EndedBy(StrEnum):
    CUSTOMER = "customer"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Button(_Frozen):
    """A choice offered to the customer; ``id`` is opaque and valid in its conversation only."""

    id: str
    title: str


class Source(_Frozen):
    """Where an answer comes from and when a person last reviewed it."""

    text: str
    reviewed: str


class Author(_Frozen):
    """Who speaks; ``name`` is what the customer may see of a person, such as a first name."""

    kind: AuthorKind
    name: str | None = None


class MessageBody(_Frozen):
    """The customer's message, redacted."""

    type: Literal["message"] = "message"
    message_id: str
    client_id: str
    text: str


class ReplyBody(_Frozen):
    """A reply; ``in_reply_to`` is null when no message asked for it (greeting, resumed question).

    Without an ``author`` it is the assistant's.
    """

    type: Literal["reply"] = "reply"
    in_reply_to: str | None
    text: str
    buttons: tuple[Button, ...] = ()
    source: Source | None = None
    outcome: Outcome = Outcome.ANSWERED
    author: Author | None = None


class DoneBody(_Frozen):
    """Nothing more comes for that message."""

    type: Literal["done"] = "done"
    in_reply_to: str | None
    intent: str | None = None
    confidence: float | None = None


class VerificationBody(_Frozen):
    """The verification step moved; ``expires_at`` is the code's, or when verified the assurance's, end.

    ``purpose`` says what for, ``sent_to`` is the masked contact of a second code, ``level`` the assurance reached.
    """

    type: Literal["verification"] = "verification"
    state: VerificationState
    masked: str | None = None
    expires_at: datetime | None = None
    purpose: Purpose = Purpose.ACCOUNT
    sent_to: str | None = None
    level: int | None = None

    @field_serializer("expires_at")
    def _local(self, value: datetime | None) -> str | None:
        return None if value is None else value.astimezone(BELGRADE).isoformat(timespec="seconds")


class AttachmentBody(_Frozen):
    """A proof of payment is wanted for, or was received by, the request with this reference."""

    type: Literal["attachment"] = "attachment"
    state: AttachmentState
    reference: str


class RevealBody(_Frozen):
    """A PUK can be opened with ``reference`` until ``expires_at`` (ready), or was shown. Never the code."""

    type: Literal["reveal"] = "reveal"
    state: RevealState
    reference: str | None = None
    expires_at: datetime | None = None

    @field_serializer("expires_at")
    def _local(self, value: datetime | None) -> str | None:
        return None if value is None else value.astimezone(BELGRADE).isoformat(timespec="seconds")


class HandoffBody(_Frozen):
    """The conversation changed hands; ``position`` in the queue (1: next) while waiting, ``agent`` by shown name."""

    type: Literal["handoff"] = "handoff"
    state: HandoffState
    position: int | None = Field(default=None, ge=1)
    agent: str | None = None


class EndedBody(_Frozen):
    """The conversation is over: it takes no more messages."""

    type: Literal["ended"] = "ended"
    by: EndedBy


class _Stored(_Frozen):
    cursor: int = Field(ge=1)
    at: datetime

    @field_serializer("at")
    def _local_at(self, value: datetime) -> str:
        return value.astimezone(BELGRADE).isoformat(timespec="seconds")


class MessageEvent(MessageBody, _Stored):
    """A stored message of the customer."""


class ReplyEvent(ReplyBody, _Stored):
    """A stored reply."""


class DoneEvent(DoneBody, _Stored):
    """A stored end of an answer."""


class VerificationEvent(VerificationBody, _Stored):
    """A stored move of the verification step."""


class AttachmentEvent(AttachmentBody, _Stored):
    """A stored want or receipt of a proof."""


class RevealEvent(RevealBody, _Stored):
    """A stored offer or showing of a PUK."""


class HandoffEvent(HandoffBody, _Stored):
    """A stored change of hands."""


class EndedEvent(EndedBody, _Stored):
    """A stored end of the conversation."""


Body = MessageBody | ReplyBody | DoneBody | VerificationBody | AttachmentBody | RevealBody | HandoffBody | EndedBody
AnyEvent = (
    MessageEvent
    | ReplyEvent
    | DoneEvent
    | VerificationEvent
    | AttachmentEvent
    | RevealEvent
    | HandoffEvent
    | EndedEvent
)
Event = Annotated[AnyEvent, Field(discriminator="type")]
_EVENT: TypeAdapter[AnyEvent] = TypeAdapter(Event)


def store_body(body: Body) -> dict[str, Any]:
    """The JSON value kept in the database."""
    return body.model_dump(mode="json")


def stored_event(cursor: int, at: datetime, payload: dict[str, Any]) -> AnyEvent:
    """Read an event back from its columns."""
    return _EVENT.validate_python({**payload, "cursor": cursor, "at": at})
