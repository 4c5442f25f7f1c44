"""The account systems that the contract is held to, each with a way to fill and to spoil it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import text

from ndihma.accounts.adapters.sql import SqlAccountDirectory, SqlAccountWriter
from ndihma.accounts.adapters.tmforum import TmfAccountDirectory
from ndihma.accounts.model import Line
from ndihma.accounts.ports import AccountDirectory
from ndihma.clock import BELGRADE, FixedClock
from ndihma.db import Database, migrate
from tests.support.databases import new_database
from tests.support.tmforum.encode import PRODUCT, characteristic
from tests.support.tmforum.operator import Operator
from tests.support.tmforum.system import directory_of, listening

NOW = datetime(2026, 11, 22, 16, 5, tzinfo=BELGRADE)
BUSY_MACHINE_S = 30
KINDS = ("sqlite", "postgresql", "tmforum")


class AccountSystem(Protocol):
    """An account system with its directory. Its clock shows NOW."""

    @property
    def directory(self) -> AccountDirectory: ...

    async def put(self, lines: Sequence[Line]) -> None:
        """Have these lines, each in the place of what was there."""

    async def spoil_kinds(self) -> None:
        """Give every line a kind that nobody knows."""


@dataclass
class SqlSystem:
    database: Database

    @property
    def directory(self) -> SqlAccountDirectory:
        return SqlAccountDirectory(self.database, timeout_s=BUSY_MACHINE_S)

    async def put(self, lines: Sequence[Line]) -> None:
        await SqlAccountWriter(self.database).upsert(lines, NOW)

    async def spoil_kinds(self) -> None:
        async with self.database.session() as session:
            if session.get_bind().dialect.name == "sqlite":
                await session.execute(text("PRAGMA ignore_check_constraints = ON"))
            else:
                await session.execute(text("ALTER TABLE account_line DROP CONSTRAINT IF EXISTS ck_account_line_kind"))
            await session.execute(text("UPDATE account_line SET kind = 'satellite'"))


@dataclass
class TmForumSystem:
    directory: TmfAccountDirectory
    operator: Operator = field(default_factory=Operator)

    async def put(self, lines: Sequence[Line]) -> None:
        self.operator.put(lines)

    async def spoil_kinds(self) -> None:
        for product in self.operator.collections[PRODUCT].values():
            others = [each for each in product["productCharacteristic"] if each["name"] != "lineKind"]
            product["productCharacteristic"] = [*others, characteristic("lineKind", "satellite")]


class Schemas:
    """A migrated database of each kind, made once and emptied after each use: migrating is most of a test's time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, str] = {}
        self._stack = ExitStack()

    def close(self) -> None:
        self._stack.close()

    @asynccontextmanager
    async def database(self, kind: str) -> AsyncIterator[Database]:
        is_new = kind not in self._made
        if is_new:
            self._made[kind] = self._stack.enter_context(new_database(kind, self._folder))
        database = Database(self._made[kind])
        try:
            if is_new:
                await migrate(database)
            yield database
            async with database.session() as session:
                for table in ("bill", "payment", "club", "contact", "line", "subscriber"):
                    await session.execute(text(f"DELETE FROM account_{table}"))  # noqa: S608
        finally:
            await database.close()


@asynccontextmanager
async def opened(kind: str, schemas: Schemas) -> AsyncIterator[AccountSystem]:
    if kind == "tmforum":
        operator = Operator()
        async with listening(operator) as url, directory_of(operator, FixedClock(NOW), url=url) as directory:
            yield TmForumSystem(directory, operator)
        return
    async with schemas.database(kind) as database:
        yield SqlSystem(database)


@asynccontextmanager
async def at_port(kind: str, port: int, *, timeout_s: float) -> AsyncIterator[AccountDirectory]:
    """The directory of a system that is said to be at a port of this machine."""
    if kind == "tmforum":
        clock, url = FixedClock(NOW), f"http://127.0.0.1:{port}"
        async with directory_of(Operator(), clock, url=url, timeout_s=timeout_s) as directory:
            yield directory
        return
    database = Database(f"postgresql+psycopg://nobody@127.0.0.1:{port}/none")
    try:
        yield SqlAccountDirectory(database, timeout_s=timeout_s)
    finally:
        await database.close()
