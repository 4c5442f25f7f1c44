"""The chat API over real HTTP: the whole gateway, a fake engine on loopback."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import jsonschema
import pytest
from openapi_spec_validator import validate
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from ndihma import messages
from ndihma.accounts.demo import DemoKey, demo_customers

from .conftest import NOW, Customer, Gateway, eventually, said

pytestmark = pytest.mark.filterwarnings("error")


def number_of(key: DemoKey) -> str:
    return next(c.line.msisdn.national for c in demo_customers(NOW) if c.key is key)


def assert_error(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert error["code"] == code
    assert error["message"].endswith(".")
    assert "Traceback" not in response.text
    return dict(error)


# --- sessions -----------------------------------------------------------------------------------------------


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


async def test_a_renewed_token_ends_the_old_one(customer):
    old = customer.token
    renewed = (await customer.call("POST", "/token")).json()
    assert_error(await customer.call("GET"), 401, "unauthorized")
    customer.token = renewed["token"]
    assert customer.token != old
    assert (await customer.call("GET")).status_code == 200


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


# --- origins ------------------------------------------------------------------------------------------------


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


# --- messages: good and bad ---------------------------------------------------------------------------------


async def test_a_question_is_answered(gateway, customer):
    async def respond(_body: dict[str, str]) -> Response:
        return said("7 €", source="FAQ 000", reviewed="2026-11-22")

    gateway.engine.respond = respond
    events = await customer.say("sa kushton")
    assert [event["type"] for event in events] == ["reply", "message", "reply", "done"]
    assert events[2]["source"] == {"text": "FAQ 000", "reviewed": "2026-11-22"}
    assert (events[3]["intent"], events[3]["confidence"]) == ("ask_sim_price", 0.97)
    assert gateway.engine.heard == [{"sender": f"{customer.conversation_id}.0", "text": "sa kushton"}]


async def test_a_repeat_is_told_as_one(customer):
    body = {"client_id": "same", "text": "po"}
    first = await customer.call("POST", "/messages", json=body)
    again = await customer.call("POST", "/messages", json=body)
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == {**first.json(), "duplicate": True}


async def test_a_choice_is_pressed(gateway, customer):
    (greeting,) = await customer.events()
    button = greeting["buttons"][0]
    response = await customer.call("POST", "/messages", json={"client_id": "c1", "choice": button["id"]})
    events = await customer.until_done(response.json()["message_id"])
    assert events[1]["text"] == button["title"]
    assert gateway.engine.heard[0]["text"] == "/check_account"
    for choice in ("c_unknown", "c_" + "a" * 22):
        response = await customer.call("POST", "/messages", json={"client_id": "c2", "choice": choice})
        assert_error(response, 422, "unknown_choice")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_text"),
        (" \n\t ", "empty_text"),
        ("\u200b\u202e", "empty_text"),
        ("\ud800", "empty_text"),
        ("/", "empty_text"),
        ("\x00\x01\x02", "empty_text"),
        ("a" * 10_000, "text_too_long"),
        ("ë" * 1001, "text_too_long"),
        (5, "invalid_field"),
        (None, "invalid_field"),
        (["po"], "invalid_field"),
        ({"x": 1}, "invalid_field"),
        (True, "invalid_field"),
        (10**400, "invalid_field"),
    ],
)
async def test_a_text_that_cannot_be_taken_is_refused(customer, text, code):
    assert_error(await customer.post(text), 422, code)
    assert len(await customer.events()) == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("👍🏽🙂", "👍🏽🙂"),
        ("përshëndetje \ud800", "përshëndetje \ufffd"),
        ("\ud83d\ude42 mirë", "🙂 mirë"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("/restart", "restart"),
        ('/intent{"x":1}', 'intent{"x":1}'),
        (" \u200b//restart", "restart"),
        ("po\x00sa\x1b[31m", "posa[31m"),
        ("a" * 1000, "a" * 1000),
        ("e\u0308", "ë"),
        ("numri 044 123 456", "numri <msisdn>"),
    ],
)
async def test_a_strange_text_is_answered_and_never_a_command(gateway, customer, text, shown):
    events = await customer.say(text)
    assert events[1]["text"] == shown
    assert events[2]["outcome"] == "answered"
    assert gateway.engine.heard[0]["text"] == shown


async def send_raw(customer: Customer, content: bytes, content_type: str | None = "application/json") -> httpx.Response:
    headers = {"Content-Type": content_type} if content_type else {}
    return await customer.call("POST", "/messages", content=content, headers=headers)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "malformed_request"),
        (b"{", 400, "malformed_request"),
        (b"null", 400, "malformed_request"),
        (b"[]", 400, "malformed_request"),
        (b'"text"', 400, "malformed_request"),
        (b"\x00\xff\xfe\x80", 400, "malformed_request"),
        (b'{"client_id": "a", "text": "\xff"}', 400, "malformed_request"),
        (b'{"client_id": "a", "text": "\xed\xa0\x80"}', 400, "malformed_request"),
        (b'{"client_id": "a", "text": NaN}', 400, "malformed_request"),
        (b'{"client_id": "a", "text": ' + b"9" * 5000 + b"}", 400, "malformed_request"),
        (b"[" * 10_000, 400, "malformed_request"),
        (b'{"a":' * 2000 + b"1" + b"}" * 2000, 400, "malformed_request"),
        (b'{"client_id": "a", "text": "po", "x": ' + b"[" * 200 + b"]" * 200 + b"}", 400, "malformed_request"),
        (b"{}", 422, "invalid_field"),
        (b'{"client_id": "a"}', 422, "invalid_field"),
        (b'{"text": "po"}', 422, "invalid_field"),
        (b'{"client_id": "a", "text": "po", "choice": "c_x"}', 422, "invalid_field"),
        (b'{"client_id": "", "text": "po"}', 422, "invalid_field"),
        (b'{"client_id": "a b", "text": "po"}', 422, "invalid_field"),
        (b'{"client_id": "a\\n", "text": "po"}', 422, "invalid_field"),
        (b'{"client_id": "\\ud800", "text": "po"}', 422, "invalid_field"),
        (b'{"client_id": 7, "text": "po"}', 422, "invalid_field"),
        (b'{"client_id": "' + b"a" * 65 + b'", "text": "po"}', 422, "invalid_field"),
        (b'{"client_id": "a", "choice": "/restart"}', 422, "invalid_field"),
        (b'{"client_id": "a", "choice": 1e400}', 422, "invalid_field"),
        (b'{"client_id": "a", "text": "' + b"a" * 17_000 + b'"}', 413, "body_too_large"),
    ],
)
async def test_a_bad_body_is_refused(customer, content, status, code):
    assert_error(await send_raw(customer, content), status, code)
    assert len(await customer.events()) == 1


@pytest.mark.parametrize(
    "content_type", [None, "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "a" * 500]
)
async def test_a_wrong_content_type_is_refused(customer, content_type):
    response = await send_raw(customer, b'{"client_id": "a", "text": "po"}', content_type)
    assert_error(response, 415, "wrong_content_type")


async def test_a_body_without_a_length_is_cut_off_too(customer):
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 1024

    response = await customer.call("POST", "/messages", content=endless(), headers={"Content-Type": "application/json"})
    assert_error(response, 413, "body_too_large")


async def test_unknown_paths_and_methods_have_the_same_shape_of_error(gateway, customer):
    assert_error(await gateway.http.get("/api/v1/nothing"), 404, "not_found")
    assert_error(await gateway.http.get("/api/v1/sessions/"), 404, "not_found")
    response = await customer.call("PUT", "/messages")
    assert_error(response, 405, "method_not_allowed")
    assert response.headers["allow"] == "POST"
    assert (await gateway.http.head(customer.path + "/events", headers=customer.headers)).status_code == 405


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "after=1e3", "after=99999999999999999999", "limit=0", "limit=201"]
)
async def test_a_bad_parameter_is_refused(customer, query):
    assert_error(await customer.call("GET", f"/history?{query}"), 422, "invalid_field")


async def test_too_many_messages_are_refused_with_a_time_to_come_back(make_gateway):
    gateway = await make_gateway(session_messages_per_minute=2)
    customer = await gateway.customer()
    assert [(await customer.post("po")).status_code for _ in range(2)] == [202, 202]
    response = await customer.post("po")
    assert_error(response, 429, "rate_limited")
    assert 1 <= int(response.headers["retry-after"]) <= 60
    gateway.clock.advance(timedelta(minutes=1))
    assert (await customer.post("po")).status_code == 202


async def test_sessions_of_one_address_are_limited(make_gateway):
    gateway = await make_gateway(address_messages_per_minute=20)
    statuses = [(await gateway.http.post("/api/v1/sessions")).status_code for _ in range(12)]
    assert statuses == [201] * 10 + [429] * 2


async def test_a_forwarded_address_counts_only_behind_a_proxy_of_ours(make_gateway):
    for trusted in (True, False):
        gateway = await make_gateway(address_messages_per_minute=20, trust_forwarded_for=trusted)
        for n in range(10):
            await gateway.customer(**{"X-Forwarded-For": f"203.0.113.99, 198.51.100.{n}"})
        response = await gateway.http.post("/api/v1/sessions", headers={"X-Forwarded-For": "198.51.100.77"})
        assert response.status_code == (201 if trusted else 429)


# --- the engine fails ---------------------------------------------------------------------------------------


async def late(_body: dict[str, str]) -> Response:
    await asyncio.sleep(2)
    return JSONResponse({})


async def broken(_body: dict[str, str]) -> Response:
    return Response(b"{", media_type="application/json")


async def failing(_body: dict[str, str]) -> Response:
    return JSONResponse({"error": "engine_failure"}, status_code=500)


async def empty(_body: dict[str, str]) -> Response:
    return JSONResponse({"messages": [], "nlu": {"intent": None, "ranking": []}})


@pytest.mark.parametrize("respond", [late, broken, failing, empty])
async def test_the_customer_gets_an_honest_sentence_and_the_message_stays(gateway, customer, respond):
    gateway.engine.respond = respond
    events = await customer.say("sa kushton")
    assert [event["type"] for event in events] == ["reply", "message", "reply", "done"]
    assert events[2]["outcome"] == "unavailable"
    assert events[2]["text"] == messages.UNAVAILABLE
    gateway.engine.respond = None
    assert (await customer.say("po tani"))[-2]["outcome"] == "answered"


async def test_a_dead_engine_or_a_wrong_token_is_survived(make_gateway):
    gateway = await make_gateway(engine_port=1)
    customer = await gateway.customer()
    assert (await customer.say("po"))[2]["outcome"] == "unavailable"


# --- the stream ---------------------------------------------------------------------------------------------


@asynccontextmanager
async def streaming(customer: Customer, **options: Any) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
    headers = {**customer.headers, **options.pop("headers", {})}
    async with customer.http.stream("GET", customer.path + "/events", headers=headers, **options) as response:
        assert response.status_code == 200, await response.aread()
        assert response.headers["content-type"].startswith("text/event-stream")
        yield read_events(response)


async def read_events(response: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    event: dict[str, Any] = {}
    async for line in response.aiter_lines():
        if not line:
            if "data" in event:
                yield {**event, "data": json.loads(event["data"])}
            event = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            event[name] = value


async def collect(events: AsyncIterator[dict[str, Any]], until: str) -> list[dict[str, Any]]:
    collected: list[dict[str, Any]] = []
    async with asyncio.timeout(5):
        async for event in events:
            collected.append(event)
            if event["event"] == until:
                break
    return collected


async def test_the_stream_tells_history_then_what_happens(customer):
    async with streaming(customer) as events:
        greeting = await collect(events, "reply")
        await customer.post("sa kushton")
        rest = await collect(events, "done")
    stored = [event for event in greeting + rest if event["event"] != "typing"]
    assert [event["id"] for event in stored] == ["1", "2", "3", "4"]
    assert [event["event"] for event in stored] == ["reply", "message", "reply", "done"]
    assert [event["data"] for event in stored] == await customer.events()
    typing = [event for event in rest if event["event"] == "typing"]
    assert typing[0] == {"event": "typing", "data": {"active": True}}


@pytest.mark.parametrize("how", [{"params": {"after": 2}}, {"headers": {"Last-Event-ID": "2"}}])
async def test_a_stream_resumes_after_a_cursor(customer, how):
    await customer.say("sa kushton")
    async with streaming(customer, **how) as events:
        assert [event["id"] for event in await collect(events, "done")] == ["3", "4"]


async def test_a_stream_that_is_cut_again_and_again_misses_nothing(customer):
    seen: list[int] = []
    sending = asyncio.create_task(_say_many(customer, 12))
    async with asyncio.timeout(20):
        while len(seen) < 1 + 12 * 3:
            async with streaming(customer, params={"after": seen[-1] if seen else 0}) as events:
                async for event in events:
                    if "id" in event:
                        seen.append(int(event["id"]))
                        if len(seen) % 4 == 0 or len(seen) == 37:
                            break
    await sending
    assert seen == list(range(1, 38))


async def _say_many(customer: Customer, count: int) -> None:
    for number in range(count):
        assert (await customer.post(f"pyetja {number}")).status_code == 202
        if number % 4 == 3:
            await asyncio.sleep(0.1)


async def test_streams_of_a_session_are_counted_and_released(gateway, customer):
    opened = [streaming(customer) for _ in range(5)]
    held = [await stream.__aenter__() for stream in opened]
    for events in held:
        await collect(events, "reply")
    response = await customer.call("GET", "/events")
    assert_error(response, 429, "too_many_streams")
    for stream in opened:
        await stream.__aexit__(None, None, None)
    await eventually(partial(_stream_opens, customer))


async def _stream_opens(customer: Customer) -> bool:
    async with customer.http.stream("GET", customer.path + "/events", headers=customer.headers) as response:
        return response.status_code == 200


@pytest.mark.parametrize("call", [("POST", "/token"), ("DELETE", "")])
async def test_a_stream_ends_with_its_token(customer, call):
    async with streaming(customer) as events:
        await collect(events, "reply")
        assert (await customer.call(*call)).is_success
        async with asyncio.timeout(2):
            assert [event async for event in events] == []


async def test_shutdown_ends_streams_at_once_and_pending_messages_are_answered_after_the_restart(
    make_gateway, tmp_path
):
    gateway = await make_gateway(var_dir=tmp_path / "shared", engine_timeout_s=20.0)
    customer = await gateway.customer()

    async def hangs(_body: dict[str, str]) -> Response:
        await asyncio.sleep(8)
        return said("tepër vonë")

    gateway.engine.respond = hangs
    async with streaming(customer) as events:
        await collect(events, "reply")
        response = await customer.post("sa kushton")
        message_id = response.json()["message_id"]
        began = asyncio.get_running_loop().time()
        gateway.server.should_exit = True
        async with asyncio.timeout(5):
            async for _ in events:
                pass
        await gateway.server.lifespan.shutdown_event.wait()
        assert asyncio.get_running_loop().time() - began < 5
    again = await make_gateway(var_dir=tmp_path / "shared", clock=gateway.clock)
    customer.http = again.http
    events = await customer.until_done(message_id)
    assert [event["type"] for event in events] == ["reply", "message", "reply", "done"]
    assert events[2]["text"] == "Përgjigje: sa kushton"


# --- verification -------------------------------------------------------------------------------------------


async def ask_for_verification(gateway: Gateway, customer: Customer) -> None:
    async def respond(body: dict[str, str]) -> Response:
        if body["text"] == "/check_account":
            return said("Gjendja: 5 €.")
        return said("Verifikoni numrin.", custom={"kind": "verify", "resume_intent": "check_account"})

    gateway.engine.respond = respond
    events = await customer.say("sa kredi kam")
    assert events[-2]["type"] == "verification"
    assert events[-2]["state"] == "number_needed"


async def code_sent(gateway: Gateway) -> str:
    async def outbox() -> list[dict[str, str]]:
        return list((await gateway.http.get("/api/dev/outbox")).json()["messages"])

    sent = await eventually(outbox)
    return next(word.strip(".") for word in sent[-1]["text"].split() if word.strip(".").isdigit() and len(word) > 5)


async def test_a_number_is_verified_and_the_question_resumed(gateway, customer):
    await ask_for_verification(gateway, customer)
    number = number_of(DemoKey.ACTIVE_BY_TOP_UP)
    response = await customer.call("POST", "/verification", json={"msisdn": number})
    assert response.status_code == 202, response.text
    assert response.json()["masked"] == f"{number[:3]} ••• •{number[-2:]}"
    code = await code_sent(gateway)
    state = (await customer.call("GET")).json()
    assert state["verification"]["state"] == "code_sent"

    wrong = "000000" if code != "000000" else "111111"
    error = assert_error(await customer.call("POST", "/verification/code", json={"code": wrong}), 422, "wrong_code")
    assert error["tries_left"] == 4

    before = len(await customer.events())
    old = customer.token
    response = await customer.call("POST", "/verification/code", json={"code": f"{code[:3]} {code[3:]}"})
    assert response.status_code == 200, response.text
    body = response.json()
    assert (body["verified"], body["level"]) == (True, 2)
    assert body["expires_at"] == (NOW + timedelta(minutes=15)).isoformat()
    assert_error(await customer.call("GET"), 401, "unauthorized")
    customer.token = body["token"]
    assert customer.token != old

    events = await customer.until_done(None, after=before)
    assert [event["type"] for event in events] == ["verification", "reply", "done"]
    assert (events[0]["state"], events[0]["masked"]) == ("verified", f"{number[:3]} ••• •{number[-2:]}")
    assert (events[1]["text"], events[1]["in_reply_to"]) == ("Gjendja: 5 €.", None)
    assert gateway.engine.heard[-1]["text"] == "/check_account"
    assert (await customer.call("GET")).json()["level"] == 2
    assert_error(await customer.call("POST", "/verification/code", json={"code": code}), 409, "no_verification")

    everything = json.dumps(gateway.engine.heard) + json.dumps(await customer.events())
    assert number not in everything
    assert code not in everything


async def test_a_known_and_an_unknown_number_get_the_same_answer(gateway, customer):
    await ask_for_verification(gateway, customer)
    answers = []
    for number in (number_of(DemoKey.ACTIVE_BY_TOP_UP), "049 999 999"):
        response = await customer.call("POST", "/verification", json={"msisdn": number})
        answers.append((response.status_code, set(response.json()), response.json()["expires_at"]))
    assert answers[0] == answers[1]


async def test_a_number_and_a_code_typed_into_the_chat(gateway, customer):
    await ask_for_verification(gateway, customer)
    heard = len(gateway.engine.heard)
    events = await customer.say(number_of(DemoKey.ACTIVE_BY_TOP_UP))
    assert [event["type"] for event in events[-4:]] == ["message", "verification", "reply", "done"]
    assert events[-4]["text"] == "<msisdn>"
    code = await code_sent(gateway)
    events = await customer.say(code)
    assert events[-3]["text"] == "<code>"
    assert events[-2]["text"] == messages.CODE_BELONGS_IN_ITS_FIELD
    assert (await customer.call("GET")).json()["level"] == 0
    assert len(gateway.engine.heard) == heard


async def test_codes_expire_lock_and_are_cancelled(gateway, customer):
    assert_error(await customer.call("POST", "/verification", json={"msisdn": "044123456"}), 409, "no_verification")
    assert_error(await customer.call("POST", "/verification/code", json={"code": "123456"}), 409, "no_verification")
    assert (await customer.call("DELETE", "/verification")).status_code == 204
    await ask_for_verification(gateway, customer)
    for bad in ("", "abc", "5", "+377 9", "080010000"):
        response = await customer.call("POST", "/verification", json={"msisdn": bad})
        assert response.status_code == 422
    number = number_of(DemoKey.ACTIVE_BY_TOP_UP)
    assert (await customer.call("POST", "/verification", json={"msisdn": number})).status_code == 202
    gateway.clock.advance(timedelta(minutes=6))
    assert_error(await customer.call("POST", "/verification/code", json={"code": "123456"}), 410, "code_expired")
    assert (await customer.call("POST", "/verification", json={"msisdn": number})).status_code == 202
    for _ in range(4):
        assert_error(await customer.call("POST", "/verification/code", json={"code": "123456"}), 422, "wrong_code")
    error = assert_error(
        await customer.call("POST", "/verification/code", json={"code": "123456"}), 429, "verification_locked"
    )
    assert error["message"] == messages.CODE_USED_UP
    gateway.clock.advance(timedelta(minutes=2))
    assert (await customer.call("POST", "/verification", json={"msisdn": number})).status_code == 202
    response = await customer.call("POST", "/verification", json={"msisdn": number})
    assert_error(response, 429, "too_many_codes")
    assert int(response.headers["retry-after"]) >= 1
    assert (await customer.call("DELETE", "/verification")).status_code == 204
    states = [event["state"] for event in await customer.events() if event["type"] == "verification"]
    assert states == ["number_needed", "code_sent", "expired", "code_sent", "locked", "code_sent", "cancelled"]


# --- attachments --------------------------------------------------------------------------------------------

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


async def want_proof(gateway: Gateway, customer: Customer) -> str:
    from ndihma.accounts.msisdn import Msisdn
    from ndihma.db import Database
    from ndihma.desk.reconnections import ReconnectionRequests

    database = Database(gateway.settings.sqlalchemy_url)
    request = await ReconnectionRequests(database).file(customer.conversation_id, Msisdn("+38344123456"), NOW)
    await database.close()

    async def respond(_body: dict[str, str]) -> Response:
        return said("Ngarkoni.", custom={"kind": "attach_proof", "request_reference": request.reference})

    gateway.engine.respond = respond
    await customer.say("kam paguar")
    return request.reference


async def upload(customer: Customer, content: bytes, field: str = "file", name: str = "../../x.html") -> httpx.Response:
    return await customer.call("POST", "/attachments", files={field: (name, content, "text/html")})


async def test_a_proof_is_taken_for_the_open_request(gateway, customer):
    assert_error(await upload(customer, PDF), 409, "no_open_request")
    reference = await want_proof(gateway, customer)
    response = await upload(customer, PDF)
    assert response.status_code == 201, response.text
    assert response.json() == {"reference": reference}
    event = (await customer.events())[-1]
    assert (event["type"], event["state"], event["reference"]) == ("attachment", "received", reference)
    (file,) = (gateway.settings.var / "uploads").iterdir()
    assert file.read_bytes() == PDF
    assert "x.html" not in file.name
    for _ in range(2):
        assert (await upload(customer, PDF)).status_code == 201
    assert_error(await upload(customer, PDF), 409, "too_many_attachments")


async def test_bad_uploads_are_refused(gateway, customer):
    await want_proof(gateway, customer)
    assert_error(await upload(customer, b"<html>"), 415, "attachment_type")
    assert_error(await upload(customer, b""), 422, "invalid_field")
    assert_error(await upload(customer, PDF, field="other"), 422, "invalid_field")
    assert_error(await upload(customer, PDF + bytes(6 * 1024 * 1024)), 413, "attachment_too_large")
    for content_type, content, status, code in [
        ("application/json", b"{}", 415, "wrong_content_type"),
        ("multipart/form-data", b"x", 400, "malformed_request"),
        ("multipart/form-data; boundary=b", b"not multipart", 400, "malformed_request"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx", 422, "invalid_field"),
    ]:
        response = await customer.call("POST", "/attachments", content=content, headers={"Content-Type": content_type})
        assert response.status_code in (status, 400)
        assert response.json()["error"]["code"] in (code, "malformed_request")
    assert not (gateway.settings.var / "uploads").exists()


# --- pages, outbox, health ----------------------------------------------------------------------------------


async def test_the_page_has_a_strict_policy(gateway):
    for path in ("/", "/static/app.js", "/static/app.css"):
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
    assert (await gateway.http.get("/static/app.js")).headers["content-type"].startswith("text/javascript")


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
    production = await make_gateway(
        mode="production", verification_key="k" * 40, public_origin="https://chat.example.com"
    )
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
    from ndihma.desk.conversations import ConversationService

    async def fails(*_arguments: Any, **_options: Any) -> None:
        raise RuntimeError("fjalë e fshehtë")

    monkeypatch.setattr(ConversationService, "say", fails)
    with caplog.at_level(logging.DEBUG, "ndihma"):
        assert_error(await customer.post("fjalë e fshehtë"), 500, "internal")
    assert "unforeseen error" in caplog.text
    assert "fshehtë" not in caplog.text
    assert customer.token not in caplog.text
    assert customer.id not in caplog.text


# --- the OpenAPI document -----------------------------------------------------------------------------------


@pytest.fixture
async def document(gateway: Gateway) -> dict[str, Any]:
    response = await gateway.http.get("/api/v1/openapi.json")
    assert response.status_code == 200
    return dict(response.json())


async def test_the_document_is_valid_openapi(document):
    validate(document)


async def test_every_route_of_the_api_is_in_the_document(gateway, document):
    described = {(path, method.upper()) for path, item in document["paths"].items() for method in item}
    served = {
        (route.path, method)
        for route in gateway.app.routes
        if isinstance(route, Route)
        for method in route.methods or ()
    }
    pages = {"/", "/outbox", "/api/dev/outbox", "/api/v1/openapi.json"}
    assert {(path, method) for path, method in served if path not in pages} == described
    assert [route.path for route in gateway.app.routes if isinstance(route, Mount)] == ["/static"]


async def test_real_answers_are_as_described(gateway, customer, document):
    def check(response: httpx.Response, method: str, path: str) -> None:
        answers = document["paths"][path][method.lower()]["responses"]
        assert str(response.status_code) in answers, f"{method} {path} → {response.status_code}"
        content = answers[str(response.status_code)].get("content")
        if content is None:
            assert response.content == b""
            return
        schema = {**content["application/json"]["schema"], "components": document["components"]}
        jsonschema.validate(response.json(), schema, format_checker=jsonschema.FormatChecker())

    base = "/api/v1/sessions/{session_id}"
    check(await gateway.http.post("/api/v1/sessions"), "POST", "/api/v1/sessions")
    check(await gateway.http.get("/healthz"), "GET", "/healthz")
    check(await gateway.http.get("/readyz"), "GET", "/readyz")
    check(await customer.call("GET"), "GET", base)
    check(await customer.post("po"), "POST", f"{base}/messages")
    check(await customer.post(""), "POST", f"{base}/messages")
    check(await customer.call("POST", "/messages", content=b"{"), "POST", f"{base}/messages")
    await ask_for_verification(gateway, customer)
    number = number_of(DemoKey.ACTIVE_BY_TOP_UP)
    check(await customer.call("POST", "/verification", json={"msisdn": number}), "POST", f"{base}/verification")
    check(await customer.call("POST", "/verification", json={"msisdn": "x"}), "POST", f"{base}/verification")
    check(await customer.call("GET"), "GET", base)
    code = await code_sent(gateway)
    path = f"{base}/verification/code"
    check(await customer.call("POST", "/verification/code", json={"code": "abcdef"}), "POST", path)
    response = await customer.call("POST", "/verification/code", json={"code": code})
    check(response, "POST", path)
    customer.token = response.json()["token"]
    await want_proof(gateway, customer)
    check(await upload(customer, PDF), "POST", f"{base}/attachments")
    check(await upload(customer, b"x"), "POST", f"{base}/attachments")
    check(await customer.call("GET", "/history"), "GET", f"{base}/history")
    check(await customer.call("GET", "/history?after=x"), "GET", f"{base}/history")
    check(await customer.call("DELETE", "/verification"), "DELETE", f"{base}/verification")
    response = await customer.call("POST", "/token")
    check(response, "POST", f"{base}/token")
    check(await customer.call("GET"), "GET", base)
    customer.token = response.json()["token"]
    check(await customer.call("DELETE"), "DELETE", base)
    kinds = {event["type"] for event in json.loads(await _history_text(gateway, customer))}
    assert kinds == {"reply", "message", "done", "verification", "attachment"}


async def _history_text(gateway: Gateway, customer: Customer) -> str:
    from ndihma.db import Database
    from ndihma.desk.store import ConversationStore

    database = Database(gateway.settings.sqlalchemy_url)
    page = await ConversationStore(database).events(customer.conversation_id, 0, 200)
    await database.close()
    return json.dumps([event.model_dump(mode="json") for event in page.events])
