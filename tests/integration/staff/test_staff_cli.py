"""``ndihma staff`` as a person calls it; the link it prints sets the account up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pyotp
import pytest
from typer.testing import CliRunner, Result

from ndihma.audit.trail import SqlAuditTrail
from ndihma.cli import app
from ndihma.clock import SystemClock
from ndihma.config import Settings
from ndihma.db import Database
from ndihma.failure import Failure
from ndihma.secrets import audit_key, staff_key
from ndihma.staff.model import NotSignedIn, SetupOver
from ndihma.staff.service import StaffService
from tests.support.staff import PASSWORD

_T = TypeVar("_T")


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    for name in ("NDIHMA_MODE", "NDIHMA_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NDIHMA_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("NDIHMA_PUBLIC_ORIGIN", "https://chat.example.com")
    return Settings()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["staff", *arguments])


def add(username: str = "anita", role: str = "supervisor") -> Result:
    return run("add", username, "--name", "Anita Krasniqi", "--role", role, "--team", "Prishtinë")


def token_of(result: Result) -> str:
    assert result.exit_code == 0, result.output
    link = result.output.strip().splitlines()[-1]
    assert link.startswith("https://chat.example.com/console/setup#")
    return link.partition("#")[2]


def on_service(settings: Settings, work: Callable[[StaffService], Awaitable[_T]]) -> _T:
    async def go() -> _T:
        database, clock = Database(settings.sqlalchemy_url), SystemClock()
        audit = SqlAuditTrail(database, clock, audit_key(settings))
        try:
            return await work(StaffService.on(database=database, clock=clock, audit=audit, key=staff_key(settings)))
        finally:
            await database.close()

    return asyncio.run(go())


def test_s14_the_first_supervisor_is_made_by_a_link(settings: Settings) -> None:
    token = token_of(add())

    async def set_up(service: StaffService) -> str:
        offer = await service.setting_up.offer(token)
        code = pyotp.TOTP(offer.secret).at(SystemClock().now())
        opened, _ = await service.setting_up.complete(token, PASSWORD, code)
        return opened.session.member.role.value

    assert "invited" in run("list").output
    assert on_service(settings, set_up) == "supervisor"
    listed = run("list").output
    assert "Anita Krasniqi" in listed
    assert "Prishtinë" in listed
    assert "active" in listed
    assert token not in listed


def test_s14_reset_disable_enable(settings: Settings) -> None:
    first = token_of(add())
    second = token_of(run("reset", "anita"))
    assert first != second
    assert run("disable", "anita", "--reason", "on leave").output == "anita is disabled; every session has ended.\n"
    assert "disabled" in run("list").output
    assert run("enable", "anita").output == "anita is enabled.\n"

    async def look(service: StaffService) -> None:
        await service.setting_up.offer(second)

    with pytest.raises(SetupOver):  # disabling took the invitation back; enabling does not give it again
        on_service(settings, look)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "044123456", "--name", "X", "--role", "agent"), "begins with a letter"),
        (("add", "anita", "--name", "Again", "--role", "agent"), "already"),
        (("add", "besa", "--name", " ", "--role", "agent"), "1 to 80"),
        (("reset", "besa"), "no account besa"),
        (("enable", "besa"), "no account besa"),
        (("disable", "anita", "--reason", "x" * 501), "at most 500"),
    ],
)
def test_what_cannot_be_done_is_one_line(arguments: tuple[str, ...], told: str) -> None:
    add()
    result = run(*arguments)
    assert isinstance(result.exception, Failure)
    assert told in str(result.exception)
    assert "\n" not in str(result.exception)


def test_a_reason_that_is_refused_leaves_the_account_as_it_was() -> None:
    add()
    run("disable", "anita", "--reason", "x" * 501)
    assert "invited" in run("list").output


def test_an_unknown_role_is_refused() -> None:
    assert add(role="root").exit_code == 2


def test_s14_who_signs_in_at_the_provider_needs_no_link(monkeypatch: pytest.MonkeyPatch) -> None:
    at_the_provider = ("add", "besa", "--name", "Besa", "--role", "agent", "--oidc")
    refused = run(*at_the_provider)
    assert isinstance(refused.exception, Failure)
    assert "NDIHMA_OIDC_ISSUER" in str(refused.exception)
    for name, value in (("ISSUER", "https://login.example.com"), ("CLIENT_ID", "x"), ("CLIENT_SECRET", "y")):
        monkeypatch.setenv(f"NDIHMA_OIDC_{name}", value)
    assert run(*at_the_provider).output == "besa (agent) signs in at https://login.example.com.\n"
    assert "invited" in run("list").output
    assert "reset the account there" in str(run("reset", "besa").exception)


def test_s14_a_token_is_printed_once_and_can_be_revoked(settings: Settings) -> None:
    made = run("token", "add", "desktop", "--scope", "suggest", "--scope", "search")
    token = made.output.strip()
    assert token.startswith("ndihma_")

    async def check(service: StaffService) -> set[str]:
        return {scope.value for scope in (await service.tokens.check(token)).scopes}

    assert on_service(settings, check) == {"suggest", "search"}
    listed = run("token", "list").output
    assert "search, suggest" in listed
    assert token not in listed
    assert run("token", "revoke", "desktop").output == "desktop is revoked.\n"
    with pytest.raises(NotSignedIn):
        on_service(settings, check)
    for again in (("token", "revoke", "desktop"), ("token", "add", "desktop", "--scope", "search")):
        assert isinstance(run(*again).exception, Failure)
    assert run("token", "add", "other").exit_code == 2, "a token needs a scope"
    assert run("token", "add", "other", "--scope", "everything").exit_code == 2
    assert token.encode() not in (settings.var / "ndihma.db").read_bytes()


def test_s14_a_role_can_be_changed() -> None:
    add(role="agent")
    assert run("change", "anita", "--role", "supervisor").output == "anita: Anita Krasniqi, supervisor, Prishtinë.\n"
    assert run("change", "anita", "--team", "").output == "anita: Anita Krasniqi, supervisor, no team.\n"
    assert "say what is to change" in str(run("change", "anita").exception)
