"""The endpoints at the end of a conversation: ending it and rating it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ndihma.desk.errors import EmptyText
from ndihma.gateway.api import ChatApi
from ndihma.gateway.intake import TextIntake
from ndihma.gateway.reading import read_json, validated
from ndihma.gateway.schemas import ConversationOver, RatingGiven, RatingStored

__all__ = ["ClosingApi"]

_MAX_COMMENT_CHARS: Final = 500
_read_comment: Final = TextIntake(_MAX_COMMENT_CHARS)


@dataclass(frozen=True, slots=True)
class ClosingApi:
    """Ends and rates conversations for sessions of the chat API; the session itself goes on."""

    chat: ChatApi

    async def end(self, request: Request) -> Response:
        session = await self.chat.reading(request)
        over = ConversationOver(ended_at=await self.chat.conversations.end(session.conversation_id))
        await self.chat.sessions.touch(session)
        return JSONResponse(over.model_dump(mode="json"))

    async def rate(self, request: Request) -> Response:
        session = await self.chat.acting(request, ended_too=True)
        given = validated(RatingGiven, await read_json(request, self.chat.settings.max_body_bytes))
        stored = RatingStored(score=given.score, comment=_redacted(given.comment))
        first = await self.chat.ratings.rate(session.conversation_id, stored.score, stored.comment)
        return JSONResponse(stored.model_dump(mode="json"), status_code=201 if first else 200)


def _redacted(comment: str | None) -> str | None:
    """As a message is (S3, S6); nothing but white space is no comment. Raises TextTooLong."""
    try:
        return _read_comment(comment).text if comment else None
    except EmptyText:
        return None
