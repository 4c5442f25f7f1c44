"""A plausible operator's site with the widget in it: three linked pages under ``/demo/``, in development only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

__all__ = ["DEMO_POLICY", "demo_routes"]

_ROOT: Final = "/demo/"
_SITE: Final = Path(__file__).parent / "demo_site"
_FILES: Final = {
    _ROOT: "index.html",
    f"{_ROOT}mbushjet": "mbushjet.html",
    f"{_ROOT}ndihma": "ndihma.html",
    f"{_ROOT}demo.css": "demo.css",
}
DEMO_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "require-trusted-types-for 'script'"
)
"""As strict as a careful operator's: what the widget must live with, and not a word more for its sake."""
_HEADERS: Final = {"Content-Security-Policy": DEMO_POLICY, "Cache-Control": "no-cache"}


def demo_routes() -> list[Route]:
    """The site's pages and its style."""
    return [
        *(Route(path, _file(name), methods=["GET"]) for path, name in _FILES.items()),
        Route(_ROOT.rstrip("/"), _to_the_first_page, methods=["GET"]),
    ]


def _file(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def demo_file(_request: Request) -> Response:
        return FileResponse(_SITE / name, headers=_HEADERS)

    return demo_file


async def _to_the_first_page(_request: Request) -> Response:
    return RedirectResponse(_ROOT)
