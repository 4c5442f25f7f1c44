"""Notes of telephone calls: redacted, once, listed, and a ticket in the operator's own system."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from ndihma.accounts.adapters.tmforum import TmfMapping, TmfTickets
from ndihma.accounts.adapters.tmforum.breaker import PurgatoryBreaker
from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.reader import AuditReader
from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import FixedClock
from ndihma.db import Database
from ndihma.desk.calls import tickets
from ndihma.desk.calls.notes import CallNotes, Disposition, NewCallNote, UnknownCall
from ndihma.desk.calls.tables import CallNoteRow, CallState, CallTicketRow, CallTicketState
from ndihma.desk.calls.tickets import CallTickets
from ndihma.desk.handoff.model import Agent
from ndihma.desk.leases import LEASE, MAX_ATTEMPTS
from ndihma.gateway.intake import TextIntake
from tests.support.tmforum.encode import TICKET
from tests.support.tmforum.operator import Operator, answer
from tests.support.tmforum.system import connected

from .conftest import KEY, MINE, NOW
from .operator_support import posted

ANITA, DRITA = Agent("anita", "Anita Krasniqi"), Agent("drita", "Drita Gashi", supervisor=True)
PUK = NewCallNote("n1", Disposition.SOLVED, "Pyeti për kodin PUK; i thashë ku gjendet.")
LATER = NewCallNote("n2", Disposition.CALL_BACK, "Do ta thërrasim për faturën.", MINE)


class Calls:
    """Notes and tickets wired as in ``ndihma.desk.calls.desk``."""

    def __init__(self, database: Database, clock: FixedClock, desk: TmfTickets) -> None:
        self.database, self.clock = database, clock
        self.woken = 0
        self.tickets = CallTickets(database, clock, desk)
        audit = SqlAuditTrail(database, clock, KEY)
        self.notes = CallNotes(database, clock, audit, TextIntake(4000), queued=self.wake)
        self.without_system = CallNotes(database, clock, audit, TextIntake(4000))

    def wake(self) -> None:
        self.woken += 1

    async def ticket(self) -> CallTicketRow:
        async with self.database.session() as session:
            return (await session.scalars(select(CallTicketRow))).one()


@pytest.fixture
async def calls(database: Database, operator: Operator) -> AsyncIterator[Calls]:
    clock = FixedClock(NOW)
    never_open = PurgatoryBreaker(failures=1_000_000)  # it would be open for seconds of real time
    async with connected(operator, clock, breaker=never_open) as client:
        yield Calls(database, clock, TmfTickets(client, TmfMapping(), timeout_s=30))


async def test_s6_a_note_is_stored_redacted_and_the_number_apart(calls: Calls) -> None:
    text = "Thirri nga 044 123 456, PUK-u 12345678."
    note = await calls.notes.note(ANITA, NewCallNote("n1", Disposition.CALL_BACK, text, MINE))
    assert "123" not in note.text
    assert (note.msisdn, note.state, note.agent_name) == (MINE, CallState.OPEN, "Anita Krasniqi")
    assert note.reference.startswith("SH-")


async def test_the_same_note_again_is_one(calls: Calls) -> None:
    first = await calls.notes.note(ANITA, PUK)
    again = await calls.notes.note(ANITA, PUK)
    assert (again.reference, again.duplicate, first.duplicate) == (first.reference, True, False)
    other = await calls.notes.note(DRITA, PUK)
    assert other.reference != first.reference


async def test_the_same_note_at_one_moment_is_one(calls: Calls) -> None:
    notes = await asyncio.gather(*(calls.notes.note(ANITA, PUK) for _ in range(5)))
    assert len({note.reference for note in notes}) == 1
    async with calls.database.session() as session:
        assert await session.scalar(select(func.count()).select_from(CallNoteRow)) == 1


async def test_a_ticket_whose_tries_all_ended_with_their_processes_is_given_up(calls: Calls) -> None:
    await calls.notes.note(ANITA, LATER)
    async with calls.database.session() as session:
        await session.execute(update(CallTicketRow).values(attempts=MAX_ATTEMPTS))
    assert await calls.tickets.work_off_due() == 0
    ticket = await calls.ticket()
    assert (ticket.state, ticket.last_error) == (CallTicketState.FAILED, "tried too often")


async def test_a_try_that_hangs_ends_before_its_lease(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    class Hanging:
        async def open(self, *_: object) -> None:
            await asyncio.Event().wait()

    monkeypatch.setattr(tickets, "_TRY_S", 0.05)
    await calls.notes.note(ANITA, LATER)
    hanging = CallTickets(calls.database, calls.clock, Hanging())  # type: ignore[arg-type]
    async with asyncio.timeout(60):
        assert await hanging.work_off_due() == 0
    ticket = await calls.ticket()
    assert (ticket.state, ticket.last_error, ticket.lease) == (CallTicketState.QUEUED, "TimeoutError", None)


async def test_what_leaves_nothing_to_do_is_done_at_once(calls: Calls) -> None:
    await calls.notes.note(ANITA, PUK)
    calls.clock.advance(timedelta(minutes=1))
    later = await calls.notes.note(ANITA, LATER)
    assert [each.reference for each in await calls.notes.listed(done_too=False)] == [later.reference]
    assert [each.disposition for each in await calls.notes.listed(done_too=True)] == ["call_back", "solved"]
    await calls.notes.done(later.reference, DRITA)
    assert await calls.notes.listed(done_too=False) == []
    with pytest.raises(UnknownCall):
        await calls.notes.done(later.reference, DRITA)


async def test_s9_a_number_is_shown_for_a_reason_that_is_recorded(calls: Calls) -> None:
    later = await calls.notes.note(ANITA, LATER)
    shown = await calls.notes.show(later.reference, DRITA, "E thërras tani.")
    assert shown.msisdn == MINE
    without = await calls.notes.note(ANITA, PUK)
    for reference in (without.reference, "SH-AAAAAA"):
        with pytest.raises(UnknownCall):
            await calls.notes.show(reference, DRITA, "x")
    entries = await AuditReader(calls.database, KEY).entries()
    assert [(each.actor_id, each.action, each.fields) for each in entries] == [
        ("anita", "call_noted", (later.reference,)),
        ("drita", "field_revealed", ("call.msisdn",)),
        ("anita", "call_noted", (without.reference,)),
    ]


async def test_a_call_with_work_left_is_a_ticket_that_closes_when_it_is_done(calls: Calls, operator: Operator) -> None:
    later = await calls.notes.note(ANITA, LATER)
    assert calls.woken == 1
    assert await calls.tickets.work_off_due() == 1
    (body,) = posted(operator)
    assert body["externalId"] == later.reference
    assert body["relatedEntity"][0]["role"] == "product"
    for fact in (later.reference, "do të thirret", "Anita Krasniqi", "Do ta thërrasim për faturën."):
        assert fact in body["description"]
    assert "123456" not in body["description"].replace(" ", "")
    assert (await calls.ticket()).state == CallTicketState.MADE
    assert await calls.tickets.work_off_due() == 0
    await calls.notes.done(later.reference, DRITA)
    assert await calls.tickets.work_off_due() == 1
    assert (await calls.ticket()).state == CallTicketState.ENDED
    assert len(posted(operator)) == 1


async def test_a_call_without_a_number_is_a_ticket_about_nobody_and_closed_at_once(
    calls: Calls, operator: Operator
) -> None:
    await calls.notes.note(ANITA, PUK)
    assert await calls.tickets.work_off_due() == 1
    (body,) = posted(operator)
    assert "relatedEntity" not in body
    assert "relatedParty" not in body
    patched = [seen.body for seen in operator.seen if seen.method == "PATCH"]
    assert [body["status"] for body in patched] == [TmfMapping().ticket.confirmed_status]
    assert (await calls.ticket()).state == CallTicketState.ENDED


async def test_a_number_that_the_operator_does_not_have_makes_no_ticket_fail(calls: Calls, operator: Operator) -> None:
    await calls.notes.note(ANITA, NewCallNote("n1", Disposition.OTHER, "Nuk është yni.", Msisdn("+38349111222")))
    assert await calls.tickets.work_off_due() == 1
    assert "relatedEntity" not in posted(operator)[0]


async def test_an_operator_that_is_away_delays_the_ticket_and_then_it_is_given_up(
    calls: Calls, operator: Operator
) -> None:
    later = await calls.notes.note(ANITA, LATER)
    operator.plan(TICKET, *[answer(503)] * 500)
    for _ in range(MAX_ATTEMPTS):
        assert await calls.tickets.work_off_due() == 0
        calls.clock.advance(timedelta(hours=8))
    row = await calls.ticket()
    assert (row.state, row.ticket_id) == (CallTicketState.FAILED, None)
    assert [each.reference for each in await calls.notes.listed(done_too=False)] == [later.reference]


async def test_a_call_that_is_done_while_its_ticket_is_made_is_closed_there_too(
    calls: Calls, operator: Operator
) -> None:
    later = await calls.notes.note(ANITA, LATER)
    claimed = await calls.tickets._leases.claim()
    assert claimed is not None
    await calls.notes.done(later.reference, DRITA)
    assert await calls.tickets._try(claimed)
    calls.clock.advance(LEASE + timedelta(seconds=1))
    await calls.tickets.work_off_due()
    assert (await calls.ticket()).state == CallTicketState.ENDED
    assert len(posted(operator)) == 1


async def test_where_there_is_no_such_system_there_is_no_ticket(calls: Calls) -> None:
    note = await calls.without_system.note(ANITA, PUK)
    assert note.ticket is None
    async with calls.database.session() as session:
        assert await session.scalar(select(func.count()).select_from(CallTicketRow)) == 0
