"""The only code that knows the engine's HTTP face (engine/channel.py): its paths ``message`` and ``read``."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from types import TracebackType
from typing import Any, Final, Self

import h11
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ndihma.assist.model import Question
from ndihma.desk.ports import EngineButton, EngineMessage, EngineTurn, EngineUnavailable
from ndihma.engine_client.connections import AnswerTooLarge, Connections

__all__ = ["HttpEngine"]

_MESSAGE_PATH: Final = "/webhooks/gateway/message"
_READ_PATH: Final = "/webhooks/gateway/read"
_TOKEN_HEADER: Final = "X-Ndihma-Token"  # noqa: S105  (a header's name)
_MAX_ANSWER_BYTES: Final = 256 * 1024
_MAX_MESSAGES: Final = 20


class _Lenient(BaseModel):
    """The engine may say more than we read."""

    model_config = ConfigDict(extra="ignore")


class _Button(_Lenient):
    title: str = Field(min_length=1)
    payload: str = Field(min_length=1)


class _MessageMetadata(_Lenient):
    source: str | None = None
    reviewed: str | None = None
    offer: Any = None

    @field_validator("source", "reviewed", mode="before")
    @classmethod
    def _as_text(cls, value: object) -> str | None:
        return None if value is None else str(value)


class _Metadata(_Lenient):
    metadata: _MessageMetadata | None = None


class _Message(_Lenient):
    text: str | None = None
    buttons: list[_Button] | None = None
    custom: Any = None
    metadata: _Metadata | None = None


class _Intent(_Lenient):
    name: str | None = None
    confidence: float | None = Field(default=None, allow_inf_nan=False)


class _Nlu(_Lenient):
    intent: _Intent | None = None


class _Answer(_Lenient):
    messages: list[_Message] = Field(max_length=_MAX_MESSAGES)
    nlu: _Nlu | None = None


class _Ranked(_Lenient):
    name: str
    confidence: float = Field(allow_inf_nan=False, ge=0, le=1)


class _Read(_Lenient):
    questions: list[list[_Ranked]] = Field(min_length=1, max_length=_MAX_MESSAGES)


class HttpEngine:
    """An ``Engine`` and a ``QuestionReader`` behind HTTP on this machine.

    ``timeout_s`` bounds a whole call of ``send``, ``read_timeout_s`` one of ``read``; nothing is tried twice.
    """

    def __init__(self, url: str, token: str, *, timeout_s: float, read_timeout_s: float = 2.0) -> None:
        self._timeout_s = timeout_s
        self._read_timeout_s = read_timeout_s
        self._connections = Connections(url, {_TOKEN_HEADER: token})

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._connections.close()

    async def send(self, sender: str, text: str) -> EngineTurn:
        """Let ``sender`` say ``text``. Raises EngineUnavailable with one of the reasons
        ``late``, ``dead``, ``refused``, ``failed``, ``broken``.
        """
        body = await self._post(_MESSAGE_PATH, {"sender": sender, "text": text}, self._timeout_s)
        try:
            return _turn(_Answer.model_validate_json(body))
        except ValidationError:
            # From None: a validation error repeats what it read.
            raise EngineUnavailable("broken") from None

    async def read(self, text: str) -> tuple[Question, ...]:
        """What ``text`` asks by itself, without a conversation; at least one question. Raises as ``send``."""
        body = await self._post(_READ_PATH, {"text": text}, self._read_timeout_s)
        try:
            questions = _Read.model_validate_json(body).questions
        except ValidationError:
            raise EngineUnavailable("broken") from None
        return tuple(
            Question(tuple((each.name, each.confidence) for each in ranking if each.name)) for ranking in questions
        )

    async def _post(self, path: str, asked: dict[str, str], timeout_s: float) -> bytes:
        try:
            async with asyncio.timeout(timeout_s):
                status, body = await self._connections.post(path, json.dumps(asked).encode(), at_most=_MAX_ANSWER_BYTES)
        except TimeoutError as error:
            raise EngineUnavailable("late") from error
        except (OSError, h11.ProtocolError) as error:
            raise EngineUnavailable("dead") from error
        except AnswerTooLarge:
            raise EngineUnavailable("broken") from None
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise EngineUnavailable("refused")
        if status != HTTPStatus.OK:
            raise EngineUnavailable("failed")
        return body


def _turn(answer: _Answer) -> EngineTurn:
    intent = answer.nlu.intent if answer.nlu else None
    return EngineTurn(
        messages=tuple(_message(message) for message in answer.messages),
        intent=intent.name if intent else None,
        confidence=intent.confidence if intent and intent.name else None,
    )


def _message(message: _Message) -> EngineMessage:
    about = (message.metadata and message.metadata.metadata) or _MessageMetadata()
    return EngineMessage(
        text=message.text or None,
        buttons=tuple(EngineButton(button.title, button.payload) for button in message.buttons or ()),
        custom=message.custom or None,
        source=about.source,
        reviewed=about.reviewed,
        offers=bool(about.offer),
    )
