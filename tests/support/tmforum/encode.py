"""Lines as TM Forum resources: the way back of ``ndihma.accounts.adapters.tmforum``, written apart from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from ndihma.accounts.model import Bill, ContactKind, ContactPoint, Line, LineKind, SimState, Subscriber
from ndihma.clock import BELGRADE

PRODUCT = "tmf-api/productInventory/v4/product"
CUSTOMER = "tmf-api/customerManagement/v4/customer"
BILL = "tmf-api/customerBillManagement/v4/customerBill"
BUCKET = "tmf-api/prepayBalanceManagement/v4/bucket"
CARD = "tmf-api/resourceInventoryManagement/v4/physicalResource"
TICKET = "tmf-api/troubleTicket/v4/troubleTicket"

PUK = "90817263"
"""Planted in every SIM card; it must be found nowhere else."""

_SIM_STATES = {SimState.IN_USE: "inUse", SimState.PUK_LOCKED: "pukLocked", SimState.LOST: "lost"}
_REACTIVATIONS = {"keep_credit": "keepCredit", "fresh_start": "freshStart"}

Resource = dict[str, Any]


def resources(line: Line) -> Iterator[tuple[str, Resource]]:
    """Path of the collection and resource, for everything that makes up the line."""
    key = line.msisdn.e164.removeprefix("+")
    yield PRODUCT, _product(line, key)
    yield CUSTOMER, _customer(line.subscriber)
    for bill in line.bills:
        yield BILL, _bill(bill, key)
    if line.balance_cents is not None:
        yield BUCKET, _bucket(line.balance_cents, key)
    if line.sim is not None:
        yield CARD, _card(line, key)


def money(cents: int) -> dict[str, Any]:
    """A float would lose cents above 2^53; the server writes numbers from texts."""
    return {"unit": "EUR", "value": float(Decimal(cents) / 100)}


def day_time(day: date) -> str:
    return datetime.combine(day, time(), BELGRADE).isoformat()


def characteristic(name: str, value: object) -> dict[str, Any]:
    return {"name": name, "value": value}


def _given(pairs: Iterable[tuple[str, object]]) -> list[dict[str, Any]]:
    return [characteristic(name, value) for name, value in pairs if value is not None]


def _product(line: Line, key: str) -> Resource:
    life, suspension, selfcare = line.prepaid, line.suspension, line.selfcare
    is_suspended = suspension is not None and suspension.ended_at is None
    values: list[tuple[str, object]] = [
        ("msisdn", line.msisdn.e164),
        ("lineKind", line.kind.value),
        ("ownerChangedOn", line.owner_changed_on.isoformat() if line.owner_changed_on else "never"),
        ("portedOn", line.ported_on.isoformat() if line.ported_on else "never"),
    ]
    if life is not None:
        values += [
            ("validUntil", life.valid_until and life.valid_until.isoformat()),
            ("reactivatedOn", life.reactivated_on and life.reactivated_on.isoformat()),
            ("reactivation", life.reactivation and _REACTIVATIONS[life.reactivation.value]),
        ]
    if suspension is not None:
        values += [
            ("suspendedSince", suspension.since.isoformat()),
            ("suspensionReason", "nonPayment"),
            ("suspensionEndedAt", suspension.ended_at and suspension.ended_at.isoformat()),
            ("suspensionAmount", None if suspension.amount_cents is None else money(suspension.amount_cents)),
        ]
    if selfcare is not None:
        values += [
            ("selfcareLocked", selfcare.locked),
            ("selfcareRegisteredOn", selfcare.registered_on and selfcare.registered_on.isoformat()),
        ]
    if line.payments:
        paid = [
            {"paidAt": p.paid_at.isoformat(), "amount": money(p.amount_cents), "reference": p.reference}
            for p in line.payments
        ]
        values.append(("recentPayments", paid))
    product: Resource = {
        "id": f"P-{key}",
        "href": f"/{PRODUCT}/P-{key}",
        "@type": "Product",
        "name": "Linja",
        "status": "suspended" if is_suspended else "active",
        "productCharacteristic": _given(values),
        "relatedParty": [
            {"id": "agent-7", "role": "salesAgent", "@referredType": "Individual"},
            {"id": line.subscriber.id, "role": "customer", "@referredType": "Customer"},
        ],
        "realizingResource": [{"id": f"N-{key}", "value": line.msisdn.e164, "@referredType": "LogicalResource"}],
    }
    if line.kind is not LineKind.PREPAID:
        product["billingAccount"] = {"id": f"A-{key}", "@referredType": "BillingAccount"}
    if line.sim is not None:
        product["realizingResource"].append({"id": f"S-{key}", "@referredType": "PhysicalResource"})
    if life is not None:
        product["orderDate"] = day_time(life.purchased_on)
        if life.activated_on is not None:
            product["startDate"] = day_time(life.activated_on)
        elif not is_suspended:
            product["status"] = "pendingActive"
    return product


def _customer(subscriber: Subscriber) -> Resource:
    club = subscriber.club
    values: list[tuple[str, object]] = [("segment", "B")]
    if club is not None:
        values += [
            ("clubName", club.name),
            ("clubPackage", club.package),
            ("clubRequiredMonthlyContracts", club.required_monthly_contracts),
            ("clubMembers", club.members),
            ("clubMonthlyContracts", club.monthly_contracts),
            ("clubJoinedOn", club.joined_on.isoformat()),
        ]
    return {
        "id": subscriber.id,
        "href": f"/{CUSTOMER}/{subscriber.id}",
        "@type": "Customer",
        "name": subscriber.name,
        "status": "Approved",
        "engagedParty": {
            "id": f"E-{subscriber.id}",
            "@referredType": "Organization" if subscriber.is_business else "Individual",
        },
        "characteristic": _given(values),
        "contactMedium": [
            {"mediumType": "postalAddress", "characteristic": {"city": "Prishtinë"}},
            *map(_medium, subscriber.contacts),
        ],
    }


def _medium(contact: ContactPoint) -> dict[str, Any]:
    is_email = contact.kind is ContactKind.EMAIL
    return {
        "mediumType": "email" if is_email else "mobile",
        "characteristic": {"emailAddress" if is_email else "phoneNumber": contact.value},
        "validFor": {"startDateTime": day_time(contact.registered_on)},
    }


def _bill(bill: Bill, key: str) -> Resource:
    settled = bill.paid_cents >= bill.amount_cents
    resource: Resource = {
        "id": f"{key}-{bill.number}",
        "href": f"/{BILL}/{key}-{bill.number}",
        "@type": "CustomerBill",
        "billNo": bill.number,
        "billDate": day_time(bill.issued_on),
        "paymentDueDate": day_time(bill.due_on),
        "amountDue": money(bill.amount_cents),
        "remainingAmount": money(bill.amount_cents - bill.paid_cents),
        "state": "settled" if settled else "partiallyPaid" if bill.paid_cents else "sent",
        "billingAccount": {"id": f"A-{key}", "@referredType": "BillingAccount"},
    }
    if bill.paid_cents:
        resource["appliedPayment"] = [{"appliedAmount": money(bill.paid_cents), "payment": {"id": "pay-1"}}]
    return resource


def _bucket(cents: int, key: str) -> Resource:
    return {
        "id": f"B-{key}",
        "href": f"/{BUCKET}/B-{key}",
        "@type": "Bucket",
        "status": "active",
        "usageType": "monetary",
        "remainingValue": {"amount": money(cents)["value"], "units": "EUR"},
        "product": [{"id": f"P-{key}", "@referredType": "Product"}],
    }


def _card(line: Line, key: str) -> Resource:
    assert line.sim is not None
    changed = line.sim.changed_on
    return {
        "id": f"S-{key}",
        "href": f"/{CARD}/S-{key}",
        "@type": "PhysicalResource",
        "category": "SIM",
        "serialNumber": line.sim.iccid,
        "resourceStatus": "available",
        "startOperatingDate": day_time(changed or date(2024, 1, 1)),
        "resourceCharacteristic": [
            characteristic("simState", _SIM_STATES[line.sim.state]),
            characteristic("simChangedOn", changed.isoformat() if changed else "never"),
            characteristic("PUK1", PUK),
        ],
    }
