"""The SQL of verification: small statements inside the service's transactions, alike on SQLite and PostgreSQL.

Every change begins with ``lock_subject``: an upsert that takes the row's lock (PostgreSQL) or the write lock (SQLite),
so that two requests about one conversation, or about one number, run one after the other whatever process
they are in. Order of locks: conversation, then address, then number, then contact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CursorResult, Delete, Update, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from ndihma.verification.channels import ChannelKind
from ndihma.verification.model import Identity, Purged, Purpose, Step, VerificationState
from ndihma.verification.tables import ChallengeRow, EventRow, FactorRow, IdentityRow, StepRow, SubjectRow

__all__ = [
    "EventKind",
    "Factor",
    "add_event",
    "challenge_of",
    "delete_challenge",
    "delete_conversation",
    "event_times",
    "factors",
    "lock_subject",
    "lock_until",
    "mark_deliverable",
    "purge",
    "put_challenge",
    "put_factor",
    "put_identity",
    "put_step",
    "read_step",
    "take_try",
]


@dataclass(frozen=True, slots=True)
class Factor:
    """A proved channel, by the keyed hash of its name."""

    channel: str
    kind: ChannelKind
    expires_at: datetime


class EventKind(StrEnum):
    """What is counted."""

    SEND = "send"
    FAILURE = "failure"
    WARNED = "warned"
    """It was logged that the subject has used something up."""


async def lock_subject(session: AsyncSession, subject: str, now: datetime) -> datetime | None:
    """Take the subject's lock until the transaction ends; until when the subject is locked out, if it is."""
    insert = _insert(session)(SubjectRow).values(subject=subject, touched_at=now)
    statement = insert.on_conflict_do_update(index_elements=[SubjectRow.subject], set_={"touched_at": now}).returning(
        SubjectRow.locked_until
    )
    until: datetime | None = (await session.execute(statement)).scalar_one()
    return until if until is not None and until > now else None


async def lock_until(session: AsyncSession, subject: str, until: datetime | None) -> None:
    """Lock a number or a contact out until a moment; None: it is not locked."""
    await _run(session, update(SubjectRow).where(SubjectRow.subject == subject).values(locked_until=until))


async def add_event(session: AsyncSession, subject: str, kind: EventKind, now: datetime) -> None:
    session.add(EventRow(subject=subject, kind=kind.value, at=now))
    await session.flush()


async def event_times(session: AsyncSession, subject: str, kind: EventKind, after: datetime) -> Sequence[datetime]:
    """When events of a kind happened after a moment, the oldest first."""
    query = (
        select(EventRow.at)
        .where(EventRow.subject == subject, EventRow.kind == kind.value, EventRow.at > after)
        .order_by(EventRow.at)
    )
    return (await session.scalars(query)).all()


async def read_step(session: AsyncSession, conversation_id: str) -> Step | None:
    row = await session.get(StepRow, conversation_id, populate_existing=True)
    if row is None:
        return None
    return Step(
        VerificationState(row.state), row.resume_intent, Purpose(row.purpose), row.masked, row.expires_at, row.sent_to
    )


async def put_step(session: AsyncSession, conversation_id: str, step: Step, now: datetime) -> None:
    values = {
        "state": step.state.value,
        "purpose": step.purpose.value,
        "resume_intent": step.resume_intent,
        "masked": step.masked,
        "expires_at": step.expires_at,
        "sent_to": step.sent_to,
        "updated_at": now,
    }
    await _upsert(session, StepRow, StepRow.conversation_id, conversation_id, values)


async def challenge_of(session: AsyncSession, conversation_id: str) -> ChallengeRow | None:
    """The conversation's challenge as the database has it now."""
    query = select(ChallengeRow).where(ChallengeRow.conversation_id == conversation_id)
    return (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()


async def put_challenge(session: AsyncSession, challenge: ChallengeRow) -> None:
    """Store a challenge in place of the conversation's earlier one, whose code ends with that."""
    await delete_challenge(session, challenge.conversation_id)
    session.add(challenge)
    await session.flush()


async def delete_challenge(session: AsyncSession, conversation_id: str, challenge_id: str | None = None) -> bool:
    """Delete a conversation's challenge; whether there was one (and it was ``challenge_id``, when given)."""
    statement = delete(ChallengeRow).where(ChallengeRow.conversation_id == conversation_id)
    if challenge_id is not None:
        statement = statement.where(ChallengeRow.id == challenge_id)
    return await _run(session, statement) == 1


async def mark_deliverable(session: AsyncSession, challenge_id: str, proves: tuple[str, ChannelKind] | None) -> bool:
    """Record the channel whose hold the right code of a challenge proves; None: no code of it will be right.

    False when the challenge is no longer there.
    """
    channel, kind = proves or (None, None)
    values = {"deliverable": proves is not None, "channel": channel, "channel_kind": kind}
    return await _run(session, update(ChallengeRow).where(ChallengeRow.id == challenge_id).values(values)) == 1


async def take_try(session: AsyncSession, challenge_id: str, tries: int, now: datetime) -> bool:
    """Use up one try before the code is looked at; False when none is left or the code has expired."""
    statement = (
        update(ChallengeRow)
        .where(ChallengeRow.id == challenge_id, ChallengeRow.tries < tries, ChallengeRow.expires_at > now)
        .values(tries=ChallengeRow.tries + 1)
    )
    return await _run(session, statement) == 1


async def put_identity(session: AsyncSession, identity: Identity, now: datetime) -> None:
    values = {
        "msisdn": identity.msisdn.e164,
        "level": identity.level.value,
        "verified_at": now,
        "expires_at": identity.expires_at,
    }
    await _upsert(session, IdentityRow, IdentityRow.conversation_id, identity.conversation_id, values)


async def put_factor(session: AsyncSession, conversation_id: str, factor: Factor, number_subject: str) -> None:
    """Store a proved channel, or prolong it."""
    values = {
        "conversation_id": conversation_id,
        "channel": factor.channel,
        "kind": factor.kind.value,
        "number_subject": number_subject,
        "expires_at": factor.expires_at,
    }
    insert = _insert(session)(FactorRow).values(values)
    keys = [FactorRow.conversation_id, FactorRow.channel]
    await session.execute(insert.on_conflict_do_update(index_elements=keys, set_=values))


async def factors(session: AsyncSession, conversation_id: str, number_subject: str, now: datetime) -> Sequence[Factor]:
    """The channels of a number that a conversation has proved and that have not expired."""
    query = select(FactorRow).where(
        FactorRow.conversation_id == conversation_id,
        FactorRow.number_subject == number_subject,
        FactorRow.expires_at > now,
    )
    return [Factor(row.channel, ChannelKind(row.kind), row.expires_at) for row in await session.scalars(query)]


async def delete_conversation(session: AsyncSession, conversation_id: str) -> None:
    """Delete what is stored of a conversation; the counts behind the limits stay until they are old."""
    for column in (
        ChallengeRow.conversation_id,
        FactorRow.conversation_id,
        IdentityRow.conversation_id,
        StepRow.conversation_id,
    ):
        await _run(session, delete(column.class_).where(column == conversation_id))


async def purge(session: AsyncSession, now: datetime, old: datetime) -> Purged:
    """Delete identities and challenges that ended before ``now``, and the rest when it is older than ``old``."""
    return Purged(
        challenges=await _run(session, delete(ChallengeRow).where(ChallengeRow.expires_at <= now)),
        factors=await _run(session, delete(FactorRow).where(FactorRow.expires_at <= now)),
        identities=await _run(session, delete(IdentityRow).where(IdentityRow.expires_at <= now)),
        steps=await _run(session, delete(StepRow).where(StepRow.updated_at <= old)),
        events=await _run(session, delete(EventRow).where(EventRow.at <= old)),
        subjects=await _run(
            session,
            delete(SubjectRow).where(
                SubjectRow.touched_at <= old, func.coalesce(SubjectRow.locked_until, SubjectRow.touched_at) <= now
            ),
        ),
    )


async def _upsert(
    session: AsyncSession, table: type[Any], key: InstrumentedAttribute[str], value: str, values: dict[str, Any]
) -> None:
    insert = _insert(session)(table).values({key.key: value, **values})
    await session.execute(insert.on_conflict_do_update(index_elements=[key], set_=values))


def _insert(session: AsyncSession) -> Any:
    """The dialect's INSERT, for ON CONFLICT; the two have the same methods but no common type."""
    return postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert


async def _run(session: AsyncSession, statement: Update | Delete) -> int:
    """Run a statement; how many rows it changed."""
    result = await session.execute(statement, execution_options={"synchronize_session": False})
    return result.rowcount if isinstance(result, CursorResult) else 0
