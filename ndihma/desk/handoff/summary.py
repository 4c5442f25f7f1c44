"""What a customer asked so far, for the agent who takes the conversation: from the stored events alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from ndihma.desk.events import (
    AttachmentEvent,
    AttachmentState,
    DoneEvent,
    Event,
    MessageEvent,
    Outcome,
    ReplyEvent,
    VerificationEvent,
)
from ndihma.verification.model import VerificationState

__all__ = ["Asked", "Summary", "Topic", "summarise"]

_MOST_ASKED: Final = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """A message and what the assistant took it for; ``answered``: it got an answer, not an apology or nothing."""

    at: datetime
    text: str
    intent: str | None = None
    confidence: float | None = None
    """0 to 1."""
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Topic:
    """An intent that messages were taken for: how often, and how surely at best."""

    intent: str
    times: int
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    """``asked``: the latest 20 messages, oldest first; ``topics`` in the order in which they came up."""

    asked: tuple[Asked, ...]
    messages: int
    topics: tuple[Topic, ...]
    verified: str | None
    """The masked number that was proved last, whether or not that still counts."""
    proofs: int
    """Proofs of payment that were received."""


def summarise(events: Iterable[Event]) -> Summary:
    """``events``: of one conversation, in their order."""
    asked: dict[str, Asked] = {}
    verified: str | None = None
    proofs = 0
    for event in events:
        match event:
            case MessageEvent(message_id=message_id, text=text, at=at):
                asked[message_id] = Asked(at, text)
            case ReplyEvent(in_reply_to=str(message_id), outcome=Outcome.ANSWERED, author=None) if message_id in asked:
                asked[message_id] = replace(asked[message_id], answered=True)
            case DoneEvent(in_reply_to=str(message_id)) if message_id in asked:
                asked[message_id] = replace(asked[message_id], intent=event.intent, confidence=event.confidence)
            case VerificationEvent(state=VerificationState.VERIFIED, masked=masked):
                verified = masked
            case AttachmentEvent(state=AttachmentState.RECEIVED):
                proofs += 1
            case _:
                pass
    in_order = tuple(asked.values())
    return Summary(in_order[-_MOST_ASKED:], len(in_order), _topics(in_order), verified, proofs)


def _topics(asked: Iterable[Asked]) -> tuple[Topic, ...]:
    topics: dict[str, Topic] = {}
    for each in asked:
        if each.intent is not None:
            before = topics.get(each.intent, Topic(each.intent, 0, None))
            sure = max((c for c in (before.confidence, each.confidence) if c is not None), default=None)
            topics[each.intent] = Topic(each.intent, before.times + 1, sure)
    return tuple(topics.values())
