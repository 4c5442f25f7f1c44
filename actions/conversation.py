"""What a tracker tells about the conversation so far. Reads only; knows Rasa's event shapes so that nobody else must.

A bot event's ``metadata`` holds ``utter_action`` (the response's name), ``metadata`` (the response's
own, from domain.yml) and whatever an action passed along, such as ``topic``.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from rasa_sdk import Tracker  # type: ignore[import-untyped]

from ndihma.instructions import InstructionKind

__all__ = ["FALLBACK_RESPONSES", "Conversation"]

FALLBACK_RESPONSES: Final = frozenset({"utter_did_you_mean", "utter_did_you_mean_human"})
_FALLBACK_INTENT: Final = "nlu_fallback"
_BARE_PRICE: Final = "bare_price"
_EPOCH: Final = re.compile(r"\.\d{1,9}\Z", re.ASCII)

_Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A read-only view of a tracker, as of the message that is being answered."""

    tracker: Tracker

    @property
    def id(self) -> str:
        """The gateway's conversation id: the sender id without its ``.<epoch>`` suffix."""
        return _EPOCH.sub("", str(self.tracker.sender_id))

    @property
    def intent(self) -> str:
        """The intent of the message that is being answered; empty when there is none."""
        return str((self.tracker.latest_message.get("intent") or {}).get("name") or "")

    @property
    def ranking(self) -> list[tuple[str, float]]:
        """The message's intents with their confidences (0 to 1), likeliest first, without the fallback."""
        ranking = self.tracker.latest_message.get("intent_ranking") or []
        named = [(str(entry.get("name") or ""), float(entry.get("confidence") or 0.0)) for entry in ranking]
        return [(name, confidence) for name, confidence in named if name and name != _FALLBACK_INTENT]

    @property
    def last_reply(self) -> _Event:
        """The last bot event of the turn before this message; empty when nothing was said."""
        for event in self._before_this_message():
            if event.get("event") == "bot":
                return event
            if event.get("event") in {"user", "session_started"}:
                break
        return {}

    @property
    def last_response(self) -> str:
        """The name of the last response uttered before this message."""
        return str(_metadata(self.last_reply).get("utter_action") or "")

    @property
    def last_offer(self) -> str | None:
        """What the last reply offered (``offer`` in its metadata in domain.yml)."""
        own = _metadata(self.last_reply).get("metadata")
        return own.get("offer") if isinstance(own, dict) else None

    @property
    def last_suggestion(self) -> str | None:
        """The first topic of a "did you mean" that this message answers."""
        if self.last_response != "utter_did_you_mean":
            return None
        buttons = (self.last_reply.get("data") or {}).get("buttons") or []
        return str(buttons[0].get("payload", "")).removeprefix("/") or None if buttons else None

    @property
    def pending_verification(self) -> str | None:
        """The intent to resume, when the last reply asked to verify a number."""
        custom = (self.last_reply.get("data") or {}).get("custom") or {}
        return custom.get("resume_intent") if custom.get("kind") == InstructionKind.VERIFY else None

    def entities_of(self, intent: str, *, messages: int) -> Iterator[tuple[str, object]]:
        """Names and values of the entities in the customer's last ``messages`` messages (this one too), newest first.

        Only messages with this intent are looked at.
        """
        said = (event for event in reversed(self.tracker.applied_events()) if event.get("event") == "user")
        for event in islice(said, messages):
            parsed = event.get("parse_data") or {}
            if (parsed.get("intent") or {}).get("name") == intent:
                yield from ((str(each.get("entity")), each.get("value")) for each in parsed.get("entities") or [])

    def intents_before(self, messages: int) -> list[str]:
        """The intents of the customer's last ``messages`` messages before this one, newest first."""
        said = (event for event in self._before_this_message() if event.get("event") == "user")
        return [
            str(((event.get("parse_data") or {}).get("intent") or {}).get("name")) for event in islice(said, messages)
        ]

    def last_topic(self, topics: Container[str]) -> str | None:
        """The topic talked about before this message: asked for, or answered after a "yes"."""
        for event in self._before_this_message():
            topic = _asked(event) if event.get("event") == "user" else _metadata(event).get("topic")
            if topic and topic in topics:
                return str(topic)
        return None

    def _before_this_message(self) -> Iterator[_Event]:
        """The applied events before the latest user message, newest first."""
        events = iter(reversed(self.tracker.applied_events()))
        for event in events:
            if event.get("event") == "user":
                break
        yield from events


def _metadata(event: _Event) -> Mapping[str, Any]:
    metadata = event.get("metadata")
    return metadata if event.get("event") == "bot" and isinstance(metadata, dict) else {}


def _asked(event: _Event) -> str | None:
    """The intent a customer's message named; a bare "how much?" names nothing of its own."""
    parsed = event.get("parse_data") or {}
    if any(entity.get("entity") == _BARE_PRICE for entity in parsed.get("entities") or []):
        return None
    return (parsed.get("intent") or {}).get("name")
