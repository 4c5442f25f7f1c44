"""Kills a process (SIGKILL) at its n-th step: before each statement that changes something and each commit, around
each flush to the disk, and wherever the work itself counts a step."""

from __future__ import annotations

import asyncio
import os
import signal
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import event

from ndihma.db import Database

FEWEST_STEPS = 15
MOST_STEPS = 200

Step = Callable[[], None]
Work = Callable[[Database, Step, Callable[[], None]], Awaitable[None]]
"""What the process does: with its database, a counter of steps, and what says that the customer got their answer."""


def lives_through(step: int, url: str, work: Work) -> tuple[bool, bool]:
    """Do ``work`` in a process that is killed at a step. Whether it had not so many steps; whether it answered."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _live(step, url, work, writer)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(3)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answered = pipe.read() == b"1"
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the process failed by itself"
    return os.WIFEXITED(status), answered


def _live(step: int, url: str, work: Work, answered: int) -> None:
    steps = 0

    def reached(*_: Any) -> None:
        nonlocal steps
        steps += 1
        if steps > step:
            os.kill(os.getpid(), signal.SIGKILL)

    def flushed(descriptor: int, flush: Callable[[int], None] = os.fsync) -> None:
        reached()
        flush(descriptor)
        reached()

    def executed(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("SELECT"):  # before a reading one things stand as after the step before
            reached()

    async def run() -> None:
        database = Database(url)
        event.listen(database.engine.sync_engine, "before_cursor_execute", executed)
        event.listen(database.engine.sync_engine, "commit", reached)
        await work(database, reached, lambda: answer(answered))
        await database.close()

    def answer(descriptor: int) -> None:
        reached()
        os.write(descriptor, b"1")

    os.fsync = flushed
    asyncio.run(run())
