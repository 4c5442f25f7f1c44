"""The desk and account database: one SQLAlchemy metadata, one engine factory, migrations by Alembic."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import DateTime, MetaData, create_engine, event, make_url
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from ndihma.group_commit import GroupCommit, Work

__all__ = ["AwareDateTime", "Base", "Database", "migrate"]

_SQLITE_BUSY_MS: Final = 5000
_SQLITE_TURN_S: Final = 10
_POSTGRES_TIMEOUT_S: Final = 5
_T = TypeVar("_T")


class AwareDateTime(TypeDecorator[datetime]):
    """An aware moment, stored as UTC on every database (SQLite keeps no zone of its own)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table of the application; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Database:
    """One database, two ways in: ``session`` for what is rare, ``transact`` for what every message does.

    Transactions of this process on SQLite take turns, in order. SQLite has one writer anyway, and its own waiting is by
    chance: among several connections one can be told "locked" after seconds. ``await close()`` when done.
    """

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self._is_sqlite = parsed.get_backend_name() == "sqlite"
        arguments: dict[str, Any] = {"hide_parameters": True}
        if self._is_sqlite:
            if parsed.database:
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            arguments |= {"pool_size": 1, "max_overflow": 0, "pool_timeout": _SQLITE_TURN_S}
        else:
            arguments |= {
                "connect_args": {"connect_timeout": _POSTGRES_TIMEOUT_S},
                "pool_pre_ping": True,
                "pool_timeout": _POSTGRES_TIMEOUT_S,
            }
        self.engine: AsyncEngine = create_async_engine(parsed, **arguments)
        blocking = create_engine(parsed.set(drivername="sqlite") if self._is_sqlite else parsed, **arguments)
        if self._is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(blocking, "connect", _prepare_sqlite)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._turn = asyncio.Lock()
        self._group_commit = GroupCommit(blocking, self._in_turn if self._is_sqlite else nullcontext)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """A transaction: committed at the end, rolled back on any error. Not to be opened within another."""
        if self._is_sqlite:
            async with self._in_turn(), self._sessions.begin() as session:
                yield session
        else:
            async with self._sessions.begin() as session:
                yield session

    async def transact(self, work: Work[_T]) -> _T:
        """Carry out ``work`` as one transaction, together with what else waits (``group_commit``).

        Transactions are carried out in the order of their calls. Not to be called within a ``session``.
        """
        return await self._group_commit.run(work)

    async def close(self) -> None:
        await self._group_commit.close()
        await self.engine.dispose()

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(_SQLITE_TURN_S):
                await self._turn.acquire()
        except TimeoutError:
            raise NoConnectionFree("no turn in time") from None
        try:
            yield
        finally:
            self._turn.release()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute(f"PRAGMA busy_timeout={_SQLITE_BUSY_MS}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten, not only let go (S6, S11)
    cursor.close()


async def migrate(database: Database) -> None:
    """Bring the schema to the newest version; does nothing when it is there already."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))

    def upgrade(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    async with database.engine.begin() as connection:
        await connection.run_sync(upgrade)
