"""A desk on a real database, with a scripted engine and a scripted verification step."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ndihma.accounts.adapters.sql import SqlAccountWriter
from ndihma.accounts.demo import load_demo
from ndihma.accounts.msisdn import Msisdn
from ndihma.bootstrap import open_gateway
from ndihma.clock import BELGRADE, FixedClock
from ndihma.config import Mode, Settings
from ndihma.db import Database
from ndihma.desk.conversations import ConversationLimits, ConversationService
from ndihma.desk.errors import CodesRefused
from ndihma.desk.events import Event, VerificationBody
from ndihma.desk.hub import EventHub
from ndihma.desk.ports import Confirmed, EngineMessage, EngineTurn, PlainAnswer, StepDetails
from ndihma.desk.store import ConversationStore
from ndihma.gateway.__main__ import Server
from ndihma.gateway.app import create_app
from ndihma.gateway.intake import TextIntake
from ndihma.verification.model import Purpose, VerificationState
from tests.support.databases import Databases

NOW = datetime(2026, 11, 22, 16, 0, tzinfo=BELGRADE)


async def eventually(condition: Callable[[], Awaitable[Any]], within_s: float = 5) -> Any:
    """What ``condition`` gives as soon as it is true."""
    async with asyncio.timeout(within_s):
        while not (value := await condition()):  # noqa: ASYNC110  (it asks another process)
            await asyncio.sleep(0.01)
        return value


def answer(text: str = "Kartela kushton 7 €.", intent: str = "ask_sim_price") -> EngineTurn:
    return EngineTurn((EngineMessage(text=text),), intent, 0.97)


@dataclass
class ScriptedEngine:
    """Says what it is told to; counts what runs at the same time."""

    reply: Callable[[str, str], Awaitable[EngineTurn]] | None = None
    heard: list[tuple[str, str]] = field(default_factory=list)
    running: Counter[str] = field(default_factory=Counter)
    most_per_conversation: int = 0
    most_in_all: int = 0

    async def send(self, sender: str, text: str) -> EngineTurn:
        conversation = sender.partition(".")[0]
        self.heard.append((sender, text))
        self.running[conversation] += 1
        self.most_per_conversation = max(self.most_per_conversation, self.running[conversation])
        self.most_in_all = max(self.most_in_all, self.running.total())
        try:
            await asyncio.sleep(0)
            return await self.reply(sender, text) if self.reply else answer()
        finally:
            self.running[conversation] -= 1


@dataclass
class ScriptedSteps:
    """A verification step without codes."""

    state: VerificationState | None = None
    numbers: list[tuple[Msisdn, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    purpose: Purpose = Purpose.ACCOUNT
    refuse: Exception | None = None

    async def current(self, conversation_id: str) -> VerificationState | None:
        return self.state

    async def ask_number(
        self, conversation_id: str, resume_intent: str, purpose: Purpose = Purpose.ACCOUNT
    ) -> VerificationBody:
        self.asked.append(resume_intent)
        self.purpose = purpose
        self.state = VerificationState.NUMBER_NEEDED
        return VerificationBody(state=self.state)

    async def number_given(self, conversation_id: str, msisdn: Msisdn, address: str) -> VerificationBody:
        if self.refuse is not None:
            if isinstance(self.refuse, CodesRefused) and self.refuse.locked:
                self.state = VerificationState.LOCKED
            raise self.refuse
        self.numbers.append((msisdn, address))
        self.state = VerificationState.CODE_SENT
        return VerificationBody(
            state=self.state, masked=msisdn.masked, expires_at=NOW + timedelta(minutes=5), purpose=self.purpose
        )

    async def code_given(self, conversation_id: str, code: str) -> Confirmed:
        raise NotImplementedError

    async def cancel(self, conversation_id: str) -> VerificationBody | None:
        if self.state is None:
            return None
        self.state = None
        return VerificationBody(state=VerificationState.CANCELLED)

    async def details(self, conversation_id: str) -> StepDetails | None:
        return StepDetails(self.state, purpose=self.purpose) if self.state else None

    async def forget(self, conversation_id: str) -> None:
        self.state = None


@dataclass
class Desk:
    """A conversation service and everything under it."""

    database: Database
    clock: FixedClock
    engine: ScriptedEngine
    steps: ScriptedSteps
    hub: EventHub
    store: ConversationStore
    service: ConversationService

    def another(self, limits: ConversationLimits | None = None) -> ConversationService:
        """A second process on the same database."""
        return ConversationService(
            store=self.store,
            hub=self.hub,
            engine=self.engine,
            steps=self.steps,
            intake=TextIntake(1000),
            clock=self.clock,
            limits=limits or ConversationLimits(stop_grace_s=0.05),
        )

    async def events(self, conversation_id: str) -> list[Event]:
        return list((await self.service.history(conversation_id, 0, 200)).events)

    async def until_done(self, conversation_id: str, *message_ids: str | None) -> list[Event]:
        """All events, once each message has its ``done``."""
        async with asyncio.timeout(5):
            while True:
                events = await self.events(conversation_id)
                done = [event.in_reply_to for event in events if event.type == "done"]
                if all(message_id in done for message_id in message_ids):
                    return events
                await asyncio.sleep(0.01)


@pytest.fixture
async def make_desk(database: Database) -> AsyncIterator[Callable[..., Desk]]:
    made: list[Desk] = []

    def make(**limits: object) -> Desk:
        clock, engine, steps, hub = FixedClock(NOW), ScriptedEngine(), ScriptedSteps(), EventHub()
        store = ConversationStore(database)
        service = ConversationService(
            store=store,
            hub=hub,
            engine=engine,
            steps=steps,
            intake=TextIntake(1000),
            clock=clock,
            limits=ConversationLimits(**{"stop_grace_s": 0.05, **limits}),  # type: ignore[arg-type]
            plain_answers={"ask_puk_code": PlainAnswer("Në kartelën e madhe.", "FAQ 002 · PUK", "2026-11-22")},
        )
        made.append(Desk(database, clock, engine, steps, hub, store, service))
        return made[-1]

    yield make
    for desk in made:
        await desk.service.stop()


@pytest.fixture
async def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()


# --- the whole gateway on loopback, with a fake engine ---------------------------------------------------------


@dataclass
class FakeEngine:
    """An engine that answers as told: by default with an echo, a source and an intent."""

    port: int
    heard: list[dict[str, str]] = field(default_factory=list)
    respond: Callable[[dict[str, str]], Awaitable[Response]] | None = None
    token: str = ""

    async def message(self, request: Request) -> Response:
        if request.headers.get("x-ndihma-token") != self.token:
            return JSONResponse({"error": "unauthorized"}, status_code=401)
        body = await request.json()
        self.heard.append(body)
        if self.respond is not None:
            return await self.respond(body)
        return said(f"Përgjigje: {body['text']}")

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
        async with asyncio.timeout(10):
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


@pytest.fixture(scope="session")
def migrated(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database with the demo customers, made once."""
    folder = tmp_path_factory.mktemp("template")
    url = databases.migrated("sqlite", folder)

    async def load() -> None:
        database = Database(url)
        await load_demo(SqlAccountWriter(database), Mode.DEVELOPMENT, FixedClock(NOW))
        await database.close()

    asyncio.run(load())
    return folder / "ndihma.db"


@pytest.fixture
async def make_gateway(tmp_path: Path, migrated: Path) -> AsyncIterator[Callable[..., Awaitable[Gateway]]]:
    async with AsyncExitStack() as stack:

        async def make(**settings: Any) -> Gateway:
            var = settings.pop("var_dir", tmp_path / "var")
            clock = settings.pop("clock", None) or FixedClock(NOW)
            if not (var / "ndihma.db").exists():
                var.mkdir()
                shutil.copy(migrated, var / "ndihma.db")
            fake = FakeEngine(0)
            routes = [
                Route("/webhooks/gateway/message", fake.message, methods=["POST"]),
                Route("/webhooks/gateway/health", fake.health),
                Route("/health", fake.health),
            ]
            fake.port = await stack.enter_async_context(served(plain_server(Starlette(routes=routes))))
            made = Settings(
                **{
                    "var_dir": var,
                    "engine_port": fake.port,
                    "actions_port": fake.port,
                    "gateway_port": free_port(),
                    "engine_token": SecretStr("t" * 40),
                    "engine_timeout_s": 0.5,
                    **settings,
                }
            )
            fake.token = made.engine_token.get_secret_value() if made.engine_token else ""
            app = create_app(made, open_services=partial(open_gateway, clock=clock))
            server = Server(app, made)
            port = await stack.enter_async_context(served(server, made.gateway_port))
            http = await stack.enter_async_context(
                httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=10)
            )
            return Gateway(made, app, server, fake, clock, http)

        yield make


@pytest.fixture
async def gateway(make_gateway: Callable[..., Awaitable[Gateway]]) -> Gateway:
    return await make_gateway()


@pytest.fixture
async def customer(gateway: Gateway) -> Customer:
    return await gateway.customer()
