"""The only code that knows the engine's HTTP face: ``POST /webhooks/gateway/message`` (engine/channel.py)."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, Final, Self

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ndihma.desk.ports import EngineButton, EngineMessage, EngineTurn, EngineUnavailable

__all__ = ["HttpEngine"]

_PATH: Final = "/webhooks/gateway/message"
_TOKEN_HEADER: Final = "X-Ndihma-Token"  # noqa: S105  (a header's name)
_CONNECT_S: Final = 1.0
_MAX_ANSWER_BYTES: Final = 256 * 1024
_MAX_MESSAGES: Final = 20
_OK: Final = 200


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
    """An ``Engine`` behind HTTP. ``timeout_s`` bounds the whole call; nothing is tried twice."""

    def __init__(self, url: str, token: str, *, timeout_s: float, parallel: int = 16) -> None:
        self._timeout_s = timeout_s
        # Not from the environment: a proxy variable must not send customers' words anywhere.
        self._http = httpx.AsyncClient(
            base_url=url,
            headers={_TOKEN_HEADER: token},
            timeout=httpx.Timeout(timeout_s, connect=min(_CONNECT_S, timeout_s)),
            limits=httpx.Limits(max_connections=parallel * 2, max_keepalive_connections=parallel),
            trust_env=False,
            follow_redirects=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def send(self, sender: str, text: str) -> EngineTurn:
        """Let ``sender`` say ``text``. Raises EngineUnavailable with one of the reasons
        ``late``, ``dead``, ``refused``, ``failed``, ``broken``.
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                body = await self._post({"sender": sender, "text": text})
        except (TimeoutError, httpx.TimeoutException) as error:
            raise EngineUnavailable("late") from error
        except httpx.HTTPError as error:
            raise EngineUnavailable("dead") from error
        try:
            return _turn(_Answer.model_validate_json(body))
        except ValidationError:
            # From None: a validation error repeats what it read.
            raise EngineUnavailable("broken") from None

    async def _post(self, payload: dict[str, str]) -> bytes:
        async with self._http.stream("POST", _PATH, json=payload) as response:
            if response.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
                raise EngineUnavailable("refused")
            if response.status_code != _OK:
                raise EngineUnavailable("failed")
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > _MAX_ANSWER_BYTES:
                    raise EngineUnavailable("broken")
            return bytes(body)


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
