"""Suggestions and the knowledge they come from. No HTTP, no SQL."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

__all__ = ["KnowledgeAnswer", "Question", "QuestionReader", "Reason", "Suggested", "Suggestion"]


@dataclass(frozen=True, slots=True)
class KnowledgeAnswer:
    """An answer of the FAQ as domain.yml holds it. ``reviewed`` is an ISO date."""

    intent: str
    title: str
    text: str
    source: str
    reviewed: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``confidence``: how probable it is that this answers what was typed, 0 to 1, calibrated."""

    answer: KnowledgeAnswer
    confidence: float


class Reason(StrEnum):
    """Why there is no suggestion."""

    NONE_CONFIDENT = "none_confident"
    UNAVAILABLE = "unavailable"
    SUPERSEDED = "superseded"
    """The same client has asked for a newer text, before this one's turn had come."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """At most three suggestions, the likeliest first; or none, and the reason."""

    suggestions: tuple[Suggestion, ...] = ()
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a text: intents with their confidences, the likeliest first."""

    ranking: tuple[tuple[str, float], ...]


class QuestionReader(Protocol):
    """The engine, as far as suggestions need it (``ndihma.engine_client``)."""

    async def read(self, text: str) -> tuple[Question, ...]:
        """What a text asks by itself, at least one question. Raises EngineUnavailable."""
        ...
