"""A request for reconnection is a ticket in the operator's own system too, and what is decided there counts here."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from actions.wiring import GuardedRequests
from ndihma.accounts.adapters.tmforum import TmfMapping
from ndihma.accounts.adapters.tmforum.mapping import TicketValues
from ndihma.audit.tables import AuditEntryRow
from ndihma.desk import messages
from ndihma.desk.claims import PaymentClaim
from ndihma.desk.leases import LEASE, MAX_ATTEMPTS
from ndihma.desk.operator_tickets import PROOF_AWAITED, look_after
from ndihma.desk.reconnections import RequestState
from ndihma.desk.tables import OperatorTicketState
from tests.support.tmforum.encode import PRODUCT, TICKET
from tests.support.tmforum.operator import Operator, answer

from .conftest import MINE, NOW, YOURS, FakeMailer, Proofs, png
from .operator_support import DAY, decide, made, posted, row, said


@pytest.fixture
def proofs(with_tickets: Proofs) -> Proofs:
    return with_tickets


async def test_a_proof_makes_the_ticket_at_once_and_it_says_what_is_known(proofs: Proofs, operator: Operator):
    conversation, reference = await proofs.asked()
    await proofs.take(conversation, png(), PaymentClaim(2010, date(2026, 11, 21)))
    assert await proofs.ticket_worker.work_off_due() == 1
    (body,) = posted(operator)
    assert body["externalId"] == reference
    assert reference in body["name"]
    for fact in ("Dëshmi të pagesës: 1", "23,40 €", "20,10 €", "3,30 € më pak", "21 nëntor 2026"):
        assert fact in body["description"]
    assert "123456" not in body["description"].replace(" ", "")
    (ticket,) = await proofs.tickets.tickets()
    assert ticket.operator is not None
    assert (ticket.operator.state, ticket.operator.id) == (OperatorTicketState.MADE, "T-1")


async def test_without_a_proof_the_ticket_waits_a_little_and_is_made_all_the_same(proofs: Proofs, operator: Operator):
    await proofs.asked()
    assert await proofs.ticket_worker.work_off_due() == 0
    proofs.clock.advance(PROOF_AWAITED)
    assert await proofs.ticket_worker.work_off_due() == 1
    assert "ende asnjë" in posted(operator)[0]["description"]


async def test_more_proofs_and_asking_again_make_no_second_ticket(proofs: Proofs, operator: Operator):
    conversation, reference = await made(proofs)
    await proofs.take(conversation, png(1))
    assert (await proofs.requests.file(conversation, MINE, proofs.clock.now())).reference == reference
    proofs.clock.advance(DAY)
    await proofs.ticket_worker.work_off_due()
    assert len(posted(operator)) == 1


async def test_a_request_from_before_the_ticket_system_gets_its_ticket_with_a_proof(
    proofs: Proofs, operator: Operator, uploads: Path
):
    plain = Proofs(proofs.database, uploads, FakeMailer(), proofs.clock)
    conversation, reference = await plain.asked()
    await proofs.take(conversation, png())
    assert await proofs.ticket_worker.work_off_due() == 1
    assert posted(operator)[0]["externalId"] == reference


async def test_an_operator_that_is_away_delays_the_ticket_and_after_five_days_it_is_given_up_and_can_be_queued_again(
    proofs: Proofs, operator: Operator
):
    conversation, reference = await proofs.asked()
    await proofs.take(conversation, png())
    operator.always = lambda _: answer(503)
    for _ in range(MAX_ATTEMPTS):
        assert await proofs.ticket_worker.work_off_due() == 0
        proofs.clock.advance(timedelta(hours=8))
    failed = await row(proofs)
    assert (failed.state, failed.attempts) == (OperatorTicketState.FAILED, MAX_ATTEMPTS)
    assert failed.last_error is not None
    operator.always = None
    proofs.clock.advance(DAY)
    assert await proofs.ticket_worker.work_off_due() == 0
    assert await proofs.operator_tickets.queue_again(reference) == 1
    assert await proofs.ticket_worker.work_off_due() == 1
    assert len(operator.collections[TICKET]) == 1


async def test_a_post_whose_answer_is_lost_makes_one_ticket(proofs: Proofs, operator: Operator):
    conversation, reference = await proofs.asked()
    await proofs.take(conversation, png())

    def made_but_lost(_request: Request) -> Response:
        operator.collections[TICKET]["T-1"] = {"id": "T-1", "status": "acknowledged", "externalId": reference}
        return answer(504)

    operator.plan(TICKET, lambda _: None, made_but_lost)
    assert await proofs.ticket_worker.work_off_due() == 0
    proofs.clock.advance(timedelta(minutes=2))
    assert await proofs.ticket_worker.work_off_due() == 1
    assert len(posted(operator)) == 1
    assert (await row(proofs)).ticket_id == "T-1"


@pytest.mark.parametrize("status", [400, 403, 422])
async def test_a_ticket_that_is_refused_is_tried_again_and_the_reason_shown(
    proofs: Proofs, operator: Operator, status: int
):
    conversation, _ = await proofs.asked()
    await proofs.take(conversation, png())
    operator.plan(TICKET, lambda _: None, answer(status, {"reason": "044123456"}))
    await proofs.ticket_worker.work_off_due()
    waiting = await row(proofs)
    assert (waiting.state, waiting.last_error) == (OperatorTicketState.QUEUED, f"BrokenAnswer: tmf621: status {status}")


async def test_many_workers_make_each_ticket_once(proofs: Proofs, operator: Operator):
    for number in (MINE, YOURS):
        conversation, _ = await proofs.asked(number)
        await proofs.take(conversation, png())
    await asyncio.gather(*(proofs.ticket_worker.work_off_due() for _ in range(5)))
    assert len(posted(operator)) == 2


async def test_a_proof_does_not_take_a_ticket_out_of_the_hands_that_make_it(proofs: Proofs):
    conversation, _ = await proofs.asked()
    proofs.clock.advance(PROOF_AWAITED)
    claimed = await proofs.operator_tickets.claim()
    assert claimed is not None
    await proofs.take(conversation, png())
    assert await proofs.operator_tickets.claim() is None
    proofs.clock.advance(LEASE)
    assert await proofs.operator_tickets.claim() is not None


@pytest.mark.parametrize("status", ["resolved", "closed "])
async def test_a_ticket_that_is_resolved_confirms_the_request_where_the_customer_asked(
    proofs: Proofs, operator: Operator, status: str
):
    conversation, reference = await made(proofs)
    decide(operator, status)
    proofs.clock.advance(look_after(timedelta()))
    await proofs.ticket_worker.work_off_due()
    request = await proofs.requests.get(reference)
    assert request is not None
    assert request.state is RequestState.CONFIRMED
    assert await said(proofs, conversation) == [messages.request_confirmed(reference, MINE)]
    async with proofs.database.session() as session:
        decided = (await session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "proof_decided"))).one()
    assert (decided.actor_kind, decided.reason) == ("system", "confirmed")
    asked = len(operator.seen)
    proofs.clock.advance(DAY)
    assert await proofs.ticket_worker.work_off_due() == 0
    assert len(operator.seen) == asked, "a decided ticket is not looked at any more"


@pytest.mark.parametrize("status", ["rejected", "cancelled"])
async def test_a_ticket_that_is_refused_rejects_the_request_without_the_staffs_own_words(
    proofs: Proofs, operator: Operator, status: str
):
    conversation, reference = await made(proofs)
    decide(operator, status, statusChangeReason="customer is a known fraudster")
    proofs.clock.advance(look_after(timedelta()))
    await proofs.ticket_worker.work_off_due()
    assert await said(proofs, conversation) == [
        messages.request_rejected(reference, MINE, messages.REFUSED_WITHOUT_REASON)
    ]
    latest = await proofs.requests.latest_for(MINE)
    assert latest is not None
    assert (latest.state, latest.reason) == (RequestState.REJECTED, messages.REFUSED_WITHOUT_REASON)


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("Pagesa është e numrit 044 765 432", "Pagesa është e numrit"),
        ("x", messages.REFUSED_WITHOUT_REASON),
        ("x" * 400, messages.REFUSED_WITHOUT_REASON),
        ("", messages.REFUSED_WITHOUT_REASON),
    ],
)
@pytest.mark.parametrize("mapping", [TmfMapping(ticket=TicketValues(reasons_are_for_customers=True))])
async def test_reasons_that_are_written_for_customers_are_told_without_numbers(
    proofs: Proofs, operator: Operator, reason: str, told: str
):
    conversation, _ = await made(proofs)
    decide(operator, "rejected", statusChangeReason=reason)
    proofs.clock.advance(look_after(timedelta()))
    await proofs.ticket_worker.work_off_due()
    (text,) = await said(proofs, conversation)
    assert told in text
    assert "765" not in text


async def test_a_refusal_from_before_the_latest_proof_leaves_the_request_open(proofs: Proofs, operator: Operator):
    conversation, reference = await made(proofs)
    decide(operator, "rejected", statusChangeDate=(NOW + timedelta(minutes=1)).isoformat())
    proofs.clock.advance(timedelta(minutes=2))
    await proofs.take(conversation, png(1))
    await proofs.ticket_worker.work_off_due()
    assert await said(proofs, conversation) == []
    assert await proofs.requests.open_for(MINE) is not None
    decide(operator, "rejected", statusChangeDate=(NOW + timedelta(minutes=10)).isoformat())
    proofs.clock.advance(DAY)
    await proofs.ticket_worker.work_off_due()
    assert len(await said(proofs, conversation)) == 1
    assert (await proofs.requests.get(reference)).state is RequestState.REJECTED  # type: ignore[union-attr]


async def test_a_ticket_that_was_never_tried_is_not_made_once_the_request_is_decided(
    proofs: Proofs, operator: Operator
):
    conversation, reference = await proofs.asked()
    await proofs.take(conversation, png())
    await proofs.tickets.confirm(reference, "arta")
    assert await proofs.ticket_worker.work_off_due() == 0
    assert posted(operator) == []


async def test_a_made_ticket_that_is_not_found_is_not_made_again(proofs: Proofs, operator: Operator):
    await made(proofs)
    operator.collections[TICKET].clear()
    proofs.clock.advance(DAY)
    await proofs.ticket_worker.work_off_due()
    assert len(posted(operator)) == 1
    assert (await row(proofs)).last_error == "the ticket is not found"


async def test_a_ticket_about_a_number_that_is_gone_waits(proofs: Proofs, operator: Operator):
    conversation, _ = await proofs.asked()
    await proofs.take(conversation, png())
    operator.change(PRODUCT, status="terminated")
    await proofs.ticket_worker.work_off_due()
    assert (await row(proofs)).last_error == "BrokenAnswer: no product in force has the number"


async def test_who_asks_learns_at_once_what_the_operator_decided(proofs: Proofs, operator: Operator):
    conversation, _ = await made(proofs)
    decide(operator, "resolved")
    proofs.clock.advance(timedelta(seconds=30))  # before the worker looks again
    known = await GuardedRequests(proofs.requests, proofs.decisions, look_timeout_s=30).latest_for(MINE)
    assert known is not None
    assert (known.closed_at, known.reason) == (proofs.clock.now(), None)
    assert len(await said(proofs, conversation)) == 1


async def test_who_asks_often_does_not_ask_the_operator_each_time(proofs: Proofs, operator: Operator):
    await made(proofs)
    proofs.clock.advance(timedelta(seconds=30))
    asked = len(operator.seen)
    requests = GuardedRequests(proofs.requests, proofs.decisions, look_timeout_s=30)
    for _ in range(5):
        known = await requests.latest_for(MINE)
        assert known is not None
        assert known.closed_at is None
    assert len(operator.seen) == asked + 1


async def test_who_asks_while_the_operator_is_away_is_told_what_we_know(proofs: Proofs, operator: Operator):
    await made(proofs)
    operator.always = lambda _: answer(503)
    proofs.clock.advance(timedelta(seconds=30))
    known = await GuardedRequests(proofs.requests, proofs.decisions, look_timeout_s=30).latest_for(MINE)
    assert known is not None
    assert known.closed_at is None
