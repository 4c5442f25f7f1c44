"""Sessions over HTTP: tokens, their renewal and end, and the Origin a session belongs to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from .api_support import (
    assert_error,
)
from .live_gateway import Customer
from .scripted_desk import NOW


async def test_a_session_opens_with_a_greeting(customer):
    (greeting,) = await customer.events()
    assert (greeting["type"], greeting["cursor"], greeting["in_reply_to"]) == ("reply", 1, None)
    assert greeting["buttons"]
    state = (await customer.call("GET")).json()
    assert (state["level"], state["verification"]) == (0, None)
    assert state["expires_at"] == (NOW + timedelta(minutes=30)).isoformat()
    assert state["token_expires_at"] == (NOW + timedelta(minutes=15)).isoformat()


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic eDp5", f"Bearer {'a' * 5000}", "Bearer ë"])
async def test_without_the_right_token_nothing_is_told(gateway, customer, header):
    headers = {"Authorization": header.encode("latin-1")} if header else {}
    for method, path in [("GET", ""), ("GET", "/history"), ("GET", "/events"), ("POST", "/messages"), ("DELETE", "")]:
        response = await gateway.http.request(method, customer.path + path, headers=headers)
        assert_error(response, 401, "unauthorized")
        assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("session_id", ["x", "a" * 64, "a" * 3000, "%00", "..", "%F0%9F%92%A9", "a%2Fb"])
async def test_an_unknown_session_looks_like_a_wrong_token(gateway, customer, session_id):
    response = await gateway.http.get(f"/api/v1/sessions/{session_id}", headers=customer.headers)
    assert response.status_code in (401, 404)
    assert response.json()["error"]["code"] in ("unauthorized", "not_found")


async def test_a_token_of_one_session_does_not_open_another(gateway, customer):
    other = await gateway.customer()
    assert_error(await gateway.http.get(other.path, headers=customer.headers), 401, "unauthorized")


async def test_the_token_is_not_in_the_database(gateway, customer):
    for file in gateway.settings.var.rglob("*"):
        if file.is_file():
            assert customer.token.encode() not in file.read_bytes()


async def renewed(customer: Customer) -> str:
    """A new token; the customer goes on with the old one, as if the answer had been lost."""
    response = await customer.call("POST", "/token")
    assert response.status_code == 200, response.text
    return str(response.json()["token"])


async def test_a_renewed_token_ends_the_old_one_when_it_is_first_used(customer):
    old, new = customer.token, await renewed(customer)
    assert new != old
    assert (await customer.call("GET")).status_code == 200
    customer.token = new
    assert (await customer.call("GET")).status_code == 200
    customer.token = old
    assert_error(await customer.call("GET"), 401, "unauthorized")
    assert_error(await customer.call("POST", "/token"), 401, "unauthorized")


async def test_a_customer_who_never_got_the_new_token_goes_on_and_renews_again(customer):
    lost = [await renewed(customer) for _ in range(3)]
    assert (await customer.post("po")).status_code == 202
    new = await renewed(customer)
    for token in lost:  # a lost token is replaced like any other
        customer.token = token
        assert_error(await customer.call("GET"), 401, "unauthorized")
    customer.token = new
    assert (await customer.call("GET")).status_code == 200


async def test_the_old_token_ends_a_minute_after_its_renewal_at_the_latest(gateway, customer):
    await renewed(customer)
    gateway.clock.advance(timedelta(seconds=59))
    assert (await customer.call("GET")).status_code == 200
    gateway.clock.advance(timedelta(seconds=1))
    assert_error(await customer.call("GET"), 401, "unauthorized")
    assert_error(await customer.call("POST", "/token"), 401, "unauthorized")


async def test_the_grace_of_an_old_token_does_not_outlast_its_own_fifteen_minutes(gateway, customer):
    gateway.clock.advance(timedelta(minutes=14, seconds=40))
    await renewed(customer)
    gateway.clock.advance(timedelta(seconds=20))
    assert_error(await customer.call("GET"), 401, "token_expired")
    customer.token = await renewed(customer)
    assert (await customer.call("GET")).status_code == 200


async def test_a_renewal_of_an_expired_token_may_be_lost_too(gateway, customer):
    gateway.clock.advance(timedelta(minutes=20))
    await renewed(customer)
    assert_error(await customer.call("GET"), 401, "token_expired")
    customer.token = await renewed(customer)
    assert (await customer.call("GET")).status_code == 200


async def test_an_old_token_ends_with_its_session(gateway, customer):
    old, customer.token = customer.token, await renewed(customer)
    assert (await customer.call("DELETE")).status_code == 204
    customer.token = old
    assert_error(await customer.call("GET"), 401, "unauthorized")


async def test_a_token_past_its_time_can_only_be_renewed(gateway, customer):
    gateway.clock.advance(timedelta(minutes=16))
    assert_error(await customer.call("GET"), 401, "token_expired")
    assert_error(await customer.post("po"), 401, "token_expired")
    customer.token = (await customer.call("POST", "/token")).json()["token"]
    assert (await customer.call("GET")).status_code == 200


async def test_a_session_ends_after_thirty_idle_minutes_whatever_the_page_does(gateway, customer):
    for _ in range(2):
        gateway.clock.advance(timedelta(minutes=14))
        customer.token = (await customer.call("POST", "/token")).json()["token"]
    gateway.clock.advance(timedelta(minutes=3))
    assert_error(await customer.call("POST", "/token"), 401, "session_ended")
    assert_error(await customer.call("GET"), 401, "session_ended")


async def test_messages_keep_a_session_alive_for_twelve_hours_at_most(gateway, customer):
    for _ in range(12 * 60 // 14):
        gateway.clock.advance(timedelta(minutes=14))
        customer.token = (await customer.call("POST", "/token")).json()["token"]
        assert (await customer.post("po")).status_code == 202
    gateway.clock.advance(timedelta(minutes=14))
    assert_error(await customer.call("POST", "/token"), 401, "session_ended")


async def test_an_ended_session_is_over(customer):
    assert (await customer.call("DELETE")).status_code == 204
    assert_error(await customer.call("GET"), 401, "session_ended")
    assert_error(await customer.post("po"), 401, "session_ended")


# --- origins -------------------------------------------------------------------------------------------------


async def test_a_session_belongs_to_the_origin_that_opened_it(gateway):
    own, evil = gateway.settings.origin, "https://evil.example"
    localhost = f"http://localhost:{gateway.settings.gateway_port}"
    assert_error(await gateway.http.post("/api/v1/sessions", headers={"Origin": evil}), 403, "origin_refused")
    assert_error(await gateway.http.post("/api/v1/sessions", headers={"Origin": "null"}), 403, "origin_refused")
    customer = await gateway.customer(Origin=own)
    assert (await customer.call("GET")).status_code == 200
    body = {"client_id": "m1", "text": "po"}
    assert (await customer.call("POST", "/messages", json=body, headers={"Origin": own})).status_code == 202
    for origin in (evil, localhost, "null"):
        for method, path in (("POST", "/messages"), ("GET", "/events"), ("GET", "/history"), ("POST", "/token")):
            response = await customer.call(method, path, headers={"Origin": origin})
            assert_error(response, 403, "origin_refused")
    # A browser always says where a POST comes from: one without Origin is not the browser it was given to.
    assert_error(await customer.call("POST", "/messages", json=body), 403, "origin_refused")


async def test_a_session_without_an_origin_is_not_for_browsers(gateway, customer):
    response = await customer.call("POST", "/token", headers={"Origin": gateway.settings.origin})
    assert_error(response, 403, "origin_refused")


async def test_a_cross_site_request_is_refused_and_no_cors_header_is_ever_sent(gateway, customer):
    assert_error(await customer.call("GET", headers={"Sec-Fetch-Site": "cross-site"}), 403, "origin_refused")
    response = await gateway.http.options("/api/v1/sessions", headers={"Origin": "https://evil.example"})
    assert_error(response, 405, "method_not_allowed")
    assert not [name for name in response.headers if name.startswith("access-control")]
