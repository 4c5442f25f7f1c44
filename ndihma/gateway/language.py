"""The language in which a call of the chat API is refused: the one it asks for, if there is one, or Albanian."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ndihma.gateway.translations import TRANSLATIONS

__all__ = ["ALBANIAN", "AskedLanguage", "asked_language"]

ALBANIAN: Final = "sq"
_API: Final = "/api/v1/"
_asked: Final[ContextVar[str]] = ContextVar("asked_language", default=ALBANIAN)


def asked_language() -> str:
    """The language of the request that is being answered."""
    return _asked.get()


class AskedLanguage:
    """Notes the first language that ``Accept-Language`` names (RFC 9110, 12.5.4): ``sr``, ``en``, or else Albanian.

    Only the first: a browser adds to a page's wish what its owner reads besides.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(_API):
            first = Headers(scope=scope).get("accept-language", "").partition(",")[0].partition(";")[0]
            language = first.strip().lower().partition("-")[0]
            _asked.set(language if language in TRANSLATIONS else ALBANIAN)
        await self._app(scope, receive, send)
