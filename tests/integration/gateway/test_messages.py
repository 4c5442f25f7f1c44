"""Messages over HTTP: good ones, bad ones, too many, and an engine that fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from starlette.responses import JSONResponse, Response

from ndihma import messages

from .api_support import (
    assert_error,
)
from .live_gateway import Customer, said


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


# --- the engine fails ----------------------------------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("asked", "language", "told"),
    [
        ("sr", "sr", "Poruka je prazna. Napišite svoje pitanje."),
        ("en-GB,en;q=0.9,sq;q=0.8", "en", "The message is empty. Write your question."),
        ("EN;q=0.5", "en", "The message is empty. Write your question."),
        ("sq", "sq", "Mesazhi është i zbrazët. Shkruani pyetjen tuaj."),
        ("de, en", "sq", "Mesazhi është i zbrazët. Shkruani pyetjen tuaj."),
        ("", "sq", "Mesazhi është i zbrazët. Shkruani pyetjen tuaj."),
        ("\xff" * 3000, "sq", "Mesazhi është i zbrazët. Shkruani pyetjen tuaj."),
    ],
)
async def test_a_refusal_is_told_in_the_language_that_was_asked_for(customer, asked, language, told):
    headers = {"Accept-Language": asked.encode("latin-1")}
    response = await customer.call("POST", "/messages", json={"client_id": "c", "text": " "}, headers=headers)
    assert assert_error(response, 422, "empty_text")["message"] == told
    assert response.headers["content-language"] == language


async def test_a_refusal_before_the_session_is_known_is_told_in_that_language_too(gateway):
    response = await gateway.http.get("/api/v1/sessions/x", headers={"Accept-Language": "en"})
    assert response.json()["error"]["message"] == "The conversation was not found. Start a new one."
    response = await gateway.http.get("/api/v1/nothing", headers={"Accept-Language": "sr"})
    assert response.json()["error"]["message"] == "Stranica nije pronađena."
