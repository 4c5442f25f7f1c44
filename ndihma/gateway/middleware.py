"""What wraps every answer: security headers, an access log without addresses or text, and the last resort."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ndihma.gateway.errors import ApiError, error_response
from ndihma.messages import ErrorCode

__all__ = ["PAGE_POLICY", "LastResort", "SecurityHeaders"]

_log = logging.getLogger(__name__)
_access = logging.getLogger("ndihma.gateway.access")

_API_POLICY: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
"""The page builds its elements without any HTML sink, so no Trusted Types policy is allowed at all."""

_ALWAYS: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_PROBES: Final = frozenset({"live", "ready"})
"""Endpoints that somebody calls every few seconds."""
_HSTS: Final = "max-age=31536000"


class SecurityHeaders:
    """Adds the headers of S13 that an answer does not set itself; ``https`` besides pins the browser to TLS."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = {**_ALWAYS, **({"Strict-Transport-Security": _HSTS} if https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", _API_POLICY)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, with_headers)


class LastResort:
    """An unforeseen error becomes a 500 with a sentence; its type and place are logged, its message is not (S10)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0
        began = time.perf_counter()

        async def watching(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watching)
        except Exception as error:
            _log.error("unforeseen error", extra={"error": type(error).__name__, "place": _place(error)})
            if not status:
                status = 500
                await error_response(ApiError(500, ErrorCode.INTERNAL))(scope, receive, send)
        finally:
            endpoint = getattr(scope.get("endpoint"), "__name__", "-")
            _access.log(
                logging.DEBUG if endpoint in _PROBES else logging.INFO,
                "%s %s %s",
                scope["method"],
                endpoint,
                status,
                extra={"ms": round(1000 * (time.perf_counter() - began))},
            )


def _place(error: BaseException) -> str:
    """File and line where it was raised: enough to find it, and nothing of what was handled."""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return f"{step.tb_frame.f_code.co_filename}:{step.tb_lineno}" if step is not None else "?"
