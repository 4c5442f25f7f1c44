"""An operator's site that holds the widget, on an origin of its own."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from ndihma.gateway.widget import BUILT_WIDGET

from .serving import served

__all__ = ["HostSite"]


class HostSite:
    """An operator's site on an origin of its own, with the strictest policy that the widget promises to work under."""

    def __init__(self, gateway: str) -> None:
        self.gateway = gateway
        self.tag_data = ""
        self.bundle = "widget.js"
        self.body = "<h1>Vala</h1><p><a href='/tjeter'>Tjetër</a></p>" + "<p>Tekst i faqes.</p>" * 40
        self.requests: list[str] = []
        self.url = ""
        self._server = AsyncExitStack()

    async def __aenter__(self) -> HostSite:
        app = Starlette(routes=[Route("/{name}.js", self._script), Route("/{page:path}", self._page)])
        self.url = f"http://localhost:{await self._server.enter_async_context(served(app))}"
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._server.aclose()

    @property
    def policy(self) -> str:
        return (
            "default-src 'none'; script-src 'self'; style-src 'self'; "
            f"connect-src {self.gateway}; require-trusted-types-for 'script'"
        )

    async def _script(self, request: Request) -> Response:
        self.requests.append(request.url.path)
        name = request.path_params["name"]
        assert re.fullmatch(r"[a-z.]+", name)
        return FileResponse(BUILT_WIDGET / f"{name}.js", headers={"Cache-Control": "no-store"})

    async def _page(self, request: Request) -> Response:
        self.requests.append(request.url.path)
        tag = f'<script type="module" src="/{self.bundle}" data-gateway="{self.gateway}" {self.tag_data}></script>'
        head = f'<meta charset="utf-8"><title>Vala</title><meta name="viewport" content="width=device-width">{tag}'
        html = f'<!doctype html><html lang="sq"><head>{head}</head><body><main>{self.body}</main></body></html>'
        return HTMLResponse(html, headers={"Content-Security-Policy": self.policy})
