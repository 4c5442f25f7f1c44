"""The requests and responses of the chat API: what is validated is what the OpenAPI document says."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_serializer

from ndihma.clock import BELGRADE
from ndihma.desk.events import Event, VerificationBody
from ndihma.desk.ports import StepDetails
from ndihma.desk.sessions import OpenedSession
from ndihma.messages import ErrorCode
from ndihma.verification.model import Purpose, VerificationState

__all__ = [
    "AttachmentReceived",
    "ChoiceMessage",
    "CodeGiven",
    "CodeUnderWay",
    "ConversationOver",
    "ErrorBody",
    "ErrorDetail",
    "HistoryPage",
    "Live",
    "MessageAccepted",
    "NumberGiven",
    "OutboxMessage",
    "OutboxPage",
    "PukRevealed",
    "RatingGiven",
    "RatingStored",
    "Readiness",
    "SecondCodeUnderWay",
    "SessionCreated",
    "SessionState",
    "TelegramLink",
    "TextMessage",
    "TokenIssued",
    "TypingNotice",
    "VerificationStep",
    "Verified",
]

_MAX_RAW_TEXT = 16 * 1024


class _In(BaseModel):
    """Strict about types, silent about what it does not know: client metadata is dropped (S3)."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_serializer("expires_at", "token_expires_at", "ended_at", check_fields=False)
    def _local(self, value: datetime | None) -> str | None:
        return None if value is None else value.astimezone(BELGRADE).isoformat(timespec="seconds")


ClientId = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="Chosen by the client; makes a repeat safe.")
]


class TextMessage(_In):
    """What the customer typed."""

    client_id: ClientId
    text: str = Field(max_length=_MAX_RAW_TEXT, description="1 to 1,000 characters once it is normalised.")


class ChoiceMessage(_In):
    """The button the customer pressed."""

    client_id: ClientId
    choice: str = Field(pattern=r"^c_[A-Za-z0-9_-]{1,30}$", description="The `id` of a button of this conversation.")


class NumberGiven(_In):
    """The number to verify, in any spelling: `044 123 456`, `+383 44 123 456`."""

    msisdn: str = Field(min_length=1, max_length=40)


class CodeGiven(_In):
    """The one-time code that was sent: six digits, in groups if one likes (`123 456`)."""

    code: str = Field(min_length=1, max_length=24)
    spare_token: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9_-]{24,128}$",
        description="A secret of the client's own making: good in place of the new token, for a minute, "
        "should the answer get lost.",
    )


class RatingGiven(_In):
    """What the customer thought of the conversation: 1 (worst) to 5 (best)."""

    score: int = Field(ge=1, le=5)
    comment: str | None = Field(
        default=None, max_length=_MAX_RAW_TEXT, description="At most 500 characters once it is normalised."
    )


class SessionCreated(_Out):
    """A new session; the conversation's greeting is in its history and on its stream from cursor 1."""

    session_id: str
    conversation_id: str
    token: str
    token_expires_at: datetime
    expires_at: datetime
    telegram: bool
    """Whether the conversation can go on in Telegram (`createTelegramLink`)."""


class TelegramLink(_Out):
    """`url` opens the bot's chat with this conversation, once, until `expires_at`; then this session has ended."""

    url: str
    expires_at: datetime


class VerificationStep(_Out):
    """The open verification step."""

    state: VerificationState
    masked: str | None
    expires_at: datetime | None
    purpose: Purpose = Purpose.ACCOUNT
    sent_to: str | None = None

    @classmethod
    def of(cls, step: StepDetails) -> VerificationStep:
        return cls(
            state=step.state,
            masked=step.masked,
            expires_at=step.expires_at,
            purpose=step.purpose,
            sent_to=step.sent_to,
        )


class RatingStored(_Out):
    """The rating as it is kept, in place of an earlier one; the comment is redacted like a message."""

    score: int = Field(ge=1, le=5)
    comment: str | None


class SessionState(_Out):
    """`level` is the assurance: 0 anybody, 1 number matched, 2 code confirmed, 3 second factor."""

    session_id: str
    conversation_id: str
    token_expires_at: datetime
    expires_at: datetime
    level: int = Field(ge=0, le=3)
    verification: VerificationStep | None
    ended: bool
    """Whether the customer has ended the conversation."""
    rating: RatingStored | None
    telegram: bool
    """Whether the conversation can go on in Telegram (`createTelegramLink`)."""


class TokenIssued(_Out):
    """A fresh token; the old one, and streams opened with it, have ended."""

    token: str
    token_expires_at: datetime


class MessageAccepted(_Out):
    """The message is stored; its answer comes as events. `duplicate`: this client id was stored before."""

    message_id: str
    cursor: int = Field(ge=1)
    duplicate: bool


class HistoryPage(_Out):
    """Events after a cursor; `cursor` is the last one here, `more` says whether to ask again after it."""

    events: list[Event]
    cursor: int = Field(ge=0)
    more: bool


class CodeUnderWay(_Out):
    """A code is on its way if the number exists; whether it does is not told. `sent_to`: a second code's contact."""

    masked: str
    expires_at: datetime
    sent_to: str | None = None


class Verified(_Out):
    """The number is verified until `expires_at`; `token` replaces the one that was used."""

    verified: Literal[True] = True
    level: int = Field(ge=1, le=3)
    expires_at: datetime
    token: str
    token_expires_at: datetime


class SecondCodeUnderWay(_Out):
    """The first of two codes was right, the second is on its way to `sent_to`. `token` replaces the one used."""

    verified: Literal[False] = False
    sent_to: str
    expires_at: datetime
    token: str
    token_expires_at: datetime

    @classmethod
    def of(cls, moved: VerificationBody, opened: OpenedSession) -> SecondCodeUnderWay:
        if moved.sent_to is None or moved.expires_at is None:
            raise RuntimeError("a second code has a contact and an end")
        return cls(
            sent_to=moved.sent_to,
            expires_at=moved.expires_at,
            token=opened.token,
            token_expires_at=opened.session.token_expires_at,
        )


class PukRevealed(_Out):
    """The codes, to be shown for `seconds` and then wiped; the only answer with a secret in it, never cached."""

    puk1: str
    puk2: str | None
    seconds: int = Field(ge=1)

    def __repr__(self) -> str:
        return "PukRevealed()"


class AttachmentReceived(_Out):
    """The proof was taken for the request with this reference."""

    reference: str


class ConversationOver(_Out):
    """The conversation takes nothing more but a rating; its session goes on. A repeat is answered the same."""

    ended_at: datetime


class TypingNotice(_Out):
    """On the stream only, without an id: an answer is being made."""

    active: bool


class Live(_Out):
    status: Literal["ok"] = "ok"


class Readiness(_Out):
    """`ready` when every part answers."""

    status: Literal["ready", "not_ready"]
    database: Literal["ok", "unavailable"]
    engine: Literal["ok", "unavailable"]
    actions: Literal["ok", "unavailable"]


class OutboxMessage(_Out):
    """A message that production would send by SMS."""

    at: datetime
    to: str
    text: str

    @field_serializer("at")
    def _local_at(self, value: datetime) -> str:
        return value.astimezone(BELGRADE).isoformat(timespec="seconds")


class OutboxPage(_Out):
    messages: list[OutboxMessage]


class ErrorDetail(_Out):
    """`message` is a sentence for a person, in Albanian."""

    code: ErrorCode
    message: str
    field: str | None = None
    tries_left: int | None = None


class ErrorBody(_Out):
    error: ErrorDetail
