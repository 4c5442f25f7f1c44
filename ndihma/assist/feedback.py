"""What agents made of suggestions: shown, inserted, edited, sent, marked wrong; the last are examples to learn from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from ndihma.assist.tables import SuggestionFeedbackRow
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.redaction import redact

__all__ = ["Feedback", "FeedbackAction", "FeedbackStore", "ReviewItem"]


class FeedbackAction(StrEnum):
    """What happened to a suggestion."""

    DISPLAYED = "displayed"
    INSERTED = "inserted"
    EDITED = "edited"
    SENT = "sent"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Feedback:
    """``text`` is what had been typed, normalised and redacted; ``right_intent`` what should have been suggested."""

    actor: str
    action: FeedbackAction
    text: str
    intent: str
    confidence: float | None = None
    right_intent: str | None = None
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """A text whose suggestion somebody marked as wrong."""

    at: datetime
    text: str
    intent: str
    confidence: float | None
    right_intent: str | None
    actor: str


class FeedbackStore:
    """Methods raise SQLAlchemyError when the database is away."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def record(self, feedback: Feedback) -> None:
        """Store what happened."""
        row = SuggestionFeedbackRow(
            at=self._clock.now(),
            actor=feedback.actor,
            action=feedback.action.value,
            text=redact(feedback.text).text,
            intent=feedback.intent,
            confidence=feedback.confidence,
            right_intent=feedback.right_intent,
            conversation_id=feedback.conversation_id,
        )
        async with self._database.session() as session:
            session.add(row)

    async def counts(self, since: datetime) -> Mapping[str, Mapping[FeedbackAction, int]]:
        """How often each thing happened to each intent's suggestion, by intent."""
        query = (
            select(SuggestionFeedbackRow.intent, SuggestionFeedbackRow.action, func.count())
            .where(SuggestionFeedbackRow.at >= since)
            .group_by(SuggestionFeedbackRow.intent, SuggestionFeedbackRow.action)
        )
        counted: dict[str, Counter[FeedbackAction]] = {}
        async with self._database.session() as session:
            for intent, action, count in await session.execute(query):
                counted.setdefault(intent, Counter())[FeedbackAction(action)] = count
        return {intent: counted[intent] for intent in sorted(counted)}

    async def to_review(self, since: datetime) -> Sequence[ReviewItem]:
        """What was marked wrong, oldest first; the same text with the same intents once, as it was marked last.

        Redacted once more: what is exported goes to where training data is kept.
        """
        query = (
            select(SuggestionFeedbackRow)
            .where(SuggestionFeedbackRow.at >= since, SuggestionFeedbackRow.action == FeedbackAction.WRONG.value)
            .order_by(SuggestionFeedbackRow.at, SuggestionFeedbackRow.id)
        )
        items: dict[tuple[str, str, str | None], ReviewItem] = {}
        async with self._database.session() as session:
            for row in await session.scalars(query):
                text = redact(row.text).text
                key = (text, row.intent, row.right_intent)
                items.pop(key, None)
                items[key] = ReviewItem(row.at, text, row.intent, row.confidence, row.right_intent, row.actor)
        return list(items.values())
