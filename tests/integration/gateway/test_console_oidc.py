"""Signing in through an identity provider: the whole way over sockets, and every way to be refused (S14)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from ndihma.audit.reader import AuditReader
from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import FixedClock
from ndihma.db import Database
from ndihma.secrets import audit_key, staff_key
from ndihma.staff.directory import StaffDirectory
from ndihma.staff.model import Role
from ndihma.staff.vault import StaffVault
from tests.support.oidc import LoopbackProvider, loopback_provider
from tests.support.staff import BOSS

from .api_support import assert_error
from .console_support import SESSION, Browser, enrolled
from .live_gateway import Gateway

START = "/api/console/oidc"
REFUSED = "/console/sign-in#provider_refused"
PEOPLE: dict[str, dict[str, object]] = {
    "sub-anita": {"preferred_username": "anita", "name": "Anita Krasniqi", "roles": ["x", "cc-agents"]},
    "sub-besa": {"preferred_username": "besa", "name": "Besa", "roles": ["cc-leads", "cc-agents"]},
    "sub-drita": {"preferred_username": "drita", "name": "Drita", "roles": "cc-audit"},
    "sub-guest": {"preferred_username": "guest", "name": "Guest", "roles": ["visitors"]},
    "sub-number": {"preferred_username": "044123456", "name": "X", "roles": ["cc-agents"]},
}
ROLES = "cc-leads=supervisor, cc-agents=agent, cc-audit=auditor"

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the provider's threads warn of their own future

Make = Callable[..., Awaitable[Gateway]]


@pytest.fixture(scope="module")
def provider() -> Iterator[LoopbackProvider]:
    with loopback_provider(PEOPLE) as made:
        yield made


@pytest.fixture
def make(make_gateway: Make, provider: LoopbackProvider) -> Make:
    async def made(**settings: Any) -> Gateway:
        return await make_gateway(
            **{
                "oidc_issuer": provider.issuer,
                "oidc_client_id": "ndihma",
                "oidc_client_secret": SecretStr("c" * 20),
                "oidc_timeout_s": 30,
                "clock": FixedClock(datetime.now(UTC)),  # the provider's clock is the machine's
                **settings,
            }
        )

    return made


async def come_back(gateway: Gateway, provider: LoopbackProvider, subject: str | None) -> tuple[Browser, str]:
    """A browser that went to the provider and came back; where the gateway sends it then."""
    browser = Browser.at(gateway)
    browser.extra = {}  # navigations name no Origin
    answer = await browser.http.get(START)
    assert answer.status_code == 303
    answer = await browser.http.get(await provider.authorize(answer.headers["location"], subject))
    assert answer.status_code == 303
    await browser.http.aclose()
    return browser, answer.headers["location"]


async def who(gateway: Gateway, browser: Browser) -> dict[str, Any]:
    answer = await gateway.http.get(SESSION, headers={"Cookie": browser.cookie})
    return dict(answer.json()) if answer.status_code == 200 else {}


async def added(gateway: Gateway, issuer: str, username: str = "anita", role: Role = Role.AGENT) -> None:
    database = Database(gateway.settings.sqlalchemy_url)
    audit = SqlAuditTrail(database, gateway.clock, audit_key(gateway.settings))
    vault = StaffVault(staff_key(gateway.settings))
    directory = StaffDirectory(database=database, clock=gateway.clock, audit=audit, vault=vault)
    await directory.add_federated(username, "Anita", role, "Prishtinë", issuer=issuer, by=BOSS)
    await database.close()


async def disabled(gateway: Gateway, username: str) -> None:
    database = Database(gateway.settings.sqlalchemy_url)
    audit = SqlAuditTrail(database, gateway.clock, audit_key(gateway.settings))
    vault = StaffVault(staff_key(gateway.settings))
    directory = StaffDirectory(database=database, clock=gateway.clock, audit=audit, vault=vault)
    await directory.disable(username, by=BOSS)
    await database.close()


async def test_s14_an_account_that_was_added_is_linked_at_its_first_sign_in(make, provider):
    gateway = await make()
    await added(gateway, provider.issuer, role=Role.SUPERVISOR)
    for _ in range(2):
        browser, place = await come_back(gateway, provider, "sub-anita")
        assert place == "/console"
        session = await who(gateway, browser)
        assert (session["username"], session["role"], session["team"]) == ("anita", "supervisor", "Prishtinë")
    database = Database(gateway.settings.sqlalchemy_url)
    entries = await AuditReader(database, audit_key(gateway.settings)).entries()
    await database.close()
    assert [(e.actor_id, e.action, e.fields) for e in entries] == [
        ("root", "staff_added", ("anita",)),
        ("oidc", "staff_set_up", ("anita",)),
        ("anita", "signed_in", ("oidc",)),
        ("anita", "signed_in", ("oidc",)),
    ]


async def test_s14_the_session_from_before_ends_though_its_cookie_stays_behind(make, provider):
    gateway = await make(oidc_roles=ROLES, oidc_create=True)
    earlier, _ = await come_back(gateway, provider, "sub-anita")
    assert await who(gateway, earlier)
    browser = Browser.at(gateway)
    browser.extra = {}
    answer = await browser.http.get(START, headers={"Cookie": earlier.cookie})  # a link of our own page
    assert answer.status_code == 303
    answer = await browser.http.get(await provider.authorize(answer.headers["location"], "sub-anita"))  # from afar
    assert answer.headers["location"] == "/console"
    assert await who(gateway, browser)
    assert not await who(gateway, earlier)
    await browser.http.aclose()


async def test_s14_who_is_not_known_is_refused(make, provider):
    gateway = await make(oidc_roles=ROLES)
    for subject in ("sub-anita", "sub-guest", "somebody-new"):
        browser, place = await come_back(gateway, provider, subject)
        assert place == REFUSED
        assert not await who(gateway, browser)


async def test_s14_accounts_are_made_by_setting_with_the_role_of_the_provider(make, provider):
    gateway = await make(oidc_roles=ROLES, oidc_create=True)
    for subject, username, role in (
        ("sub-anita", "anita", "agent"),
        ("sub-besa", "besa", "supervisor"),
        ("sub-drita", "drita", "auditor"),
    ):
        browser, place = await come_back(gateway, provider, subject)
        assert place == "/console"
        session = await who(gateway, browser)
        assert (session["username"], session["role"]) == (username, role)
    for subject in ("sub-guest", "sub-number"):
        assert (await come_back(gateway, provider, subject))[1] == REFUSED


async def test_s14_a_role_at_the_provider_counts_at_every_sign_in(make, provider):
    gateway = await make(oidc_roles=ROLES)
    await added(gateway, provider.issuer, role=Role.SUPERVISOR)
    browser, _ = await come_back(gateway, provider, "sub-anita")
    assert (await who(gateway, browser))["role"] == "agent"


async def test_s14_an_account_with_a_password_is_nobodys_at_the_provider(make, provider):
    gateway = await make(oidc_roles=ROLES, oidc_create=True)
    await enrolled(gateway, "anita")
    assert (await come_back(gateway, provider, "sub-anita"))[1] == REFUSED


async def test_s14_an_account_added_for_another_issuer_is_not_linked(make, provider):
    gateway = await make()
    await added(gateway, "https://login.example.com")
    assert (await come_back(gateway, provider, "sub-anita"))[1] == REFUSED


async def test_s14_a_disabled_account_is_refused(make, provider):
    gateway = await make(oidc_roles=ROLES, oidc_create=True)
    browser, _ = await come_back(gateway, provider, "sub-anita")
    await disabled(gateway, "anita")
    assert not await who(gateway, browser)
    assert (await come_back(gateway, provider, "sub-anita"))[1] == REFUSED


async def test_who_declines_at_the_provider_is_back_without_a_session(make, provider):
    gateway = await make(oidc_roles=ROLES, oidc_create=True)
    browser, place = await come_back(gateway, provider, None)
    assert place == REFUSED
    assert not browser.cookie


async def test_s14_the_request_has_pkce_state_and_nonce_of_its_own(make):
    gateway = await make()
    seen = []
    for _ in range(2):
        answer = await gateway.http.get(START)
        query = parse_qs(urlsplit(answer.headers["location"]).query)
        assert query["code_challenge_method"] == ["S256"]
        assert query["redirect_uri"] == [f"{gateway.settings.origin}/api/console/oidc/callback"]
        seen += [query[name][0] for name in ("state", "nonce", "code_challenge")]
        [header] = answer.headers.get_list("set-cookie")
        assert "HttpOnly" in header
        assert "SameSite=lax" in header
        assert not any(value in header for value in seen)
    assert len(set(seen)) == 6


async def test_s14_only_the_browser_that_began_comes_back(make, provider):
    """A link with somebody else's code and state signs nobody in, nor does a replay, nor one that is too late."""
    gateway = await make(oidc_roles=ROLES, oidc_create=True)
    async with httpx.AsyncClient(base_url=gateway.http.base_url, trust_env=False) as mine:
        back = await provider.authorize((await mine.get(START)).headers["location"], "sub-anita")
        flow = {"Cookie": "; ".join(f"{name}={value}" for name, value in mine.cookies.items())}
    other = await gateway.http.get(START)
    for headers, path in (
        ({}, back),
        ({"Cookie": f"ndihma_oidc={other.cookies['ndihma_oidc']}"}, back),
        ({"Cookie": "ndihma_oidc=x"}, back),
        (flow, back.replace("state=", "state=x")),
        (flow, "/api/console/oidc/callback"),
        (flow, back + "&iss=https://evil.example"),
    ):
        gateway.http.cookies.clear()
        answer = await gateway.http.get(path, headers=headers)
        assert answer.headers["location"] == REFUSED
    gateway.http.cookies.clear()
    assert (await gateway.http.get(back, headers=flow)).headers["location"] == "/console"
    gateway.http.cookies.clear()
    assert (await gateway.http.get(back, headers=flow)).headers["location"] == REFUSED, "a code is for once"


async def test_s14_a_flow_lasts_ten_minutes(make, provider):
    gateway = await make(oidc_roles=ROLES, oidc_create=True)
    back = await provider.authorize((await gateway.http.get(START)).headers["location"], "sub-anita")
    gateway.clock.advance(timedelta(minutes=10))
    assert (await gateway.http.get(back)).headers["location"] == REFUSED


async def test_a_provider_that_is_away_is_told_and_ends_nothing_else(make):
    gateway = await make(oidc_issuer="http://127.0.0.1:1")
    answer = await gateway.http.get(START)
    assert answer.headers["location"] == "/console/sign-in#provider_unavailable"
    assert (await gateway.http.get("/healthz")).status_code == 200


async def test_the_page_can_ask_which_ways_there_are(make, gateway):
    assert (await gateway.http.get("/api/console/ways")).json() == {"password": True, "oidc": False}
    assert_error(await gateway.http.get(START), 404, "not_found")
