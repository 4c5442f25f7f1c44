"""What one text of a customer says, and in which language: before a dialogue, and beside it (``engine.classify``)."""

from __future__ import annotations

from typing import Any, Awaitable, Callable, Final, FrozenSet, Mapping, Sequence, Text, Tuple

from engine.language import ALBANIAN
from engine.language_identifier import LANGUAGE
from engine.understanding import FALLBACK, Parse, Previous, Reader, Reading

__all__ = ["LONGEST", "NOT_UNDERSTOOD", "Responses", "about", "listen", "topics_of"]

Responses = Mapping[Text, Sequence[Mapping[Text, Any]]]
"""The responses of domain.yml, each with its variants."""

LONGEST: Final = 4000
"""Characters of one text that are read: what an agent may write (S3). The time grows with the square of the length."""
NOT_UNDERSTOOD: Final = frozenset({FALLBACK, "out_of_scope"})


async def listen(
    text: Text, parse: Parse, topics: FrozenSet[Text], previous: Callable[[], Awaitable[Previous]]
) -> Tuple[Reading, Text]:
    """What ``text`` asks and the language it is written in; ``previous`` is called only when a correction needs it."""
    return await Reader(parse, topics).read(text, previous), await _language(text, parse)


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
