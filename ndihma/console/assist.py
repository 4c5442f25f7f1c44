"""``/api/assist/``: suggested answers, the knowledge search, what agents made of them.

For people of the staff, by the console's cookie, and for an existing contact-centre desktop, by a token with scopes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ndihma.assist.feedback import Feedback
from ndihma.assist.model import KnowledgeAnswer, Suggested
from ndihma.clock import Clock
from ndihma.config import Settings
from ndihma.console.assist_schemas import (
    DEFAULT_FOUND,
    LONGEST_QUERY,
    MOST_FOUND,
    AnswerFound,
    AnswersFound,
    AnswerSuggested,
    FeedbackGiven,
    FeedbackStored,
    SuggestionsGiven,
    TextTyped,
    WordsTyped,
)
from ndihma.console.assist_services import AssistServices
from ndihma.console.auth import signed_in
from ndihma.console.messages import REASONS
from ndihma.gateway.errors import ApiError
from ndihma.gateway.limits import SlidingWindow
from ndihma.gateway.reading import bearer_token, int_parameter, read_json, validated
from ndihma.messages import ErrorCode
from ndihma.staff.model import Role
from ndihma.staff.tokens import Scope, StaffTokens

__all__ = ["AssistApi"]

_ROLES: Final = (Role.AGENT, Role.SUPERVISOR)
_TOKEN_CALLS_PER_MINUTE: Final = 6000
"""Of one token: a whole contact centre types behind it."""
_MAX_BODY_BYTES: Final = 32 * 1024
"""4,000 characters (S3), escaped, with what stands around them."""


@dataclass(frozen=True, slots=True)
class _Caller:
    """``key`` stands for one who types; ``name`` is what feedback is signed with."""

    key: str
    name: str


class AssistApi:
    """The endpoints."""

    def __init__(self, settings: Settings, clock: Clock, services: AssistServices, tokens: StaffTokens) -> None:
        self._settings = settings
        self._services = services
        self._tokens = tokens
        self._calls = SlidingWindow(clock, _TOKEN_CALLS_PER_MINUTE, timedelta(minutes=1))

    async def suggest(self, request: Request) -> Response:
        caller = await self._caller(request, Scope.SUGGEST)
        typed = validated(TextTyped, await read_json(request, _MAX_BODY_BYTES))
        suggested = await self._services.suggesting.suggest(f"{caller.key} {typed.client}", typed.text)
        return JSONResponse(_given(suggested, typed.sequence).model_dump(mode="json"))

    async def search(self, request: Request) -> Response:
        await self._caller(request, Scope.SEARCH)
        query = request.query_params.get("q", "")
        if len(query) > LONGEST_QUERY:
            raise ApiError(422, ErrorCode.INVALID_FIELD, field="q")
        most = int_parameter(request.query_params.get("limit"), "limit", DEFAULT_FOUND, least=1, most=MOST_FOUND)
        return self._answers(query, most)

    async def search_typed(self, request: Request) -> Response:
        """As ``search``, with the words in the body."""
        await self._caller(request, Scope.SEARCH)
        typed = validated(WordsTyped, await read_json(request, _MAX_BODY_BYTES))
        return self._answers(typed.q, typed.limit)

    async def give_feedback(self, request: Request) -> Response:
        caller = await self._caller(request, Scope.FEEDBACK)
        given = validated(FeedbackGiven, await read_json(request, _MAX_BODY_BYTES))
        for field, intent in (("intent", given.intent), ("right_intent", given.right_intent)):
            if intent is not None and intent not in self._services.answers:
                raise ApiError(422, ErrorCode.INVALID_FIELD, field=field)
        await self._services.feedback.record(
            Feedback(
                actor=caller.name,
                action=given.action,
                text=self._services.intake(given.text).text,
                intent=given.intent,
                confidence=given.confidence,
                right_intent=given.right_intent,
                conversation_id=given.conversation_id,
            )
        )
        return JSONResponse(FeedbackStored().model_dump(mode="json"), status_code=201)

    def _answers(self, query: str, most: int) -> Response:
        found = [_found(answer) for answer in self._services.knowledge.search(query, most)]
        return JSONResponse(AnswersFound(answers=found).model_dump(mode="json"))

    async def _caller(self, request: Request, scope: Scope) -> _Caller:
        """Who asks: a token with the scope, or somebody signed in. Raises NotSignedIn, ApiError 403, 429."""
        shown = bearer_token(request)
        if not shown:
            session = await signed_in(request, *_ROLES)
            return _Caller(session.id, session.member.username)
        token = await self._tokens.check(shown)
        if scope not in token.scopes:
            raise ApiError(403, ErrorCode.ROLE_REFUSED)
        decision = self._calls.take(token.id)
        if not decision.allowed:
            raise ApiError(429, ErrorCode.RATE_LIMITED, retry_after=decision.retry_after)
        return _Caller(token.id, f"token:{token.name}")


def _given(suggested: Suggested, sequence: int) -> SuggestionsGiven:
    return SuggestionsGiven(
        sequence=sequence,
        suggestions=[
            AnswerSuggested(**_found(each.answer).model_dump(), confidence=round(each.confidence, 3))
            for each in suggested.suggestions
        ],
        reason=suggested.reason,
        message=None if suggested.reason is None else REASONS[suggested.reason],
    )


def _found(answer: KnowledgeAnswer) -> AnswerFound:
    return AnswerFound(
        intent=answer.intent, title=answer.title, text=answer.text, source=answer.source, reviewed=answer.reviewed
    )
