"""TMF678: the bills of a line's billing account."""

from __future__ import annotations

from typing import Final

from ndihma.accounts.adapters.tmforum.client import TmfClient
from ndihma.accounts.adapters.tmforum.deadline import Deadline
from ndihma.accounts.adapters.tmforum.errors import BrokenAnswer
from ndihma.accounts.adapters.tmforum.mapping import Api, TmfMapping
from ndihma.accounts.adapters.tmforum.resources import CustomerBill, fields_of, read
from ndihma.accounts.adapters.tmforum.values import cents, present
from ndihma.accounts.model import Bill

__all__ = ["bills_of"]

_SENT: Final = frozenset({"sent", "partiallyPaid", "settled"})
_SETTLED: Final = "settled"
_NOT_SENT: Final = frozenset({"new", "onHold", "validated"})
"""Nobody has been asked to pay these: they are no debt yet."""


async def bills_of(client: TmfClient, mapping: TmfMapping, account_id: str, deadline: Deadline) -> tuple[Bill, ...]:
    """The bills that were sent, oldest first. Raises OperatorTrouble, BrokenAnswer.

    One bill that cannot be understood makes all of them unknown: a sum without it would be wrong.
    """
    documents = await client.all(
        Api.BILLS, "customerBill", {"billingAccount.id": account_id}, fields_of(CustomerBill), deadline
    )
    bills = [read(CustomerBill, document) for document in documents]
    own = [b for b in bills if b.billing_account is not None and b.billing_account.id == account_id and _is_sent(b)]
    return tuple(
        sorted((_bill(b, mapping.default_currency) for b in own), key=lambda bill: (bill.issued_on, bill.number))
    )


def _is_sent(bill: CustomerBill) -> bool:
    state = present(bill.state, "CustomerBill.state")
    if state not in _SENT | _NOT_SENT:
        raise BrokenAnswer("CustomerBill.state has an unknown value")
    return state in _SENT


def _bill(bill: CustomerBill, default_currency: str | None) -> Bill:
    amount = cents(bill.amount_due, "CustomerBill.amountDue", default_currency)
    paid = _paid_cents(bill, amount, default_currency)
    if bill.state == _SETTLED and paid < amount:
        raise BrokenAnswer("CustomerBill is settled, and something remains to be paid")
    return Bill(
        number=present(bill.bill_no, "CustomerBill.billNo"),
        issued_on=present(bill.bill_date, "CustomerBill.billDate"),
        due_on=present(bill.payment_due_date, "CustomerBill.paymentDueDate"),
        amount_cents=amount,
        paid_cents=paid,
    )


def _paid_cents(bill: CustomerBill, amount: int, default_currency: str | None) -> int:
    """What remains is the billing system's own sum and wins over the list of payments, which may leave credits out."""
    if bill.remaining_amount is not None:
        return amount - cents(bill.remaining_amount, "CustomerBill.remainingAmount", default_currency)
    if bill.applied_payment:
        applied = (payment.applied_amount for payment in bill.applied_payment)
        return sum(cents(each, "CustomerBill.appliedPayment", default_currency) for each in applied)
    if bill.state == "partiallyPaid":
        raise BrokenAnswer("CustomerBill does not say how much is paid")
    return amount if bill.state == _SETTLED else 0
