"""Cross-origin calls of the chat API: allowed for the operator's own sites by exact Origin (security S13)."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ndihma.gateway.errors import ApiError, error_response
from ndihma.messages import ErrorCode

__all__ = ["ApiCors"]

_API: Final = "/api/v1/"
_PERMITTED: Final = 200
_MAX_AGE_S: Final = 7200
"""The longest that Chromium remembers a preflight. What was allowed is checked again with every call."""


class ApiCors:
    """Answers preflights and marks answers below ``/api/v1/``, errors and streams too; everything else is not touched.

    No credentials: the token is a header, and no cookie exists. ``Vary: Origin`` stands in every answer.
    """

    def __init__(self, app: ASGIApp, *, origins: AbstractSet[str]) -> None:
        self._app = app
        self._cors = _Cors(
            app,
            allow_origins=origins,
            allow_methods=("GET", "POST", "DELETE"),
            allow_headers=("Authorization", "Content-Type", "Last-Event-ID"),
            expose_headers=("Retry-After", "Date"),  # Date: the server's clock, for what counts down
            max_age=_MAX_AGE_S,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        crossing = scope["type"] == "http" and scope["path"].startswith(_API)
        await (self._cors if crossing else self._app)(scope, receive, send)


class _Cors(CORSMiddleware):
    """Starlette's, whose refusals have the API's shape and name no permissions to whom they are not given."""

    def preflight_response(self, request_headers: Headers) -> Response:
        answer = super().preflight_response(request_headers)
        if answer.status_code == _PERMITTED:
            return answer
        return error_response(ApiError(403, ErrorCode.ORIGIN_REFUSED), {"Vary": answer.headers["vary"]})

    async def send(self, message: Message, send: Send, request_headers: Headers) -> None:
        if not self.is_allowed_origin(request_headers.get("origin", "")):
            request_headers = Headers()  # as if nobody had asked: Vary, and nothing else
        await super().send(message, send, request_headers)
