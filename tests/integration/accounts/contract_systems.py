"""The account systems that the contract is held to, each with a way to fill and to spoil it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy import text

from ndihma.accounts.adapters.sql import SqlAccountDirectory, SqlAccountWriter
from ndihma.accounts.adapters.tmforum import TmfAccountDirectory
from ndihma.accounts.model import Line
from ndihma.accounts.ports import AccountDirectory
from ndihma.clock import BELGRADE, FixedClock
from ndihma.db import Database
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


@asynccontextmanager
async def opened(database_url: str | None) -> AsyncIterator[AccountSystem]:
    """The system over this database, which is empty; without one a TM Forum system."""
    if database_url is None:
        operator = Operator()
        async with listening(operator) as url, directory_of(operator, FixedClock(NOW), url=url) as directory:
            yield TmForumSystem(directory, operator)
        return
    database = Database(database_url)
    try:
        yield SqlSystem(database)
    finally:
        await database.close()


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
