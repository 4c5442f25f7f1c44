"""Cross-origin calls (S13): the listed Origins may call from their own pages, nobody else is given any permission."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from ndihma.desk.conversations import ConversationService

from .api_support import assert_error, read_events
from .live_gateway import Customer, Gateway

SHOP = "https://shop.example"
SITE = "https://www.vala.example:8443"
CROSS = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
STRANGERS = [
    "null",
    "https://evil.example",
    f"{SHOP}.evil.example",
    "https://evilshop.example",
    "https://a.shop.example",
    "http://shop.example",
    f"{SHOP}:8443",
    f"{SHOP}:443",
    f"{SHOP}/",
    "https://Shop.example",
    "HTTPS://shop.example",
    f"{SHOP} https://evil.example",
    f"{SHOP},https://evil.example",
    "https://www.vala.example",
    "",
]


@pytest.fixture
async def gateway(make_gateway) -> Gateway:
    return await make_gateway(widget_origins=(SHOP, SITE))


def permissions(response: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name.startswith("access-control")}


def assert_for(response: httpx.Response, origin: str) -> None:
    assert permissions(response) == {
        "access-control-allow-origin": origin,
        "access-control-expose-headers": "Retry-After, Date",
    }
    assert "Origin" in response.headers["vary"]


async def preflight(gateway: Gateway, origin: str, method: str = "POST", headers: str = "") -> httpx.Response:
    asked = {"Origin": origin, "Access-Control-Request-Method": method, **CROSS}
    if headers:
        asked["Access-Control-Request-Headers"] = headers
    return await gateway.http.options("/api/v1/sessions/x/messages", headers=asked)


@pytest.mark.parametrize("origin", [SHOP, SITE])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_a_preflight_of_a_listed_origin_names_what_is_allowed(gateway, origin, method):
    response = await preflight(gateway, origin, method, "authorization,content-type,last-event-id")
    assert response.status_code == 200
    allowed = permissions(response)
    assert allowed["access-control-allow-origin"] == origin
    assert allowed["access-control-allow-methods"] == "GET, POST, DELETE"
    assert {"Authorization", "Content-Type", "Last-Event-ID"} <= set(
        allowed["access-control-allow-headers"].split(", ")
    )
    assert allowed["access-control-max-age"] == "7200"
    assert "access-control-allow-credentials" not in allowed
    assert "Origin" in response.headers["vary"]


@pytest.mark.parametrize(
    ("method", "headers"),
    [("PUT", ""), ("PATCH", ""), ("post", ""), ("POST", "x-evil"), ("POST", "cookie,authorization")],
)
async def test_a_preflight_for_anything_else_is_refused(gateway, method, headers):
    response = await preflight(gateway, SHOP, method, headers)
    assert_error(response, 403, "origin_refused")
    assert permissions(response) == {}


@pytest.mark.parametrize("origin", STRANGERS)
async def test_a_stranger_is_named_no_permission_at_all(gateway, origin):
    asked = await preflight(gateway, origin)
    assert_error(asked, 403, "origin_refused")
    opened = await gateway.http.post("/api/v1/sessions", headers={"Origin": origin, **CROSS})
    assert_error(opened, 403, "origin_refused")
    customer = await gateway.customer(Origin=SHOP, **CROSS)
    used = await customer.call("GET", "/history", headers={"Origin": origin, **CROSS})
    assert_error(used, 403, "origin_refused")
    for response in (asked, opened, used):
        assert permissions(response) == {}
        assert "Origin" in response.headers["vary"]


async def test_the_whole_api_works_from_a_listed_site(gateway):
    headers = {"Origin": SHOP, **CROSS}
    opened = await gateway.http.post("/api/v1/sessions", headers=headers)
    assert opened.status_code == 201
    assert_for(opened, SHOP)
    body = opened.json()
    customer = Customer(gateway.http, body["session_id"], body["token"], body["conversation_id"])
    sent = await customer.call("POST", "/messages", json={"client_id": "m1", "text": "po"}, headers=headers)
    assert sent.status_code == 202
    for method, path, status in (
        ("GET", "", 200),
        ("GET", "/history", 200),
        ("DELETE", "/verification", 204),
        ("POST", "/token", 200),
        ("DELETE", "", 204),
    ):
        response = await customer.call(method, path, headers=headers)
        assert response.status_code == status
        assert_for(response, SHOP)


async def test_the_event_stream_may_be_read_across_origins(gateway):
    headers = {"Origin": SHOP, **CROSS}
    customer = await gateway.customer(**headers)
    async with gateway.http.stream(
        "GET", customer.path + "/events", headers={**customer.headers, **headers, "Last-Event-ID": "0"}
    ) as stream:
        assert_for(stream, SHOP)
        assert (await anext(read_events(stream)))["event"] == "reply"


async def test_errors_can_be_read_across_origins(gateway, monkeypatch):
    headers = {"Origin": SHOP, **CROSS}
    customer = await gateway.customer(**headers)
    refused: list[tuple[httpx.Response, int]] = [
        (await gateway.http.get(customer.path, headers={**headers, "Authorization": "Bearer wrong"}), 401),
        (await customer.call("POST", "/messages", json={"client_id": "m1", "text": ""}, headers=headers), 422),
        (await customer.call("POST", "/messages", content=b"{", headers=headers), 415),
        (await gateway.http.get("/api/v1/nothing", headers=headers), 404),
        (await customer.call("PUT", headers=headers), 405),
    ]

    async def fails(*_arguments: Any, **_options: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(ConversationService, "say", fails)
    refused.append(
        (await customer.call("POST", "/messages", json={"client_id": "m2", "text": "po"}, headers=headers), 500)
    )
    for response, status in refused:
        assert response.status_code == status
        assert_for(response, SHOP)


async def test_a_limit_says_when_to_come_back_in_a_header_that_pages_may_read(make_gateway):
    gateway = await make_gateway(widget_origins=(SHOP,), session_messages_per_minute=1)
    headers = {"Origin": SHOP, **CROSS}
    customer = await gateway.customer(**headers)
    for n in (1, 2):
        response = await customer.call("POST", "/messages", json={"client_id": f"m{n}", "text": "po"}, headers=headers)
    assert response.status_code == 429
    assert int(response.headers["retry-after"]) > 0
    assert_for(response, SHOP)


async def test_a_session_stays_with_the_site_that_opened_it(gateway):
    customer = await gateway.customer(Origin=SHOP, **CROSS)
    for origin in (SITE, gateway.settings.origin):
        for method, path in (("GET", "/history"), ("GET", "/events"), ("POST", "/token"), ("DELETE", "")):
            response = await customer.call(method, path, headers={"Origin": origin})
            assert_error(response, 403, "origin_refused")
    own = await gateway.customer(Origin=gateway.settings.origin)
    assert_error(await own.call("GET", "/history", headers={"Origin": SHOP, **CROSS}), 403, "origin_refused")
    program = await gateway.customer()
    assert_error(await program.call("GET", "/history", headers={"Origin": SHOP, **CROSS}), 403, "origin_refused")


async def test_without_an_origin_a_cross_site_request_is_refused_though_sites_are_listed(gateway):
    """An image or a form of a listed site's page carries no permission of its own."""
    customer = await gateway.customer(Origin=SHOP, **CROSS)
    for site in ("cross-site", "same-site"):
        response = await customer.call("GET", "/history", headers={"Sec-Fetch-Site": site})
        assert_error(response, 403, "origin_refused")


async def test_our_own_page_gets_no_permission_because_it_needs_none(gateway):
    response = await gateway.http.post("/api/v1/sessions", headers={"Origin": gateway.settings.origin})
    assert response.status_code == 201
    assert permissions(response) == {}
    for path in ("/", "/healthz", "/static/page.js", "/outbox"):
        assert permissions(await gateway.http.get(path, headers={"Origin": SHOP})) == {}
