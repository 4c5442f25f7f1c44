"""Group commit: short transactions that wait at the same moment are carried out together, in the order of their calls.

A transaction of its own costs a thread switch for every statement and a commit; under load that is most of what a
message costs. Here everything that waits goes to one thread at once, in one database transaction, and nobody is told
that their work is done before it is committed. Works do not hurt each other: when one fails, all is rolled back and
they run again one by one, each in a transaction of its own.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from typing import Any, Final, TypeVar

from sqlalchemy import Engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

__all__ = ["GroupCommit", "Work"]

_T = TypeVar("_T")
Work = Callable[[Connection], _T]
"""The statements of one transaction, without a commit. It may run twice and must not keep anything of the first run."""

_LARGEST_GROUP: Final = 64
_UNUSABLE: Final = (OperationalError, InterfaceError, NoConnectionFree)
"""The database cannot be used now (locked, full, away): trying each work by itself would only wait once more."""


class GroupCommit:
    """Runs works on one connection of ``engine``, in its own thread. One event loop; ``await close()`` at the end."""

    def __init__(self, engine: Engine, turn: Callable[[], AbstractAsyncContextManager[None]]) -> None:
        """``turn`` is held while a group runs: whoever else writes to the same SQLite file waits meanwhile."""
        self._engine = engine
        self._turn = turn
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="group-commit")
        self._waiting: deque[tuple[Work[Any], asyncio.Future[Any]]] = deque()
        self._driver: asyncio.Task[None] | None = None

    async def run(self, work: Work[_T]) -> _T:
        """What ``work`` returned, once it is committed. Raises what it raised (then nothing of it is stored), or
        SQLAlchemy's errors when the database cannot be used.
        """
        future: asyncio.Future[_T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, future))
        if self._driver is None:
            self._driver = asyncio.create_task(self._drive(), name="group-commit")
        return await future

    async def close(self) -> None:
        """Finish what waits and give the connection back."""
        if self._driver is not None:
            await self._driver
        await asyncio.get_running_loop().run_in_executor(self._thread, self._engine.dispose)
        self._thread.shutdown()

    async def _drive(self) -> None:
        try:
            while self._waiting:
                await self._run_group()
        finally:
            self._driver = None

    async def _run_group(self) -> None:
        group: list[tuple[Work[Any], asyncio.Future[Any]]] = []
        outcomes: Sequence[Any]
        try:
            async with self._turn():
                while self._waiting and len(group) < _LARGEST_GROUP:
                    work, future = self._waiting.popleft()
                    if not future.cancelled():  # whoever asked has left before it began
                        group.append((work, future))
                works = [work for work, _ in group]
                outcomes = await asyncio.get_running_loop().run_in_executor(self._thread, self._commit, works)
        except NoConnectionFree as error:  # no turn: what waits has waited long enough
            group = list(self._waiting)
            self._waiting.clear()
            outcomes = [error] * len(group)
        for (_, future), outcome in zip(group, outcomes, strict=True):
            if future.cancelled():
                continue
            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)

    def _commit(self, works: Sequence[Work[Any]]) -> Sequence[Any]:
        """The outcome of each work: what it returned, or its exception. In the thread."""
        try:
            with self._engine.begin() as connection:
                return [work(connection) for work in works]
        except _UNUSABLE as error:
            return [error] * len(works)
        except Exception as error:
            if len(works) == 1:
                return [error]
        return [self._commit([work])[0] for work in works]
