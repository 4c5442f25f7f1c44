"""The chat page and its files; the development outbox, which production does not have."""

from __future__ import annotations

import ipaddress
import os
import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from ndihma.config import Mode, Settings
from ndihma.gateway.middleware import PAGE_POLICY
from ndihma.gateway.outbox import OutboxReader
from ndihma.gateway.schemas import OutboxMessage, OutboxPage

__all__ = ["PageFiles", "Pages", "chat_page"]

_STATIC: Final = Path(__file__).parent / "static"
_HEADERS: Final = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-cache"}
_OUTBOX_FILES: Final = frozenset({"outbox.html", "outbox.js"})
_LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_FOR_DEVELOPMENT: Final = re.compile(r"<!-- development (.*?) -->")
"""What index.html holds for the page of a gateway that has an outbox."""


def chat_page(*, with_outbox: bool) -> str:
    """The page that the chat fills; with a link to the outbox beside the field for a code, where there is one."""
    page = (_STATIC / "index.html").read_text(encoding="utf-8")
    return _FOR_DEVELOPMENT.sub(r"\1" if with_outbox else "", page)


class PageFiles(StaticFiles):
    """The page's files with their policy; the outbox's only where there is an outbox."""

    def __init__(self, *, with_outbox: bool) -> None:
        super().__init__(directory=_STATIC)
        self._with_outbox = with_outbox

    async def get_response(self, path: str, scope: Scope) -> Response:
        if path in _OUTBOX_FILES and not self._with_outbox:
            raise HTTPException(404)
        return await super().get_response(path, scope)

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(_HEADERS)
        return response


class Pages:
    """The chat page, and in development the outbox."""

    def __init__(self, settings: Settings, outbox: OutboxReader | None) -> None:
        self.with_outbox = settings.mode is Mode.DEVELOPMENT and outbox is not None
        self._outbox = outbox if self.with_outbox else None
        self._chat = chat_page(with_outbox=self.with_outbox)

    async def chat(self, _request: Request) -> Response:
        return HTMLResponse(self._chat, headers=_HEADERS)

    async def outbox_page(self, request: Request) -> Response:
        self._only_here(request)
        return FileResponse(_STATIC / "outbox.html", headers=_HEADERS)

    async def outbox_messages(self, request: Request) -> Response:
        outbox = self._only_here(request)
        sent = [OutboxMessage(at=m.at, to=m.to, text=m.text) for m in await outbox.read()]
        return JSONResponse(OutboxPage(messages=sent).model_dump(mode="json"))

    def _only_here(self, request: Request) -> OutboxReader:
        """The outbox, for a caller on this machine that addresses it by a loopback name.

        The name matters: a web page may point its own name at 127.0.0.1 and read what the browser then fetches.
        """
        peer = request.client.host if request.client else ""
        name = urlsplit(f"//{request.headers.get('host', '')}").hostname
        proxied = "x-forwarded-for" in request.headers or "forwarded" in request.headers
        site = request.headers.get("sec-fetch-site", "none")
        if (
            self._outbox is None
            or proxied
            or not _is_loopback(peer)
            or name not in _LOOPBACK_NAMES
            or site not in ("same-origin", "none")
        ):
            raise HTTPException(404)
        return self._outbox


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
