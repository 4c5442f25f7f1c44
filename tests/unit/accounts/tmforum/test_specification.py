"""The made-up operator speaks as the published definitions say, and so do we; both are held to them.

The definitions (Apache-2.0, TM Forum) lie beside the checkout, not in it; without them these tests are skipped.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker

from ndihma.accounts.adapters.tmforum import Api, TmfAccountDirectory, TmfMapping, TmfTickets
from ndihma.accounts.adapters.tmforum.resources import (
    Bucket,
    Customer,
    CustomerBill,
    PhysicalResource,
    Product,
    TroubleTicket,
    fields_of,
)
from ndihma.accounts.adapters.tmforum.tickets import _MEANING
from ndihma.accounts.demo import demo_customers
from ndihma.accounts.ports import NewTicket, TicketDecision, TicketNote
from ndihma.clock import FixedClock
from ndihma.config import project_root
from tests.support.tmforum.encode import BILL, BUCKET, CARD, CUSTOMER, PRODUCT, TICKET
from tests.support.tmforum.operator import Operator
from tests.support.tmforum.system import connected

from .conftest import NOW

FOLDER = project_root().parent / "shared" / "data" / "tmforum"
FILES = {
    Api.TICKETS: "TMF621-TroubleTicket-v4.0.0.swagger.json",
    Api.CUSTOMERS: "TMF629-Customer-v4.0.0.swagger.json",
    Api.PRODUCTS: "TMF637-ProductInventory-v4.0.0.swagger.json",
    Api.RESOURCES: "TMF639-ResourceInventory-v4.0.0.swagger.json",
    Api.BALANCES: "TMF654-PrepayBalance-v4.0.0.swagger.json",
    Api.BILLS: "TMF678-CustomerBill-v4.0.0.swagger.json",
}
DEFINED = {
    PRODUCT: (Api.PRODUCTS, "Product", Product),
    CUSTOMER: (Api.CUSTOMERS, "Customer", Customer),
    BILL: (Api.BILLS, "CustomerBill", CustomerBill),
    BUCKET: (Api.BALANCES, "Bucket", Bucket),
    CARD: (Api.RESOURCES, "PhysicalResource", PhysicalResource),
    TICKET: (Api.TICKETS, "TroubleTicket", TroubleTicket),
}

pytestmark = pytest.mark.skipif(
    not all((FOLDER / name).is_file() for name in FILES.values()),
    reason="the TM Forum definitions are not beside the checkout (../shared/data/tmforum)",
)


@cache
def specification(api: Api) -> dict[str, Any]:
    return dict(json.loads((FOLDER / FILES[api]).read_text(encoding="utf-8")))


def problems(api: Api, definition: str, document: object) -> list[str]:
    """What the definition finds wrong."""
    schema = {"$ref": f"#/definitions/{definition}", "definitions": specification(api)["definitions"]}
    validator = Draft4Validator(schema, format_checker=FormatChecker(["date-time"]))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


async def test_all_that_the_operator_answers_is_as_defined(operator: Operator, directory: TmfAccountDirectory) -> None:
    customers = demo_customers(NOW)
    operator.put(customer.line for customer in customers)
    for customer in customers:
        assert await directory.find(customer.line.msisdn) is not None
    told = {path for path, _, _ in operator.answers}
    assert told == {PRODUCT, CUSTOMER, BILL, BUCKET, CARD}
    for path, is_list, document in operator.answers:
        api, definition, _ = DEFINED[path]
        for each in document if is_list else [document]:
            assert problems(api, definition, each) == []


async def test_a_ticket_is_made_and_told_as_defined(operator: Operator, clock: FixedClock) -> None:
    line = demo_customers(NOW)[0].line
    operator.put([line])
    async with connected(operator, clock) as client:
        tickets = TmfTickets(client, TmfMapping())
        await tickets.open(NewTicket("RK-1", line.msisdn, "t", "d", (TicketNote("one", "one"),)), NOW)
        await tickets.amend("RK-1", (TicketNote("two", "two"),), NOW, TicketDecision(is_confirmed=False, reason="r"))
    [posted, patched] = [seen.body for seen in operator.seen if seen.body]
    assert problems(Api.TICKETS, "TroubleTicket_Create", posted) == []
    assert problems(Api.TICKETS, "TroubleTicket_Update", patched) == []
    assert set(patched) <= set(specification(Api.TICKETS)["definitions"]["TroubleTicket_Update"]["properties"])
    answered = [document for _, is_list, document in operator.answers if not is_list]
    assert len(answered) == 2
    assert [problems(Api.TICKETS, "TroubleTicket", document) for document in answered] == [[], []]


@pytest.mark.parametrize("path", DEFINED)
def test_every_address_and_field_is_defined(path: str) -> None:
    api, definition, model = DEFINED[path]
    base = specification(api)["basePath"].strip("/")
    assert TmfMapping().base_paths[api] == base
    assert path.startswith(base)
    assert path.removeprefix(base) in specification(api)["paths"]
    assert set(fields_of(model).split(",")) <= set(specification(api)["definitions"][definition]["properties"])


def test_every_defined_status_is_known() -> None:
    from ndihma.accounts.adapters.tmforum import balances, bills, products

    def defined(api: Api, name: str) -> set[str]:
        return {value.strip() for value in specification(api)["definitions"][name]["enum"]}

    assert defined(Api.PRODUCTS, "ProductStatusType") == products._RUNNING | products._NOT_YET | products._GONE | {
        products._SUSPENDED
    }
    assert "aborted " in specification(Api.PRODUCTS)["definitions"]["ProductStatusType"]["enum"]
    assert defined(Api.BILLS, "stateValue") == bills._SENT | bills._NOT_SENT
    assert defined(Api.BALANCES, "UsageType") == balances._OTHER_USAGE | {balances._MONEY}
    assert defined(Api.TICKETS, "TroubleTicketStatusType") == set(_MEANING)


def test_the_check_itself_finds_what_is_wrong() -> None:
    wrong = {"id": 7, "status": "aborted", "orderDate": "2026-01-01", "relatedParty": [{"id": "1"}]}
    assert len(problems(Api.PRODUCTS, "Product", wrong)) == 4
