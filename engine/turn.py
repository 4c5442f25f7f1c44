"""One turn of a conversation: everything one message asks is handled, and its replies become one answer."""

from __future__ import annotations

import logging
from typing import Any, Dict, Final, FrozenSet, Iterator, List, Mapping, Optional, Sequence, Text, Tuple

from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered

from engine.language import ALBANIAN
from engine.listening import NOT_UNDERSTOOD, Responses, about, listen, topics_of
from engine.understanding import Parsed, Previous, Reading, ranking_of

__all__ = ["CHANNEL", "Turn"]

logger = logging.getLogger(__name__)

CHANNEL: Final = "gateway"
_RANKING_LENGTH: Final = 10
_TOLD: Final = "told_language"
"""Key of a user event's metadata: the language in which it was told that answers are Albanian."""
_EPOCHS: Final = 20
"""How many of a conversation's trackers are searched for what was told: at forty messages each, days of talk."""
_MORE_QUESTIONS: Final = "utter_more_questions"
_LEADS_TO: Final = ("offer", "step")
"""What an answer may end in (``leads_to`` in domain.yml): what waits for the customer is answered last."""
_STEPS: Final = frozenset({"verify", "attach_proof", "handoff"})

Message = Dict[Text, Any]
"""A reply as the gateway reads it: ``text``, ``buttons``, ``custom``, ``metadata``."""


class _Replies(OutputChannel):  # type: ignore[misc]
    """Collects whole replies, metadata included, in the order they were sent."""

    def __init__(self) -> None:
        self.messages: List[Message] = []

    @classmethod
    def name(cls) -> Text:
        return CHANNEL

    async def send_response(self, recipient_id: Text, message: Dict[Text, Any]) -> None:
        metadata = {key: message[key] for key in ("utter_action", "metadata") if message.get(key)}
        self.messages.append(_message(message, metadata))


class Turn:
    """One message of one conversation; ``sender`` as Rasa's trackers know it."""

    def __init__(self, agent: Agent, sender: Text) -> None:
        self._agent = agent
        self._sender = sender
        self._answers = _Answers(agent.domain)
        self._parsed: Dict[Text, Parsed] = {}

    async def answer(self, text: Text) -> Dict[Text, Any]:
        """``messages`` in reply, and ``nlu``: what was understood. Raises what the dialogue raises."""
        reading, language = await listen(text, self._parse, self._answers.topics, self._previous)
        notice, told = await self._notice(reading.messages, language)
        messages = await self._handled(reading, {_TOLD: language} if told else {})
        return {"messages": [*notice, *messages], "nlu": _understood(reading.messages, language)}

    async def _parse(self, text: Text) -> Parsed:
        if text not in self._parsed:
            self._parsed[text] = await self._agent.parse_message(text)
        return self._parsed[text]

    async def _previous(self) -> Previous:
        """The last message of this conversation that named a topic, or the last one at all."""
        tracker = await self._agent.tracker_store.retrieve(self._sender)
        said = [event for event in (tracker.applied_events() if tracker else []) if isinstance(event, UserUttered)]
        if not said:
            return Previous(None, ())
        last = said[-1]
        topic = last.intent_name if last.intent_name in self._answers.topics else None
        return Previous(topic, ranking_of(last.parse_data or {}))

    # --- answering ------------------------------------------------------------------------------------------

    async def _handled(self, reading: Reading, metadata: Mapping[Text, Any]) -> List[Message]:
        """Every part is answered; what is left when an answer waits for the customer, or fails, is offered."""
        waiting = sorted(reading.messages, key=lambda part: self._answers.rank(part["intent"]["name"]))
        messages: List[Message] = []
        left: List[Text] = []
        while waiting:
            part = waiting.pop(0)
            replies = await self._replies(part, metadata, alone=not messages)
            if not replies:
                left.append(part["intent"]["name"])
                continue
            messages = [message for message in messages if not _offers(message)] + replies
            if any(_opens_step(message) for message in replies):
                left += [other["intent"]["name"] for other in waiting]
                break
        offered = [*left, *reading.offered]
        return [*messages, self._answers.more_questions(offered)] if messages and offered else messages

    async def _replies(self, part: Parsed, metadata: Mapping[Text, Any], *, alone: bool) -> List[Message]:
        collected = _Replies()
        message = UserMessage(
            part["text"], collected, self._sender, part, input_channel=CHANNEL, metadata=dict(metadata) or None
        )
        try:
            await self._agent.handle_message(message)
        except Exception as error:
            if alone:
                raise
            # The type alone: the text must not reach a log (S6).
            logger.error("a second question could not be handled: %s", type(error).__name__)  # noqa: TRY400
            return []
        return collected.messages

    # --- language -------------------------------------------------------------------------------------------

    async def _notice(self, parts: Sequence[Parsed], language: Text) -> Tuple[List[Message], bool]:
        """The line in the customer's own language, and whether they were told by now; once is enough when all is
        understood.
        """
        if language == ALBANIAN:
            return [], False
        unsure = any(part["intent"]["name"] in NOT_UNDERSTOOD for part in parts)
        if not unsure and await self._was_told(language):
            return [], True  # remembered with this message, so that the next need not look further back
        notice = self._answers.render(f"utter_language_{'unsure_' if unsure else ''}{language}")
        return ([notice], True) if notice else ([], False)

    async def _was_told(self, language: Text) -> bool:
        for sender in _conversation(self._sender):
            tracker = await self._agent.tracker_store.retrieve_full_tracker(sender)
            said = [event for event in (tracker.events if tracker else ()) if isinstance(event, UserUttered)]
            if any((event.metadata or {}).get(_TOLD) == language for event in said):
                return True
        return False


def _conversation(sender: Text) -> Iterator[Text]:
    """The senders of one conversation, from this one back: the gateway counts them up, ``<conversation>.<epoch>``."""
    conversation, _, epoch = sender.rpartition(".")
    yield sender
    if conversation and epoch.isdecimal():
        for earlier in range(int(epoch) - 1, max(int(epoch) - _EPOCHS, 0) - 1, -1):
            yield f"{conversation}.{earlier}"


class _Answers:
    """What the turn must know of domain.yml's responses."""

    def __init__(self, domain: Optional[Domain]) -> None:
        self._responses: Responses = domain.responses if domain else {}

    @property
    def topics(self) -> FrozenSet[Text]:
        return topics_of(self._responses)

    def rank(self, intent: Text) -> int:
        """0 for a plain answer, more for one that leads to an offer or a step."""
        leads_to = about(self._responses.get(f"utter_{intent}", ())).get("leads_to")
        return _LEADS_TO.index(leads_to) + 1 if leads_to in _LEADS_TO else 0

    def render(self, name: Text) -> Message | None:
        """The response of that name, which has no placeholders; None when the domain has none."""
        variants = self._responses.get(name)
        return _message(variants[0], {}) if variants else None

    def more_questions(self, intents: Sequence[Text]) -> Message:
        """Buttons for the topics that were asked for and are not answered yet."""
        titles = {intent: about(self._responses.get(f"utter_{intent}", ())).get("title") or "" for intent in intents}
        buttons = [{"title": title, "payload": f"/{intent}"} for intent, title in titles.items() if title]
        rendered = self.render(_MORE_QUESTIONS) or _message({}, {})
        return {**rendered, "buttons": buttons}


def _message(response: Mapping[Text, Any], metadata: Mapping[Text, Any]) -> Message:
    buttons = response.get("buttons") or []
    return {
        "text": response.get("text"),
        "buttons": [{"title": button["title"], "payload": button["payload"]} for button in buttons],
        "custom": response.get("custom") or None,
        "metadata": dict(metadata),
    }


def _offers(message: Message) -> bool:
    return bool((message["metadata"].get("metadata") or {}).get("offer"))


def _opens_step(message: Message) -> bool:
    return isinstance(message["custom"], dict) and message["custom"].get("kind") in _STEPS


def _understood(parts: Sequence[Parsed], language: Text) -> Dict[Text, Any]:
    """The intent and ranking of the customer's first question, the intents of the others, and the language."""
    first, *others = parts
    intent = first.get("intent") or {}
    named = {"name": intent["name"], "confidence": intent["confidence"]} if intent.get("name") else None
    ranking = (first.get("intent_ranking") or [])[:_RANKING_LENGTH]
    return {
        "intent": named,
        "ranking": [{"name": entry["name"], "confidence": entry["confidence"]} for entry in ranking],
        "also": [other["intent"]["name"] for other in others],
        "language": language,
    }
