"""The page, the development outbox, health, and the last resort."""

from __future__ import annotations

import base64
import logging
from typing import Any

import pytest

from ndihma.desk.conversations import ConversationService

from .api_support import (
    assert_error,
)

PRODUCTION = {
    "mode": "production",
    "verification_key": "k" * 40,
    "audit_key": "a" * 40,
    "staff_key": "s" * 40,
    "puk_keys": f"one:{base64.b64encode(bytes(32)).decode()}",
    "public_origin": "https://chat.example.com",
}


async def test_the_page_has_a_strict_policy(gateway):
    for path in ("/", "/static/page.js", "/static/page.css"):
        response = await gateway.http.get(path)
        assert response.status_code == 200
        policy = response.headers["content-security-policy"]
        for part in (
            "default-src 'none'",
            "script-src 'self'",
            "require-trusted-types-for 'script'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ):
            assert part in policy
        assert "unsafe" not in policy
        assert response.headers["x-content-type-options"] == "nosniff"
        assert response.headers["referrer-policy"] == "no-referrer"
    assert (await gateway.http.get("/static/page.js")).headers["content-type"].startswith("text/javascript")


async def test_the_page_holds_the_chat_and_says_what_to_do_without_it(gateway):
    html = (await gateway.http.get("/")).text
    assert '<html lang="sq">' in html
    assert "<title>Ndihma — asistenti i Valës</title>" in html
    assert "<h1>Ndihma — asistenti i Valës</h1>" in html
    assert '<a class="skip" href="#chat">Kalo te mesazhi</a>' in html
    assert '<ndihma-chat id="chat" gateway="/" mode="page">' in html
    assert '<script type="module" src="/widget.js"></script>' in html
    without_scripts = html.partition("<noscript>")[2].partition("</noscript>")[0]
    assert "Biseda kërkon JavaScript." in without_scripts
    assert 'href="tel:080010000"' in without_scripts


async def test_the_page_leads_to_the_outbox_in_development_only(gateway, make_gateway):
    link = '<a slot="code" href="/outbox"'
    assert link in (await gateway.http.get("/")).text
    production = await make_gateway(**PRODUCTION)
    assert "outbox" not in (await production.http.get("/")).text


@pytest.mark.parametrize(
    "path", ["/static/../api.py", "/static/%2e%2e/api.py", "/static/%2e%2e%2fapi.py", "/static/", "/static/%00"]
)
async def test_nothing_else_is_served(gateway, path):
    assert_error(await gateway.http.get(path), 404, "not_found")


async def test_the_outbox_is_for_this_machine_in_development_only(make_gateway, gateway):
    for path in ("/outbox", "/api/dev/outbox", "/static/outbox.js"):
        assert (await gateway.http.get(path)).status_code == 200
    for headers in (
        {"Host": "evil.example"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        for path in ("/outbox", "/api/dev/outbox"):
            assert_error(await gateway.http.get(path, headers=headers), 404, "not_found")
    production = await make_gateway(**PRODUCTION)
    for path in ("/outbox", "/api/dev/outbox", "/static/outbox.html", "/static/outbox.js"):
        assert_error(await production.http.get(path), 404, "not_found")
    assert "strict-transport-security" in (await production.http.get("/healthz")).headers


async def test_health(gateway, make_gateway):
    assert (await gateway.http.get("/healthz")).json() == {"status": "ok"}
    ready = await gateway.http.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"status": "ready", "database": "ok", "engine": "ok", "actions": "ok"}
    alone = await make_gateway(engine_port=1)
    ready = await alone.http.get("/readyz")
    assert ready.status_code == 503
    assert ready.json() == {"status": "not_ready", "database": "ok", "engine": "unavailable", "actions": "ok"}


async def test_an_unforeseen_error_is_a_sentence_and_its_log_holds_no_text(gateway, customer, monkeypatch, caplog):
    async def fails(*_arguments: Any, **_options: Any) -> None:
        raise RuntimeError("fjalë e fshehtë")

    monkeypatch.setattr(ConversationService, "say", fails)
    with caplog.at_level(logging.DEBUG, "ndihma"):
        assert_error(await customer.post("fjalë e fshehtë"), 500, "internal")
    assert "unforeseen error" in caplog.text
    assert "fshehtë" not in caplog.text
    assert customer.token not in caplog.text
    assert customer.id not in caplog.text
