"""What is missing, unknown or contradictory in a resource: never guessed, and never told as something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from ndihma.accounts.adapters.tmforum import TmfAccountDirectory, TmfMapping
from ndihma.accounts.adapters.tmforum.errors import BrokenAnswer
from ndihma.accounts.model import ContactPoint, Line, LineKind, SimState
from ndihma.accounts.msisdn import Msisdn
from ndihma.clock import FixedClock
from tests.support.tmforum.encode import BILL, BUCKET, CARD, CUSTOMER, PRODUCT, characteristic
from tests.support.tmforum.operator import Operator
from tests.support.tmforum.system import directory_of

from .conftest import NOW
from .lines import MSISDN, POSTPAID, PREPAID, SUSPENDED

LISTS = {PRODUCT: "productCharacteristic", CARD: "resourceCharacteristic", CUSTOMER: "characteristic"}


def characterise(operator: Operator, path: str, **values: object) -> None:
    """Set characteristics of the one resource of a collection; None takes one away."""
    [resource] = operator.collections[path].values()
    kept = [each for each in resource[LISTS[path]] if each["name"] not in values]
    resource[LISTS[path]] = [*kept, *(characteristic(n, v) for n, v in values.items() if v is not None)]


async def found(operator: Operator, directory: TmfAccountDirectory) -> Line:
    line = await directory.find(MSISDN)
    assert line is not None
    return line


@pytest.mark.parametrize("status", ["active", "pendingTerminate", "pendingActive", "created", " active "])
async def test_a_product_in_force_is_the_line(operator: Operator, directory: TmfAccountDirectory, status: str) -> None:
    operator.put([POSTPAID])
    operator.change(PRODUCT, status=status)
    assert await found(operator, directory) == POSTPAID


@pytest.mark.parametrize("status", ["terminated", "cancelled", "aborted ", "aborted"])
async def test_a_product_that_ended_is_nobody_s_line(
    operator: Operator, directory: TmfAccountDirectory, status: str
) -> None:
    """TMF637 writes "aborted " with a space at its end."""
    operator.put([POSTPAID])
    operator.change(PRODUCT, status=status)
    assert await directory.find(MSISDN) is None


@pytest.mark.parametrize("status", ["Active", "frozen", "", None])
async def test_a_product_of_unknown_status_is_refused(
    operator: Operator, directory: TmfAccountDirectory, status: str | None
) -> None:
    operator.put([POSTPAID])
    operator.change(PRODUCT, status=status)
    with pytest.raises(BrokenAnswer):
        await directory.find(MSISDN)


async def test_a_number_that_was_given_to_somebody_else_is_theirs_alone(
    operator: Operator, directory: TmfAccountDirectory
) -> None:
    operator.put([POSTPAID])
    [product] = operator.collections[PRODUCT].values()
    former = product | {"id": "P-old", "status": "terminated", "relatedParty": []}
    operator.collections[PRODUCT]["P-old"] = former
    assert await found(operator, directory) == POSTPAID
    operator.collections[PRODUCT]["P-old"] = former | {"status": "active"}
    with pytest.raises(BrokenAnswer, match="two products"):
        await directory.find(MSISDN)


@pytest.mark.parametrize(
    ("line", "path", "values"),
    [
        pytest.param(POSTPAID, PRODUCT, {"lineKind": "satellite"}, id="unknown kind"),
        pytest.param(POSTPAID, PRODUCT, {"lineKind": None}, id="no kind"),
        pytest.param(POSTPAID, PRODUCT, {"lineKind": 3}, id="kind no text"),
        pytest.param(POSTPAID, PRODUCT, {"selfcareRegisteredOn": "2026-01-01"}, id="selfcare without its lock"),
        pytest.param(POSTPAID, PRODUCT, {"selfcareLocked": "perhaps"}, id="lock neither true nor false"),
        pytest.param(POSTPAID, PRODUCT, {"suspendedSince": "2026-11-01"}, id="active and suspended"),
        pytest.param(POSTPAID, PRODUCT, {"recentPayments": {}}, id="payments no list"),
        pytest.param(POSTPAID, PRODUCT, {"recentPayments": [7]}, id="payment no object"),
        pytest.param(
            POSTPAID,
            PRODUCT,
            {"recentPayments": [{"paidAt": "2026-11-01T10:00:00", "amount": {"unit": "EUR", "value": 1}}]},
            id="payment without its zone",
        ),
        pytest.param(POSTPAID, PRODUCT, {"ownerChangedOn": None}, id="owner change unknown, product without a start"),
        pytest.param(POSTPAID, PRODUCT, {"portedOn": "yesterday"}, id="ported on no day"),
        pytest.param(SUSPENDED, PRODUCT, {"suspensionReason": "fraud"}, id="unknown reason"),
        pytest.param(SUSPENDED, PRODUCT, {"suspensionReason": None}, id="no reason"),
        pytest.param(SUSPENDED, PRODUCT, {"suspendedSince": None}, id="suspended since when"),
        pytest.param(SUSPENDED, PRODUCT, {"suspensionEndedAt": "2026-11-20T10:00:00Z"}, id="suspended and ended"),
        pytest.param(SUSPENDED, PRODUCT, {"suspensionAmount": {"value": 15}}, id="amount without currency"),
        pytest.param(SUSPENDED, PRODUCT, {"suspensionAmount": 15}, id="amount no money"),
        pytest.param(PREPAID, PRODUCT, {"reactivation": "halfPrice", "reactivatedOn": "2026-11-01"}, id="unknown way"),
        pytest.param(PREPAID, PRODUCT, {"validUntil": "2026-13-01"}, id="no day"),
        pytest.param(PREPAID, PRODUCT, {"validUntil": 20261201}, id="a number for a day"),
        pytest.param(POSTPAID, CARD, {"simState": "melted"}, id="unknown SIM state"),
        pytest.param(POSTPAID, CARD, {"simState": None}, id="no SIM state"),
        pytest.param(POSTPAID, CUSTOMER, {"clubName": "Klubi"}, id="half a club"),
    ],
)
async def test_an_unknown_or_contradictory_characteristic_is_refused(
    operator: Operator, directory: TmfAccountDirectory, line: Line, path: str, values: Mapping[str, object]
) -> None:
    operator.put([line])
    characterise(operator, path, **values)
    with pytest.raises(BrokenAnswer):
        await directory.find(MSISDN)


async def test_a_characteristic_that_is_given_twice_is_refused(
    operator: Operator, directory: TmfAccountDirectory
) -> None:
    operator.put([POSTPAID])
    [card] = operator.collections[CARD].values()
    card["resourceCharacteristic"] += [characteristic("simState", "lost")]
    with pytest.raises(BrokenAnswer, match="twice"):
        await directory.find(MSISDN)


@pytest.mark.parametrize(
    ("line", "path", "attributes"),
    [
        pytest.param(POSTPAID, PRODUCT, {"billingAccount": None}, id="no billing account"),
        pytest.param(POSTPAID, PRODUCT, {"relatedParty": []}, id="no customer"),
        pytest.param(POSTPAID, PRODUCT, {"realizingResource": []}, id="a mobile line without a card"),
        pytest.param(PREPAID, PRODUCT, {"orderDate": None}, id="never bought"),
        pytest.param(PREPAID, PRODUCT, {"orderDate": "2026-01-01T00:00:00"}, id="bought in no zone"),
        pytest.param(PREPAID, PRODUCT, {"orderDate": "0001-01-01T00:00:00+14:00"}, id="bought before all days"),
        pytest.param(POSTPAID, CUSTOMER, {"engagedParty": {"id": "E"}}, id="neither person nor business"),
        pytest.param(POSTPAID, CUSTOMER, {"engagedParty": {"id": "E", "@referredType": "Robot"}}, id="unknown party"),
        pytest.param(POSTPAID, CARD, {"serialNumber": None}, id="a card without number"),
        pytest.param(POSTPAID, CARD, {"category": "Router"}, id="no card"),
        pytest.param(POSTPAID, CARD, {"endOperatingDate": "2026-11-01T00:00:00Z"}, id="a card that was replaced"),
        pytest.param(POSTPAID, BILL, {"state": "disputed"}, id="unknown bill state"),
        pytest.param(POSTPAID, BILL, {"state": None}, id="no bill state"),
        pytest.param(POSTPAID, BILL, {"state": "settled"}, id="settled with a rest"),
        pytest.param(POSTPAID, BILL, {"state": "partiallyPaid", "remainingAmount": None}, id="paid how much"),
        pytest.param(POSTPAID, BILL, {"amountDue": None}, id="no amount"),
        pytest.param(POSTPAID, BILL, {"amountDue": {"value": 15}}, id="no currency"),
        pytest.param(POSTPAID, BILL, {"amountDue": {"value": 15, "unit": ""}}, id="empty currency"),
        pytest.param(POSTPAID, BILL, {"amountDue": {"value": 15, "unit": "ALL"}}, id="another currency"),
        pytest.param(POSTPAID, BILL, {"amountDue": {"unit": "EUR"}}, id="no value"),
        pytest.param(POSTPAID, BILL, {"amountDue": {"value": 15.005, "unit": "EUR"}}, id="half a cent"),
        pytest.param(POSTPAID, BILL, {"amountDue": {"value": 1e300, "unit": "EUR"}}, id="more than there is"),
        pytest.param(POSTPAID, BILL, {"remainingAmount": {"value": 15}}, id="rest without currency"),
        pytest.param(POSTPAID, BILL, {"paymentDueDate": None}, id="no deadline"),
        pytest.param(POSTPAID, BILL, {"paymentDueDate": "soon"}, id="no date"),
        pytest.param(POSTPAID, BILL, {"billNo": None}, id="no number"),
        pytest.param(PREPAID, BUCKET, {"remainingValue": {"amount": 12.4}}, id="credit without currency"),
    ],
)
async def test_a_missing_or_unknown_attribute_is_refused(
    operator: Operator, directory: TmfAccountDirectory, line: Line, path: str, attributes: Mapping[str, Any]
) -> None:
    operator.put([line])
    operator.change(path, **attributes)
    with pytest.raises(BrokenAnswer):
        await directory.find(MSISDN)


async def test_a_missing_currency_is_taken_for_euro_when_the_operator_says_so(
    operator: Operator, clock: FixedClock
) -> None:
    operator.put([POSTPAID])
    operator.change(BILL, amountDue={"value": 15}, remainingAmount={"value": 15})
    async with directory_of(operator, clock, mapping=TmfMapping(default_currency="EUR")) as directory:
        assert await directory.find(MSISDN) == POSTPAID
        operator.change(BILL, amountDue={"value": 15, "unit": "USD"})
        with pytest.raises(BrokenAnswer):
            await directory.find(MSISDN)


@pytest.mark.parametrize("state", ["new", "onHold", "validated"])
async def test_a_bill_that_was_not_sent_is_no_debt(
    operator: Operator, directory: TmfAccountDirectory, state: str
) -> None:
    operator.put([POSTPAID])
    operator.change(BILL, state=state)
    assert (await found(operator, directory)).bills == ()


@pytest.mark.parametrize(
    ("attributes", "paid_cents"),
    [
        ({"remainingAmount": {"unit": "EUR", "value": 4.01}, "state": "partiallyPaid"}, 1099),
        ({"remainingAmount": None, "state": "sent"}, 0),
        ({"remainingAmount": None, "state": "settled"}, 1500),
        (
            {
                "remainingAmount": None,
                "state": "partiallyPaid",
                "appliedPayment": [
                    {"appliedAmount": {"unit": "EUR", "value": 3}, "payment": {"id": "1"}},
                    {"appliedAmount": {"unit": "EUR", "value": 0.5}, "payment": {"id": "2"}},
                ],
            },
            350,
        ),
    ],
)
async def test_what_is_paid_follows_from_the_rest_then_the_payments_then_the_state(
    operator: Operator, directory: TmfAccountDirectory, attributes: Mapping[str, Any], paid_cents: int
) -> None:
    operator.put([POSTPAID])
    operator.change(BILL, **attributes)
    assert [bill.paid_cents for bill in (await found(operator, directory)).bills] == [paid_cents]


@pytest.mark.parametrize(
    ("attributes", "cents"),
    [
        ({"status": "active"}, 1240),
        ({"status": "expired"}, 0),
        ({"validFor": {"endDateTime": "2026-11-22T15:00:00Z"}}, 0),
        ({"validFor": {"endDateTime": "2026-11-22T15:10:00Z"}}, 1240),
        ({"status": "suspended"}, None),
        ({"status": "melted"}, None),
        ({"status": None}, None),
        ({"usageType": "voice"}, None),
        ({"usageType": "bonus"}, None),
        ({"usageType": None}, None),
        ({"remainingValue": None}, None),
        ({"product": [{"id": "P-other"}]}, None),
    ],
)
async def test_credit_is_told_only_when_it_is_known(
    operator: Operator, directory: TmfAccountDirectory, attributes: Mapping[str, Any], cents: int | None
) -> None:
    operator.put([PREPAID])
    operator.change(BUCKET, **attributes)
    assert (await found(operator, directory)).balance_cents == cents


async def test_credit_is_the_sum_of_the_monetary_buckets(operator: Operator, directory: TmfAccountDirectory) -> None:
    operator.put([PREPAID])
    [bucket] = operator.collections[BUCKET].values()
    operator.collections[BUCKET]["B-2"] = bucket | {"id": "B-2", "remainingValue": {"amount": 1.6, "units": "EUR"}}
    operator.collections[BUCKET]["B-3"] = bucket | {"id": "B-3", "usageType": "data"}
    assert (await found(operator, directory)).balance_cents == 1400


async def test_a_contact_that_proves_nothing_is_left_out(operator: Operator, directory: TmfAccountDirectory) -> None:
    operator.put([POSTPAID])
    since = {"startDateTime": "2024-05-01T00:00:00+02:00"}
    over = since | {"endDateTime": "2026-11-01T00:00:00Z"}
    email = {"emailAddress": "b@example.com"}
    media = [
        ("email", email, None),
        ("email", email, {"endDateTime": "2027-01-01T00:00:00Z"}),
        ("email", email, over),
        ("email", email, {"startDateTime": "2027-01-01T00:00:00Z"}),
        ("pigeon", email, since),
        ("email", {"phoneNumber": "044100203"}, since),
        ("mobile", {"phoneNumber": "044100203"}, since),
    ]
    operator.change(
        CUSTOMER,
        contactMedium=[
            {"mediumType": kind, "characteristic": value} | ({"validFor": time} if time else {})
            for kind, value, time in media
        ],
    )
    assert [contact.value for contact in (await found(operator, directory)).subscriber.contacts] == ["044100203"]


async def test_s8_a_contact_that_was_registered_again_counts_from_the_later_day(
    operator: Operator, directory: TmfAccountDirectory
) -> None:
    contact = POSTPAID.subscriber.contacts[0]
    again = ContactPoint(contact.kind, contact.value, contact.registered_on - timedelta(days=400))
    owner = replace(POSTPAID.subscriber, contacts=(again, contact))
    operator.put([replace(POSTPAID, subscriber=owner)])
    assert (await found(operator, directory)).subscriber.contacts == (contact,)


async def test_s8_a_card_without_a_day_of_change_counts_from_its_start(
    operator: Operator, directory: TmfAccountDirectory
) -> None:
    operator.put([POSTPAID])
    characterise(operator, CARD, simChangedOn=None)
    operator.change(CARD, startOperatingDate="2026-11-20T23:30:00Z")
    sim = (await found(operator, directory)).sim
    assert sim is not None
    assert sim.changed_on == date(2026, 11, 21)
    operator.change(CARD, startOperatingDate=None)
    with pytest.raises(BrokenAnswer):
        await directory.find(MSISDN)


@pytest.mark.parametrize("name", ["ownerChangedOn", "portedOn"])
async def test_s8_a_change_that_is_not_told_counts_from_the_product_s_start(
    operator: Operator, directory: TmfAccountDirectory, name: str
) -> None:
    operator.put([POSTPAID])
    characterise(operator, PRODUCT, **{name: None})
    operator.change(PRODUCT, startDate="2026-11-21T09:00:00+01:00", orderDate="2026-11-01T09:00:00+01:00")
    line = await found(operator, directory)
    assert date(2026, 11, 21) in {line.owner_changed_on, line.ported_on}


async def test_of_several_devices_the_card_in_operation_counts(
    operator: Operator, directory: TmfAccountDirectory
) -> None:
    operator.put([POSTPAID])
    [card] = operator.collections[CARD].values()
    old = card | {"id": "S-old", "serialNumber": "1", "endOperatingDate": "2026-01-01T00:00:00Z"}
    router = {"id": "R-1", "category": "Router", "serialNumber": "2"}
    operator.collections[CARD] |= {"S-old": old, "R-1": router}
    [product] = operator.collections[PRODUCT].values()
    product["realizingResource"] += [{"id": i, "@referredType": "PhysicalResource"} for i in ("S-old", "R-1")]
    assert await found(operator, directory) == POSTPAID
    operator.collections[CARD]["S-old"] = card | {"id": "S-old"}
    with pytest.raises(BrokenAnswer, match="no one SIM card"):
        await directory.find(MSISDN)


async def test_days_are_kosovo_s(operator: Operator, directory: TmfAccountDirectory) -> None:
    operator.put([POSTPAID])
    operator.change(BILL, billDate="2026-07-01T22:30:00Z", paymentDueDate="2026-11-16")
    [bill] = (await found(operator, directory)).bills
    assert (bill.issued_on, bill.due_on) == (date(2026, 7, 2), date(2026, 11, 16))


async def test_the_operator_s_own_names_are_read(operator: Operator, clock: FixedClock) -> None:
    operator.put([POSTPAID])
    [product], [card] = operator.collections[PRODUCT].values(), operator.collections[CARD].values()
    product["productCharacteristic"] = [
        characteristic("MSISDN_NO", MSISDN.national),
        characteristic("PAY_TYPE", "POST"),
        characteristic("ownerChangedOn", "n/a"),
        characteristic("portedOn", "n/a"),
    ]
    card["resourceCharacteristic"] = [characteristic("ST", "2"), characteristic("simChangedOn", "n/a")]
    mapping = TmfMapping.model_validate(
        {
            "msisdn_filter": {"productCharacteristic.value": "{national}"},
            "product": {"msisdn": "MSISDN_NO", "line_kind": "PAY_TYPE"},
            "line_kinds": {"POST": LineKind.POSTPAID},
            "sim": {"state": "ST"},
            "sim_states": {"2": SimState.LOST},
            "never": "n/a",
        }
    )
    async with directory_of(operator, clock, mapping=mapping) as directory:
        line = await directory.find(MSISDN)
    assert line is not None
    assert line.sim is not None
    assert line.sim.state is SimState.LOST
    assert operator.seen[0].query["productCharacteristic.value"] == "044100201"
    assert line.as_of == NOW


async def test_a_number_may_be_told_by_the_resource_that_realises_the_product(
    operator: Operator, clock: FixedClock
) -> None:
    operator.put([POSTPAID])
    characterise(operator, PRODUCT, msisdn=None)
    mapping = TmfMapping(msisdn_filter={"realizingResource.value": "{e164}"})
    async with directory_of(operator, clock, mapping=mapping) as directory:
        assert await directory.find(MSISDN) == POSTPAID


async def test_a_number_of_somebody_else_is_not_found_although_the_server_tells_it(
    operator: Operator, directory: TmfAccountDirectory
) -> None:
    operator.put([replace(POSTPAID, msisdn=Msisdn.parse("044 100 202"))])
    operator.honours_filters = False
    assert await directory.find(MSISDN) is None


async def test_products_whose_numbers_cannot_be_read_are_not_a_number_that_does_not_exist(
    operator: Operator, directory: TmfAccountDirectory
) -> None:
    operator.put([POSTPAID])
    characterise(operator, PRODUCT, msisdn=None)
    operator.change(PRODUCT, realizingResource=[])
    operator.honours_filters = False
    with pytest.raises(BrokenAnswer, match="no product has a number"):
        await directory.find(MSISDN)
