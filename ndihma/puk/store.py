"""The SQL of PUK codes: small statements inside the services' transactions, alike on SQLite and PostgreSQL."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import CursorResult, Delete, Update, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.accounts.msisdn import Msisdn
from ndihma.puk.cipher import Sealed
from ndihma.puk.policy import COUNTED_FOR
from ndihma.puk.tables import PukCodeRow, PukReferenceRow, PukRevealRow

__all__ = [
    "StoredCode",
    "add_reference",
    "add_reveal",
    "code_of",
    "count_codes",
    "lock_code",
    "other_keys",
    "purge",
    "put_codes",
    "replace_code",
    "shown_at",
    "take_reference",
]

_CHUNK: Final = 100
"""Rows in one INSERT: seven values each, below every database's limit of bound parameters."""


@dataclass(frozen=True, slots=True)
class StoredCode:
    """A number's code as it is stored."""

    msisdn: Msisdn
    card: bytes
    sealed: Sealed


async def put_codes(session: AsyncSession, codes: Sequence[StoredCode], now: datetime) -> None:
    """Store codes, each in the place of the number's earlier one. What was shown of that one goes on to count."""
    build: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    for start in range(0, len(codes), _CHUNK):
        statement = build(PukCodeRow).values([_values(code, now) for code in codes[start : start + _CHUNK]])
        changes = {
            name: statement.excluded[name] for name in ("card_hash", "key_id", "nonce", "ciphertext", "stored_at")
        }
        await session.execute(statement.on_conflict_do_update(index_elements=[PukCodeRow.msisdn], set_=changes))


async def code_of(session: AsyncSession, msisdn: Msisdn) -> StoredCode | None:
    """A number's code, without a lock."""
    row = (await session.scalars(select(PukCodeRow).where(PukCodeRow.msisdn == msisdn.e164))).one_or_none()
    return None if row is None else _stored(row)


async def lock_code(session: AsyncSession, msisdn: Msisdn, now: datetime) -> StoredCode | None:
    """A number's code, its row locked until the transaction ends: showings of one number are counted in turn."""
    statement = update(PukCodeRow).where(PukCodeRow.msisdn == msisdn.e164).values(asked_at=now)
    if await _run(session, statement) == 0:
        return None
    return await code_of(session, msisdn)


async def other_keys(session: AsyncSession, key_id: str, after: str, limit: int) -> Sequence[StoredCode]:
    """At most ``limit`` codes that another key than ``key_id`` encrypted, by number, after a number."""
    query = (
        select(PukCodeRow)
        .where(PukCodeRow.key_id != key_id, PukCodeRow.msisdn > after)
        .order_by(PukCodeRow.msisdn)
        .limit(limit)
    )
    return [_stored(row) for row in await session.scalars(query)]


async def count_codes(session: AsyncSession, *, not_under: str) -> int:
    """How many codes another key than ``not_under`` encrypted."""
    counted = await session.scalar(select(func.count()).select_from(PukCodeRow).where(PukCodeRow.key_id != not_under))
    return counted or 0


async def replace_code(session: AsyncSession, old: StoredCode, new: Sealed) -> bool:
    """Put another encryption in the place of ``old``; False when that was replaced meanwhile."""
    statement = (
        update(PukCodeRow)
        .where(PukCodeRow.msisdn == old.msisdn.e164, PukCodeRow.nonce == old.sealed.nonce)
        .values(key_id=new.key_id, nonce=new.nonce, ciphertext=new.ciphertext)
    )
    return await _run(session, statement) == 1


async def add_reference(
    session: AsyncSession, reference: str, conversation_id: str, msisdn: Msisdn, *, now: datetime, expires_at: datetime
) -> None:
    """Store a reference in place of those that the conversation did not use."""
    await _run(
        session,
        delete(PukReferenceRow).where(
            PukReferenceRow.conversation_id == conversation_id, PukReferenceRow.used_at.is_(None)
        ),
    )
    values = {
        "reference_hash": _hash(reference),
        "conversation_id": conversation_id,
        "msisdn": msisdn.e164,
        "created_at": now,
        "expires_at": expires_at,
    }
    await session.execute(insert(PukReferenceRow).values(values))


async def take_reference(session: AsyncSession, reference: str, conversation_id: str, now: datetime) -> Msisdn | None:
    """Use a reference up; the number it is for. One statement: of many at once exactly one takes it."""
    statement = (
        update(PukReferenceRow)
        .where(
            PukReferenceRow.reference_hash == _hash(reference),
            PukReferenceRow.conversation_id == conversation_id,
            PukReferenceRow.used_at.is_(None),
            PukReferenceRow.expires_at > now,
        )
        .values(used_at=now)
        .returning(PukReferenceRow.msisdn)
    )
    found = (await session.execute(statement, execution_options={"synchronize_session": False})).scalar_one_or_none()
    return None if found is None else Msisdn(found)


async def shown_at(session: AsyncSession, msisdn: Msisdn, now: datetime) -> Sequence[datetime]:
    """When a number's PUK was shown within what counts, the oldest first."""
    query = (
        select(PukRevealRow.at)
        .where(PukRevealRow.msisdn == msisdn.e164, PukRevealRow.at > now - COUNTED_FOR)
        .order_by(PukRevealRow.at)
    )
    return (await session.scalars(query)).all()


async def add_reveal(session: AsyncSession, msisdn: Msisdn, now: datetime) -> None:
    """Count a showing."""
    await session.execute(insert(PukRevealRow).values(id=uuid.uuid4().hex, msisdn=msisdn.e164, at=now))


async def purge(session: AsyncSession, now: datetime, references_before: datetime) -> int:
    """Delete showings that count no more and references that ended before a moment; how many rows."""
    statements = (
        delete(PukRevealRow).where(PukRevealRow.at <= now - COUNTED_FOR),
        delete(PukReferenceRow).where(PukReferenceRow.expires_at <= references_before),
    )
    return sum([await _run(session, statement) for statement in statements])


def _hash(reference: str) -> str:
    return hashlib.sha256(reference.encode("utf-8", "surrogatepass")).hexdigest()


def _stored(row: PukCodeRow) -> StoredCode:
    return StoredCode(Msisdn(row.msisdn), row.card_hash, Sealed(row.key_id, row.nonce, row.ciphertext))


def _values(code: StoredCode, now: datetime) -> dict[str, Any]:
    return {
        "msisdn": code.msisdn.e164,
        "card_hash": code.card,
        "key_id": code.sealed.key_id,
        "nonce": code.sealed.nonce,
        "ciphertext": code.sealed.ciphertext,
        "stored_at": now,
    }


async def _run(session: AsyncSession, statement: Update | Delete) -> int:
    """Run a statement; how many rows it changed."""
    result = await session.execute(statement, execution_options={"synchronize_session": False})
    return result.rowcount if isinstance(result, CursorResult) else 0
