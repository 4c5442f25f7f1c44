"""What stands before the fake chat API: one allowed origin, planned failures, answers that get lost or come late."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ndihma.gateway.middleware import PAGE_POLICY

from .fake_session import Failure

__all__ = ["Edge"]

_CORS: Final = {
    b"access-control-allow-methods": b"GET, POST, DELETE",
    b"access-control-allow-headers": b"Authorization, Content-Type, Last-Event-ID",
    b"access-control-expose-headers": b"Retry-After, Date",
    b"access-control-max-age": b"7200",
}


class Edge:
    """Knobs by the name of a call: the last part of its path (``messages``, ``sessions``, ``token``, ``code``, …)."""

    def __init__(self) -> None:
        self.allowed_origin = ""
        self.requests: list[str] = []
        """Method and path of every call."""
        self.languages: set[str] = set()
        """What the calls of the API asked for."""
        self.failures: dict[str, list[Failure]] = {}
        """Given instead of an answer, one after the other."""
        self.lose_answer_to: set[str] = set()
        """Calls that are carried out and whose answer is lost once."""
        self.held: dict[str, asyncio.Event] = {}
        """Calls that are carried out and whose answer waits."""
        self.down = False
        """Every call gets a proxy's 503, which is not of the API's shape."""

    def fail(self, call: str, *failures: Failure) -> None:
        self.failures.setdefault(call, []).extend(failures)

    def hold_answer_to(self, call: str) -> None:
        """Until ``release``."""
        self.held[call] = asyncio.Event()

    def release(self) -> None:
        for waiting in self.held.values():
            waiting.set()
        self.held.clear()

    def around(self, app: ASGIApp) -> ASGIApp:
        async def with_cors(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                return
            headers = dict(scope["headers"])
            origin = headers.get(b"origin", b"")
            allowed = origin == self.allowed_origin.encode()

            async def marked(message: Message) -> None:
                if message["type"] == "http.response.start":
                    extra = [
                        (b"content-security-policy", PAGE_POLICY.encode()),
                        (b"x-content-type-options", b"nosniff"),
                    ]
                    if allowed:
                        extra += [(b"access-control-allow-origin", origin), (b"vary", b"Origin"), *_CORS.items()]
                    message["headers"] = [*message.get("headers", []), *extra]
                await send(message)

            if scope["method"] == "OPTIONS":
                await Response(status_code=204 if allowed else 403)(scope, receive, marked)
                return
            self.requests.append(f"{scope['method']} {scope['path']}")
            if scope["path"].startswith("/api/v1/"):
                self.languages.add(headers.get(b"accept-language", b"").decode())
            await self._with_failures(app, scope, receive, marked)

        return with_cors

    async def _with_failures(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        call = path.rsplit("/", 1)[-1] if path.startswith("/api/v1/") else ""
        if self.down and path.startswith("/api/"):
            await Response("upstream is gone", 503)(scope, receive, send)
        elif planned := self.failures.get(call):
            await planned.pop(0).response()(scope, receive, send)
        elif call in self.lose_answer_to:
            self.lose_answer_to.discard(call)

            async def nowhere(_: Message) -> None:
                return

            await app(scope, receive, nowhere)
            await Failure(502, "bad_gateway", "Shërbimi nuk u përgjigj.").response()(scope, receive, send)
        elif (waiting := self.held.get(call)) is not None:
            answer: list[Message] = []

            async def later(message: Message) -> None:
                answer.append(message)

            await app(scope, receive, later)
            await waiting.wait()
            for message in answer:
                await send(message)
        else:
            await app(scope, receive, send)
