"""From a customer's words to the messages that the dialogue handles: corrections, swearing, two questions in one.

The classifier sees one text at a time and knows nothing of the conversation. What stands around it is read here: what
is negated does not decide, a correction is read in the light of the question before, neither swearing nor a greeting
hides a question, and a message that holds two is handled as two. The result is what Rasa's own parser gives, so the
rest cannot tell.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Dict, Final, FrozenSet, List, Mapping, Optional, Text, Tuple

from engine.albanian.spelling import fold
from engine.clauses import asks, asks_bare_price, clauses
from engine.corrections import Correction, correction
from engine.greetings import after_greeting
from engine.questions import LIKELY, SURE, Ranking, part_questions
from engine.swearing import without_swearing

__all__ = ["FALLBACK", "Parse", "Parsed", "Previous", "Reader", "Reading", "ranking_of"]

Parsed = Dict[Text, Any]
"""What Rasa's parser gives: ``text``, ``intent``, ``intent_ranking``, ``entities`` and what components add."""
Parse = Callable[[Text], Awaitable[Parsed]]

FALLBACK: Final = "nlu_fallback"
_FRUSTRATION: Final = "frustration"
_KEPT_THOUGH_SWORN: Final[FrozenSet[Text]] = frozenset({_FRUSTRATION, "request_agent", "cancel"})
_COMMAND: Final = "/ "
_PLEASANTRIES: Final[FrozenSet[Text]] = frozenset({"greet", "goodbye", "thank"})
_NO_QUESTION: Final[FrozenSet[Text]] = _PLEASANTRIES | {"affirm", "deny"}
_OUT_OF_SCOPE: Final = "out_of_scope"
_PRICE: Final = "ask_sim_price"
_AT_THE_HEAD: Final = 2
"""How many places of a message's ranking a greeting must be in to stand in the way of a question."""
_SURE: Final = 0.7
"""What names a topic by itself, so that the question before need not help."""
_TOGETHER: Final = 0.6
"""What the likeliest topic must have of the share once the question before has been counted in."""
_UNSEEN: Final = 1e-4
"""Added to every share, so that one ranking alone never rules a topic out."""


@dataclass(frozen=True)
class Previous:
    """The customer's message before this one: the topic it was answered with, and its whole ranking."""

    topic: Optional[Text]
    ranking: Ranking


@dataclass(frozen=True)
class Reading:
    """What one text asks: ``messages`` to be handled, in order, at least one, and topics that may be asked besides."""

    messages: Tuple[Parsed, ...]
    offered: Tuple[Text, ...] = ()


class Reader:
    """Reads the messages of all conversations. ``topics`` are the intents that a customer can ask about."""

    def __init__(self, parse: Parse, topics: FrozenSet[Text]) -> None:
        self._parser = parse
        self._topics = topics

    async def read(self, text: Text, previous: Callable[[], Awaitable[Previous]]) -> Reading:
        """What ``text`` asks; ``previous`` is called only when a correction needs it."""
        if text.startswith("/"):  # a pressed button, written by the gateway
            return Reading((await self._parser(text),))
        corrected = correction(text)
        if corrected is not None:
            parsed = await self._corrected(corrected, text, await previous())
            if parsed is not None:
                return Reading((parsed,))
        clean = without_swearing(fold(text))
        if clean is not None:
            return await self._sworn(text, clean)
        return await self._questions(text)

    async def _parse(self, text: Text) -> Parsed:
        """What words say: a part of a message may begin with the slash of Rasa's commands, and is none (S3)."""
        return await self._parser(text.lstrip(_COMMAND))

    async def _questions(self, text: Text) -> Reading:
        asked = await self._after_greeting(text) or text
        priced = await self._price_of_what_is_told(asked)
        if priced is not None:
            return Reading((priced,))
        found = await part_questions(asked, self._rank, self._topics)
        return Reading(tuple([await self._parse(part) for part in found.texts]), found.offered)

    async def _price_of_what_is_told(self, text: Text) -> Parsed | None:
        """*Kom hup kartelën, po sa kushton?*: a price asked without a thing named is of what was told before it, and
        not of a new card. None for any other message.
        """
        *told, price = clauses(text) or (None,)
        if price is None or not told or not asks_bare_price(price.text):
            return None
        whole = await self._parse(text)
        if whole["intent"]["name"] != _PRICE:
            return None
        [(top, sure), *_] = (*await self._rank(" ".join(each.text for each in told)), ("", 0.0))
        meant = top in self._topics and top != _PRICE and sure >= SURE
        return _decided(whole, text, top, sure) if meant else None

    async def _after_greeting(self, text: Text) -> Text | None:
        """What is asked behind a greeting; None when the greeting hides nothing, or there is none."""
        rest = after_greeting(text)
        if rest is None or _PLEASANTRIES.isdisjoint(name for name, _ in (await self._rank(text))[:_AT_THE_HEAD]):
            return None
        top, sure = (*await self._rank(rest), ("", 0.0))[0]
        if top in self._topics:
            return rest if sure >= (LIKELY if asks(rest) else _SURE) else None
        meant = sure >= SURE and top not in _NO_QUESTION and (top != _OUT_OF_SCOPE or asks(rest))
        return rest if meant else None

    async def _rank(self, text: Text) -> Ranking:
        return ranking_of(await self._parse(text))

    # --- swearing -------------------------------------------------------------------------------------------

    async def _sworn(self, text: Text, clean: Text) -> Reading:
        """The question without the swearing when there is one, else frustration."""
        if len(clean.split()) > 1:
            reading = await self._questions(clean)
            if all(self._names_topic(each) for each in reading.messages):
                return reading
        whole = await self._parse(text)
        if whole["intent"]["name"] in _KEPT_THOUGH_SWORN or self._names_topic(whole):
            return Reading((whole,))
        return Reading((_decided(whole, text, _FRUSTRATION, 1.0),))

    def _names_topic(self, parsed: Parsed) -> bool:
        ranking = ranking_of(parsed)
        return bool(ranking) and ranking[0][0] in self._topics and ranking[0][1] >= _SURE

    # --- corrections ----------------------------------------------------------------------------------------

    async def _corrected(self, found: Correction, text: Text, previous: Previous) -> Parsed | None:
        """What is meant after all; None when this is no correction but, say, a thanks that begins with *jo*."""
        if not found.asserted:
            return await self._turned_down(text, previous)
        parsed = await self._parse(found.asserted)
        own = ranking_of(parsed)
        top, sure = own[0] if own else ("", 0.0)
        not_meant = await self._surely(found.negated)
        if top in self._topics and sure >= _SURE and top != not_meant:
            return _decided(parsed, text, top, sure)
        if sure >= _SURE and top not in self._topics:
            return None
        if not found.of_the_answer or previous.topic is None:
            return None
        shares = _shares(self._topics - {previous.topic, not_meant}, own, previous.ranking)
        likeliest, share = shares[0]
        return _decided(parsed, text, likeliest, share) if share >= _TOGETHER else _undecided(parsed, text, shares)

    async def _turned_down(self, text: Text, previous: Previous) -> Parsed | None:
        """*Nuk pyeta për këtë*: what the question before may have meant besides the topic that answered it."""
        if previous.topic is None:
            return None
        shares = _shares(self._topics - {previous.topic}, previous.ranking)
        return _undecided({**await self._parse(text), "entities": []}, text, shares)

    async def _surely(self, text: Text) -> Text | None:
        """The intent of a part of a message, when it is sure."""
        ranking = await self._rank(text) if text else ()
        return ranking[0][0] if ranking and ranking[0][1] >= _SURE else None


def ranking_of(parsed: Mapping[Text, Any]) -> List[Tuple[Text, float]]:
    """The intents of a parsed message with their confidences, likeliest first, without the fallback."""
    entries = parsed.get("intent_ranking") or []
    named = [(str(entry.get("name") or ""), float(entry["confidence"])) for entry in entries]
    return [(name, sure) for name, sure in named if name and name != FALLBACK]


def _shares(topics: FrozenSet[Text], *rankings: Ranking) -> List[Tuple[Text, float]]:
    """What each topic has by all rankings together (the shares sum to 1), likeliest first; ``topics`` is not empty."""
    products = {name: math.prod(dict(ranking).get(name, 0.0) + _UNSEEN for ranking in rankings) for name in topics}
    total = sum(products.values())
    return sorted(((name, product / total) for name, product in products.items()), key=lambda each: (-each[1], each[0]))


def _decided(parsed: Parsed, text: Text, intent: Text, confidence: float) -> Parsed:
    """``parsed`` as a message of this intent, in the customer's own words."""
    others = [{"name": name, "confidence": sure} for name, sure in ranking_of(parsed) if name != intent]
    own = {"name": intent, "confidence": confidence}
    return {**parsed, "text": text, "intent": own, "intent_ranking": [own, *others]}


def _undecided(parsed: Parsed, text: Text, shares: Ranking) -> Parsed:
    """``parsed`` as a message that was not understood, with what is likeliest to be offered."""
    fallback = {"name": FALLBACK, "confidence": 1.0}
    ranked = [{"name": name, "confidence": share} for name, share in shares]
    return {**parsed, "text": text, "intent": fallback, "intent_ranking": [fallback, *ranked]}
