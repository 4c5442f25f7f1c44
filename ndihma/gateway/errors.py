"""Every refusal of the API has one shape: ``{"error": {"code", "message"}}`` with a sentence for a person."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ndihma.desk import errors as desk
from ndihma.desk.sessions import NotAuthorized, SessionOver, TokenExpired
from ndihma.gateway.language import ALBANIAN, asked_language
from ndihma.gateway.schemas import ErrorBody, ErrorDetail
from ndihma.gateway.translations import TRANSLATIONS
from ndihma.messages import CODE_USED_UP, ERRORS, INVALID_FIELDS, ErrorCode, refused_until

__all__ = ["EXCEPTION_HANDLERS", "ApiError", "error_response"]

_log = logging.getLogger(__name__)

_BUSY_RETRY_S: Final = 5


class ApiError(Exception):
    """A refusal, ready to be sent. Nothing in it comes from the request."""

    def __init__(
        self,
        status: int,
        code: ErrorCode,
        *,
        retry_after: int | None = None,
        field: str | None = None,
        tries_left: int | None = None,
        message: str | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after = retry_after
        self.field = field
        self.tries_left = tries_left
        own = INVALID_FIELDS.get(field or "") if code is ErrorCode.INVALID_FIELD else None
        self.message = message or own or ERRORS[code]


def error_response(error: ApiError, headers: Mapping[str, str] | None = None) -> Response:
    """The refusal as JSON, in the language that was asked for."""
    language = asked_language()
    told = TRANSLATIONS[language].told(error.code, error.field, error.message) if language != ALBANIAN else None
    sent = {"Content-Language": language if told else ALBANIAN, **(headers or {})}
    if error.retry_after is not None:
        sent["Retry-After"] = str(error.retry_after)
    if error.status == 401:  # noqa: PLR2004
        sent["WWW-Authenticate"] = "Bearer"
    detail = ErrorDetail(code=error.code, message=told or error.message, field=error.field, tries_left=error.tries_left)
    body = ErrorBody(error=detail).model_dump(mode="json", exclude_none=True)
    return JSONResponse(body, status_code=error.status, headers=sent)


def _codes_refused(error: desk.CodesRefused) -> ApiError:
    code = ErrorCode.VERIFICATION_LOCKED if error.locked else ErrorCode.TOO_MANY_CODES
    used_up = error.locked and error.retry_after <= 0
    message = CODE_USED_UP if used_up else refused_until(code, error.until)
    return ApiError(429, code, retry_after=None if used_up else max(1, error.retry_after), message=message)


def _address_refused(error: desk.AddressRefused) -> ApiError:
    code = ErrorCode.TOO_MANY_WRONG_CODES
    return ApiError(429, code, retry_after=error.retry_after, message=refused_until(code, error.until))


_BY_TYPE: Final[Mapping[type[Exception], Callable[[Any], ApiError]]] = {
    SessionOver: lambda _: ApiError(401, ErrorCode.SESSION_ENDED),
    TokenExpired: lambda _: ApiError(401, ErrorCode.TOKEN_EXPIRED),
    NotAuthorized: lambda _: ApiError(401, ErrorCode.UNAUTHORIZED),
    desk.EmptyText: lambda _: ApiError(422, ErrorCode.EMPTY_TEXT),
    desk.TextTooLong: lambda _: ApiError(422, ErrorCode.TEXT_TOO_LONG),
    desk.UnknownChoice: lambda _: ApiError(422, ErrorCode.UNKNOWN_CHOICE),
    desk.UnknownConversation: lambda _: ApiError(401, ErrorCode.UNAUTHORIZED),
    desk.ConversationEnded: lambda _: ApiError(409, ErrorCode.CONVERSATION_ENDED),
    desk.ConversationQueueFull: lambda _: ApiError(429, ErrorCode.TOO_MANY_PENDING, retry_after=_BUSY_RETRY_S),
    desk.DeskBusy: lambda _: ApiError(503, ErrorCode.BUSY, retry_after=_BUSY_RETRY_S),
    desk.NoStep: lambda _: ApiError(409, ErrorCode.NO_VERIFICATION),
    desk.WrongCode: lambda error: ApiError(422, ErrorCode.WRONG_CODE, tries_left=error.tries_left),
    desk.CodeExpired: lambda _: ApiError(410, ErrorCode.CODE_EXPIRED),
    desk.CodesRefused: _codes_refused,
    desk.AddressRefused: _address_refused,
    desk.CodesUnavailable: lambda _: ApiError(503, ErrorCode.CODES_UNAVAILABLE),
    desk.HandoffChanged: lambda _: ApiError(409, ErrorCode.HANDOFF_CHANGED),
    desk.HandoffNotPossible: lambda _: ApiError(409, ErrorCode.HANDOFF_NOT_POSSIBLE),
    desk.NotTheirs: lambda _: ApiError(409, ErrorCode.NOT_THEIRS),
    desk.AgentNotOnDuty: lambda _: ApiError(409, ErrorCode.AGENT_NOT_ON_DUTY),
    desk.LinkRefused: lambda _: ApiError(422, ErrorCode.LINK_REFUSED, field="text"),
    desk.NoOpenRequest: lambda _: ApiError(409, ErrorCode.NO_OPEN_REQUEST),
    desk.TooManyAttachments: lambda _: ApiError(409, ErrorCode.TOO_MANY_ATTACHMENTS),
    desk.AttachmentTooLarge: lambda _: ApiError(413, ErrorCode.ATTACHMENT_TOO_LARGE),
    desk.AttachmentTypeRefused: lambda _: ApiError(415, ErrorCode.ATTACHMENT_TYPE),
}

_BY_STATUS: Final = {
    404: ErrorCode.NOT_FOUND,
    405: ErrorCode.METHOD_NOT_ALLOWED,
    413: ErrorCode.BODY_TOO_LARGE,
    415: ErrorCode.WRONG_CONTENT_TYPE,
}


def _refused(_request: Request, error: Exception) -> Response:
    if isinstance(error, ApiError):
        return error_response(error)
    return error_response(_BY_TYPE[type(error)](error))


def _http(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise TypeError
    code = _BY_STATUS.get(error.status_code, ErrorCode.MALFORMED_REQUEST)
    return error_response(ApiError(error.status_code, code), error.headers)


def _database_away(_request: Request, error: Exception) -> Response:
    """Locked, full, restarting or unreachable: for the client the same. The error's type alone is logged (S10)."""
    _log.error("database not usable", extra={"error": type(error).__name__})
    return error_response(ApiError(503, ErrorCode.BUSY, retry_after=_BUSY_RETRY_S))


EXCEPTION_HANDLERS: Final[Mapping[type[Exception], Callable[[Request, Exception], Response]]] = {
    HTTPException: _http,
    ApiError: _refused,
    **dict.fromkeys(_BY_TYPE, _refused),
    **dict.fromkeys((OperationalError, InterfaceError, NoConnectionFree), _database_away),
}
