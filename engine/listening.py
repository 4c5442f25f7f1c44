"""What one text of a customer says, and in which language: before a dialogue, and beside it (``engine.classify``)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Awaitable, Callable, Final, FrozenSet, Mapping, Sequence, Text, Tuple

from engine.language import ALBANIAN
from engine.language_identifier import LANGUAGE
from engine.understanding import FALLBACK, Parse, Parsed, Previous, Reader, Reading, not_understood

__all__ = ["NOT_UNDERSTOOD", "Responses", "about", "listen", "topics_of"]

Responses = Mapping[Text, Sequence[Mapping[Text, Any]]]
"""The responses of domain.yml, each with its variants."""

NOT_UNDERSTOOD: Final = frozenset({FALLBACK, "out_of_scope"})
_SURE_ABROAD: Final = 0.7
"""Below this confidence half of the foreign messages of the development set are misread."""


async def listen(
    text: Text, parse: Parse, topics: FrozenSet[Text], previous: Callable[[], Awaitable[Previous]]
) -> Tuple[Reading, Text]:
    """What ``text`` asks and the language it is written in; ``previous`` is called only when a correction needs it."""
    reading = await Reader(parse, topics).read(text, previous)
    language = await _language(text, parse)
    if language != ALBANIAN:
        reading = replace(reading, messages=tuple(_doubted(message) for message in reading.messages))
    return reading, language


def topics_of(responses: Responses) -> FrozenSet[Text]:
    """The intents whose answer has a title: what a customer can ask about."""
    return frozenset(name[len("utter_") :] for name, variants in responses.items() if about(variants).get("title"))


def about(variants: Sequence[Mapping[Text, Any]]) -> Mapping[Text, Any]:
    """What domain.yml says of a response beside its text."""
    return (variants[0].get("metadata") or {}) if variants else {}


async def _language(text: Text, parse: Parse) -> Text:
    if text.startswith("/"):  # a pressed button, written by the gateway
        return ALBANIAN
    identified = (await parse(text)).get(LANGUAGE) or {}
    return str(identified.get("name") or ALBANIAN)


def _doubted(part: Parsed) -> Parsed:
    """A message in another language, as not understood when the classifier is not sure of it."""
    intent = part["intent"]
    certain = intent["name"] in NOT_UNDERSTOOD or float(intent["confidence"] or 0.0) >= _SURE_ABROAD
    return part if certain else not_understood(part)
