"""A gateway on loopback, an engine that answers as told, and a customer of both."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ndihma.clock import FixedClock
from ndihma.config import Settings


@dataclass
class FakeEngine:
    """An engine that answers as told: by default with an echo, a source and an intent."""

    port: int
    heard: list[dict[str, str]] = field(default_factory=list)
    respond: Callable[[dict[str, str]], Awaitable[Response]] | None = None
    token: str = ""
    read_texts: list[str] = field(default_factory=list)
    rankings: list[dict[str, float]] = field(default_factory=lambda: [{"ask_sim_price": 0.9, "ask_puk_code": 0.05}])

    async def message(self, request: Request) -> Response:
        if request.headers.get("x-ndihma-token") != self.token:
            return JSONResponse({"error": "unauthorized"}, status_code=401)
        body = await request.json()
        self.heard.append(body)
        if self.respond is not None:
            return await self.respond(body)
        return said(f"Përgjigje: {body['text']}")

    async def read(self, request: Request) -> Response:
        """What a text asks by itself; ``rankings`` says it, by default the price of a SIM card."""
        if request.headers.get("x-ndihma-token") != self.token:
            return JSONResponse({"error": "unauthorized"}, status_code=401)
        body = await request.json()
        self.read_texts.append(body["text"])
        ranked = [[{"name": name, "confidence": sure} for name, sure in each.items()] for each in self.rankings]
        return JSONResponse({"questions": ranked, "language": "sq"})

    async def health(self, _request: Request) -> Response:
        return JSONResponse({"model": True})


def said(text: str | None = None, *, custom: Any = None, buttons: Any = (), **metadata: str) -> Response:
    """One message of the engine."""
    message = {
        "text": text,
        "buttons": list(buttons),
        "custom": custom,
        "metadata": {"utter_action": "utter_x", "metadata": metadata} if metadata else {},
    }
    return JSONResponse(
        {"messages": [message], "nlu": {"intent": {"name": "ask_sim_price", "confidence": 0.97}, "ranking": []}}
    )


@asynccontextmanager
async def served(server: uvicorn.Server, port: int = 0) -> AsyncIterator[int]:
    """A server on loopback, in this event loop; its port."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    task = asyncio.create_task(server._serve([listening]))
    try:
        async with asyncio.timeout(60):
            while not server.started:
                if task.done():
                    await task
                    raise RuntimeError("the server did not start")
                await asyncio.sleep(0.01)
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        await task
        listening.close()


def plain_server(app: Starlette) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(app, log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=0)
    )


@dataclass
class Customer:
    """One session over HTTP."""

    http: httpx.AsyncClient
    id: str
    token: str
    conversation_id: str
    sent: int = 0

    @property
    def path(self) -> str:
        return f"/api/v1/sessions/{self.id}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def call(self, method: str, path: str = "", **options: Any) -> httpx.Response:
        headers = {**self.headers, **options.pop("headers", {})}
        return await self.http.request(method, self.path + path, headers=headers, **options)

    async def post(self, text: Any, **more: Any) -> httpx.Response:
        self.sent += 1
        # Not httpx's own JSON: it cannot write half a surrogate pair, and a browser can.
        content = json.dumps({"client_id": f"m{self.sent}", "text": text, **more})
        return await self.call("POST", "/messages", content=content, headers={"Content-Type": "application/json"})

    async def events(self, after: int = 0) -> list[dict[str, Any]]:
        response = await self.call("GET", "/history", params={"after": after, "limit": 200})
        assert response.status_code == 200, response.text
        return list(response.json()["events"])

    async def say(self, text: str) -> list[dict[str, Any]]:
        response = await self.post(text)
        assert response.status_code == 202, response.text
        return await self.until_done(response.json()["message_id"])

    async def until_done(self, message_id: str | None, after: int = 0) -> list[dict[str, Any]]:
        async with asyncio.timeout(5):
            while True:
                events = await self.events(after)
                if any(event["type"] == "done" and event["in_reply_to"] == message_id for event in events):
                    return events
                await asyncio.sleep(0.01)


@dataclass
class Gateway:
    """A running gateway and everything around it."""

    settings: Settings
    app: Starlette
    server: uvicorn.Server
    engine: FakeEngine
    clock: FixedClock
    http: httpx.AsyncClient

    async def customer(self, **headers: str) -> Customer:
        response = await self.http.post("/api/v1/sessions", headers=headers)
        assert response.status_code == 201, response.text
        body = response.json()
        return Customer(self.http, body["session_id"], body["token"], body["conversation_id"])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
