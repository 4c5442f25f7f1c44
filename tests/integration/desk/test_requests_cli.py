"""``ndihma requests``: what the staff sees and decides at the command line, in the program as it is installed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner, Result

from ndihma.audit.tables import AuditEntryRow
from ndihma.clock import FixedClock
from ndihma.config import Settings
from ndihma.db import Database
from ndihma.desk.claims import PaymentClaim
from ndihma.desk.cli import app
from ndihma.desk.tables import MailRow, MailState
from ndihma.failure import Failure

from .conftest import NOW, FakeMailer, Proofs, png

Run = Callable[..., Result]


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> Settings:
    return Settings(var_dir=tmp_path)


@pytest.fixture
def taken(settings: Settings) -> tuple[str, str]:
    """A conversation with a proof that claims too little, and its request's reference."""

    async def take(proofs: Proofs) -> tuple[str, str]:
        conversation, reference = await proofs.asked()
        await proofs.take(conversation, png(), PaymentClaim(2000, date(2026, 11, 21)))
        return conversation, reference

    return with_proofs(settings, take)


def with_proofs(settings: Settings, work: Callable[[Proofs], object]) -> object:
    async def run() -> object:
        database = Database(settings.sqlalchemy_url)
        try:
            return await work(Proofs(database, settings.var / "uploads", FakeMailer(), FixedClock(NOW)))  # type: ignore[misc]
        finally:
            await database.close()

    return asyncio.run(run())


@pytest.fixture
def run(settings: Settings) -> Run:
    def run(*args: str) -> Result:
        return CliRunner().invoke(app, list(args), obj=lambda: settings)

    return run


def audited(settings: Settings) -> list[tuple[str, str, str]]:
    async def read(proofs: Proofs) -> list[tuple[str, str, str]]:
        async with proofs.database.session() as session:
            rows = await session.scalars(select(AuditEntryRow).order_by(AuditEntryRow.sequence))
            return [(row.action, row.actor_kind, row.reason) for row in rows]

    return with_proofs(settings, read)


def said_to(settings: Settings, conversation: str) -> list[str]:
    async def read(proofs: Proofs) -> list[str]:
        return [event.text for event in await proofs.events(conversation) if event.type == "reply"]

    return with_proofs(settings, read)


def test_the_list_masks_numbers_and_compares_amounts(run: Run, taken: tuple[str, str]) -> None:
    listed = run("list").stdout
    assert taken[1] in listed
    assert "3.40 EUR less than due" in listed
    assert "waits" in listed
    assert "044 ••• •56" in listed
    assert "123456" not in listed
    (row,) = json.loads(run("list", "--json").stdout)
    assert (row["reference"], row["state"], row["due_cents"]) == (taken[1], "filed", 2340)
    assert (row["proofs"][0]["amount"], row["proofs"][0]["apart_cents"]) == ("less", 340)
    assert "044123456" not in json.dumps(row)


def test_showing_one_tells_the_number_and_the_file_and_is_audited(
    run: Run, settings: Settings, taken: tuple[str, str]
) -> None:
    shown = run("show", taken[1].lower())
    assert shown.exit_code == 0
    assert "044123456" in shown.stdout
    (file,) = (settings.var / "uploads").iterdir()
    assert file.name in shown.stdout.replace("\n", "")
    assert json.loads(run("show", taken[1], "--json").stdout)["number"] == "044123456"
    assert [action for action, *_ in audited(settings)] == ["proof_filed", "proof_read", "proof_read"]


def test_confirming_tells_the_customer_once_and_is_audited(
    run: Run, settings: Settings, taken: tuple[str, str]
) -> None:
    conversation, reference = taken
    confirmed = run("confirm", reference, "--by", "arta.k")
    assert confirmed.exit_code == 0, confirmed.output
    assert "arta.k" in confirmed.stdout
    for again in (run("confirm", reference), run("reject", reference, "--reason", "Jo e lexueshme")):
        assert isinstance(again.exception, Failure)
        assert "no open request" in str(again.exception)
    (text,) = said_to(settings, conversation)
    assert reference in text
    assert "044 ••• •56" in text
    assert audited(settings)[1:] == [("proof_decided", "operator", "confirmed")]
    assert json.loads(run("list", "--json").stdout) == []
    (row,) = json.loads(run("list", "--all", "--json").stdout)
    assert (row["state"], row["decided_by"]) == ("confirmed", "arta.k")


def test_rejecting_tells_the_customer_why_without_numbers(run: Run, settings: Settings, taken: tuple[str, str]) -> None:
    conversation, reference = taken
    rejected = run("reject", reference, "--by", "arta", "--reason", "Dëshmia është e numrit 044 765 432")
    assert rejected.exit_code == 0, rejected.output
    (text,) = said_to(settings, conversation)
    assert "Dëshmia është e numrit" in text
    assert "765" not in text
    assert "765" not in rejected.stdout


@pytest.mark.parametrize("arguments", [("--by", "044 123 456"), ("--by", "x" * 65), ("--by", "1")])
def test_a_name_that_is_none_decides_nothing(
    run: Run, settings: Settings, taken: tuple[str, str], arguments: tuple[str, str]
) -> None:
    assert isinstance(run("confirm", taken[1], *arguments).exception, Failure)
    assert said_to(settings, taken[0]) == []


@pytest.mark.parametrize("reason", ["", "a", "x" * 300, "rresht\x1b[31m"])
def test_a_reason_that_is_none_decides_nothing(
    run: Run, settings: Settings, taken: tuple[str, str], reason: str
) -> None:
    assert isinstance(run("reject", taken[1], "--by", "arta", "--reason", reason).exception, Failure)
    assert said_to(settings, taken[0]) == []


def test_an_unknown_request_is_a_clear_error(run: Run, taken: tuple[str, str]) -> None:
    for arguments in (("show", "RK-222222"), ("confirm", "RK-222222"), ("resend", "RK-222222")):
        assert isinstance(run(*arguments).exception, Failure)


def test_a_mail_that_failed_is_listed_after_the_decision_and_can_be_sent_again(
    run: Run, settings: Settings, taken: tuple[str, str]
) -> None:
    async def fail(proofs: Proofs) -> None:
        async with proofs.database.session() as session:
            await session.execute(update(MailRow).values(state=MailState.FAILED, last_error="MailRefused: x (550)"))

    with_proofs(settings, fail)
    run("confirm", taken[1], "--by", "arta")
    assert "FAILED" in run("list").stdout
    assert run("resend", taken[1]).stdout == "1 queued.\n"
    assert isinstance(run("resend", taken[1]).exception, Failure)
