"""What speaks beside the turns is bound by the hand-off too: the bot's own sentences, decisions about proofs; and who
waits with the page open keeps the session."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from pydantic import SecretStr

from ndihma.accounts.msisdn import Msisdn
from ndihma.db import Database
from ndihma.desk.events import AuthorKind, Event, ReplyEvent
from ndihma.desk.handoff.messages import HANDED_BACK
from ndihma.desk.reconnections import ReconnectionRequests
from ndihma.desk.sessions import ABSOLUTE_LIMIT, IDLE_LIMIT, OpenedSession, SessionOver, SessionService
from ndihma.desk.tickets import TicketService
from ndihma.gateway.live import ALIVE
from ndihma.gateway.stream import EventStream
from ndihma.telegram.effects import Effects, Ledger
from ndihma.telegram.inbox import Inbox
from ndihma.telegram.sealing import UpdateSeal
from tests.integration.gateway.scripted_desk import NOW

from .floor import ARTA, Floor, refused

STEP = timedelta(minutes=20)


@pytest.fixture
async def replica(floor: Floor, database_url: str) -> AsyncIterator[Floor]:
    """A second gateway, with connections of its own."""
    database = Database(database_url)
    other = floor.another(database)
    yield other
    await other.stop()
    await database.close()


async def test_a_command_and_a_take_over_at_the_same_moment_are_one_voice(floor: Floor, replica: Floor) -> None:
    inbox = Inbox(floor.database, UpdateSeal(SecretStr("k" * 64)), floor.clock)
    ledger = Ledger(floor.database, floor.ledger, floor.hub, floor.clock)
    for n in range(50):
        conversation = await floor.service.open()
        await inbox.put([{"update_id": n, "message": {"chat": {"id": n + 1}}}])
        stored = await inbox.next(n + 1)
        assert stored is not None
        effects = Effects(conversation_id=conversation)
        effects.speak("Zgjidhni një temë.")
        await asyncio.gather(ledger.settle(stored, effects), replica.agents.take(conversation, ARTA, 0))
        events = await floor.events(conversation)
        told = [event.type for event in events if event.type in {"reply", "handoff"}][1:]
        assert told in (["reply", "handoff"], ["handoff", "handoff"])


async def test_a_decision_about_a_proof_is_the_staffs_while_people_have_the_conversation(floor: Floor) -> None:
    tickets = TicketService(floor.database, floor.clock, floor.audit)
    requests = ReconnectionRequests(floor.database)
    conversation, handoff = await floor.taken()
    first = await requests.file(conversation, Msisdn("+38344123456"), floor.clock.now())
    await tickets.confirm(first.reference, "Drita")
    await floor.agents.hand_back(conversation, ARTA, handoff.version)
    second = await requests.file(conversation, Msisdn("+38344123457"), floor.clock.now())
    await tickets.reject(second.reference, "Drita", "Fotografia nuk lexohet.")
    *_, decided, back, refusal = replies(await floor.events(conversation))
    assert decided.author is not None
    assert (decided.author.kind, decided.author.name) == (AuthorKind.AGENT, None)
    assert first.reference in decided.text
    assert (back.text, back.author, refusal.author) == (HANDED_BACK, None, None)


# --- sessions -----------------------------------------------------------------------------------------------------


async def opened(floor: Floor, conversation: str) -> tuple[SessionService, OpenedSession]:
    sessions = SessionService(floor.database, floor.clock)
    return sessions, await sessions.open(conversation, None)


async def is_over(sessions: SessionService, session: OpenedSession) -> bool:
    return await refused(sessions.check(session.session.id, session.token, renewing=True), SessionOver)


async def test_s2_who_waits_with_the_page_open_keeps_the_session_for_twelve_hours_at_most(floor: Floor) -> None:
    await floor.on_duty(ARTA)
    conversation = await floor.waiting()
    sessions, session = await opened(floor, conversation)
    passed = timedelta()
    while passed + STEP < ABSOLUTE_LIMIT:
        floor.clock.advance(STEP)
        passed += STEP
        await sessions.attend(session.session.id)
        assert not await is_over(sessions, session), passed
    floor.clock.advance(STEP)
    await sessions.attend(session.session.id)
    assert await is_over(sessions, session)


@pytest.mark.parametrize("who", ["assistant", "handed back", "closed"])
async def test_s2_an_open_page_is_no_activity_when_nobody_is_waited_for(floor: Floor, who: str) -> None:
    conversation, handoff = await floor.taken()
    if who == "assistant":
        conversation = await floor.service.open()
    elif who == "closed":
        await floor.agents.close(conversation, ARTA, handoff.version)
    else:
        await floor.agents.hand_back(conversation, ARTA, handoff.version)
    sessions, session = await opened(floor, conversation)
    floor.clock.advance(STEP)
    await sessions.attend(session.session.id)
    floor.clock.advance(STEP)
    assert await is_over(sessions, session)


async def test_s2_a_session_that_is_over_does_not_come_back(floor: Floor) -> None:
    conversation, _ = await floor.taken()
    sessions, session = await opened(floor, conversation)
    floor.clock.advance(IDLE_LIMIT)
    await sessions.attend(session.session.id)
    assert await is_over(sessions, session)
    _, ended = await opened(floor, conversation)
    await sessions.end(ended.session.id)
    await sessions.attend(ended.session.id)
    assert await is_over(sessions, ended)


async def test_a_stream_says_every_minute_that_its_client_is_there(floor: Floor) -> None:
    heard = []

    async def attended() -> None:
        heard.append(floor.clock.now())

    conversation = await floor.service.open()
    stream = EventStream(
        hub=floor.hub,
        conversations=floor.service,
        clock=floor.clock,
        conversation_id=conversation,
        owner="s",
        after=1,
        until=NOW + timedelta(hours=1),
        attended=attended,
        silence_s=0.01,
    )
    with floor.hub.subscribe(conversation, "s") as subscription:
        pieces = stream.events(subscription)
        for seconds in (0, 30, 30, 59, 1):
            floor.clock.advance(timedelta(seconds=seconds))
            assert await anext(pieces) == ALIVE
    assert heard == [NOW + timedelta(minutes=minutes) for minutes in (0, 1, 2)]


def replies(events: list[Event]) -> list[ReplyEvent]:
    return [event for event in events if isinstance(event, ReplyEvent)]
