"""What the desk needs from outside: the dialogue engine, the reading of raw text, the verification step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ndihma.accounts.msisdn import Msisdn
from ndihma.desk.events import VerificationBody
from ndihma.verification.model import Identity, Purpose, VerificationState

__all__ = [
    "Callbacks",
    "Confirmed",
    "Engine",
    "EngineButton",
    "EngineMessage",
    "EngineTurn",
    "EngineUnavailable",
    "FiledCallback",
    "Incoming",
    "Intake",
    "PlainAnswer",
    "SecondCode",
    "StepDetails",
    "VerificationSteps",
]


class EngineUnavailable(Exception):
    """The engine gave no usable answer. ``reason`` is a fixed word for the log, never customer text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class EngineButton:
    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class EngineMessage:
    """One message of the engine's answer; ``custom`` may hold a typed instruction."""

    text: str | None = None
    buttons: tuple[EngineButton, ...] = ()
    custom: Any = None
    source: str | None = None
    reviewed: str | None = None
    offers: bool = False
    """Whether the message ends in an offer that the next message may take up."""


@dataclass(frozen=True, slots=True)
class EngineTurn:
    """The engine's whole answer to one message."""

    messages: tuple[EngineMessage, ...] = ()
    intent: str | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class PlainAnswer:
    """What the FAQ says on a topic, for everybody."""

    text: str
    source: str
    reviewed: str
    """An ISO date."""
    title: str = ""
    """What the topic is called."""


class Engine(Protocol):
    """The dialogue engine (ndihma.engine_client)."""

    async def send(self, sender: str, text: str) -> EngineTurn:
        """Let ``sender`` say ``text``. Raises EngineUnavailable (late, dead, broken)."""
        ...


@dataclass(frozen=True, slots=True)
class Incoming:
    """A customer's text once it is safe to keep.

    ``text`` is normalised and redacted, one line; ``for_engine`` is the same with the customer's line breaks. Neither
    begins with ``/``. ``number`` is set when the message did nothing but name a telephone number, ``holds_code`` when
    six digits, written or dictated, are in it: the only trace raw text leaves.
    """

    text: str
    for_engine: str
    number: Msisdn | None = None
    holds_code: bool = False


class Intake(Protocol):
    """Reads raw text of a customer: length, normalisation, redaction (security S3, S6)."""

    def __call__(self, raw: str) -> Incoming:
        """Raises EmptyText or TextTooLong."""
        ...


@dataclass(frozen=True, slots=True)
class StepDetails:
    """An open verification step; ``masked`` and ``expires_at`` (of the code) are set once a code was sent."""

    state: VerificationState
    masked: str | None = None
    expires_at: datetime | None = None
    purpose: Purpose = Purpose.ACCOUNT
    sent_to: str | None = None
    """The masked contact that a second code went to."""

    @property
    def body(self) -> VerificationBody:
        """The event that tells of the step as it is."""
        return VerificationBody(
            state=self.state,
            masked=self.masked,
            expires_at=self.expires_at,
            purpose=self.purpose,
            sent_to=self.sent_to,
        )


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A number is proved; ``resume_intent`` is the question that was interrupted for it."""

    identity: Identity
    resume_intent: str | None
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class SecondCode:
    """The first of two codes was right, and the second is on its way."""

    moved: VerificationBody


class VerificationSteps(Protocol):
    """The verification step as a conversation drives it (``ndihma.desk.steps``)."""

    async def current(self, conversation_id: str) -> VerificationState | None:
        """The state of the open step, or None."""
        ...

    async def ask_number(
        self, conversation_id: str, resume_intent: str, purpose: Purpose = Purpose.ACCOUNT
    ) -> VerificationBody:
        """Open the step (or open it anew) and remember the question it interrupted.

        For the purpose PUK a conversation that has proved a number is sent its second code at once.
        """
        ...

    async def number_given(self, conversation_id: str, msisdn: Msisdn, address: str) -> VerificationBody:
        """Send a code if the number exists; the answer does not tell.

        Raises NoStep, CodesRefused, AddressRefused, CodesUnavailable.
        """
        ...

    async def code_given(self, conversation_id: str, code: str, address: str) -> Confirmed | SecondCode:
        """Try a code. Raises NoStep, WrongCode, CodeExpired, CodesRefused, AddressRefused."""
        ...

    async def proved(self, conversation_id: str) -> Confirmed | None:
        """What the last step proved, while it counts: for an edge that died before it could go on with it."""
        ...

    async def cancel(self, conversation_id: str) -> VerificationBody | None:
        """Close the open step; None when there is none."""
        ...

    async def details(self, conversation_id: str) -> StepDetails | None:
        """The open step as the edge shows it."""
        ...

    async def forget(self, conversation_id: str) -> None:
        """Drop the step and the identity: the session is over."""
        ...


@dataclass(frozen=True, slots=True)
class FiledCallback:
    """Somebody will be called; ``reference`` is like ``TH-7F3K9Q``."""

    reference: str
    msisdn: Msisdn


class Callbacks(Protocol):
    """Call-back requests (``ndihma.desk.handoff.callbacks``); a conversation has one that is not done, at most."""

    async def ask(self, conversation_id: str) -> FiledCallback | None:
        """File one for the number that the conversation has proved, or give the one that is filed. None when there is
        no number: then one is awaited. Raises SQLAlchemyError.
        """
        ...

    async def awaits_number(self, conversation_id: str) -> bool:
        """Whether the customer was asked for a number lately. Raises SQLAlchemyError."""
        ...

    async def file(self, conversation_id: str, msisdn: Msisdn) -> FiledCallback:
        """File one for a typed number. Raises SQLAlchemyError."""
        ...
