"""The endpoint that shows a PUK: the one answer of the API with a secret in it, never stored, never cached (S6, S8)."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ndihma.accounts.ports import AccountsUnavailable
from ndihma.desk.events import RevealBody, RevealState
from ndihma.gateway.api import ChatApi
from ndihma.gateway.errors import ApiError
from ndihma.gateway.schemas import PukRevealed
from ndihma.messages import ErrorCode
from ndihma.puk.cipher import CodeUnreadable
from ndihma.puk.model import PukRefused, ReferenceOver
from ndihma.puk.reveals import PukReveals

__all__ = ["RevealApi"]

_log = logging.getLogger(__name__)
_RETRY_S = 5


@dataclass(frozen=True, slots=True)
class RevealApi:
    """Redeems one-time references for sessions of the chat API."""

    chat: ChatApi
    reveals: PukReveals

    async def redeem(self, request: Request) -> Response:
        session = await self.chat.acting(request)
        try:
            # A session of the web chat is one customer's; nobody else can read its conversation.
            outcome = await self.reveals.redeem(session.conversation_id, request.path_params["reference"], private=True)
        except (AccountsUnavailable, CodeUnreadable) as error:
            _log.error("a PUK could not be shown", extra={"error": type(error).__name__})
            raise ApiError(503, ErrorCode.BUSY, retry_after=_RETRY_S) from None
        if isinstance(outcome, ReferenceOver):
            raise ApiError(410, ErrorCode.REVEAL_OVER)
        if isinstance(outcome, PukRefused):
            raise ApiError(409, ErrorCode.REVEAL_REFUSED)
        await self.chat.conversations.record(session.conversation_id, RevealBody(state=RevealState.SHOWN))
        puk2 = outcome.codes.puk2
        shown = PukRevealed(
            puk1=outcome.codes.puk1.get_secret_value(),
            puk2=puk2.get_secret_value() if puk2 else None,
            seconds=outcome.seconds,
        )
        return JSONResponse(shown.model_dump(mode="json"), headers={"Cache-Control": "no-store"})
