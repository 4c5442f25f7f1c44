"""How the operator's systems are asked: pages, fields, repetitions, refusals, and answers that cannot be used."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import format_datetime

import pytest
from starlette.responses import Response

from ndihma.accounts.adapters.tmforum import Api, TmfAccountDirectory, TmfClient, TmfMapping
from ndihma.accounts.adapters.tmforum.deadline import Deadline
from ndihma.accounts.adapters.tmforum.errors import BrokenAnswer, NoSuchResource, OperatorTrouble, Trouble
from ndihma.accounts.ports import AccountsUnavailable, AccountsUnreachable
from ndihma.clock import FixedClock
from tests.support.tmforum.encode import BILL, BUCKET, CARD, CUSTOMER, PRODUCT
from tests.support.tmforum.operator import Operator, answer, broken_json
from tests.support.tmforum.system import connected

from .conftest import NOW
from .lines import MSISDN, POSTPAID, PREPAID

EVERY_COLLECTION = (PRODUCT, CUSTOMER, BILL, CARD)


@pytest.fixture
async def client(operator: Operator, clock: FixedClock) -> AsyncIterator[TmfClient]:
    async with connected(operator, clock, mapping=TmfMapping(page_size=3)) as client:
        yield client


async def all_bills(client: TmfClient, seconds: float = 30) -> list[str]:
    found = await client.all(Api.BILLS, "customerBill", {"billingAccount.id": "A"}, "id", Deadline(seconds))
    return [bill["id"] for bill in found]


def have_bills(operator: Operator, count: int) -> list[str]:
    ids = [f"F-{n}" for n in range(count)]
    operator.collections[BILL] = {i: {"id": i, "billingAccount": {"id": "A"}} for i in ids}
    return ids


@pytest.mark.parametrize("tells_total", [True, False])
@pytest.mark.parametrize("cap", [1, 2, 3, 100])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 6, 7])
async def test_all_pages_are_read_whatever_their_size(
    operator: Operator, client: TmfClient, count: int, cap: int, tells_total: bool
) -> None:
    ids = have_bills(operator, count)
    operator.page_cap, operator.tells_total = cap, tells_total
    assert await all_bills(client) == ids


async def test_a_page_asks_for_what_follows_the_last(operator: Operator, client: TmfClient) -> None:
    have_bills(operator, 7)
    operator.page_cap = 2
    await all_bills(client)
    assert [(seen.query["offset"], seen.query["limit"]) for seen in operator.seen] == [
        ("0", "3"),
        ("2", "3"),
        ("4", "3"),
        ("6", "3"),
    ]


async def test_a_range_past_the_end_ends_the_list(operator: Operator, client: TmfClient) -> None:
    page = [{"id": "F-1"}, {"id": "F-2"}, {"id": "F-3"}]
    operator.plan(BILL, answer(200, page), answer(416))
    assert await all_bills(client) == ["F-1", "F-2", "F-3"]


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param([answer(206, [{"id": "F-1"}], X_Total_Count="2"), answer(206, [], X_Total_Count="2")], id="ends"),
        pytest.param([answer(206, [{"id": "F-1"}], X_Total_Count="2")] * 2, id="one comes twice, one never"),
        pytest.param([answer(200, [{"id": "F-1"}], X_Total_Count="many")], id="no number"),
        pytest.param([answer(200, [{"id": "F-1"}], X_Total_Count="-1")], id="negative"),
        pytest.param([answer(200, {"id": "F-1"})], id="no list"),
        pytest.param([answer(200, ["F-1"])], id="no resources"),
        pytest.param([answer(200, [{"id": 7}])], id="no ids"),
    ],
)
async def test_a_list_that_is_not_whole_is_refused(
    operator: Operator, client: TmfClient, pages: list[Response]
) -> None:
    operator.plan(BILL, *pages)
    with pytest.raises(BrokenAnswer):
        await all_bills(client)


async def test_a_list_without_end_is_refused(operator: Operator, client: TmfClient) -> None:
    operator.always = lambda request: answer(206, [{"id": request.query_params["offset"]}])
    with pytest.raises(BrokenAnswer, match="too many"):
        await all_bills(client)
    assert len(operator.seen) == 20


async def test_only_the_fields_that_are_read_are_asked_for(operator: Operator, directory: TmfAccountDirectory) -> None:
    operator.put([POSTPAID])
    await directory.find(MSISDN)
    asked = {seen.path: set(seen.query["fields"].split(",")) for seen in operator.seen}
    assert asked.keys() == set(EVERY_COLLECTION)
    assert asked[PRODUCT] == {
        "id",
        "status",
        "orderDate",
        "startDate",
        "billingAccount",
        "productCharacteristic",
        "realizingResource",
        "relatedParty",
    }
    assert asked[CUSTOMER] == {"id", "name", "engagedParty", "characteristic", "contactMedium"}
    assert "note" not in asked[CARD]


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
async def test_a_read_is_tried_again_after_a_passing_failure(
    operator: Operator, directory: TmfAccountDirectory, status: int
) -> None:
    operator.put([POSTPAID])
    operator.plan(BILL, answer(status), answer(status))
    assert await directory.find(MSISDN) == POSTPAID
    assert [seen.path for seen in operator.seen].count(BILL) == 3


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_a_lasting_failure_is_told_after_three_tries(
    operator: Operator, directory: TmfAccountDirectory, status: int
) -> None:
    operator.always = lambda _: answer(status)
    with pytest.raises(AccountsUnreachable):
        await directory.find(MSISDN)
    assert len(operator.seen) == 3


async def test_retry_after_is_waited_for(operator: Operator, client: TmfClient) -> None:
    operator.plan(BILL, answer(429, Retry_After="1"), answer(200, [{"id": "F-1"}]))
    deadline = Deadline(30)
    await client.all(Api.BILLS, "customerBill", {}, "id", deadline)
    assert deadline.left_s() <= 29


@pytest.mark.parametrize("after", ["120", format_datetime(NOW + timedelta(minutes=2))])
async def test_a_retry_after_beyond_the_deadline_is_not_waited_for(
    operator: Operator, client: TmfClient, after: str
) -> None:
    operator.always = lambda _: answer(429, Retry_After=after)
    with pytest.raises(OperatorTrouble) as caught:
        await all_bills(client, seconds=60)
    assert caught.value.trouble is Trouble.BUSY
    assert caught.value.retry_after_s == 120
    assert len(operator.seen) == 1


@pytest.mark.parametrize("after", ["soon", "", "-1", "1.5", "Sun Nov", "٣"])
async def test_an_unreadable_retry_after_is_none(operator: Operator, client: TmfClient, after: str) -> None:
    unreadable = Response(b"{}", 503)
    unreadable.raw_headers.append((b"retry-after", after.encode()))
    operator.always = lambda _: unreadable
    with pytest.raises(OperatorTrouble) as caught:
        await all_bills(client)
    assert caught.value.retry_after_s is None


@pytest.mark.parametrize("status", [301, 302, 400, 403, 405, 409, 418, 204])
async def test_other_statuses_are_refused_and_not_tried_again(
    operator: Operator, directory: TmfAccountDirectory, status: int
) -> None:
    operator.always = lambda _: answer(status, Location="http://elsewhere.test/")
    with pytest.raises(BrokenAnswer):
        await directory.find(MSISDN)
    assert len(operator.seen) == 1


async def test_a_missing_collection_is_no_missing_customer(operator: Operator, directory: TmfAccountDirectory) -> None:
    """A wrong address must not tell every customer that their number does not exist."""
    operator.always = lambda _: answer(404)
    with pytest.raises(NoSuchResource):
        await directory.find(MSISDN)


@pytest.mark.parametrize("path", [CUSTOMER, CARD])
async def test_a_resource_that_is_referred_to_and_missing_is_refused(
    operator: Operator, directory: TmfAccountDirectory, path: str
) -> None:
    operator.put([POSTPAID])
    del operator.collections[path]
    with pytest.raises(NoSuchResource):
        await directory.find(MSISDN)


@pytest.mark.parametrize("path", EVERY_COLLECTION)
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'[{"id": "P-1", ', id="cut off"),
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe{}", id="no UTF-8"),
        pytest.param(b"<html></html>", id="HTML"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b'[{"id": "P-1", "amountDue": {"unit": "EUR", "value": NaN}}]', id="not a number"),
        pytest.param(b'[{"id": "P-1", "n": ' + b"9" * 5000 + b"}]", id="a number without end"),
        pytest.param(b"null", id="null"),
        pytest.param(b'"P-1"', id="a text"),
        pytest.param(b"[[]]", id="lists of lists"),
        pytest.param(b" " * (1024 * 1024 + 1), id="larger than 1 MiB"),
    ],
)
async def test_an_answer_that_is_not_what_was_asked_for_is_refused(
    operator: Operator, directory: TmfAccountDirectory, path: str, body: bytes
) -> None:
    operator.put([POSTPAID])
    operator.plan(path, Response(body, media_type="application/json"))
    with pytest.raises(BrokenAnswer):
        await directory.find(MSISDN)


async def test_a_compressed_answer_is_refused(operator: Operator, directory: TmfAccountDirectory) -> None:
    bomb = gzip.compress(b" " * 1024 * 1024)
    operator.plan(PRODUCT, Response(bomb, headers={"Content-Encoding": "gzip"}, media_type="application/json"))
    with pytest.raises(BrokenAnswer, match="compressed"):
        await directory.find(MSISDN)


async def test_an_answer_about_somebody_else_is_refused(operator: Operator, directory: TmfAccountDirectory) -> None:
    operator.put([POSTPAID])
    operator.plan(CUSTOMER, answer(200, {"id": "K-2", "engagedParty": {"id": "E", "@referredType": "Individual"}}))
    with pytest.raises(BrokenAnswer):
        await directory.find(MSISDN)


async def test_a_broken_answer_outweighs_a_system_that_is_down(
    operator: Operator, directory: TmfAccountDirectory
) -> None:
    operator.put([POSTPAID])
    operator.plan(BILL, *[answer(503)] * 3)
    operator.plan(CUSTOMER, broken_json)
    with pytest.raises(AccountsUnavailable) as caught:
        await directory.find(MSISDN)
    assert not isinstance(caught.value, AccountsUnreachable)


async def test_a_prepaid_number_asks_for_no_bills_and_a_postpaid_one_for_no_credit(
    operator: Operator, directory: TmfAccountDirectory
) -> None:
    operator.put([PREPAID])
    await directory.find(MSISDN)
    assert {seen.path for seen in operator.seen} == {PRODUCT, CUSTOMER, CARD, BUCKET}
    operator.seen.clear()
    operator.put([POSTPAID])
    await directory.find(MSISDN)
    assert {seen.path for seen in operator.seen} == set(EVERY_COLLECTION)
