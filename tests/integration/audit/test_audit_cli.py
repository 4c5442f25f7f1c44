"""``ndihma audit`` as a person calls it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.cli import app
from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry
from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import SystemClock
from ndihma.config import Settings
from ndihma.db import Database
from ndihma.failure import Failure
from ndihma.secrets import audit_key

NUMBER = Msisdn.parse("044 123 456")


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> Settings:
    made = Settings(var_dir=tmp_path)

    async def fill() -> None:
        database = Database(made.sqlalchemy_url)
        trail = SqlAuditTrail(database, SystemClock(), audit_key(made))
        customer = Actor(ActorKind.CUSTOMER, "talk-1")
        await trail.record(
            AuditEntry(customer, AuditAction.CODE_SENT, NUMBER, reason="account"),
            AuditEntry(customer, AuditAction.ACCOUNT_READ, NUMBER, ("bills", "status"), "check_account"),
            AuditEntry(Actor(ActorKind.SYSTEM, "retention"), AuditAction.ROWS_RETIRED),
        )
        await database.close()

    asyncio.run(fill())
    return made


def audit(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), obj=lambda: settings)


def test_s10_verify_says_that_the_trail_holds_and_where_it_ends(settings: Settings) -> None:
    result = audit(settings, "verify")
    assert result.exit_code == 0
    assert "holds: 3 entries" in result.output
    anchor = result.output.split()[-1]
    assert anchor.startswith("3:")
    assert audit(settings, "verify", "--anchor", anchor).exit_code == 0


def test_s10_verify_names_the_first_broken_entry(settings: Settings) -> None:
    with sqlite3.connect(settings.var / "ndihma.db") as connection:
        connection.execute("DROP TRIGGER audit_entries_no_update")
        connection.execute("UPDATE audit_entries SET actor_id = 'talk-2' WHERE sequence = 2")
    connection.close()
    result = audit(settings, "verify")
    assert isinstance(result.exception, Failure)
    assert result.exception.exit_code == 1
    assert "broken at entry 2" in str(result.exception)


def test_an_anchor_that_is_none_is_one_line(settings: Settings) -> None:
    result = audit(settings, "verify", "--anchor", "3")
    assert isinstance(result.exception, Failure)


def test_list_shows_who_did_what_to_whose_account_without_a_number(settings: Settings) -> None:
    result = audit(settings, "list")
    assert result.exit_code == 0
    for word in ("customer talk-1", "account_read", "bills, status", "check_account", "system retention"):
        assert word in result.output
    assert "123456" not in result.output


def test_list_finds_what_concerns_a_number_or_a_time(settings: Settings) -> None:
    mine = [
        json.loads(line) for line in audit(settings, "list", "--number", "044 123 456", "--json").output.splitlines()
    ]
    assert [each["action"] for each in mine] == ["code_sent", "account_read"]
    assert mine[1]["fields"] == ["bills", "status"]
    assert audit(settings, "list", "--number", "049 765 432", "--json").output == ""
    assert audit(settings, "list", "--since", "2099-01-01", "--json").output == ""


@pytest.mark.parametrize("wrong", [("--number", "12"), ("--since", "yesterday")])
def test_wrong_options_are_one_line(settings: Settings, wrong: tuple[str, str]) -> None:
    result = audit(settings, "list", *wrong)
    assert isinstance(result.exception, Failure)
