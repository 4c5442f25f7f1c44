"""The Bot API as the bot uses it: calls with a time-out, and errors of our own.

A Bot API address holds the bot's token, and the errors of HTTP clients hold addresses. So no error of a library leaves
this module, not even as a cause: what is raised has fixed words (S6).
"""

from __future__ import annotations

import asyncio
from typing import Any, Final, TypeVar

from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetFile, TelegramMethod
from aiogram.utils.token import TokenValidationError
from aiohttp import ClientConnectorError, ClientError
from pydantic import SecretStr

__all__ = [
    "AlreadyDeleted",
    "BotApi",
    "Broken",
    "ChatGone",
    "Conflict",
    "FileTooLarge",
    "Flood",
    "NotModified",
    "Refused",
    "TelegramTrouble",
    "TokenRefused",
    "Unreachable",
]

_CALL_S: Final = 20
_FILE_S: Final = 60
_LONGEST_RETRY_S: Final = 3600
_T = TypeVar("_T")
_GONE: Final = (
    "chat not found",
    "user is deactivated",
    "peer_id_invalid",
    "bot was kicked",
    "not enough rights to send",
    "chat_write_forbidden",
    "group chat was deactivated",
)


class TelegramTrouble(Exception):
    """A call did not do what it should. The message is fixed words."""


class Unreachable(TelegramTrouble):
    """Nothing was done: no connection, or an error of the server (5xx)."""


class Broken(Unreachable):
    """The call left and no usable answer came: it may have been carried out."""


class Flood(TelegramTrouble):
    """Too many requests (429): none before ``retry_after`` seconds have passed."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many requests, {retry_after} s")
        self.retry_after = retry_after


class Refused(TelegramTrouble):
    """The request itself is not taken (400), now or later."""


class NotModified(Refused):
    """An edit that changes nothing: the message is as it should be."""


class AlreadyDeleted(Refused):
    """A message that is to be deleted is not there (any more)."""


class ChatGone(TelegramTrouble):
    """The chat cannot be written to: blocked, deleted, left."""


class TokenRefused(TelegramTrouble):
    """Telegram does not know the token (401, 404)."""


class Conflict(TelegramTrouble):
    """Somebody else fetches this bot's updates, or a webhook is set (409)."""


class FileTooLarge(TelegramTrouble):
    """A file is larger than it may be."""


class _RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates without reading them: one that nobody understands must not hold up the others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = 100
    timeout: int = 0
    allowed_updates: list[str]


class BotApi:
    """Calls to one bot. ``await close()`` when done. Raises TokenRefused when the token cannot be one."""

    def __init__(self, token: SecretStr, base_url: str) -> None:
        self._session = AiohttpSession(api=TelegramAPIServer.from_base(base_url))
        self._token = token
        try:
            self._bot = Bot(token.get_secret_value(), session=self._session, default=DefaultBotProperties())
        except TokenValidationError:
            raise TokenRefused("the token has not the form of one") from None

    async def close(self) -> None:
        await self._session.close()

    async def call(self, method: TelegramMethod[_T], *, timeout_s: int = _CALL_S) -> _T:
        """Carry out a method. Raises TelegramTrouble."""
        try:
            async with asyncio.timeout(timeout_s + 1):  # the session's own does not cover everything
                return await self._bot(method, request_timeout=timeout_s)
        except (AiogramError, ClientError, TimeoutError, OSError, ValueError) as error:
            raise _ours(error) from None

    async def updates(self, offset: int | None, wait_s: int, allowed: list[str]) -> list[dict[str, Any]]:
        """Wait up to ``wait_s`` seconds for updates; those below ``offset`` are forgotten there. Raises as ``call``."""
        method = _RawUpdates(offset=offset, timeout=wait_s, allowed_updates=allowed)
        return await self.call(method, timeout_s=wait_s + 10)

    async def download(self, file_id: str, limit: int) -> bytes:
        """A file's bytes, at most ``limit``. Raises FileTooLarge, otherwise as ``call``."""
        file = await self.call(GetFile(file_id=file_id))
        if file.file_path is None or (file.file_size or 0) > limit:
            raise FileTooLarge("a file is too large")
        url = self._session.api.file_url(self._token.get_secret_value(), file.file_path)
        content = bytearray()
        try:
            async with asyncio.timeout(_FILE_S):
                async for chunk in self._session.stream_content(url, timeout=_FILE_S):
                    content += chunk
                    if len(content) > limit:
                        raise FileTooLarge("a file is too large")
        except (AiogramError, ClientError, TimeoutError, OSError) as error:
            raise Unreachable(f"file: {type(error).__name__}") from None
        return bytes(content)


def _ours(error: Exception) -> TelegramTrouble:  # noqa: PLR0911  (a table)
    match error:
        case TelegramRetryAfter(retry_after=retry_after):
            return Flood(min(max(1, retry_after), _LONGEST_RETRY_S))
        case TelegramForbiddenError() | TelegramMigrateToChat():
            return ChatGone("the chat cannot be written to")
        case TelegramUnauthorizedError() | TelegramNotFound():
            return TokenRefused("Telegram does not know the token")
        case TelegramConflictError():
            return Conflict("somebody else fetches this bot's updates")
        case TelegramBadRequest(message=message) if any(words in message.lower() for words in _GONE):
            return ChatGone("the chat cannot be written to")
        case TelegramBadRequest(message=message) if "message is not modified" in message.lower():
            return NotModified("the message is so already")
        case TelegramBadRequest(message=message) if "message to delete not found" in message.lower():
            return AlreadyDeleted("the message is not there")
        case TelegramBadRequest() | TelegramEntityTooLarge():
            return Refused("Telegram refuses the request")
        case TelegramServerError():  # RestartingTelegram among them
            return Unreachable("an error of the server")
        case TelegramNetworkError(__cause__=ClientConnectorError()):
            return Unreachable("no connection")
        case ClientDecodeError():
            return Broken("an answer that cannot be read")
        case _:
            return Broken("no answer")
