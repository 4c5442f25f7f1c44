"""What agents made of suggestions. Texts are redacted before they come here (S6)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Float, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ndihma.db import AwareDateTime, Base

__all__ = ["SuggestionFeedbackRow"]


class SuggestionFeedbackRow(Base):
    """One thing that happened to one suggestion. Kept as long as transcripts (S10)."""

    __tablename__ = "suggestion_feedback"
    __table_args__ = (Index("ix_suggestion_feedback_action_at", "action", "at"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(AwareDateTime(), index=True)
    actor: Mapped[str] = mapped_column(String(96))
    """A user name, or the name of a token."""
    action: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    """What had been typed."""
    intent: Mapped[str] = mapped_column(String(64))
    confidence: Mapped[float | None] = mapped_column(Float)
    right_intent: Mapped[str | None] = mapped_column(String(64))
    """What would have been right, if the agent says so."""
    conversation_id: Mapped[str | None] = mapped_column(String(64), index=True)
