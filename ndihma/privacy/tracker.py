"""The engine's tracker store, reached by SQL: the engine itself has no route for it (S1).

Rasa's ``SQLTrackerStore`` keeps one table, ``events``, with a row for each event of a tracker; ``sender_id`` is ours,
``<conversation>.<epoch>`` (docs/architecture.md). Numbers and codes are not in it (S6).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import (
    Column,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    select,
)
from sqlalchemy import delete as delete_from
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

from ndihma.privacy.model import Person

__all__ = ["TrackerStore", "conversation_of"]

_BUSY_S: Final = 5
_CHUNK: Final = 500
_T = TypeVar("_T")

_EVENTS: Final = Table(
    "events",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("sender_id", String(255)),
    Column("type_name", String(255)),
    Column("timestamp", Float),
    Column("data", Text),
)


class TrackerStore:
    """Implements PersonalDataStore on a tracker store; one that the engine has not made yet holds nothing.

    Every call opens a connection of its own and gives it back: calls are rare. Raises SQLAlchemyError.
    """

    name = "dialogue tracker"
    is_found_by_rows = False
    """By the audit trail too, which stays."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)

    async def check(self) -> None:
        """Raises SQLAlchemyError when the store cannot be used now."""
        await asyncio.to_thread(self._run, lambda _: None, None)

    async def count(self, person: Person) -> int:
        return await asyncio.to_thread(
            self._run, lambda connection: _count(connection, _senders_of(connection, person.conversations)), 0
        )

    async def erase(self, person: Person) -> int:
        return await asyncio.to_thread(
            self._run, lambda connection: _delete(connection, _senders_of(connection, person.conversations)), 0
        )

    async def erase_conversations(self, conversations: Collection[str]) -> int:
        """Remove the engine's state of these conversations; how many events there were."""
        return await asyncio.to_thread(
            self._run, lambda connection: _delete(connection, _senders_of(connection, conversations)), 0
        )

    async def export(self, person: Person) -> Sequence[dict[str, Any]]:
        return await asyncio.to_thread(self._run, lambda connection: _export(connection, person), [])

    async def last_events(self) -> dict[str, float]:
        """For each sender id the moment of its last event (seconds since 1970)."""

        def read(connection: Connection) -> dict[str, float]:
            query = select(_EVENTS.c.sender_id, func.max(_EVENTS.c.timestamp)).group_by(_EVENTS.c.sender_id)
            return {sender: last or 0.0 for sender, last in connection.execute(query)}

        return await asyncio.to_thread(self._run, read, {})

    async def forget(self, senders: Collection[str]) -> int:
        """Remove the events of these sender ids; how many went."""
        return await asyncio.to_thread(self._run, lambda connection: _delete(connection, senders), 0)

    def _run(self, work: Callable[[Connection], _T], nothing: _T) -> _T:
        sqlite = self._url.get_backend_name() == "sqlite"
        if sqlite and not (self._url.database and Path(self._url.database).exists()):
            return nothing
        patience = {"timeout": _BUSY_S} if sqlite else {"connect_timeout": _BUSY_S}
        engine = create_engine(self._url, poolclass=NullPool, hide_parameters=True, connect_args=patience)
        if sqlite:
            event.listen(engine, "connect", _overwrite_what_is_deleted)
        try:
            with engine.begin() as connection:
                return work(connection) if inspect(connection).has_table(_EVENTS.name) else nothing
        finally:
            engine.dispose()


def conversation_of(sender: str) -> str:
    """The conversation of a sender id."""
    return sender.rpartition(".")[0]


def _senders_of(connection: Connection, conversations: Collection[str]) -> list[str]:
    senders = connection.scalars(select(_EVENTS.c.sender_id).distinct())
    return [sender for sender in senders if conversation_of(sender) in conversations]


def _count(connection: Connection, senders: Collection[str]) -> int:
    counting = select(func.count()).select_from(_EVENTS)
    return sum(connection.scalar(counting.where(_EVENTS.c.sender_id.in_(part))) or 0 for part in _parts(senders))


def _delete(connection: Connection, senders: Collection[str]) -> int:
    deleting = delete_from(_EVENTS)
    return sum(connection.execute(deleting.where(_EVENTS.c.sender_id.in_(part))).rowcount for part in _parts(senders))


def _export(connection: Connection, person: Person) -> list[dict[str, Any]]:
    return [
        {"sender": row.sender_id, "type": row.type_name, "timestamp": row.timestamp, "data": json.loads(row.data)}
        for part in _parts(_senders_of(connection, person.conversations))
        for row in connection.execute(select(_EVENTS).where(_EVENTS.c.sender_id.in_(part)).order_by(_EVENTS.c.id))
    ]


def _parts(senders: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(senders)
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


def _overwrite_what_is_deleted(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA secure_delete=ON")
