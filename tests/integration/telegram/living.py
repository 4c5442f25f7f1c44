"""A whole gateway with its bot in this process: a made-up Telegram on one side, an engine that answers as told on the
other, and a clock that stands still until it is moved."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import httpx
from pydantic import SecretStr
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from ndihma.accounts.demo import DemoKey, demo_customers
from ndihma.bootstrap import GatewayServices, open_gateway
from ndihma.clock import FixedClock
from ndihma.config import Settings
from ndihma.db import Database
from ndihma.gateway.__main__ import Server
from ndihma.gateway.app import create_app
from tests.integration.gateway.live_gateway import FakeEngine, free_port, plain_server, said, served
from tests.integration.gateway.scripted_desk import NOW
from tests.support.telegram.chats import Post
from tests.support.telegram.fake import LIMIT_S, FakeBotApi
from tests.support.telegram.settling import OPEN_WORK

__all__ = ["LivingBot", "Script", "living", "number_of", "verify"]

T = TypeVar("T")
TEXT: Final = "Kartela kushton 7 €."


def number_of(key: DemoKey) -> str:
    """A demo customer's number, as people write it."""
    return next(c.line.msisdn.national for c in demo_customers(NOW) if c.key is key)


def verify(purpose: str = "account", resume: str = "check_account") -> Response:
    """The engine wants the number proved."""
    return said("Verifikoni numrin.", custom={"kind": "verify", "resume_intent": resume, "purpose": purpose})


@dataclass
class Script:
    """What the engine says, by what it hears; otherwise ``TEXT``."""

    answers: dict[str, Response | Callable[[], Response]] = field(default_factory=dict)
    waits: asyncio.Event | None = None
    """Answers come only once it is set."""

    async def respond(self, body: dict[str, str]) -> Response:
        if self.waits is not None:
            await self.waits.wait()
        answer = self.answers.get(body["text"])
        if answer is None:
            return said(TEXT)
        made = answer() if callable(answer) and not isinstance(answer, Response) else answer
        return Response(made.body, made.status_code, media_type="application/json")


@dataclass
class LivingBot:
    """A running gateway and what is around it."""

    api: FakeBotApi
    engine: FakeEngine
    script: Script
    clock: FixedClock
    settings: Settings
    http: httpx.AsyncClient
    services: GatewayServices
    database: Database

    @property
    def heard(self) -> list[str]:
        """What reached the engine."""
        return [body["text"] for body in self.engine.heard]

    async def say(self, chat_id: int, what: str, **options: Any) -> list[Post]:
        """Type a message; what the bot posted because of it."""
        return await self.after(chat_id, self.api.message(chat_id, what, **options))

    async def press(self, post: Post, title: str, **options: Any) -> list[Post]:
        return await self.after(post.chat.id, self.api.press(post, title, **options))

    async def after(self, chat_id: int, deed: Any) -> list[Post]:
        """What the bot posts because of something that a person does."""
        before = len(self.api.sent(chat_id))
        await deed
        await self.settled(chat_id)
        return self.api.sent(chat_id)[before:]

    async def settled(self, chat_id: int, limit_s: float = LIMIT_S) -> None:
        """The bot has nothing left to do for the chat."""
        await self.api.taken(limit_s)

        async def done() -> bool:
            return await self.open_work(chat_id) == 0

        await self.eventually(done, f"settled {chat_id}", limit_s)

    async def worked_off(self) -> None:
        """Every update that was stored has been worked on."""
        pending = "SELECT count(*) FROM telegram_updates WHERE state = 'pending'"

        async def done() -> bool:
            return await self.rows(pending) == [(0,)]

        await self.api.taken()
        await self.eventually(done, "worked off")

    async def eventually(self, condition: Callable[[], Awaitable[T]], what: str, limit_s: float = LIMIT_S) -> T:
        """What ``condition`` gives once it is true. Fails after ``limit_s``."""
        deadline = time.monotonic() + limit_s
        while not (found := await condition()):
            assert time.monotonic() < deadline, f"not within {limit_s} s: {what}; {self.api.summary()}"
            await asyncio.sleep(0.02)
        return found

    async def audited(self, action: str) -> list[tuple[Any, ...]]:
        """The fields and reasons of audit entries of an action, once there is one."""
        query = "SELECT fields, reason FROM audit_entries WHERE action = :action"
        return await self.eventually(lambda: self.rows(query, action=action), f"{action} in the audit trail")

    async def open_work(self, chat_id: int) -> int:
        async with self.database.session() as session:
            return int(await session.scalar(text(OPEN_WORK), {"chat": chat_id}) or 0)

    async def conversation_of(self, chat_id: int) -> str:
        """The id of the chat's latest conversation."""
        query = "SELECT conversation_id FROM telegram_threads WHERE chat_id = :chat ORDER BY opened_at DESC LIMIT 1"
        async with self.database.session() as session:
            return str(await session.scalar(text(query), {"chat": chat_id}))

    async def rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        async with self.database.session() as session:
            return [tuple(row) for row in await session.execute(text(query), values)]

    def outbox(self) -> list[dict[str, str]]:
        """What the development sender wrote."""
        path = self.settings.var / "outbox.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    async def code_after(self, sent_before: int) -> str:
        """The one-time code of the next message in the outbox."""
        await self.api.until(lambda: len(self.outbox()) > sent_before, "a code")
        return re.findall(r"\b\d{6}\b", self.outbox()[-1]["text"])[0]


@asynccontextmanager
async def living(
    api: FakeBotApi,
    var: Path,
    url: str,
    *,
    clock: FixedClock | None = None,
    script: Script | None = None,
    **settings: Any,
) -> AsyncIterator[LivingBot]:
    """A gateway on the database."""
    clock, script = clock or FixedClock(NOW), script or Script()
    engine = FakeEngine(0, respond=script.respond)
    routes = [
        Route("/webhooks/gateway/message", engine.message, methods=["POST"]),
        Route("/webhooks/gateway/health", engine.health),
        Route("/health", engine.health),
    ]
    async with served(plain_server(Starlette(routes=routes))) as engine.port:
        made = Settings(
            **{
                "var_dir": var,
                "database_url": url,
                "engine_port": engine.port,
                "actions_port": engine.port,
                "gateway_port": free_port(),
                "engine_token": SecretStr("t" * 40),
                "engine_timeout_s": 30,
                "telegram_token": SecretStr(api.token),
                "telegram_api_url": api.base_url,
                **settings,
            }
        )
        assert made.engine_token is not None
        engine.token = made.engine_token.get_secret_value()
        database = Database(url)
        opened: list[GatewayServices] = []

        @asynccontextmanager
        async def opening(of: Settings) -> AsyncIterator[GatewayServices]:
            async with open_gateway(of, clock=clock) as services:
                opened.append(services)
                yield services

        server = Server(create_app(made, open_services=opening), made)
        async with (
            served(server, made.gateway_port) as port,
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as http,
        ):
            yield LivingBot(api, engine, script, clock, made, http, opened[0], database)
        await database.close()
