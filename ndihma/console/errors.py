"""The refusals of what the console does as answers of the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from ndihma.assist.canned import (
    CannedChanged,
    HoldsPersonalData,
    InvalidCanned,
    ShortcutTaken,
    TooManyCanned,
    UnknownCanned,
    UnknownVariables,
)
from ndihma.console.messages import unknown_variables
from ndihma.desk.calls.notes import UnknownCall
from ndihma.gateway.errors import ApiError, error_response
from ndihma.messages import ErrorCode
from ndihma.staff.model import (
    CodeRefused,
    NotSignedIn,
    PasswordWeakness,
    SetupOver,
    SignInLocked,
    SignInRefused,
    WeakPassword,
)

__all__ = ["CONSOLE_EXCEPTION_HANDLERS"]

_WEAK: Final = {
    PasswordWeakness.SHORT: ErrorCode.PASSWORD_TOO_SHORT,
    PasswordWeakness.LONG: ErrorCode.PASSWORD_TOO_LONG,
    PasswordWeakness.GUESSABLE: ErrorCode.PASSWORD_GUESSABLE,
}
_BY_TYPE: Final[Mapping[type[Exception], Callable[[Any], ApiError]]] = {
    NotSignedIn: lambda _: ApiError(401, ErrorCode.NOT_SIGNED_IN),
    SignInRefused: lambda _: ApiError(401, ErrorCode.SIGN_IN_REFUSED),
    SignInLocked: lambda error: ApiError(429, ErrorCode.SIGN_IN_LOCKED, retry_after=error.retry_after),
    CodeRefused: lambda _: ApiError(422, ErrorCode.STAFF_CODE_REFUSED, field="code"),
    SetupOver: lambda _: ApiError(410, ErrorCode.SETUP_OVER),
    UnknownCanned: lambda _: ApiError(404, ErrorCode.NO_CANNED),
    CannedChanged: lambda _: ApiError(409, ErrorCode.CANNED_CHANGED),
    ShortcutTaken: lambda _: ApiError(409, ErrorCode.SHORTCUT_TAKEN, field="shortcut"),
    TooManyCanned: lambda _: ApiError(409, ErrorCode.TOO_MANY_CANNED),
    HoldsPersonalData: lambda _: ApiError(422, ErrorCode.PERSONAL_DATA, field="text"),
    UnknownVariables: lambda error: ApiError(
        422, ErrorCode.UNKNOWN_VARIABLES, field="text", message=unknown_variables(error.names)
    ),
    InvalidCanned: lambda error: ApiError(422, ErrorCode.INVALID_FIELD, field=error.field),
    UnknownCall: lambda _: ApiError(404, ErrorCode.NO_CALL),
    WeakPassword: lambda error: ApiError(422, _WEAK[error.weakness], field="password"),
}


def _refused(_request: Request, error: Exception) -> Response:
    return error_response(_BY_TYPE[type(error)](error))


CONSOLE_EXCEPTION_HANDLERS: Final[Mapping[type[Exception], Callable[[Request, Exception], Response]]] = dict.fromkeys(
    _BY_TYPE, _refused
)
