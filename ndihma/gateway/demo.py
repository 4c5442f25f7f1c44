"""A plausible operator's site with the widget in it: three linked pages under ``/demo/``, in development only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from string import Template
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

__all__ = ["DEMO_POLICY", "demo_routes"]

_ROOT: Final = "/demo/"
_SITE: Final = Path(__file__).parent / "demo_site"
_PAGES: Final = {_ROOT: "index.html", f"{_ROOT}mbushjet": "mbushjet.html", f"{_ROOT}ndihma": "ndihma.html"}
"""What differs from page to page: its title and description, then its ``main``. The rest is template.html."""
DEMO_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "require-trusted-types-for 'script'"
)
"""As strict as a careful operator's: what the widget must live with, and not a word more for its sake."""
_HEADERS: Final = {"Content-Security-Policy": DEMO_POLICY, "Cache-Control": "no-cache"}


def demo_routes() -> list[Route]:
    """The site's pages and its style."""
    return [
        *(Route(path, _page(path, name), methods=["GET"]) for path, name in _PAGES.items()),
        Route(f"{_ROOT}demo.css", _style, methods=["GET"]),
        Route(_ROOT.rstrip("/"), _to_the_first_page, methods=["GET"]),
    ]


def _page(path: str, name: str) -> Callable[[Request], Awaitable[Response]]:
    template = (_SITE / "template.html").read_text(encoding="utf-8")
    here = template.replace(f'<a href="{path}">', f'<a href="{path}" aria-current="page">')
    head, start, main = (_SITE / name).read_text(encoding="utf-8").partition("<main")
    html = Template(here).substitute(head=head.strip(), main=(start + main).strip())

    async def demo_page(_request: Request) -> Response:
        return HTMLResponse(html, headers=_HEADERS)

    return demo_page


async def _style(_request: Request) -> Response:
    return FileResponse(_SITE / "demo.css", headers=_HEADERS)


async def _to_the_first_page(_request: Request) -> Response:
    return RedirectResponse(_ROOT)
