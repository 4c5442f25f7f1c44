"""The chat API, version 1 (docs/api.md). Every endpoint: who asks → how much → what → how often → do it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn
from ndihma.clock import Clock
from ndihma.config import Settings
from ndihma.desk.conversations import ConversationService
from ndihma.desk.errors import CodeExpired, CodesRefused
from ndihma.desk.events import VerificationBody
from ndihma.desk.hub import EventHub
from ndihma.desk.ports import SecondCode, VerificationSteps
from ndihma.desk.ratings import RatingService
from ndihma.desk.sessions import NotAuthorized, OpenedSession, Session, SessionService
from ndihma.gateway.errors import ApiError
from ndihma.gateway.limits import Decision, MessageLimits, SlidingWindow, address_key
from ndihma.gateway.origins import OriginPolicy
from ndihma.gateway.reading import bearer_token, client_address, int_parameter, read_json, validated
from ndihma.gateway.schemas import (
    ChoiceMessage,
    CodeGiven,
    CodeUnderWay,
    HistoryPage,
    MessageAccepted,
    NumberGiven,
    RatingStored,
    SecondCodeUnderWay,
    SessionCreated,
    SessionState,
    TextMessage,
    TokenIssued,
    VerificationStep,
    Verified,
)
from ndihma.gateway.stream import EventStream
from ndihma.messages import ErrorCode
from ndihma.telegram.opening import OpenedBot
from ndihma.verification.model import AssuranceLevel, AssuranceReader, VerificationState

__all__ = ["ChatApi", "EdgeLimits"]

_SESSION_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MAX_HISTORY: Final = 200
_DEFAULT_HISTORY: Final = 100
_STREAMS_PER_SESSION: Final = 5
_STREAMS_IN_ALL: Final = 2000
_READS_PER_MINUTE: Final = 1200
_STREAM_RETRY_S: Final = 5


class EdgeLimits:
    """All rate limits of the edge (S4); one instance per process."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        per_address = settings.address_messages_per_minute
        self.messages = MessageLimits(clock, settings.session_messages_per_minute, per_address)
        # Half as many new sessions as messages: a person opens one, an office behind one address some dozens.
        self.sessions = SlidingWindow(clock, max(10, per_address // 2))
        self.reads = SlidingWindow(clock, max(_READS_PER_MINUTE, 10 * per_address))


def _unless_limited(decision: Decision) -> None:
    if not decision.allowed:
        raise ApiError(429, ErrorCode.RATE_LIMITED, retry_after=decision.retry_after)


def _json(model: BaseModel, status: int = 200) -> Response:
    return JSONResponse(model.model_dump(mode="json"), status_code=status)


@dataclass(frozen=True, slots=True)
class ChatApi:
    """The endpoints, with everything they use."""

    settings: Settings
    clock: Clock
    sessions: SessionService
    conversations: ConversationService
    verification: VerificationSteps
    assurance: AssuranceReader
    ratings: RatingService
    hub: EventHub
    origins: OriginPolicy
    limits: EdgeLimits
    telegram: OpenedBot | None = None

    @property
    def offers_telegram(self) -> bool:
        """Whether there is a bot, and Telegram has told its name."""
        return self.telegram is not None and self.telegram.bot.link is not None

    # --- sessions -------------------------------------------------------------------------------------------

    async def create_session(self, request: Request) -> Response:
        origin = self.origins.opening(request)
        _unless_limited(self.limits.sessions.take(self._address(request)))
        opened = await self.sessions.open(await self.conversations.open(), origin)
        created = SessionCreated(
            session_id=opened.session.id,
            conversation_id=opened.session.conversation_id,
            token=opened.token,
            token_expires_at=opened.session.token_expires_at,
            expires_at=opened.session.expires_at,
            telegram=self.offers_telegram,
        )
        return _json(created, 201)

    async def read_session(self, request: Request) -> Response:
        session = await self.reading(request)
        identity = await self.assurance.identity(session.conversation_id)
        step = await self.verification.details(session.conversation_id)
        rating = await self.ratings.of(session.conversation_id)
        state = SessionState(
            session_id=session.id,
            conversation_id=session.conversation_id,
            token_expires_at=session.token_expires_at,
            expires_at=session.expires_at,
            level=identity.level if identity else AssuranceLevel.ANYBODY,
            verification=VerificationStep.of(step) if step else None,
            ended=await self.conversations.is_over(session.conversation_id),
            rating=RatingStored(score=rating.score, comment=rating.comment) if rating else None,
            telegram=self.offers_telegram,
        )
        return _json(state)

    async def renew_token(self, request: Request) -> Response:
        session = await self._session(request, renewing=True)
        _unless_limited(self.limits.reads.take(self._address(request)))
        opened = await self._rotate(session, grace=True)
        return _json(TokenIssued(token=opened.token, token_expires_at=opened.session.token_expires_at))

    async def end_session(self, request: Request) -> Response:
        session = await self._session(request)
        await self.sessions.end(session.id)
        await self.verification.forget(session.conversation_id)
        self.limits.messages.forget_session(session.id)
        self.hub.close_owner(session.id)
        return Response(status_code=204)

    # --- messages and events --------------------------------------------------------------------------------

    async def send_message(self, request: Request) -> Response:
        session = await self._session(request)
        value = await read_json(request, self.settings.max_body_bytes)
        if ("text" in value) == ("choice" in value):
            raise ApiError(422, ErrorCode.INVALID_FIELD, field="text")
        message: TextMessage | ChoiceMessage
        message = validated(TextMessage, value) if "text" in value else validated(ChoiceMessage, value)
        _unless_limited(self.limits.messages.take(session.id, self._address(request)))
        if isinstance(message, TextMessage):
            accepted = await self.conversations.say(
                session.conversation_id, message.client_id, message.text, self._address(request)
            )
        else:
            accepted = await self.conversations.choose(session.conversation_id, message.client_id, message.choice)
        await self.sessions.touch(session)
        stored = MessageAccepted(message_id=accepted.message_id, cursor=accepted.cursor, duplicate=accepted.duplicate)
        return _json(stored, 202)

    async def read_history(self, request: Request) -> Response:
        session = await self.reading(request)
        after = int_parameter(request.query_params.get("after"), "after", 0)
        limit = int_parameter(request.query_params.get("limit"), "limit", _DEFAULT_HISTORY, least=1, most=_MAX_HISTORY)
        page = await self.conversations.history(session.conversation_id, after, limit)
        return _json(HistoryPage(events=list(page.events), cursor=page.cursor, more=page.more))

    async def stream_events(self, request: Request) -> Response:
        session = await self.reading(request)
        resumed = request.headers.get("last-event-id") or request.query_params.get("after")
        after = int_parameter(resumed, "after", 0)
        if self.hub.count(session.id) >= _STREAMS_PER_SESSION:
            raise ApiError(429, ErrorCode.TOO_MANY_STREAMS, retry_after=_STREAM_RETRY_S)
        if self.hub.count() >= _STREAMS_IN_ALL:
            raise ApiError(503, ErrorCode.BUSY, retry_after=_STREAM_RETRY_S)
        return EventStream(
            hub=self.hub,
            conversations=self.conversations,
            clock=self.clock,
            conversation_id=session.conversation_id,
            owner=session.id,
            after=after,
            until=session.token_expires_at,
            attended=lambda: self.sessions.attend(session.id),
        )

    # --- verification ---------------------------------------------------------------------------------------

    async def start_verification(self, request: Request) -> Response:
        session = await self._talking(request)
        given = validated(NumberGiven, await read_json(request, self.settings.max_body_bytes))
        _unless_limited(self.limits.messages.take(session.id, self._address(request)))
        try:
            msisdn = Msisdn.parse(given.msisdn)
        except InvalidMsisdn:
            raise ApiError(422, ErrorCode.INVALID_MSISDN, field="msisdn") from None
        try:
            moved = await self.verification.number_given(session.conversation_id, msisdn, self._address(request))
        except CodesRefused as refused:
            if refused.locked:
                await self._tell_step(session)
            raise
        await self.conversations.record(session.conversation_id, moved)
        await self.sessions.touch(session)
        if moved.masked is None or moved.expires_at is None:
            raise RuntimeError("a sent code has a number and an end")
        return _json(CodeUnderWay(masked=moved.masked, expires_at=moved.expires_at, sent_to=moved.sent_to), 202)

    async def confirm_code(self, request: Request) -> Response:
        session = await self._talking(request)
        given = validated(CodeGiven, await read_json(request, self.settings.max_body_bytes))
        _unless_limited(self.limits.messages.take(session.id, self._address(request)))
        conversation_id = session.conversation_id
        try:
            confirmed = await self.verification.code_given(conversation_id, given.code, self._address(request))
        except CodeExpired:
            await self._tell_step(session)
            raise
        except CodesRefused as refused:
            if refused.locked:
                await self._tell_step(session)
            raise
        # The token first: whoever held the old one must not read what the verified customer is told (S2).
        opened = await self._rotate(await self.sessions.touch(session), grace=False, spare=given.spare_token)
        if isinstance(confirmed, SecondCode):
            await self.conversations.record(conversation_id, confirmed.moved)
            return _json(SecondCodeUnderWay.of(confirmed.moved, opened), 202)
        verified = VerificationBody(
            state=VerificationState.VERIFIED,
            masked=confirmed.identity.msisdn.masked,
            expires_at=confirmed.identity.expires_at,
            purpose=confirmed.purpose,
            level=confirmed.identity.level,
        )
        await self.conversations.resume(conversation_id, confirmed.resume_intent, verified)
        answer = Verified(
            level=confirmed.identity.level,
            expires_at=confirmed.identity.expires_at,
            token=opened.token,
            token_expires_at=opened.session.token_expires_at,
        )
        return _json(answer)

    async def cancel_verification(self, request: Request) -> Response:
        session = await self._session(request)
        moved = await self.verification.cancel(session.conversation_id)
        if moved is not None:
            await self.conversations.record(session.conversation_id, moved)
        return Response(status_code=204)

    # --- who asks -------------------------------------------------------------------------------------------

    async def acting(self, request: Request, *, ended_too: bool = False) -> Session:
        """The session of a request that counts as a message of its customer, for endpoints of other modules.

        ``ended_too``: also when the conversation is over.
        """
        session = await (self._session(request) if ended_too else self._talking(request))
        _unless_limited(self.limits.messages.take(session.id, self._address(request)))
        return await self.sessions.touch(session)

    async def _session(self, request: Request, *, renewing: bool = False) -> Session:
        """The session of the path, if the token and the Origin are its own."""
        session_id = request.path_params["session_id"]
        token = bearer_token(request)
        if not token or not _SESSION_ID.fullmatch(session_id):
            raise NotAuthorized
        session = await self.sessions.check(session_id, token, renewing=renewing)
        if session.first_use:  # of a renewed token: streams that were opened with the one before end
            self.hub.close_owner(session.id)
        self.origins.using(request, session.origin)
        return session

    async def _talking(self, request: Request) -> Session:
        """The session of a request that goes on with its conversation."""
        session = await self._session(request)
        await self.conversations.check_open(session.conversation_id)
        return session

    async def reading(self, request: Request) -> Session:
        """The session of a request that is no message; for endpoints of other modules, too."""
        session = await self._session(request)
        _unless_limited(self.limits.reads.take(self._address(request)))
        return session

    async def _rotate(self, session: Session, *, grace: bool, spare: str | None = None) -> OpenedSession:
        opened = await self.sessions.rotate(session.id, grace=grace, spare=spare)
        self.hub.close_owner(session.id)
        return opened

    async def _tell_step(self, session: Session) -> None:
        """An event of the step as a refusal left it: locked, or its code expired."""
        step = await self.verification.details(session.conversation_id)
        if step is not None:
            await self.conversations.record(session.conversation_id, step.body)

    def _address(self, request: Request) -> str:
        return address_key(client_address(request, trust_forwarded_for=self.settings.trust_forwarded_for))
