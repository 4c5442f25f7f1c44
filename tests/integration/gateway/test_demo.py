"""``ndihma demo`` against a real gateway: every state of a conversation, a call-back, a proof; again adds as much."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from starlette.responses import Response

from ndihma.accounts.adapters.sql import LineRow
from ndihma.accounts.demo import DemoKey
from ndihma.accounts.msisdn import Msisdn
from ndihma.clock import SystemClock
from ndihma.config import Mode
from ndihma.db import Database
from ndihma.demo.command import run
from ndihma.demo.messages import PROOF, PROOF_BUTTON, STAFF, TEAM
from ndihma.desk.handoff.tables import CallbackRow, HandoffRow
from ndihma.desk.reconnections import ReconnectionRequests
from ndihma.desk.tables import AttachmentRow
from ndihma.failure import Failure
from ndihma.staff.tables import StaffRow

from .api_support import number_of
from .live_gateway import Gateway, said
from .running import MakeGateway


@pytest.fixture
async def system(make_gateway: MakeGateway) -> Gateway:
    """A development gateway on the machine's clock, whose engine leads a proof of payment to its file."""
    gateway = await make_gateway(clock=SystemClock(), address_messages_per_minute=1000)  # two runs in one minute

    async def respond(body: dict[str, str]) -> Response:
        if body["text"] == PROOF:
            return said("A dëshironi ta dërgoni?", buttons=[{"title": PROOF_BUTTON, "payload": "/affirm"}])
        if body["text"] == "/affirm":
            return said("Verifikoni numrin.", custom={"kind": "verify", "resume_intent": "send_payment_proof"})
        if body["text"] == "/send_payment_proof":
            database = Database(gateway.settings.sqlalchemy_url)
            msisdn = Msisdn.parse(number_of(DemoKey.SUSPENDED))
            conversation = body["sender"].rpartition(".")[0]
            request = await ReconnectionRequests(database).file(conversation, msisdn, SystemClock().now())
            await database.close()
            return said("Ngarkoni.", custom={"kind": "attach_proof", "request_reference": request.reference})
        return said("Po.")

    gateway.engine.respond = respond
    return gateway


async def counted(gateway: Gateway) -> dict[str, object]:
    database = Database(gateway.settings.sqlalchemy_url)
    try:
        async with database.session() as session:
            states = await session.execute(select(HandoffRow.state, func.count()).group_by(HandoffRow.state))
            late = select(func.count()).where(HandoffRow.unanswered_since < SystemClock().now() - timedelta(minutes=10))
            return {
                "states": {row.state: row[1] for row in states},
                "team": await session.scalar(select(func.count()).where(HandoffRow.team == TEAM)),
                "late": await session.scalar(late),
                "calls": await session.scalar(select(func.count()).select_from(CallbackRow)),
                "proofs": await session.scalar(select(func.count()).select_from(AttachmentRow)),
                "staff": sorted(await session.scalars(select(StaffRow.username))),
            }
    finally:
        await database.close()


async def test_a_running_system_is_filled_and_filled_again(system: Gateway, capsys: pytest.CaptureFixture[str]) -> None:
    await asyncio.to_thread(run, system.settings, stay=False)
    told = capsys.readouterr()
    assert told.err == ""
    assert told.out.count("/console/setup#") == len(STAFF)
    once = await counted(system)
    assert once["states"] == {"waiting": 3, "agent": 4, "snoozed": 1, "closed": 2}
    assert (once["team"], once["late"], once["calls"], once["proofs"]) == (1, 2, 1, 1)
    assert once["staff"] == sorted(member.username for member in STAFF)

    await asyncio.to_thread(run, system.settings, stay=False)
    again = await counted(system)
    assert again["staff"] == once["staff"]
    # The agents are on duty now, so who wants a call waits for them.
    assert again["states"] == {"waiting": 7, "agent": 8, "snoozed": 2, "closed": 4}


@pytest.mark.parametrize("spoil", ["production", "stranger", "no gateway"])
async def test_what_is_no_demo_system_is_left_as_it_is(system: Gateway, spoil: str) -> None:
    settings = system.settings
    if spoil == "production":
        settings = settings.model_copy(update={"mode": Mode.PRODUCTION})
    elif spoil == "no gateway":
        settings = settings.model_copy(update={"gateway_port": 1})
    else:
        await add_stranger(settings.sqlalchemy_url)
    with pytest.raises(Failure):
        await asyncio.to_thread(run, settings, stay=False)
    left = await counted(system)
    assert (left["staff"], left["states"]) == ([], {})


async def add_stranger(url: str) -> None:
    """A customer who is none of the demo's."""
    database = Database(url)
    try:
        async with database.session() as session:
            line = (await session.scalars(select(LineRow).limit(1))).one()
            values = {c.name: getattr(line, c.name) for c in LineRow.__table__.columns}
            session.add(LineRow(**{**values, "msisdn": "+38344999888"}))
    finally:
        await database.close()
