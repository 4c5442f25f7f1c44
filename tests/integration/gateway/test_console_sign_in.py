"""Signing in to the console over HTTP: cookies, CSRF, Origins, roles, limits, pages (S4, S13, S14)."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from http.cookies import Morsel, SimpleCookie
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pyotp
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ndihma.console.auth import staff_of
from ndihma.console.pages import ConsolePages
from ndihma.gateway.errors import EXCEPTION_HANDLERS
from ndihma.gateway.middleware import SecurityHeaders
from ndihma.staff.model import Role
from tests.support.staff import PASSWORD, Enrolled

from .api_support import assert_error
from .console_support import SESSION, Browser, enrolled, invited, staff_member
from .live_gateway import Gateway


def cookie_of(response: httpx.Response) -> Morsel[str]:
    [header] = response.headers.get_list("set-cookie")
    [morsel] = SimpleCookie(header).values()
    return morsel


@pytest.fixture
async def anita(gateway: Gateway) -> Enrolled:
    return await enrolled(gateway)


@pytest.fixture
async def browser(gateway: Gateway) -> AsyncIterator[Browser]:
    made = Browser.at(gateway)
    yield made
    await made.http.aclose()


@pytest.fixture
async def guarded(gateway: Gateway) -> Gateway:
    """The gateway with endpoints as other modules write them."""

    def endpoint(*roles: Role, recent: bool = False) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            member = await staff_of(request, *roles, recent=recent)
            return JSONResponse({"name": member.name, "id": member.id})

        return answer

    gateway.app.router.routes[:0] = [
        Route("/api/console/test/agents", endpoint(Role.AGENT, Role.SUPERVISOR), methods=["GET", "POST"]),
        Route("/api/console/test/auditors", endpoint(Role.AUDITOR), methods=["GET", "POST"]),
        Route("/api/console/test/nobody", endpoint(), methods=["GET", "POST"]),
        Route("/api/console/test/reveal", endpoint(Role.AGENT, recent=True), methods=["POST"]),
    ]
    return gateway


async def test_s14_signing_in_takes_both_steps(browser, anita):
    answer = await browser.password("anita")
    assert answer.status_code == 200
    assert answer.json()["step"] == "code"
    first = cookie_of(answer)
    assert_error(await browser.call("GET", SESSION), 401, "not_signed_in")
    answer = await browser.code(anita.next_code())
    assert answer.status_code == 200
    assert cookie_of(answer).value != first.value
    who = (await browser.call("GET", SESSION)).json()
    assert who == answer.json()
    assert {"username": "anita", "name": "Anita Krasniqi", "role": "agent"}.items() <= who.items()
    assert who["recently_active"] is True


async def test_s14_the_cookie_is_for_this_site_and_no_script(browser, anita):
    cookie = cookie_of(await browser.password("anita"))
    assert cookie.key == "ndihma_staff"
    assert cookie["httponly"]
    assert cookie["samesite"] == "strict"
    assert cookie["path"] == "/"
    assert not cookie["max-age"]
    assert not cookie["domain"]
    assert not cookie["secure"], "development is served without TLS"


@pytest.mark.parametrize("settings", [{"public_origin": "https://chat.example.com"}])
async def test_s14_outside_development_the_cookie_needs_tls(make_gateway, settings):
    gateway = await make_gateway(**settings)
    await enrolled(gateway)
    browser = Browser.at(gateway)
    cookie = cookie_of(await browser.password("anita"))
    await browser.http.aclose()
    assert cookie.key == "__Host-ndihma_staff"
    assert cookie["secure"]


async def test_s17_refusals_are_the_same_for_known_and_unknown_users(browser, anita):
    bodies = set()
    for username in ("anita", "nobody"):
        answer = await browser.password(username, "wrong password 1")
        assert_error(answer, 401, "sign_in_refused")
        assert "set-cookie" not in answer.headers
        bodies.add(answer.text)
    assert len(bodies) == 1


async def test_s14_five_wrong_passwords_lock_and_say_for_how_long(browser, anita, gateway):
    for _ in range(5):
        assert_error(await browser.password("anita", "wrong"), 401, "sign_in_refused")
    answer = await browser.password("anita")
    assert_error(answer, 429, "sign_in_locked")
    assert answer.headers["retry-after"] == "30"
    gateway.clock.advance(timedelta(seconds=30))
    assert (await browser.password("anita")).status_code == 200


async def test_s14_a_used_code_is_refused(browser, anita):
    code = anita.next_code()
    await browser.password("anita")
    await browser.code(code)
    await browser.password("anita")
    assert_error(await browser.code(code), 422, "staff_code_refused")


async def test_s14_signing_in_again_ends_the_session_before(browser, anita):
    await browser.sign_in(anita)
    old = browser.cookie
    await browser.sign_in(anita)
    browser.http.cookies.clear()
    assert_error(await browser.call("GET", SESSION, headers={"Cookie": old}), 401, "not_signed_in")


async def test_s14_signing_out(browser, gateway, anita):
    await browser.sign_in(anita)
    other = await Browser.at(gateway).sign_in(anita)
    old = browser.cookie
    answer = await browser.call("DELETE", SESSION)
    assert answer.status_code == 204
    assert not browser.http.cookies
    assert_error(await browser.call("GET", SESSION, headers={"Cookie": old}), 401, "not_signed_in")
    assert (await other.call("GET", SESSION)).status_code == 200
    await browser.sign_in(anita)
    assert (await browser.call("DELETE", "/api/console/sessions")).status_code == 204
    assert_error(await other.call("GET", SESSION), 401, "not_signed_in")
    await other.http.aclose()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": ""},
    ],
)
async def test_s14_other_sites_can_neither_sign_in_nor_act(browser, anita, headers):
    credentials = {"username": "anita", "password": PASSWORD}
    assert_error(await browser.call("POST", SESSION, json=credentials, headers=headers), 403, "origin_refused")
    await browser.sign_in(anita)
    assert_error(await browser.call("DELETE", SESSION, headers=headers), 403, "origin_refused")
    assert (await browser.call("GET", SESSION)).status_code == 200


async def test_s14_sites_that_hold_the_widget_are_other_sites(make_gateway):
    gateway = await make_gateway(widget_origins=("https://www.example.com",))
    await enrolled(gateway)
    browser = Browser.at(gateway)
    browser.extra["Origin"] = "https://www.example.com"
    assert_error(await browser.password("anita"), 403, "origin_refused")
    await browser.http.aclose()


async def test_s14_actions_need_the_sessions_own_csrf_token(guarded, browser, anita):
    await browser.sign_in(anita)
    besa = await staff_member(guarded, "besa")
    for token in ("", "x", besa.csrf, "ë"):
        answer = await browser.call("POST", "/api/console/test/agents", headers={"X-CSRF-Token": token.encode()})
        assert_error(answer, 403, "csrf_refused")
        assert_error(
            await browser.call("DELETE", SESSION, headers={"X-CSRF-Token": token.encode()}), 403, "csrf_refused"
        )
    assert (await browser.call("POST", "/api/console/test/agents")).status_code == 200
    await besa.http.aclose()


@pytest.mark.parametrize(
    ("role", "path", "allowed"),
    [
        (Role.AGENT, "agents", True),
        (Role.SUPERVISOR, "agents", True),
        (Role.AUDITOR, "agents", False),
        (Role.AGENT, "auditors", False),
        (Role.SUPERVISOR, "auditors", False),
        (Role.AUDITOR, "auditors", True),
        *((role, "nobody", False) for role in Role),
    ],
)
async def test_s14_nothing_is_allowed_that_names_no_role(guarded, role, path, allowed):
    person = await staff_member(guarded, role=role)
    for method in ("GET", "POST"):
        answer = await person.call(method, f"/api/console/test/{path}")
        if allowed:
            assert answer.status_code == 200
            assert answer.json()["name"] == "Anita Krasniqi"
        else:
            assert_error(answer, 403, "role_refused")
    await person.http.aclose()


async def test_s14_a_stranger_gets_nothing(guarded, browser):
    for path in ("agents", "auditors", "nobody"):
        for method in ("GET", "POST"):
            assert_error(await browser.call(method, f"/api/console/test/{path}"), 401, "not_signed_in")


async def test_s14_after_fifteen_idle_minutes_a_reveal_needs_the_code_again(guarded, browser, anita):
    await browser.sign_in(anita)
    reveal = "/api/console/test/reveal"
    guarded.clock.advance(timedelta(minutes=14))
    assert (await browser.call("POST", reveal)).status_code == 200
    guarded.clock.advance(timedelta(minutes=15))
    assert_error(await browser.call("POST", reveal), 403, "confirmation_needed")
    assert (await browser.call("POST", "/api/console/test/agents")).status_code == 200, "all else goes on"
    assert_error(await browser.call("POST", reveal), 403, "confirmation_needed")
    assert (await browser.call("GET", SESSION)).json()["recently_active"] is False
    assert_error(await browser.code("000000"), 422, "staff_code_refused")
    answer = await browser.code(anita.next_code())
    assert answer.json()["recently_active"] is True
    assert "set-cookie" not in answer.headers
    assert (await browser.call("POST", reveal)).status_code == 200


async def test_s14_twelve_hours_end_it(guarded, browser, anita):
    await browser.sign_in(anita)
    guarded.clock.advance(timedelta(hours=12))
    assert_error(await browser.call("POST", "/api/console/test/agents"), 401, "not_signed_in")


async def test_s14_setting_an_account_up(browser, gateway):
    token = await invited(gateway)
    setup = "/api/console/setup"
    assert_error(await browser.call("POST", setup, json={"token": "x" * 43}), 410, "setup_over")
    offered = (await browser.call("POST", setup, json={"token": token})).json()
    assert offered["username"] == "anita"
    code = pyotp.parse_uri(offered["otpauth_uri"]).at(gateway.clock.now())  # type: ignore[union-attr]
    given: dict[str, Any] = {"token": token, "password": PASSWORD, "code": code}
    for changed, status, error in (
        ({"password": "short"}, 422, "password_too_short"),
        ({"password": "x" * 129}, 422, "password_too_long"),
        ({"password": "Fjalëkalimi2026"}, 422, "password_guessable"),
        ({"code": "000000"}, 422, "staff_code_refused"),
        ({"code": 123456}, 422, "invalid_field"),
        ({"token": "y" * 43}, 410, "setup_over"),
    ):
        assert_error(await browser.call("POST", f"{setup}/complete", json={**given, **changed}), status, error)
    done = await browser.call("POST", f"{setup}/complete", json=given)
    assert done.status_code == 201
    assert len(set(done.json()["recovery_codes"])) == 10
    assert (await browser.call("GET", SESSION)).json() == done.json()["session"]
    assert_error(await browser.call("POST", f"{setup}/complete", json=given), 410, "setup_over")
    assert_error(await browser.call("POST", setup, json={"token": token}), 410, "setup_over")


async def test_s4_sign_ins_of_an_address_are_limited(browser):
    for _ in range(60):
        answer = await browser.call("POST", "/api/console/setup", json={"token": "x"})
        assert answer.status_code == 410
    answer = await browser.call("POST", "/api/console/setup", json={"token": "x"})
    assert_error(answer, 429, "rate_limited")
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"username": 1, "password": "x"}', b'{"username": "anita"}'])
async def test_s3_what_cannot_be_read_is_refused(browser, content):
    answer = await browser.call("POST", SESSION, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422)


async def test_s6_secrets_are_in_no_log(browser, anita, caplog):
    caplog.set_level(logging.DEBUG, "ndihma")
    code = anita.next_code()
    await browser.password("anita", "wrong horse battery")
    await browser.password("anita")
    await browser.code(code)
    logged = "".join(str(record.__dict__) for record in caplog.records)
    assert "sign_in" in logged
    assert not [secret for secret in ("horse", PASSWORD, code, *browser.http.cookies.values()) if secret in logged]


async def test_answers_are_as_the_document_says(browser, gateway, anita):
    document = (await gateway.http.get("/api/v1/openapi.json")).json()

    def check(response: httpx.Response, method: str, path: str) -> None:
        described = document["paths"][path][method.lower()]["responses"][str(response.status_code)]
        if content := described.get("content"):
            schema = {**content["application/json"]["schema"], "components": document["components"]}
            jsonschema.validate(response.json(), schema, format_checker=jsonschema.FormatChecker())
        else:
            assert response.content == b""

    token = await invited(gateway, "besa")
    check(await browser.call("POST", "/api/console/setup", json={"token": token}), "POST", "/api/console/setup")
    check(await browser.call("GET", SESSION), "GET", SESSION)
    check(await browser.password("anita", "wrong"), "POST", SESSION)
    check(await browser.password("anita"), "POST", SESSION)
    check(await browser.code("0"), "POST", f"{SESSION}/totp")
    check(await browser.code(anita.next_code()), "POST", f"{SESSION}/totp")
    check(await browser.call("GET", SESSION), "GET", SESSION)
    check(await browser.call("DELETE", SESSION), "DELETE", SESSION)
    assert document["paths"][SESSION]["get"]["security"] == [{"staff": []}]


@asynccontextmanager
async def pages_of(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = SecurityHeaders(
        Starlette(routes=ConsolePages(folder).routes(), exception_handlers=dict(EXCEPTION_HANDLERS)), https=True
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://console") as http:
        yield http


async def test_s13_console_pages_are_in_no_frame(tmp_path: Path):
    (tmp_path / "index.html").write_text("<!doctype html><title>Ndihma</title>", encoding="utf-8")
    (tmp_path / "main.js").write_text("export {};", encoding="utf-8")
    async with pages_of(tmp_path) as http:
        for path in ("/console", "/console/", "/console/setup", "/console/inbox/c_1", "/console/main.js"):
            answer = await http.get(path)
            assert answer.status_code == 200, path
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
            assert "require-trusted-types-for 'script'" in answer.headers["content-security-policy"]
            assert answer.headers["x-frame-options"] == "DENY"
        for path in ("/console/missing.js", "/console/../secret.txt", "/console/..%2fsecret.txt"):
            assert (await http.get(path)).status_code == 404


async def test_s13_without_a_built_console_there_is_none(tmp_path: Path):
    async with pages_of(tmp_path / "never-built") as http:
        assert_error(await http.get("/console/setup"), 404, "not_found")
