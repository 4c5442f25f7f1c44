"""A person's private chat with the bot of a running system."""

from __future__ import annotations

import asyncio
import itertools
import re
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final

from tests.e2e.conftest import System, sent_to
from tests.support.telegram.chats import Post
from tests.support.telegram.fake import FakeBotApi
from tests.support.telegram.settling import OPEN_WORK

__all__ = ["Talk", "Telegram", "texts"]

LIMIT_S: Final = 120
"""For one answer; a message a second and busy cores make it long."""
_numbers = itertools.count(1_000_001)


@dataclass
class Talk:
    """``posts``: what the bot sent so far, as far as it was read."""

    telegram: Telegram
    chat_id: int
    posts: list[Post] = field(default_factory=list)

    async def say(self, text: str) -> list[Post]:
        """Send a message and give what the bot posted until it had nothing more to say."""
        post = await self.telegram.api.message(self.chat_id, text)
        return await self.after(post)

    async def press(self, title: str) -> list[Post]:
        """Press the latest button with this title."""
        holders = [post for post in self.telegram.api.shown(self.chat_id) if title in post.titles]
        assert holders, f"no button {title!r} in {self.telegram.api.texts(self.chat_id)}"
        callback = await self.telegram.api.press(holders[-1], title)
        fresh = await self.rest()
        assert callback.answer is not None, "a pressed button is always answered"
        return fresh

    async def after(self, post: Post) -> list[Post]:
        """What the bot posts because of a message that a person posted."""
        assert not post.outgoing
        return await self.rest()

    async def rest(self) -> list[Post]:
        """What was posted since the last look, once everything is said."""
        await self.telegram.settled(self.chat_id)
        now = self.telegram.api.sent(self.chat_id)
        fresh, self.posts = now[len(self.posts) :], now
        return fresh

    async def prove(self, msisdn: str) -> list[Post]:
        """Have a code sent to the number and type it in; what the bot posts then."""
        before = len(sent_to(self.telegram.system, msisdn))
        await self.say(msisdn)
        messages = await self.telegram.api.until(
            lambda: found if len(found := sent_to(self.telegram.system, msisdn)) > before else None, "a code"
        )
        assert messages
        code = re.findall(r"\b\d{6}\b", messages[-1]["text"])[0]
        return await self.say(code)


def texts(posts: list[Post]) -> str:
    """All texts, one after the other."""
    return "\n".join(post.text for post in posts)


@dataclass
class Telegram:
    """A running system and the Telegram that it talks to."""

    system: System
    api: FakeBotApi

    def talk(self) -> Talk:
        """A new person."""
        return Talk(self, next(_numbers))

    async def settled(self, chat_id: int, limit_s: float = LIMIT_S) -> None:
        """Every message of the chat was taken and answered, and every answer delivered."""
        await self.api.taken(limit_s)
        deadline = time.monotonic() + limit_s
        while self._open(chat_id):
            assert time.monotonic() < deadline, f"not settled within {limit_s} s: {self.api.texts(chat_id)[-3:]}"
            await asyncio.sleep(0.05)

    def _open(self, chat_id: int) -> int:
        path = self.system.var / "ndihma.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as connection:
            return int(connection.execute(OPEN_WORK, {"chat": chat_id}).fetchone()[0])
