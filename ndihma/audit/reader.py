"""Reading the audit trail: is it as it was written, and what does it hold of a number? (S10)"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr
from sqlalchemy import Row, select
from sqlalchemy.engine import Connection

from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.chain import Break, Chain, Checkpoint, Head, Problem, StoredEntry, find_break
from ndihma.audit.tables import AuditCheckpointRow, AuditEntryRow, AuditHeadRow
from ndihma.db import Database

__all__ = ["Anchor", "AuditReader", "Verdict", "read_checkpoints", "read_head", "stored_entry"]

_ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Anchor:
    """The number and hash of an entry, written down outside the database when it was the last one."""

    sequence: int
    hash: str

    @classmethod
    def parse(cls, text: str) -> Anchor:
        """Read ``NUMBER:HASH``. Raises ValueError."""
        number, _, digest = text.partition(":")
        if not (number.isascii() and number.isdigit() and len(digest) == 64):  # noqa: PLR2004
            raise ValueError("an anchor is a number, a colon and 64 hex digits")
        return cls(int(number), digest.lower())

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``entries`` were read; ``broken`` is the first place that is not as it was written."""

    entries: int
    anchor: Anchor
    broken: Break | None


class AuditReader:
    """Reads with the key the trail is written with. Methods raise SQLAlchemyError when the database is away."""

    def __init__(self, database: Database, key: SecretStr) -> None:
        self._database = database
        self._chain = Chain(key)

    async def verify(self, anchor: Anchor | None = None) -> Verdict:
        """Read the whole trail as it is at one moment. With ``anchor`` its entry must stand there still."""
        async with self._database.session() as session:
            connection = await session.connection()
            if connection.dialect.name == "sqlite":
                await connection.exec_driver_sql("BEGIN")  # its driver would read each statement at another moment
            else:
                await connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            return await connection.run_sync(self._verify, anchor)

    async def entries(self, msisdn: Msisdn | None = None, since: datetime | None = None) -> list[StoredEntry]:
        """The entries, oldest first: all, those about a number, those from a moment on."""
        query = select(*AuditEntryRow.__table__.columns).order_by(AuditEntryRow.sequence)
        if msisdn is not None:
            query = query.where(AuditEntryRow.subject == self._chain.subject(msisdn))
        if since is not None:
            query = query.where(AuditEntryRow.at >= since)
        async with self._database.session() as session:
            return [stored_entry(row) for row in await session.execute(query)]

    def _verify(self, connection: Connection, anchor: Anchor | None) -> Verdict:
        head = read_head(connection)
        checkpoints = read_checkpoints(connection)
        walked = _Walked(connection, anchor)
        broken = find_break(self._chain, head, checkpoints, walked)
        # An entry that the retention job took away can be looked for no more; the checkpoint's seal stands for it.
        retired = checkpoints[-1].sequence if checkpoints else 0
        if broken is None and anchor is not None and not walked.anchored and anchor.sequence > retired:
            broken = Break(anchor.sequence, Problem.ANCHOR_GONE)
        return Verdict(walked.count, Anchor(head.sequence, head.hash), broken)


class _Walked:
    """The entries in their order, counted; whether the anchor's was among them."""

    def __init__(self, connection: Connection, anchor: Anchor | None) -> None:
        self._connection = connection
        self._anchor = anchor
        self.count = 0
        self.anchored = False

    def __iter__(self) -> Iterator[StoredEntry]:
        query = select(*AuditEntryRow.__table__.columns).order_by(AuditEntryRow.sequence)
        # Closed also when nobody goes on to its end: a break ends the walk.
        with self._connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(query) as rows:
            for row in rows:
                self.count += 1
                if self._anchor is not None and Anchor(row.sequence, row.hash) == self._anchor:
                    self.anchored = True
                yield stored_entry(row)


def read_head(connection: Connection) -> Head:
    """Where the trail ends, as it says itself."""
    row = connection.execute(select(AuditHeadRow.sequence, AuditHeadRow.hash, AuditHeadRow.seal)).one_or_none()
    return Head() if row is None else Head(row.sequence, row.hash, row.seal)


def read_checkpoints(connection: Connection) -> list[Checkpoint]:
    """Where stretches of the trail were removed, the oldest first."""
    query = select(*AuditCheckpointRow.__table__.columns).order_by(AuditCheckpointRow.sequence)
    return [Checkpoint(row.sequence, row.hash, row.at, row.removed, row.seal) for row in connection.execute(query)]


def stored_entry(row: Row[*tuple[object, ...]]) -> StoredEntry:
    """A row of ``audit_entries``, all its columns, as the chain takes it."""
    return StoredEntry(
        sequence=row.sequence,
        at=row.at,
        actor_kind=row.actor_kind,
        actor_id=row.actor_id,
        action=row.action,
        subject=row.subject,
        fields=tuple(row.fields),
        reason=row.reason,
        previous=row.previous_hash,
        hash=row.hash,
    )
