"""The widget's one file, for pages of any site; what a page needs to pin it (subresource integrity)."""

from __future__ import annotations

import base64
import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

__all__ = ["WIDGET", "WidgetFile"]

WIDGET: Final = Path(__file__).parent / "static" / "widget.js"
_ANY_PAGE: Final = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


class WidgetAbout(BaseModel):
    """``integrity`` is for the tag's attribute of that name; sizes in bytes."""

    model_config = ConfigDict(frozen=True)

    integrity: str = Field(pattern=r"^sha384-[A-Za-z0-9+/]{64}$")
    bytes: int
    gzip_bytes: int


@dataclass(frozen=True, slots=True)
class _Built:
    content: bytes
    zipped: bytes
    sha384: bytes

    @classmethod
    def of(cls, content: bytes) -> _Built:
        zipped = gzip.compress(content, compresslevel=9, mtime=0)
        return cls(content, zipped, hashlib.sha384(content).digest())

    @property
    def about(self) -> WidgetAbout:
        integrity = f"sha384-{base64.b64encode(self.sha384).decode()}"
        return WidgetAbout(integrity=integrity, bytes=len(self.content), gzip_bytes=len(self.zipped))

    def etag(self, *, zipped: bool) -> str:
        """Strong, so it differs between the two encodings."""
        return f'"{self.sha384.hex()[:32]}{"-gzip" if zipped else ""}"'


class WidgetFile:
    """Serves one built file, compressed once; a file that was built anew is noticed."""

    def __init__(self, path: Path = WIDGET, *, max_age_s: int) -> None:
        """``max_age_s``: how long a browser may go on with what it has; the address never changes."""
        self._path = path
        self._max_age_s = max_age_s
        self._seen: tuple[int, int] | None = None
        self._built: _Built | None = None

    async def script(self, request: Request) -> Response:
        """``GET /widget.js``"""
        built = self._current()
        zipped = _takes_gzip(request.headers.get("accept-encoding", ""))
        etag = built.etag(zipped=zipped)
        headers = {
            **_ANY_PAGE,
            "Cache-Control": f"public, max-age={self._max_age_s}",
            "ETag": etag,
            "Vary": "Accept-Encoding",
        }
        if _matches(request.headers.get("if-none-match", ""), etag):
            return Response(status_code=304, headers=headers)
        if zipped:
            headers["Content-Encoding"] = "gzip"
        content = built.zipped if zipped else built.content
        return Response(content, media_type="text/javascript", headers=headers)

    async def about(self, _request: Request) -> Response:
        """``GET /widget.json``"""
        headers = {**_ANY_PAGE, "Cache-Control": "no-cache"}
        return JSONResponse(self._current().about.model_dump(), headers=headers)

    def _current(self) -> _Built:
        """Raises HTTPException 404 while there is no such file."""
        try:
            stat = self._path.stat()
            seen = (stat.st_mtime_ns, stat.st_size)
            if self._built is None or seen != self._seen:
                self._built = _Built.of(self._path.read_bytes())
                self._seen = seen
        except FileNotFoundError:
            raise HTTPException(404) from None
        return self._built


def _takes_gzip(accepted: str) -> bool:
    """Whether ``Accept-Encoding`` names gzip with a weight above 0 (RFC 9110, 12.5.3)."""
    for entry in accepted.lower().split(","):
        name, _, weight = entry.partition(";")
        if name.strip() in ("gzip", "x-gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _matches(asked: str, etag: str) -> bool:
    """``If-None-Match`` compares weakly (RFC 9110, 13.1.2)."""
    return any(entry.strip().removeprefix("W/") in (etag, "*") for entry in asked.split(","))
