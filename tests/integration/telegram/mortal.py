"""Processes with the bot that are killed (SIGKILL) at their n-th step.

A step is a commit of anything but the lease, or a message to Telegram: just before it leaves, and just after the answer
came. A process killed before any statement of a transaction leaves what it leaves when killed before the commit, so
these are all the ends that can be told apart. Steps count from the first update that is stored.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

import sqlalchemy as sa
from aiogram.methods import SendMessage, TelegramMethod
from pydantic import SecretStr
from sqlalchemy import event
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from ndihma.bootstrap import open_gateway
from ndihma.config import Settings
from ndihma.telegram.api import BotApi
from tests.integration.gateway.live_gateway import FakeEngine, plain_server, said, served
from tests.support.telegram.fake import FakeBotApi
from tests.support.telegram.settling import OPEN_WORK

from .living import TEXT

__all__ = ["Place", "engine_in_a_thread"]

_TOKEN = "t" * 40
_WAIT_S = 90
_CHANGES = ("INSERT", "UPDATE")
"""What is deleted alone is purged, from time to time: on a busy machine that would come between any two steps."""
_NOT_COUNTED = ("telegram_leases", "telegram_links")


@contextmanager
def engine_in_a_thread(answers: Mapping[str, Response] = MappingProxyType({})) -> Iterator[FakeEngine]:
    """An engine that answers ``TEXT`` but for what it has an answer of its own, and outlives the processes."""
    engine, ready, ended = FakeEngine(0, token=_TOKEN), threading.Event(), threading.Event()

    async def respond(body: dict[str, str]) -> Response:
        return answers.get(body["text"]) or said(TEXT)

    async def serve() -> None:
        engine.respond = respond
        routes = [
            Route("/webhooks/gateway/message", engine.message, methods=["POST"]),
            Route("/webhooks/gateway/health", engine.health),
            Route("/health", engine.health),
        ]
        async with served(plain_server(Starlette(routes=routes))) as engine.port:
            ready.set()
            await asyncio.to_thread(ended.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(30)
    try:
        yield engine
    finally:
        ended.set()
        thread.join(30)


@dataclass
class Place:
    """Where the processes live, one after the other: their database, their engine, their Telegram."""

    api: FakeBotApi
    engine: FakeEngine
    url: str
    var: Path
    reader: sa.Engine = field(init=False)

    def __post_init__(self) -> None:
        self.reader = sa.create_engine(self.url.replace("+aiosqlite", ""), poolclass=sa.NullPool)

    @contextmanager
    def process(self, at: datetime, step: int | None = None) -> Iterator[Callable[[], bool]]:
        """A gateway whose clock begins at ``at``, killed at the step, or at the end; what tells whether it is dead."""
        child = os.fork()
        if child == 0:
            self._live(at, step)
        state: list[int] = []

        def dead() -> bool:
            if not state:
                found, status = os.waitpid(child, os.WNOHANG)
                if found:
                    state.append(status)
            return bool(state)

        try:
            yield dead
        finally:
            if not dead():
                os.kill(child, signal.SIGKILL)
                state.append(os.waitpid(child, 0)[1])
        assert os.WIFSIGNALED(state[0]), "the process failed by itself"

    def open_work(self, chat_id: int) -> int:
        with self.reader.connect() as connection:
            return int(connection.execute(sa.text(OPEN_WORK), {"chat": chat_id}).scalar() or 0)

    def rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        with self.reader.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query), values)]

    def settled(self, chat_id: int) -> bool:
        return not self.api.cloud.updates.pending and self.open_work(chat_id) == 0

    def wait(self, until: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + _WAIT_S
        while not until():
            assert time.monotonic() < deadline, f"not within {_WAIT_S} s: {what}; {self._open()}"
            time.sleep(0.02)

    def _open(self) -> list[tuple[Any, ...]]:
        """What is not done, for whoever reads why a test failed."""
        return [
            *self.rows("SELECT 'update', chat_id, attempts, due_at FROM telegram_updates WHERE state = 'pending'"),
            *self.rows("SELECT 'turn', conversation_id, kind, created_at FROM turns WHERE state = 'pending'"),
            *self.rows("SELECT 'chat', chat_id, state, failures, due_at FROM telegram_chats WHERE failures > 0"),
            *self.rows(
                "SELECT 'thread', chat_id, cursor, last_cursor, sending FROM telegram_threads "
                "JOIN conversations ON id = conversation_id WHERE last_cursor > cursor"
            ),
        ]

    # --- in the process -----------------------------------------------------------------------------------------

    def _live(self, at: datetime, step: int | None) -> NoReturn:
        try:
            if step is not None:
                _die_at(step)
            asyncio.run(self._gateway(at))
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
        os._exit(3)

    async def _gateway(self, at: datetime) -> None:
        settings = Settings(
            var_dir=self.var,
            database_url=self.url,
            engine_port=self.engine.port,
            actions_port=self.engine.port,
            engine_token=SecretStr(_TOKEN),
            verification_key=SecretStr("v" * 64),
            engine_timeout_s=30,
            telegram_token=SecretStr(self.api.token),
            telegram_api_url=self.api.base_url,
            session_messages_per_minute=1000,
        )
        async with open_gateway(settings, clock=_RunningClock(at)):
            await asyncio.Event().wait()


class _RunningClock:
    """Starts at a moment and goes on: what waits for a second, because Telegram was told too much, is to come."""

    def __init__(self, at: datetime) -> None:
        self._at, self._began = at, time.monotonic()

    def now(self) -> datetime:
        return self._at + timedelta(seconds=time.monotonic() - self._began)


def _die_at(step: int) -> None:
    """Count steps in this process and end it."""
    steps, armed = 0, False
    changed: set[int] = set()

    def reached() -> None:
        nonlocal steps
        if armed:
            steps += 1
            if steps > step:
                os.kill(os.getpid(), signal.SIGKILL)

    def executed(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal armed
        if statement.startswith(_CHANGES) and not any(name in statement for name in _NOT_COUNTED):
            armed = armed or statement.startswith("INSERT INTO telegram_updates")
            changed.add(id(connection.connection.dbapi_connection))

    def committing(connection: Any) -> None:
        if id(connection.connection.dbapi_connection) in changed:
            changed.discard(id(connection.connection.dbapi_connection))
            reached()

    event.listen(Engine, "before_cursor_execute", executed)
    event.listen(Engine, "commit", committing)
    call = BotApi.call

    async def counted(self: BotApi, method: TelegramMethod[Any], **options: Any) -> Any:
        if not isinstance(method, SendMessage):
            return await call(self, method, **options)
        reached()
        result = await call(self, method, **options)
        reached()
        return result

    BotApi.call = counted  # type: ignore[method-assign,assignment]
