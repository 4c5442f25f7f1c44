"""Suggested answers to what an agent types, terse or as the caller said it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Final

from ndihma.assist.lately import Lately
from ndihma.assist.model import KnowledgeAnswer, Question, QuestionReader, Reason, Suggested, Suggestion
from ndihma.assist.newest import NewestWins
from ndihma.clock import Clock
from ndihma.desk.ports import EngineUnavailable, Intake

__all__ = ["MOST_SUGGESTIONS", "Suggesting"]

MOST_SUGGESTIONS: Final = 3
_AT_ONCE: Final = 2
"""The engine computes on one core, and customers' messages need it too."""

_log = logging.getLogger(__name__)


class Suggesting:
    """Reads a text, asks the engine what it asks, and answers from the FAQ."""

    def __init__(
        self,
        reader: QuestionReader,
        intake: Intake,
        answers: Mapping[str, KnowledgeAnswer],
        threshold: float,
        clock: Clock,
    ) -> None:
        """``answers`` by intent. ``threshold``: no suggestion has less confidence."""
        self._reader = reader
        self._intake = intake
        self._answers = answers
        self._threshold = threshold
        self._newest = NewestWins(_AT_ONCE)
        self._lately = Lately(clock)

    async def suggest(self, client: str, typed: str) -> Suggested:
        """Suggestions for what ``client`` (a session, a seat) has typed so far. Raises EmptyText, TextTooLong.

        Redacted before the engine sees it (S6), and kept for a minute, in memory.
        """
        text = self._intake(typed).for_engine
        questions = self._lately.get(text)
        if questions is None:
            try:
                questions = await self._newest.run(client, lambda: self._reader.read(text))
            except EngineUnavailable as error:
                _log.warning("no suggestions", extra={"reason": error.reason})
                return Suggested(reason=Reason.UNAVAILABLE)
            if questions is None:
                return Suggested(reason=Reason.SUPERSEDED)
            self._lately.put(text, questions)
        suggestions = tuple(self._confident(questions))[:MOST_SUGGESTIONS]
        return Suggested(suggestions, None if suggestions else Reason.NONE_CONFIDENT)

    def _confident(self, questions: tuple[Question, ...]) -> Iterator[Suggestion]:
        """The likeliest answer of every question first, in their order, then the others by confidence."""
        rankings = [
            [(intent, sure) for intent, sure in question.ranking if intent in self._answers and sure >= self._threshold]
            for question in questions
        ]
        first = [ranking[0] for ranking in rankings if ranking]
        others = sorted((each for ranking in rankings for each in ranking[1:]), key=lambda each: -each[1])
        seen = set[str]()
        for intent, sure in [*first, *others]:
            if intent not in seen:
                seen.add(intent)
                yield Suggestion(self._answers[intent], sure)
