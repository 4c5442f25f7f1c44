"""The only code that knows the engine's HTTP face: ``POST /webhooks/gateway/message`` (engine/channel.py)."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from types import TracebackType
from typing import Any, Final, Self

import h11
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ndihma.desk.ports import EngineButton, EngineMessage, EngineTurn, EngineUnavailable
from ndihma.engine_client.connections import AnswerTooLarge, Connections

__all__ = ["HttpEngine"]

_PATH: Final = "/webhooks/gateway/message"
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


class HttpEngine:
    """An ``Engine`` behind HTTP on this machine. ``timeout_s`` bounds the whole call; nothing is tried twice."""

    def __init__(self, url: str, token: str, *, timeout_s: float) -> None:
        self._timeout_s = timeout_s
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
        asked = json.dumps({"sender": sender, "text": text}).encode()
        try:
            async with asyncio.timeout(self._timeout_s):
                status, body = await self._connections.post(_PATH, asked, at_most=_MAX_ANSWER_BYTES)
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
        try:
            return _turn(_Answer.model_validate_json(body))
        except ValidationError:
            # From None: a validation error repeats what it read.
            raise EngineUnavailable("broken") from None


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
