"""Erasing a person and telling a person what is held (S11), across the app's database and every store beside it.

The database goes in one transaction with the audit entry; before it what is found by its rows alone, such as files,
after it the rest. When the command is broken off in between, giving it again finishes it: which conversations a number
was verified in is read from the audit trail, which is not erased.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from pydantic import SecretStr
from sqlalchemy import CursorResult, delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.accounts.adapters.sql import ContactRow, LineRow
from ndihma.accounts.model import ContactKind
from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry
from ndihma.audit.tables import AuditEntryRow
from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import BELGRADE, Clock
from ndihma.db import Database
from ndihma.desk.tables import AttachmentRow, MailRow, ReconnectionRequestRow
from ndihma.privacy.holdings import HOLDINGS, Holding
from ndihma.privacy.model import Person, PersonalDataStore
from ndihma.telegram.tables import TelegramThreadRow
from ndihma.verification.tables import IdentityRow
from ndihma.verification.vault import Vault

__all__ = ["EXPORT_FORMAT", "Erased", "PrivacyService"]

EXPORT_FORMAT: Final = "ndihma-export-1"
_UNPROVED: Final = (AuditAction.CODE_SENT, AuditAction.NUMBER_LOCKED)
"""What a stranger can cause for somebody else's number: it makes the conversation nobody's."""


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows, events and files there were, by the name of their place; places with none are left out."""

    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


class _Rehearsed(Exception):
    """Ends a transaction that must leave nothing behind."""


class PrivacyService:
    """``verification_key`` is needed to find codes under way by their number; ``beside`` are the other stores."""

    def __init__(
        self,
        *,
        database: Database,
        audit: SqlAuditTrail,
        verification_key: SecretStr,
        beside: Sequence[PersonalDataStore],
        clock: Clock,
    ) -> None:
        self._database = database
        self._audit = audit
        self._vault = Vault(verification_key)
        self._beside = beside
        self._clock = clock

    async def would_erase(self, msisdn: Msisdn) -> Erased:
        """What ``erase`` would remove now; nothing is changed."""
        counts: dict[str, int] = {}
        person: Person | None = None
        try:
            async with self._database.session() as session:
                person = await self._find(session, msisdn)
                counts = await _erase_rows(session, person)
                raise _Rehearsed
        except _Rehearsed:
            pass
        if person is not None:
            counts |= {store.name: await store.count(person) for store in self._beside}
        return _erased(counts)

    async def erase(self, msisdn: Msisdn, actor: Actor, reason: str) -> Erased:
        """Remove everything held about a number; the audit trail keeps its keyed hash and this act.

        Raises SQLAlchemyError or OSError when a store cannot be used; then it is to be called again.
        """
        async with self._database.session() as session:
            person = await self._find(session, msisdn)
        before = {store.name: await store.erase(person) for store in self._beside if store.is_found_by_rows}
        async with self._database.session() as session:
            person = await self._find(session, msisdn)  # what came meanwhile too
            counts = await _erase_rows(session, person)
            await self._audit.append(session, AuditEntry(actor, AuditAction.PERSON_ERASED, msisdn, reason=reason))
        for store in self._beside:
            counts[store.name] = before.get(store.name, 0) + await store.erase(person)
        await self._drop_old_pages()
        return _erased(counts)

    async def export(self, msisdn: Msisdn, actor: Actor, reason: str) -> dict[str, Any]:
        """Everything held about a number as one JSON document; numbers are shown, codes and PUKs are not."""
        entry = AuditEntry(actor, AuditAction.ACCOUNT_EXPORTED, msisdn, ("everything",), reason)
        await self._audit.record(entry)
        async with self._database.session() as session:
            person = await self._find(session, msisdn)
            tables = {holding.name: await _rows(session, holding, person) for holding in HOLDINGS if holding.shown}
            audited = await self._audited(session, msisdn)
        return {
            "format": EXPORT_FORMAT,
            "msisdn": msisdn.e164,
            "exported_at": self._clock.now().isoformat(),
            "database": {name: rows for name, rows in tables.items() if rows},
            **{store.name.replace(" ", "_"): await store.export(person) for store in self._beside},
            "audit": audited,
        }

    async def _find(self, session: AsyncSession, msisdn: Msisdn) -> Person:
        e164 = msisdn.e164
        requests = (
            await session.execute(
                select(ReconnectionRequestRow.reference, ReconnectionRequestRow.conversation_id).where(
                    ReconnectionRequestRow.msisdn == e164
                )
            )
        ).all()
        verified = await session.scalars(select(IdentityRow.conversation_id).where(IdentityRow.msisdn == e164))
        recorded = await session.scalars(
            select(AuditEntryRow.actor_id)
            .where(
                AuditEntryRow.subject == self._audit.subject(msisdn),
                AuditEntryRow.actor_kind == ActorKind.CUSTOMER.value,
                AuditEntryRow.action.not_in([action.value for action in _UNPROVED]),
            )
            .distinct()
        )
        conversations = frozenset([*verified, *recorded, *(row.conversation_id for row in requests)])
        references = frozenset(row.reference for row in requests)
        attachments = frozenset(
            await session.scalars(select(AttachmentRow.id).where(AttachmentRow.reference.in_(references)))
        )
        subscriber = await session.scalar(select(LineRow.subscriber_id).where(LineRow.msisdn == e164))
        emails = await session.scalars(
            select(ContactRow.value).where(ContactRow.subscriber_id == subscriber, ContactRow.kind == ContactKind.EMAIL)
        )
        return Person(
            msisdn=msisdn,
            number_subject=self._vault.number_subject(msisdn),
            conversations=conversations | await _of_the_same_chats(session, conversations),
            requests=references,
            attachments=attachments,
            mails=frozenset(await session.scalars(select(MailRow.id).where(MailRow.attachment_id.in_(attachments)))),
            subscriber=subscriber,
            emails=frozenset(emails),
        )

    async def _audited(self, session: AsyncSession, msisdn: Msisdn) -> list[dict[str, Any]]:
        query = (
            select(AuditEntryRow)
            .where(AuditEntryRow.subject == self._audit.subject(msisdn))
            .order_by(AuditEntryRow.sequence)
        )
        return [
            {
                "at": _json(row.at),
                "actor": {"kind": row.actor_kind, "id": row.actor_id},
                "action": row.action,
                "fields": row.fields,
                "reason": row.reason,
            }
            for row in await session.scalars(query)
        ]

    async def _drop_old_pages(self) -> None:
        """SQLite: take the deleted rows' old pages out of the write-ahead log too, unless a reader holds it now."""
        if self._database.engine.dialect.name == "sqlite":
            async with self._database.session() as session:
                await session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


async def _of_the_same_chats(session: AsyncSession, conversations: frozenset[str]) -> frozenset[str]:
    """A private Telegram chat is one person's: whoever verified the number in one conversation led the others."""
    row = TelegramThreadRow
    chats = select(row.chat_id).where(row.conversation_id.in_(conversations), row.user_id == 0)
    others = select(row.conversation_id).where(row.chat_id.in_(chats), row.user_id == 0)
    return frozenset(await session.scalars(others))


async def _erase_rows(session: AsyncSession, person: Person) -> dict[str, int]:
    counts: dict[str, int] = {}
    for holding in HOLDINGS:
        statement = delete(holding.table).where(holding.whose(person), holding.only_if(person))
        result = await session.execute(statement, execution_options={"synchronize_session": False})
        counts[holding.name] = counts.get(holding.name, 0) + (
            result.rowcount if isinstance(result, CursorResult) else 0
        )
    return counts


async def _rows(session: AsyncSession, holding: Holding, person: Person) -> list[dict[str, Any]]:
    columns = [column for column in holding.table.__table__.columns if column.key not in holding.hidden]
    rows = await session.execute(select(*columns).where(holding.whose(person)))
    return [{name: _json(value) for name, value in row._mapping.items()} for row in rows]


def _json(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(BELGRADE).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, enum.Enum) else value


def _erased(counts: Mapping[str, int]) -> Erased:
    return Erased({name: count for name, count in counts.items() if count})
