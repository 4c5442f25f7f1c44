"""The chat API as the widget sees it from another origin: CORS, the end of a conversation, ratings, hand-over."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.e2e.page.fake_server import STATIC, Failure, FakeApi

__all__ = ["HostSite", "WidgetApi"]

_CORS: Final = {
    b"access-control-allow-methods": b"GET, POST, DELETE",
    b"access-control-allow-headers": b"Authorization, Content-Type, Last-Event-ID",
    b"access-control-expose-headers": b"Retry-After, Date",
    b"access-control-max-age": b"7200",
}


class WidgetApi(FakeApi):
    """The gateway, for one allowed origin."""

    def __init__(self) -> None:
        super().__init__()
        self.allowed_origin = ""
        self.requests: list[str] = []
        """Method and path of every call."""
        self.ratings: dict[str, dict[str, Any]] = {}
        self.ended: set[str] = set()
        """Sessions whose conversation takes no more messages."""

    def routes(self) -> list[BaseRoute]:
        one = "/api/v1/sessions/{id}"
        return [
            Route(one + "/end", self._finish, methods=["POST"]),
            Route(one + "/rating", self._rate, methods=["POST"]),
            *super().routes(),
        ]

    def app(self) -> ASGIApp:
        inner = super().app()

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                return
            origin = dict(scope["headers"]).get(b"origin", b"")
            allowed = origin == self.allowed_origin.encode()

            async def with_cors(message: Message) -> None:
                if message["type"] == "http.response.start" and allowed:
                    extra = [(b"access-control-allow-origin", origin), (b"vary", b"Origin"), *_CORS.items()]
                    message["headers"] = [*message.get("headers", []), *extra]
                await send(message)

            if scope["method"] == "OPTIONS":
                await Response(status_code=204 if allowed else 403)(scope, receive, with_cors)
                return
            self.requests.append(f"{scope['method']} {scope['path']}")
            await inner(scope, receive, with_cors)

        return app

    # What an agent and the queue do.

    def handoff(self, state: str, *, position: int | None = None, agent: str | None = None) -> None:
        self.store(self.session, "handoff", state=state, position=position, agent=agent)

    def agent_says(self, text: str, name: str | None = "Arta") -> None:
        self.reply(self.session, text, author={"kind": "agent", "name": name})

    def end(self, by: str) -> None:
        self.ended.add(self.session.id)
        self.store(self.session, "ended", by=by)

    async def _finish(self, request: Request) -> Response:
        session = self._session(request)
        if session.id not in self.ended:
            self.ended.add(session.id)
            self.store(session, "ended", by="customer")
        return JSONResponse({"ended_at": session.events[-1]["at"]})

    async def _rate(self, request: Request) -> Response:
        session = self._session(request)
        body = await request.json()
        known = session.id in self.ratings
        self.ratings[session.id] = body
        return JSONResponse(body, 200 if known else 201)

    async def _state(self, request: Request) -> Response:
        answer: JSONResponse = await super()._state(request)  # type: ignore[assignment]
        session = self._session(request)
        body = {**_body(answer), "ended": session.id in self.ended, "rating": self.ratings.get(session.id)}
        return JSONResponse(body)

    async def _message(self, request: Request) -> Response:
        if self._session(request).id in self.ended:
            return Failure(409, "conversation_ended", "Kjo bisedë ka përfunduar.").response()
        return await super()._message(request)


def _body(answer: JSONResponse) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(bytes(answer.body))
    return loaded


class HostSite:
    """An operator's site on an origin of its own, with the strictest policy that the widget promises to work under."""

    def __init__(self, gateway: str) -> None:
        self.gateway = gateway
        self.tag_data = ""
        self.bundle = "widget.js"
        self.body = "<h1>Vala</h1><p><a href='/tjeter'>Tjetër</a></p>" + "<p>Tekst i faqes.</p>" * 40
        self.requests: list[str] = []
        self.url = ""

    async def __aenter__(self) -> HostSite:
        app = Starlette(
            routes=[
                Route("/{name}.js", self._script),
                Route("/{page:path}", self._page),
            ]
        )
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", ws="none", lifespan="off")
        self._server = uvicorn.Server(config)
        self._task = asyncio.create_task(self._server.serve())
        while not self._server.started:  # noqa: ASYNC110  (uvicorn has no event for it)
            await asyncio.sleep(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://localhost:{port}"
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._server.should_exit = True
        await self._task

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
        return FileResponse(STATIC / f"{name}.js", headers={"Cache-Control": "no-store"})

    async def _page(self, request: Request) -> Response:
        self.requests.append(request.url.path)
        tag = f'<script type="module" src="/{self.bundle}" data-gateway="{self.gateway}" {self.tag_data}></script>'
        head = f'<meta charset="utf-8"><title>Vala</title><meta name="viewport" content="width=device-width">{tag}'
        html = f'<!doctype html><html lang="sq"><head>{head}</head><body><main>{self.body}</main></body></html>'
        return HTMLResponse(html, headers={"Content-Security-Policy": self.policy})
