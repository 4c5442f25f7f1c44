"""The operator's tickets through the processes' own wiring: gateway, actions, command line."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner

from actions.wiring import open_context
from ndihma.accounts.msisdn import Msisdn
from ndihma.bootstrap import open_gateway
from ndihma.config import AccountsSource, Settings
from ndihma.desk.calls.notes import Disposition, NewCallNote
from ndihma.desk.claims import PaymentClaim
from ndihma.desk.cli import app
from ndihma.desk.handoff.model import Agent
from ndihma.desk.ids import new_id
from ndihma.desk.store import ConversationStore
from ndihma.desk.tables import ConversationRow, OperatorTicketRow, OperatorTicketState
from tests.support.tmforum.operator import Operator
from tests.support.tmforum.system import listening

from .conftest import png
from .operator_support import posted


async def file_and_prove(settings: Settings) -> str:
    """What a customer does, through the processes' own wiring; the reference."""
    number = Msisdn("+38344123456")
    async with open_gateway(settings) as gateway, open_context(settings) as context:
        conversation = new_id()
        await ConversationStore(gateway.database).create(conversation, context.clock.now(), [], [])
        request = await context.requests.file(conversation, number, context.clock.now(), due_cents=2340)
        async with gateway.database.session() as transaction:
            await transaction.execute(
                update(ConversationRow)
                .where(ConversationRow.id == conversation)
                .values(wanted_reference=request.reference)
            )
        await gateway.attachments.take(conversation, png(), PaymentClaim(2340))
        for _ in range(1000):
            async with gateway.database.session() as transaction:
                state = await transaction.scalar(select(OperatorTicketRow.state))
            if state in (None, OperatorTicketState.MADE):
                break
            await asyncio.sleep(0.02)
        return request.reference


@pytest.mark.usefixtures("sqlite_url")
async def test_with_tmforum_accounts_a_request_becomes_a_ticket_and_is_shown_with_it(
    operator: Operator, tmp_path: Path
):
    async with listening(operator) as url:
        settings = Settings(var_dir=tmp_path, accounts=AccountsSource.TMFORUM, tmf_url=url)
        reference = await file_and_prove(settings)
        assert [body["externalId"] for body in posted(operator)] == [reference]

    def run(*args: str) -> str:
        result = CliRunner().invoke(app, list(args), obj=lambda: settings)
        assert result.exit_code == 0, result.output
        return result.stdout

    assert "T-1: open" in await asyncio.to_thread(run, "show", reference)
    assert "T-1: open" in await asyncio.to_thread(run, "list")
    shown = json.loads(await asyncio.to_thread(run, "show", reference, "--json"))
    assert (shown["operator_ticket"]["state"], shown["operator_ticket"]["id"]) == ("made", "T-1")


@pytest.mark.usefixtures("sqlite_url")
async def test_with_accounts_of_our_own_there_is_no_ticket_elsewhere(operator: Operator, tmp_path: Path):
    async with listening(operator) as url:
        settings = Settings(var_dir=tmp_path, accounts=AccountsSource.SQL, tmf_url=url)
        reference = await file_and_prove(settings)
    assert operator.seen == []
    shown = await asyncio.to_thread(
        lambda: CliRunner().invoke(app, ["show", reference, "--json"], obj=lambda: settings)
    )
    assert json.loads(shown.stdout)["operator_ticket"] is None


@pytest.mark.usefixtures("sqlite_url")
async def test_with_tmforum_accounts_a_noted_call_becomes_a_ticket(operator: Operator, tmp_path: Path):
    async with listening(operator) as url:
        settings = Settings(var_dir=tmp_path, accounts=AccountsSource.TMFORUM, tmf_url=url)
        async with open_gateway(settings) as gateway:
            new = NewCallNote("n1", Disposition.CALL_BACK, "Do të thirret.", Msisdn("+38344123456"))
            note = await gateway.calls.notes.note(Agent("anita", "Anita"), new)
            for _ in range(1000):
                if posted(operator):
                    break
                await asyncio.sleep(0.02)
        assert [body["externalId"] for body in posted(operator)] == [note.reference]


@pytest.mark.usefixtures("sqlite_url")
async def test_without_such_accounts_a_noted_call_is_no_ticket(tmp_path: Path):
    async with open_gateway(Settings(var_dir=tmp_path)) as gateway:
        new = NewCallNote("n1", Disposition.CALL_BACK, "Do të thirret.")
        assert (await gateway.calls.notes.note(Agent("anita", "Anita"), new)).ticket is None
        [listed] = await gateway.calls.notes.listed(done_too=False)
        assert listed.ticket is None
