"""The widget's files, one for each language, for pages of any site; what pins them (subresource integrity)."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

__all__ = ["BUILT_WIDGET", "FILES", "WidgetFiles"]

BUILT_WIDGET: Final = Path(__file__).parent / "static"
FILES: Final = ("widget.js", "widget.sr.js", "widget.en.js")
"""Albanian first: a page loads one of them."""
_ANY_PAGE: Final = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


class FileAbout(BaseModel):
    """``integrity`` is for the tag's attribute of that name; sizes in bytes."""

    model_config = ConfigDict(frozen=True)

    integrity: str = Field(pattern=r"^sha384-[A-Za-z0-9+/]{64}$")
    bytes: int
    gzip_bytes: int


class WidgetAbout(FileAbout):
    """What pins the Albanian file, and under its name every file there is."""

    files: dict[str, FileAbout]


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
    def about(self) -> FileAbout:
        integrity = f"sha384-{base64.b64encode(self.sha384).decode()}"
        return FileAbout(integrity=integrity, bytes=len(self.content), gzip_bytes=len(self.zipped))

    def etag(self, *, zipped: bool) -> str:
        """Strong, so it differs between the two encodings."""
        return f'"{self.sha384.hex()[:32]}{"-gzip" if zipped else ""}"'


class WidgetFiles:
    """Serves the built files of one folder, each compressed once; one that was built anew is noticed."""

    def __init__(self, folder: Path = BUILT_WIDGET, *, max_age_s: int) -> None:
        """``max_age_s``: how long a browser may go on with what it has; the addresses never change."""
        self._folder = folder
        self._max_age_s = max_age_s
        self._known: dict[str, tuple[tuple[int, int], _Built]] = {}

    def routes(self) -> list[Route]:
        return [
            *(Route(f"/{name}", self._script(name), methods=["GET"]) for name in FILES),
            Route("/widget.json", self._about, methods=["GET"]),
        ]

    def _script(self, name: str) -> Callable[[Request], Awaitable[Response]]:
        async def widget_script(request: Request) -> Response:
            built = self._current(name)
            if built is None:
                raise HTTPException(404)
            return self._answer(built, request)

        return widget_script

    def _answer(self, built: _Built, request: Request) -> Response:
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

    async def _about(self, _request: Request) -> Response:
        files = {name: built.about for name in FILES if (built := self._current(name)) is not None}
        if FILES[0] not in files:
            raise HTTPException(404)
        about = WidgetAbout(**files[FILES[0]].model_dump(), files=files)
        return JSONResponse(about.model_dump(), headers={**_ANY_PAGE, "Cache-Control": "no-cache"})

    def _current(self, name: str) -> _Built | None:
        """The file as it stands; None while there is none."""
        path = self._folder / name
        try:
            stat = path.stat()
            seen = (stat.st_mtime_ns, stat.st_size)
            known = self._known.get(name)
            if known is None or known[0] != seen:
                known = self._known[name] = (seen, _Built.of(path.read_bytes()))
        except FileNotFoundError:
            return None
        return known[1]


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
