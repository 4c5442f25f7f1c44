"""The account tables.

What belongs to exactly one line (card, prepaid life, suspension, selfcare) is a group of columns of its row; what there
may be many of (bills, payments, contacts) is a table.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Enum, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ndihma.accounts.model import ContactKind, LineKind, Reactivation, SimState, SuspensionReason
from ndihma.db import AwareDateTime, Base

__all__ = ["BillRow", "ClubRow", "ContactRow", "LineRow", "PaymentRow", "SubscriberRow"]


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
