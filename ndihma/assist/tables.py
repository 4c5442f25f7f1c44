"""What agents made of suggestions, redacted before it comes here (S6); canned replies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Float, Index, Integer, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from ndihma.db import AwareDateTime, Base

__all__ = ["CannedReplyRow", "SuggestionFeedbackRow"]


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


class CannedReplyRow(Base):
    """A text that agents use again and again, of one team or, without one, of all. Holds nothing of a customer."""

    __tablename__ = "canned_replies"
    __table_args__ = (
        Index(
            "uq_canned_replies_common_shortcut",
            "shortcut",
            unique=True,
            sqlite_where=sql("team IS NULL"),
            postgresql_where=sql("team IS NULL"),
        ),
        Index(
            "uq_canned_replies_team_shortcut",
            "team",
            "shortcut",
            unique=True,
            sqlite_where=sql("team IS NOT NULL"),
            postgresql_where=sql("team IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    shortcut: Mapped[str] = mapped_column(String(32))
    """What is typed behind the slash."""
    title: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    """With its variables in braces."""
    team: Mapped[str | None] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(AwareDateTime)
    changed_by: Mapped[str] = mapped_column(String(96))
    """A user name, or a name at the command line."""
