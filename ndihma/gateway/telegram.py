"""The bot's two routes: the webhook that Telegram pushes updates to, and the link that carries a conversation over."""

from __future__ import annotations

import hmac
import ipaddress
import logging
from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ndihma.gateway.api import ChatApi
from ndihma.gateway.errors import ApiError
from ndihma.gateway.reading import client_address, read_json
from ndihma.gateway.schemas import TelegramLink
from ndihma.messages import ErrorCode
from ndihma.telegram.opening import OpenedBot, Webhook

__all__ = ["TelegramLinkApi", "TelegramWebhook"]

_log = logging.getLogger(__name__)

_SECRET_HEADER: Final = "x-telegram-bot-api-secret-token"  # noqa: S105  (a name, not a secret)
_MAX_UPDATE_BYTES: Final = 256 * 1024
_RETRY_S: Final = 5


@dataclass(frozen=True, slots=True)
class TelegramLinkApi:
    """``POST …/telegram-link`` for sessions of the chat API."""

    chat: ChatApi

    async def issue(self, request: Request) -> Response:
        session = await self.chat.acting(request)
        telegram = self.chat.telegram
        if telegram is None:
            raise ApiError(404, ErrorCode.NOT_FOUND)
        link = telegram.bot.link
        if link is None:  # Telegram has not told the bot's name yet
            raise ApiError(503, ErrorCode.BUSY, retry_after=_RETRY_S)
        issued = await telegram.links.issue(session.conversation_id)
        answer = TelegramLink(url=f"{link}?start={issued.token}", expires_at=issued.expires_at)
        return JSONResponse(answer.model_dump(mode="json"), status_code=201, headers={"Cache-Control": "no-store"})


@dataclass(frozen=True, slots=True)
class TelegramWebhook:
    """Takes updates from whoever shows the secret, from the allowed networks (S12): stored first, then answered."""

    opened: OpenedBot
    webhook: Webhook
    trust_forwarded_for: bool

    async def receive(self, request: Request) -> Response:
        shown = request.headers.get(_SECRET_HEADER, "").encode()
        right = hmac.compare_digest(shown, self.webhook.secret.get_secret_value().encode())
        if not right or not self._is_let_in(client_address(request, trust_forwarded_for=self.trust_forwarded_for)):
            # As an address that there is not: whoever guesses does not learn that this is the place.
            raise ApiError(404, ErrorCode.NOT_FOUND)
        update = await read_json(request, _MAX_UPDATE_BYTES)
        try:
            await self.opened.inbox.put([update])
        except SQLAlchemyError as error:
            _log.error("telegram: an update was not stored", extra={"error": type(error).__name__})
            raise ApiError(503, ErrorCode.BUSY, retry_after=_RETRY_S) from None  # Telegram sends it again
        return Response(status_code=200)

    def _is_let_in(self, address: str) -> bool:
        if not self.webhook.networks:
            return True
        try:
            client = ipaddress.ip_address(address)
        except ValueError:
            return False
        if isinstance(client, ipaddress.IPv6Address) and client.ipv4_mapped is not None:
            client = client.ipv4_mapped
        return any(client in network for network in self.webhook.networks)
