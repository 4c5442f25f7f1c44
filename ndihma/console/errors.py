"""The refusals of staff accounts as answers of the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

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
    WeakPassword: lambda error: ApiError(422, _WEAK[error.weakness], field="password"),
}


def _refused(_request: Request, error: Exception) -> Response:
    return error_response(_BY_TYPE[type(error)](error))


CONSOLE_EXCEPTION_HANDLERS: Final[Mapping[type[Exception], Callable[[Request, Exception], Response]]] = dict.fromkeys(
    _BY_TYPE, _refused
)
