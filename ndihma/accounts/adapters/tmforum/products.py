"""TMF637: the product that a number is, and from it the line's kind, life, suspension, payments and selfcare."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from ndihma.accounts.adapters.tmforum.client import TmfClient
from ndihma.accounts.adapters.tmforum.deadline import Deadline
from ndihma.accounts.adapters.tmforum.errors import BrokenAnswer
from ndihma.accounts.adapters.tmforum.mapping import Api, TmfMapping
from ndihma.accounts.adapters.tmforum.resources import BookedPayment, Product, fields_of, read
from ndihma.accounts.adapters.tmforum.values import Characteristics, cents, known, present
from ndihma.accounts.model import Line, LineKind, Payment, PrepaidLife, SelfcareRegistration, Subscriber, Suspension
from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn

__all__ = ["LineProduct", "find_product"]

_SUSPENDED: Final = "suspended"
_RUNNING: Final = frozenset({"active", "pendingTerminate"})
_NOT_YET: Final = frozenset({"created", "pendingActive"})
"""A card that was bought and not used yet ("Valid") may stand so."""
_GONE: Final = frozenset({"cancelled", "terminated", "aborted"})
"""Not this customer's any more; the number may be somebody else's by now."""
_CARD_TYPE: Final = "PhysicalResource"
_NUMBER_TYPE: Final = "LogicalResource"


async def find_product(
    client: TmfClient, mapping: TmfMapping, msisdn: Msisdn, deadline: Deadline
) -> LineProduct | None:
    """The product with this number that is in force, or None. Raises OperatorTrouble, BrokenAnswer.

    The server's filter is not trusted: a product whose own number differs is left out. When something was found and
    nothing of it has a number at all, our name for it is wrong: that is not said as "there is no such number".
    """
    documents = await client.all(Api.PRODUCTS, "product", mapping.query_for(msisdn), fields_of(Product), deadline)
    products = [LineProduct(read(Product, document), mapping) for document in documents]
    if products and not any(product.numbers for product in products):
        raise BrokenAnswer("no product has a number that can be read")
    owned = [product for product in products if product.has_number(msisdn) and product.is_in_force()]
    if len(owned) > 1:
        raise BrokenAnswer("two products in force have the number")
    return owned[0] if owned else None


class LineProduct:
    """A product as a line. Every property raises BrokenAnswer for what is missing, unknown or contradictory."""

    def __init__(self, product: Product, mapping: TmfMapping) -> None:
        self._product = product
        self._names = mapping.product
        self._mapping = mapping
        self._values = Characteristics(product.product_characteristic)

    @property
    def id(self) -> str:
        return self._product.id

    @property
    def numbers(self) -> tuple[Msisdn, ...]:
        """The number of its characteristic; without that, those of the logical resources that realise it."""
        named = self._values.text(self._names.msisdn)
        resources = self._product.realizing_resource
        written = [named] if named else [ref.value for ref in resources if ref.referred_type == _NUMBER_TYPE]
        return tuple(number for text in written if text for number in _parsed(text))

    def has_number(self, msisdn: Msisdn) -> bool:
        return msisdn in self.numbers

    def is_in_force(self) -> bool:
        """False once it was ended. An unknown status is refused: who it belongs to is not guessed."""
        status = present(self._product.status, "Product.status")
        if status not in _RUNNING | _NOT_YET | _GONE | {_SUSPENDED}:
            raise BrokenAnswer("Product.status has an unknown value")
        return status not in _GONE

    def line(self, msisdn: Msisdn, seen: datetime) -> Line:
        """The line as far as the product tells it; owner, card, credit and bills are told by the other APIs."""
        kind = known(self._mapping.line_kinds, self._values.text(self._names.line_kind), "the kind of line")
        return Line(
            msisdn=msisdn,
            kind=kind,
            subscriber=Subscriber(self.customer_id, ""),
            prepaid=self._prepaid_life() if kind is LineKind.PREPAID else None,
            payments=self._payments(),
            suspension=self._suspension(),
            selfcare=self._selfcare(),
            owner_changed_on=self._values.change(self._names.owner_changed_on, self._mapping.never, self._began_on),
            ported_on=self._values.change(self._names.ported_on, self._mapping.never, self._began_on),
            as_of=seen,
        )

    @property
    def customer_id(self) -> str:
        owners = {party.id for party in self._product.related_party if party.role == self._mapping.customer_role}
        if len(owners) != 1:
            raise BrokenAnswer("Product.relatedParty names no one customer")
        return owners.pop()

    @property
    def billing_account_id(self) -> str:
        return present(self._product.billing_account, "Product.billingAccount").id

    @property
    def card_ids(self) -> tuple[str, ...]:
        """The physical resources of the product, the SIM card among them."""
        return tuple(ref.id for ref in self._product.realizing_resource if ref.referred_type == _CARD_TYPE)

    def _prepaid_life(self) -> PrepaidLife:
        reactivation = self._values.text(self._names.reactivation)
        return PrepaidLife(
            purchased_on=present(self._product.order_date, "Product.orderDate"),
            activated_on=self._product.start_date,
            valid_until=self._values.day(self._names.valid_until),
            reactivated_on=self._values.day(self._names.reactivated_on),
            reactivation=None
            if reactivation is None
            else known(self._mapping.reactivations, reactivation, "the reactivation"),
        )

    def _suspension(self) -> Suspension | None:
        """The latest suspension. The product's status and its characteristics have to agree."""
        since = self._values.day(self._names.suspended_since)
        ended_at = self._values.moment(self._names.suspension_ended_at)
        is_suspended = self._product.status == _SUSPENDED
        if is_suspended is not (since is not None and ended_at is None):
            raise BrokenAnswer("Product.status and the suspension contradict each other")
        if since is None:
            return None
        reason = self._values.text(self._names.suspension_reason)
        return Suspension(
            since,
            known(self._mapping.suspension_reasons, reason, "the reason of the suspension"),
            ended_at,
            self._values.cents(self._names.suspension_amount, self._mapping.default_currency),
        )

    def _payments(self) -> tuple[Payment, ...]:
        """Oldest first."""
        listed = self._values.get(self._names.payments)
        if listed is None:
            return ()
        if not isinstance(listed, list):
            raise BrokenAnswer("the payments are no list")
        return tuple(sorted(map(self._payment, listed), key=lambda payment: payment.paid_at))

    def _payment(self, item: object) -> Payment:
        booked = read(BookedPayment, item)
        return Payment(
            booked.paid_at, cents(booked.amount, "a payment", self._mapping.default_currency), booked.reference
        )

    def _selfcare(self) -> SelfcareRegistration | None:
        """None when the product says nothing about the portal."""
        locked = self._values.flag(self._names.selfcare_locked)
        registered_on = self._values.day(self._names.selfcare_registered_on)
        if locked is None and registered_on is None:
            return None
        return SelfcareRegistration(registered_on, present(locked, "whether selfcare is locked"))

    @property
    def _began_on(self) -> date | None:
        """A number that changes owner or operator becomes a new product."""
        return self._product.start_date or self._product.order_date


def _parsed(text: str) -> tuple[Msisdn, ...]:
    try:
        return (Msisdn.parse(text),)
    except InvalidMsisdn:
        return ()
