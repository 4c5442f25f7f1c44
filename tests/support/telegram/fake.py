"""The made-up Bot API as tests use it: what people do in their chats, what goes wrong, what the bot sent.

with FakeBotApi().running() as api:
    await api.message(7, "sa kushton sim kartela")
    answer = await api.said(7, "7 €")
"""

from __future__ import annotations

import asyncio
import random
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self, TypeVar

from tests.support.telegram.chats import Chat, Post, User
from tests.support.telegram.cloud import Cloud
from tests.support.telegram.errors import ApiError, conflict, flood
from tests.support.telegram.faults import Call, Fault, Gate
from tests.support.telegram.flood import Flood
from tests.support.telegram.people import People
from tests.support.telegram.server import Server
from tests.support.telegram.specification import specification

__all__ = ["FakeBotApi"]

T = TypeVar("T")
LIMIT_S = 60
_STATUS_TEXTS = {
    400: "Bad Request: planned",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


class FakeBotApi(People):
    """``flood``: whether too many messages are refused. Requests that break the rules are in ``complaints``."""

    def __init__(self, *, flood: bool = True, clock: Callable[[], float] = time.time) -> None:
        self.token = f"{random.randrange(10**9, 9 * 10**9)}:AA{secrets.token_urlsafe(25)[:33]}"  # noqa: S311
        self._clock = clock
        self._ahead_s = 0.0
        bot = User(int(self.token.split(":")[0]), "Ndihma", is_bot=True, username="ndihma_vala_bot")
        specification()
        super().__init__(Cloud(self.now, bot, Flood() if flood else None))
        self.server = Server(self.cloud, self.token)

    # --- the server ---------------------------------------------------------------------------------------------

    @property
    def base_url(self) -> str:
        """Goes before ``/bot<token>/<method>``."""
        return self.server.base_url

    @property
    def username(self) -> str:
        return self.cloud.bot.username or ""

    @contextmanager
    def running(self) -> Iterator[Self]:
        with self.server.running():
            yield self

    def now(self) -> float:
        """Telegram's time, seconds since 1970."""
        return self._clock() + self._ahead_s

    def advance(self, seconds: float) -> None:
        """Let time pass at Telegram alone: messages grow older."""
        self._ahead_s += seconds

    def _changed(self) -> None:
        self.server.wake()

    # --- what goes wrong ----------------------------------------------------------------------------------------

    def fail_next(
        self,
        method: str,
        status: int = 500,
        description: str | None = None,
        *,
        retry_after: int | None = None,
        times: int = 1,
    ) -> None:
        """The next requests of the method ("": any) are answered with this error."""
        if status == 429:
            error = flood(1 if retry_after is None else retry_after)
        else:
            error = ApiError(status, description or _STATUS_TEXTS.get(status, "Bad Request: planned"))
        self.cloud.faults.plan(method, Fault(error), times)

    def drop_next(self, method: str, *, done: bool = False, times: int = 1) -> None:
        """The next requests get no answer; ``done``: although they were carried out."""
        self.cloud.faults.plan(method, Fault(drop=True, after=done), times)

    def break_next(self, method: str, *, times: int = 1) -> None:
        """The next requests are carried out, and a proxy's error page comes back."""
        self.cloud.faults.plan(method, Fault(broken=True), times)

    def delay_next(self, method: str, seconds: float, *, times: int = 1) -> None:
        self.cloud.faults.plan(method, Fault(delay_s=seconds), times)

    @contextmanager
    def held(self, method: str, only: Callable[[dict[str, object]], bool] = lambda _values: True) -> Iterator[Gate]:
        """Requests of the method wait before they are carried out; afterwards they go on."""
        gate = self.cloud.faults.gates[method] = Gate(only)
        try:
            yield gate
        finally:
            self.cloud.faults.gates.pop(method, None)
            gate.open()

    @contextmanager
    def unreachable(self) -> Iterator[None]:
        """Every connection is cut."""
        self.cloud.faults.unreachable = True
        self.server.end_poll(conflict("cut"))
        try:
            yield
        finally:
            self.cloud.faults.unreachable = False

    def conflict(self, times: int = 1) -> None:
        """Somebody else polls with our token: the waiting poll and the next ones get 409."""
        error = conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
        self.cloud.faults.plan("getUpdates", Fault(error), times)
        self.server.end_poll(error)

    # --- what the bot did ---------------------------------------------------------------------------------------

    @property
    def calls(self) -> list[Call]:
        return list(self.cloud.calls)

    def calls_of(self, method: str, chat_id: int | None = None) -> list[Call]:
        return [c for c in self.calls if c.method == method and chat_id in {None, c.chat_id}]

    @property
    def complaints(self) -> list[str]:
        """Requests that the Bot API does not take as they are."""
        return list(self.cloud.complaints)

    def chat(self, chat_id: int) -> Chat:
        return self.cloud.chats.all[chat_id]

    def sent(self, chat_id: int) -> list[Post]:
        """What the bot posted there, deleted or not, oldest first."""
        chat = self.cloud.chats.all.get(chat_id)
        return [post for post in chat.posts if post.outgoing] if chat else []

    def shown(self, chat_id: int) -> list[Post]:
        """What a person sees of the bot in the chat."""
        return [post for post in self.sent(chat_id) if not post.deleted]

    def texts(self, chat_id: int) -> list[str]:
        return [post.text for post in self.sent(chat_id)]

    def received(self, chat_id: int) -> list[Post]:
        """What people posted there."""
        chat = self.cloud.chats.all.get(chat_id)
        return [post for post in chat.posts if not post.outgoing] if chat else []

    # --- waiting ------------------------------------------------------------------------------------------------

    async def until(self, condition: Callable[[], T | None], what: str = "", limit_s: float = LIMIT_S) -> T:
        """What ``condition`` gives once it is true. Fails after ``limit_s`` with ``what``."""
        deadline = time.monotonic() + limit_s
        while not (found := condition()):
            assert time.monotonic() < deadline, f"not within {limit_s} s: {what or condition}; {self.summary()}"
            await asyncio.sleep(0.01)
        return found

    async def said(self, chat_id: int, pattern: str, *, after: int = 0, limit_s: float = LIMIT_S) -> Post:
        """The first message of the bot, past its first ``after`` ones there, in which the pattern is found."""
        return await self.until(lambda: self._found(chat_id, pattern, after), f"{pattern!r} in {chat_id}", limit_s)

    async def sent_count(self, chat_id: int, count: int, limit_s: float = LIMIT_S) -> list[Post]:
        """The bot's messages there once there are at least ``count``."""
        return (
            await self.until(
                lambda: self.sent(chat_id) if len(self.sent(chat_id)) >= count else None,
                f"{count} messages in {chat_id}",
                limit_s,
            )
            or []
        )

    async def taken(self, limit_s: float = LIMIT_S) -> None:
        """Every update was confirmed by the bot."""
        await self.until(lambda: not self.cloud.updates.pending, "all updates taken", limit_s)

    def _found(self, chat_id: int, pattern: str, after: int) -> Post | None:
        return next((post for post in self.sent(chat_id)[after:] if re.search(pattern, post.text, re.DOTALL)), None)

    def summary(self) -> str:
        """What happened last, for messages of failures."""
        last = [f"{call.method} {call.status} {call.description or ''}".strip() for call in self.calls[-6:]]
        texts = {chat.id: [post.text[:80] for post in chat.posts[-6:]] for chat in self.cloud.chats.all.values()}
        return f"last calls {last}; chats {dict(list(texts.items())[-5:])}; complaints {self.complaints[-3:]}"
