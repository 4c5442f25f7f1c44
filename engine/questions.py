"""Two questions in one message: where to part it, decided by the classifier that answers it.

A message is parted only where both sides ask something, each side is surely about another topic when it stands alone,
and the whole message, unparted, has exactly these two topics at the head of its own ranking. A story that leads to one
question fails the first test, neighbours that one question confuses the last. A price asked without a thing named
belongs to the question before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Awaitable, Callable, Container, Final, List, Sequence, Text, Tuple

from engine.clauses import Clause, asks, asks_bare_price, begins_asking, clauses, reports

__all__ = ["LIKELY", "SURE", "Questions", "Rank", "Ranking", "part_questions"]

Ranking = Sequence[Tuple[Text, float]]
"""Intents with their confidences (0 to 1), likeliest first."""
Rank = Callable[[Text], Awaitable[Ranking]]
"""The classifier: the ranking of a text, without the fallback."""

SURE: Final = 0.9
"""What each side must reach when it stands alone, to be answered; chosen on the development half (docs/nlu.md)."""
LIKELY: Final = 0.5
"""What is enough to answer the message as one question and offer the other topic."""
_AT_THE_HEAD: Final = 2
"""How many places of the whole message's ranking count as evidence."""
_FEWEST_WORDS: Final = 2
"""What a question needs to stand alone."""
_MOST_BOUNDARIES: Final = 6
"""A text with more joints is noise or a long story; trying them all would cost a classification each."""


@dataclass(frozen=True)
class Questions:
    """``texts`` are to be answered, in order; ``offered`` are topics that the message may ask about besides."""

    texts: Tuple[Text, ...]
    offered: Tuple[Text, ...] = ()


@dataclass(frozen=True)
class _Parting:
    left: Text
    right: Text
    topics: Tuple[Text, Text]
    sure: float


async def part_questions(text: Text, rank: Rank, topics: Container[Text]) -> Questions:
    """The questions of a message; the whole text alone when it is one.

    ``topics`` are the intents that are questions of their own. Most messages need no classification at all here.
    """
    best = await _best_parting(text, rank, topics)
    if best is None:
        return Questions((text,))
    if best.sure < SURE:
        answered = (await rank(text))[0][0]
        return Questions((text,), tuple(topic for topic in best.topics if topic != answered))
    texts: List[Text] = []
    found: List[Text] = []
    for side in (best.left, best.right):
        for part in (await part_questions(side, rank, topics)).texts:
            topic = (await rank(part))[0][0]
            if topic not in found:
                found.append(topic)
                texts.append(part)
    return Questions(tuple(texts))


async def _best_parting(text: Text, rank: Rank, topics: Container[Text]) -> _Parting | None:
    boundaries = _boundaries(clauses(text))
    if not boundaries or len(boundaries) > _MOST_BOUNDARIES:
        return None
    head = {name for name, _ in (await rank(text))[:_AT_THE_HEAD]}
    if not all(name in topics for name in head):
        return None
    best: _Parting | None = None
    for left, right in boundaries:
        (one, one_sure), (other, other_sure) = (await rank(left))[0], (await rank(right))[0]
        sure = min(one_sure, other_sure)
        if {one, other} == head and sure >= LIKELY and (best is None or sure > best.sure):
            best = _Parting(left, right, (one, other), sure)
    return best


def _boundaries(parts: Sequence[Clause]) -> List[Tuple[Text, Text]]:
    """Both sides of every joint that may part two questions."""
    found = []
    for i in range(1, len(parts)):
        before, after = parts[:i], parts[i:]
        if after[0].joint == "comma" and not begins_asking(after[0].text):
            continue
        left, right = (" ".join(part.text for part in side) for side in (before, after))
        if min(len(left.split()), len(right.split())) < _FEWEST_WORDS:
            continue
        if any(asks(part.text) for part in before) and _asks_too(before, after) and not asks_bare_price(right):
            found.append((left, right))
    return found


def _asks_too(before: Sequence[Clause], after: Sequence[Clause]) -> bool:
    """The second side asks, or stands in a list of what is asked for (``kërkon PUK-un dhe numrin tuaj``)."""
    if any(asks(part.text) for part in after):
        return True
    return after[0].joint == "and" and reports(before[-1].text)
