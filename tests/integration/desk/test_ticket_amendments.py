"""What comes after a ticket was made reaches it too: another proof, and the decision that was made here."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from ndihma.desk.claims import PaymentClaim
from ndihma.desk.leases import MAX_ATTEMPTS
from ndihma.desk.reconnections import RequestState
from ndihma.desk.tables import OperatorTicketState
from tests.support.tmforum.encode import TICKET
from tests.support.tmforum.operator import Operator, answer

from .conftest import Proofs, png
from .operator_support import DAY, decide, made, posted, row, said

STAFF_NOTE = {"id": "n-1", "author": "Blerta", "text": "E shikova, po pres.", "weight": 0.5}


@pytest.fixture
def proofs(with_tickets: Proofs) -> Proofs:
    return with_tickets


def patched(operator: Operator) -> list[dict[str, Any]]:
    return [seen.body for seen in operator.seen if seen.method == "PATCH"]


def notes(operator: Operator) -> list[str]:
    (ticket,) = operator.collections[TICKET].values()
    return [note["text"] for note in ticket.get("note", [])]


def status(operator: Operator) -> tuple[str, str | None]:
    (ticket,) = operator.collections[TICKET].values()
    return ticket["status"], ticket.get("statusChangeReason")


async def test_a_ticket_is_made_with_a_note_for_its_proof_and_looking_adds_nothing(proofs: Proofs, operator: Operator):
    _, reference = await made(proofs)
    (note,) = posted(operator)[0]["note"]
    assert note["text"].startswith(f"{reference}, dëshmia 1:")
    assert note["author"] == "Ndihma"
    proofs.clock.advance(DAY)
    await proofs.ticket_worker.work_off_due()
    assert patched(operator) == []


async def test_a_proof_that_comes_later_is_added_to_the_ticket_at_once(proofs: Proofs, operator: Operator):
    conversation, reference = await made(proofs)
    operator.change(TICKET, note=[*posted(operator)[0]["note"], STAFF_NOTE])
    proofs.clock.advance(timedelta(seconds=20))
    await proofs.take(conversation, png(1), PaymentClaim(2010, date(2026, 11, 21)))
    assert await proofs.ticket_worker.work_off_due() == 1
    told = notes(operator)
    assert [text.split(":")[0] for text in told] == [
        f"{reference}, dëshmia 1", STAFF_NOTE["text"], f"{reference}, dëshmia 2",
    ]  # fmt: skip
    for fact in ("20,10 €", "3,30 € më pak", "21 nëntor 2026", "e-mail"):
        assert fact in told[2]
    assert "123456" not in told[2].replace(" ", "")
    assert patched(operator)[0]["note"][1] == STAFF_NOTE, "what others wrote is sent back as it was"
    proofs.clock.advance(DAY)
    await proofs.ticket_worker.work_off_due()
    assert len(patched(operator)) == 1


async def test_a_note_whose_answer_was_lost_is_there_once(proofs: Proofs, operator: Operator):
    conversation, _ = await made(proofs)
    await proofs.take(conversation, png(1))

    def added_but_lost(_request: Request) -> Response:
        operator.change(TICKET, note=[*posted(operator)[0]["note"], operator.seen[-1].body["note"][-1]])
        return answer(504)

    operator.plan(TICKET, lambda _: None, added_but_lost)
    assert await proofs.ticket_worker.work_off_due() == 0
    assert len(notes(operator)) == 2
    proofs.clock.advance(DAY)
    assert await proofs.ticket_worker.work_off_due() == 1
    assert len(notes(operator)) == 2
    assert len(patched(operator)) == 1


async def test_a_proof_reaches_the_ticket_once_the_operator_is_back(proofs: Proofs, operator: Operator):
    conversation, _ = await made(proofs)
    operator.always = lambda _: answer(503)
    await proofs.take(conversation, png(1))
    for _ in range(MAX_ATTEMPTS + 2):
        assert await proofs.ticket_worker.work_off_due() == 0
        proofs.clock.advance(timedelta(hours=8))
    operator.always = None
    assert await proofs.ticket_worker.work_off_due() == 1
    assert len(notes(operator)) == 2


async def test_a_proof_that_comes_while_the_ticket_is_looked_at_is_added_by_the_next_look(
    proofs: Proofs, operator: Operator, monkeypatch: pytest.MonkeyPatch
):
    conversation, _ = await made(proofs)
    proofs.clock.advance(DAY)
    find = proofs.ticket_worker._desk.amend

    async def meanwhile(*arguments: Any) -> Any:
        seen = await find(*arguments)
        await proofs.take(conversation, png(1))
        return seen

    monkeypatch.setattr(proofs.ticket_worker._desk, "amend", meanwhile)
    assert await proofs.ticket_worker.work_off_due() >= 2
    assert len(notes(operator)) == 2


@pytest.mark.parametrize("confirmed", [True, False])
async def test_our_decision_closes_the_operators_ticket(proofs: Proofs, operator: Operator, *, confirmed: bool):
    conversation, reference = await made(proofs)
    if confirmed:
        await proofs.tickets.confirm(reference, "arta")
    else:
        await proofs.tickets.reject(reference, "arta", "Pagesa është e numrit 044 765 432")
    assert (await row(proofs)).state == OperatorTicketState.CLOSING
    assert await proofs.ticket_worker.work_off_due() == 1
    became, reason = status(operator)
    assert became == ("resolved" if confirmed else "rejected")
    assert reason is not None
    assert ("u konfirmua" if confirmed else "Pagesa është e numrit") in reason
    assert "765" not in reason
    assert (await row(proofs)).state == OperatorTicketState.ENDED
    assert len(await said(proofs, conversation)) == 1
    proofs.clock.advance(DAY)
    assert await proofs.ticket_worker.work_off_due() == 0
    assert len(patched(operator)) == 1


async def test_our_decision_stands_and_leaves_a_ticket_alone_that_was_decided_meanwhile(
    proofs: Proofs, operator: Operator
):
    conversation, reference = await made(proofs)
    await proofs.tickets.confirm(reference, "arta")
    decide(operator, "rejected")
    await proofs.ticket_worker.work_off_due()
    assert status(operator) == ("rejected", None)
    request = await proofs.requests.get(reference)
    assert request is not None
    assert request.state is RequestState.CONFIRMED
    assert len(await said(proofs, conversation)) == 1
    assert (await row(proofs)).state == OperatorTicketState.ENDED


async def test_a_ticket_that_was_being_made_when_we_decided_is_closed_too(proofs: Proofs, operator: Operator):
    """Its process dies after the operator has made it; the next one finds it by its reference."""
    conversation, reference = await proofs.asked()
    await proofs.take(conversation, png())
    claimed = await proofs.operator_tickets.claim()
    assert claimed is not None
    await proofs.tickets.confirm(reference, "arta")
    assert await proofs.ticket_worker.work_off_due() == 0, "who makes it may still be at it"
    operator.collections[TICKET]["T-1"] = {"id": "T-1", "status": "acknowledged", "externalId": reference}
    proofs.clock.advance(DAY)
    assert await proofs.ticket_worker.work_off_due() == 1
    assert status(operator)[0] == "resolved"


async def test_a_ticket_whose_making_was_tried_and_that_never_came_to_be_is_not_looked_for_for_ever(
    proofs: Proofs, operator: Operator
):
    conversation, reference = await proofs.asked()
    await proofs.take(conversation, png())
    operator.always = lambda _: answer(503)
    await proofs.ticket_worker.work_off_due()
    operator.always = None
    await proofs.tickets.confirm(reference, "arta")
    for _ in range(3):
        assert (await row(proofs)).state == OperatorTicketState.CLOSING
        await proofs.ticket_worker.work_off_due()
        proofs.clock.advance(DAY)
    assert (await row(proofs)).state == OperatorTicketState.ENDED
    assert posted(operator) == []


async def test_a_decision_that_the_operator_refuses_is_shown_and_can_be_told_again(proofs: Proofs, operator: Operator):
    """A status that its system does not allow, say: given up after days, listed among what failed."""
    _, reference = await made(proofs)
    await proofs.tickets.confirm(reference, "arta")
    operator.always = lambda request: answer(409) if request.method == "PATCH" else None
    for _ in range(MAX_ATTEMPTS):
        assert await proofs.ticket_worker.work_off_due() == 0
        proofs.clock.advance(timedelta(hours=8))
    (failed,) = await proofs.tickets.tickets()
    assert failed.operator is not None
    assert (failed.operator.state, failed.operator.last_error) == (
        OperatorTicketState.FAILED,
        "BrokenAnswer: tmf621: status 409",
    )
    operator.always = None
    assert await proofs.operator_tickets.queue_again(reference) == 1
    assert (await row(proofs)).state == OperatorTicketState.CLOSING
    assert await proofs.ticket_worker.work_off_due() == 1
    assert status(operator)[0] == "resolved"
    assert await proofs.tickets.tickets() == []
