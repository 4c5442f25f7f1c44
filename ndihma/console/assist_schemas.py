"""The requests and responses of ``/api/assist/``."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from ndihma.assist.feedback import FeedbackAction
from ndihma.assist.model import Reason

__all__ = [
    "DEFAULT_FOUND",
    "LONGEST_QUERY",
    "MOST_FOUND",
    "AnswerFound",
    "AnswerSuggested",
    "AnswersFound",
    "FeedbackGiven",
    "FeedbackStored",
    "SuggestionsGiven",
    "TextTyped",
    "WordsTyped",
]

LONGEST_QUERY: Final = 200
DEFAULT_FOUND: Final = 8
MOST_FOUND: Final = 20
_MAX_RAW_TEXT = 16 * 1024
_INTENT = r"^[a-z_]{1,64}$"
_ID = r"^[A-Za-z0-9_-]{1,64}$"


class _In(BaseModel):
    """Strict about types; what it does not know is dropped (S3)."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TextTyped(_In):
    """What an agent has typed so far. `sequence` grows with every text and comes back with the answer."""

    text: str = Field(max_length=_MAX_RAW_TEXT, description="1 to 4,000 characters once it is normalised.")
    sequence: int = Field(ge=0, le=2**53 - 1)
    client: str = Field(
        default="-",
        pattern=_ID,
        description="A seat behind a token, or a window: of its waiting texts the newest counts.",
    )


class WordsTyped(_In):
    """Words to search for, or their beginnings: in a body, because an agent may type a number among them."""

    q: str = Field(max_length=LONGEST_QUERY)
    limit: int = Field(default=DEFAULT_FOUND, ge=1, le=MOST_FOUND)


class AnswerFound(_Out):
    """An answer of the FAQ, with the paragraph it comes from and the day it was last reviewed."""

    intent: str
    title: str
    text: str
    source: str
    reviewed: str = Field(json_schema_extra={"format": "date"})


class AnswersFound(_Out):
    """The best answers first."""

    answers: list[AnswerFound]


class AnswerSuggested(AnswerFound):
    """A suggested answer; `confidence` is how probable it is that it is the right one."""

    confidence: float = Field(ge=0, le=1)


class SuggestionsGiven(_Out):
    """At most three, the likeliest first; or none, with the reason and a sentence for a person."""

    sequence: int
    suggestions: list[AnswerSuggested] = Field(max_length=3)
    reason: Reason | None
    message: str | None


class FeedbackGiven(_In):
    """What happened to a suggestion. `right_intent`: what should have been suggested instead."""

    action: FeedbackAction = Field(strict=False)
    text: str = Field(max_length=_MAX_RAW_TEXT)
    intent: str = Field(pattern=_INTENT)
    confidence: float | None = Field(default=None, ge=0, le=1)
    right_intent: str | None = Field(default=None, pattern=_INTENT)
    conversation_id: str | None = Field(default=None, pattern=_ID)


class FeedbackStored(_Out):
    """It is stored, redacted."""

    stored: Literal[True] = True
