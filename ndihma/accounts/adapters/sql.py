"""The account directory in the application's own database (SQLite or PostgreSQL).

What belongs to exactly one line (card, prepaid life, suspension, selfcare) is a group of columns of its row;
what there may be many of (bills, payments, contacts) is a table. Reading a line takes four queries, always.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import CheckConstraint, Enum, ForeignKey, String, UniqueConstraint, delete, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from ndihma.accounts.model import (
    Bill,
    BusinessClub,
    ContactKind,
    ContactPoint,
    Line,
    LineKind,
    Payment,
    PrepaidLife,
    Reactivation,
    SelfcareRegistration,
    SimCard,
    SimState,
    Subscriber,
    Suspension,
    SuspensionReason,
)
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import AccountsUnavailable, Written
from ndihma.db import AwareDateTime, Base, Database

__all__ = ["SqlAccountDirectory", "SqlAccountWriter"]

_CHUNK: Final = 500
"""Values in one ``IN``; below every database's limit of bound parameters."""


def _enum(kind: type[StrEnum], name: str) -> Enum:
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=16,
        values_callable=lambda members: [member.value for member in members],
    )


class SubscriberRow(Base):
    __tablename__ = "account_subscriber"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    is_business: Mapped[bool]

    contacts: Mapped[list[ContactRow]] = relationship(
        lazy="raise", order_by="ContactRow.registered_on, ContactRow.id", viewonly=True
    )
    club: Mapped[ClubRow | None] = relationship(lazy="raise", viewonly=True)


class ContactRow(Base):
    __tablename__ = "account_contact"
    __table_args__ = (UniqueConstraint("subscriber_id", "kind", "value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[str] = mapped_column(ForeignKey("account_subscriber.id", ondelete="CASCADE"))
    kind: Mapped[ContactKind] = mapped_column(_enum(ContactKind, "kind"))
    value: Mapped[str] = mapped_column(String(254))
    registered_on: Mapped[date]


class ClubRow(Base):
    __tablename__ = "account_club"

    subscriber_id: Mapped[str] = mapped_column(
        ForeignKey("account_subscriber.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(200))
    package: Mapped[str] = mapped_column(String(200))
    required_monthly_contracts: Mapped[int]
    members: Mapped[int]
    monthly_contracts: Mapped[int]
    joined_on: Mapped[date]


class LineRow(Base):
    __tablename__ = "account_line"
    __table_args__ = (
        CheckConstraint("(kind = 'prepaid') = (purchased_on IS NOT NULL)", name="prepaid_life"),
        CheckConstraint("(reactivated_on IS NULL) = (reactivation IS NULL)", name="reactivation_complete"),
        CheckConstraint("(suspended_since IS NULL) = (suspension_reason IS NULL)", name="suspension_complete"),
        CheckConstraint("(iccid IS NULL) = (sim_state IS NULL)", name="sim_complete"),
    )

    msisdn: Mapped[str] = mapped_column(String(16), primary_key=True)
    """E.164."""
    kind: Mapped[LineKind] = mapped_column(_enum(LineKind, "kind"))
    subscriber_id: Mapped[str] = mapped_column(ForeignKey("account_subscriber.id"), index=True)
    balance_cents: Mapped[int | None]
    seen_at: Mapped[datetime] = mapped_column(AwareDateTime)

    iccid: Mapped[str | None] = mapped_column(String(20))
    sim_state: Mapped[SimState | None] = mapped_column(_enum(SimState, "sim_state"))
    sim_changed_on: Mapped[date | None]

    purchased_on: Mapped[date | None]
    activated_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    reactivated_on: Mapped[date | None]
    reactivation: Mapped[Reactivation | None] = mapped_column(_enum(Reactivation, "reactivation"))

    suspended_since: Mapped[date | None]
    suspension_reason: Mapped[SuspensionReason | None] = mapped_column(_enum(SuspensionReason, "suspension_reason"))
    suspension_ended_at: Mapped[datetime | None] = mapped_column(AwareDateTime)
    suspension_amount_cents: Mapped[int | None]

    has_selfcare: Mapped[bool]
    selfcare_registered_on: Mapped[date | None]
    selfcare_locked: Mapped[bool]

    owner_changed_on: Mapped[date | None]
    ported_on: Mapped[date | None]

    subscriber: Mapped[SubscriberRow] = relationship(lazy="raise", viewonly=True)
    bills: Mapped[list[BillRow]] = relationship(
        lazy="raise", order_by="BillRow.issued_on, BillRow.number", viewonly=True
    )
    payments: Mapped[list[PaymentRow]] = relationship(
        lazy="raise", order_by="PaymentRow.paid_at, PaymentRow.id", viewonly=True
    )


class BillRow(Base):
    __tablename__ = "account_bill"

    line_msisdn: Mapped[str] = mapped_column(ForeignKey("account_line.msisdn", ondelete="CASCADE"), primary_key=True)
    number: Mapped[str] = mapped_column(String(64), primary_key=True)
    issued_on: Mapped[date]
    due_on: Mapped[date]
    amount_cents: Mapped[int]
    paid_cents: Mapped[int]


class PaymentRow(Base):
    __tablename__ = "account_payment"

    id: Mapped[int] = mapped_column(primary_key=True)
    line_msisdn: Mapped[str] = mapped_column(ForeignKey("account_line.msisdn", ondelete="CASCADE"), index=True)
    paid_at: Mapped[datetime] = mapped_column(AwareDateTime)
    amount_cents: Mapped[int]
    reference: Mapped[str] = mapped_column(String(64))


_FIND: Final = select(LineRow).options(
    joinedload(LineRow.subscriber, innerjoin=True).options(
        joinedload(SubscriberRow.club), selectinload(SubscriberRow.contacts)
    ),
    selectinload(LineRow.bills),
    selectinload(LineRow.payments),
)


class SqlAccountDirectory:
    """An AccountDirectory over the tables of this module."""

    def __init__(self, database: Database, *, timeout_s: float = 2.0) -> None:
        """``timeout_s``: how long one ``find`` may take before the accounts count as unavailable."""
        self._database = database
        self._timeout_s = timeout_s

    async def find(self, msisdn: Msisdn) -> Line | None:
        """See AccountDirectory. One snapshot: an import that commits meanwhile is seen wholly or not at all."""
        with _accounts_errors():
            async with asyncio.timeout(self._timeout_s), self._database.session() as session:
                await _begin_snapshot(session)
                row = await session.scalar(_FIND.where(LineRow.msisdn == msisdn.e164))
                return None if row is None else _line(row)


class SqlAccountWriter:
    """An AccountWriter over the tables of this module. No time limit: an import may be long."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def upsert(self, lines: Iterable[Line], seen_at: datetime) -> Written:
        """See AccountWriter. Subscribers who have no line any more are removed with their contacts."""
        ordered = sorted(lines, key=lambda line: line.msisdn.e164)  # one order of locks: no dead-lock of two imports
        numbers = [line.msisdn.e164 for line in ordered]
        if len(set(numbers)) != len(numbers):
            raise ValueError("a line is given twice")
        subscribers = _subscribers(ordered)
        with _accounts_errors():
            async with self._database.session() as session:
                known = await _known(session, numbers)
                await _put(session, SubscriberRow, [_subscriber_values(s) for s in subscribers])
                await _put(session, LineRow, [_line_values(line, seen_at) for line in ordered])
                ids = [subscriber.id for subscriber in subscribers]
                for table, column, keys in (
                    (ContactRow, ContactRow.subscriber_id, ids),
                    (ClubRow, ClubRow.subscriber_id, ids),
                    (BillRow, BillRow.line_msisdn, numbers),
                    (PaymentRow, PaymentRow.line_msisdn, numbers),
                ):
                    for chunk in _chunks(keys):
                        await session.execute(delete(table).where(column.in_(chunk)))
                await _insert(session, ContactRow, [v for s in subscribers for v in _contact_values(s)])
                await _insert(session, ClubRow, [v for s in subscribers for v in _club_values(s)])
                await _insert(session, BillRow, [v for line in ordered for v in _bill_values(line)])
                await _insert(session, PaymentRow, [v for line in ordered for v in _payment_values(line)])
                await session.execute(
                    delete(SubscriberRow).where(
                        ~select(LineRow.msisdn).where(LineRow.subscriber_id == SubscriberRow.id).exists()
                    )
                )
        return Written(added=len(numbers) - len(known), updated=len(known))


@contextmanager
def _accounts_errors() -> Iterator[None]:
    """Whatever the database does wrong is one error for the caller; the cause stays chained, without values."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:  # OSError: refused connections and time-outs
        raise AccountsUnavailable("the account database failed") from error
    except LookupError as error:  # an enum value this version does not know
        raise AccountsUnavailable("the account database holds an unknown value") from error


async def _begin_snapshot(session: AsyncSession) -> None:
    """All queries of this transaction see one moment (PostgreSQL's default and SQLite's driver do not give that)."""
    if session.get_bind().dialect.name == "postgresql":
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    else:
        await session.execute(text("BEGIN"))


async def _known(session: AsyncSession, numbers: Sequence[str]) -> set[str]:
    known: set[str] = set()
    for chunk in _chunks(numbers):
        known.update(await session.scalars(select(LineRow.msisdn).where(LineRow.msisdn.in_(chunk))))
    return known


async def _insert(session: AsyncSession, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        await session.execute(table.__table__.insert(), rows)  # type: ignore[attr-defined]


async def _put(session: AsyncSession, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert, or replace the row with the same primary key."""
    if not rows:
        return
    build = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = build(table)
    keys = [column.name for column in table.__table__.primary_key]
    changes = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    await session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes), rows)


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))


def _subscribers(lines: Iterable[Line]) -> list[Subscriber]:
    found: dict[str, Subscriber] = {}
    for line in lines:
        if found.setdefault(line.subscriber.id, line.subscriber) != line.subscriber:
            raise ValueError("a subscriber differs between two lines")
    return [found[key] for key in sorted(found)]


def _subscriber_values(subscriber: Subscriber) -> dict[str, Any]:
    return {"id": subscriber.id, "name": subscriber.name, "is_business": subscriber.is_business}


def _contact_values(subscriber: Subscriber) -> Iterator[dict[str, Any]]:
    for contact in subscriber.contacts:
        yield {
            "subscriber_id": subscriber.id,
            "kind": contact.kind,
            "value": contact.value,
            "registered_on": contact.registered_on,
        }


def _club_values(subscriber: Subscriber) -> Iterator[dict[str, Any]]:
    if (club := subscriber.club) is not None:
        yield {
            "subscriber_id": subscriber.id,
            "name": club.name,
            "package": club.package,
            "required_monthly_contracts": club.required_monthly_contracts,
            "members": club.members,
            "monthly_contracts": club.monthly_contracts,
            "joined_on": club.joined_on,
        }


def _line_values(line: Line, seen_at: datetime) -> dict[str, Any]:
    sim, life, suspension, selfcare = line.sim, line.prepaid, line.suspension, line.selfcare
    return {
        "msisdn": line.msisdn.e164,
        "kind": line.kind,
        "subscriber_id": line.subscriber.id,
        "balance_cents": line.balance_cents,
        "seen_at": seen_at,
        "iccid": sim and sim.iccid,
        "sim_state": sim and sim.state,
        "sim_changed_on": sim and sim.changed_on,
        "purchased_on": life and life.purchased_on,
        "activated_on": life and life.activated_on,
        "valid_until": life and life.valid_until,
        "reactivated_on": life and life.reactivated_on,
        "reactivation": life and life.reactivation,
        "suspended_since": suspension and suspension.since,
        "suspension_reason": suspension and suspension.reason,
        "suspension_ended_at": suspension and suspension.ended_at,
        "suspension_amount_cents": suspension and suspension.amount_cents,
        "has_selfcare": selfcare is not None,
        "selfcare_registered_on": selfcare and selfcare.registered_on,
        "selfcare_locked": selfcare is not None and selfcare.locked,
        "owner_changed_on": line.owner_changed_on,
        "ported_on": line.ported_on,
    }


def _bill_values(line: Line) -> Iterator[dict[str, Any]]:
    for bill in line.bills:
        yield {
            "line_msisdn": line.msisdn.e164,
            "number": bill.number,
            "issued_on": bill.issued_on,
            "due_on": bill.due_on,
            "amount_cents": bill.amount_cents,
            "paid_cents": bill.paid_cents,
        }


def _payment_values(line: Line) -> Iterator[dict[str, Any]]:
    for payment in line.payments:
        yield {
            "line_msisdn": line.msisdn.e164,
            "paid_at": payment.paid_at,
            "amount_cents": payment.amount_cents,
            "reference": payment.reference,
        }


def _line(row: LineRow) -> Line:
    return Line(
        msisdn=Msisdn(row.msisdn),
        kind=row.kind,
        subscriber=_subscriber(row.subscriber),
        sim=_sim(row),
        prepaid=_prepaid(row),
        balance_cents=row.balance_cents,
        bills=tuple(Bill(b.number, b.issued_on, b.due_on, b.amount_cents, b.paid_cents) for b in row.bills),
        payments=tuple(Payment(p.paid_at, p.amount_cents, p.reference) for p in row.payments),
        suspension=_suspension(row),
        selfcare=SelfcareRegistration(row.selfcare_registered_on, row.selfcare_locked) if row.has_selfcare else None,
        owner_changed_on=row.owner_changed_on,
        ported_on=row.ported_on,
        as_of=row.seen_at,
    )


def _subscriber(row: SubscriberRow) -> Subscriber:
    return Subscriber(
        id=row.id,
        name=row.name,
        is_business=row.is_business,
        contacts=tuple(ContactPoint(c.kind, c.value, c.registered_on) for c in row.contacts),
        club=None if row.club is None else _club(row.club),
    )


def _club(row: ClubRow) -> BusinessClub:
    return BusinessClub(
        name=row.name,
        package=row.package,
        required_monthly_contracts=row.required_monthly_contracts,
        members=row.members,
        monthly_contracts=row.monthly_contracts,
        joined_on=row.joined_on,
    )


def _sim(row: LineRow) -> SimCard | None:
    if row.iccid is None or row.sim_state is None:
        return None
    return SimCard(row.iccid, row.sim_state, row.sim_changed_on)


def _prepaid(row: LineRow) -> PrepaidLife | None:
    if row.purchased_on is None:
        return None
    return PrepaidLife(row.purchased_on, row.activated_on, row.valid_until, row.reactivated_on, row.reactivation)


def _suspension(row: LineRow) -> Suspension | None:
    if row.suspended_since is None or row.suspension_reason is None:
        return None
    return Suspension(row.suspended_since, row.suspension_reason, row.suspension_ended_at, row.suspension_amount_cents)
