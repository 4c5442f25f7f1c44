"""``/api/assist/`` over HTTP: who may, what comes back, what the engine and the database are told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import jsonschema
import pytest
from sqlalchemy import select

from ndihma.assist.tables import SuggestionFeedbackRow
from ndihma.audit.trail import SqlAuditTrail
from ndihma.db import Database
from ndihma.secrets import audit_key
from ndihma.staff.model import Role
from ndihma.staff.tokens import Scope, StaffTokens
from tests.support.staff import BOSS

from .api_support import assert_error
from .console_support import Browser, staff_member
from .live_gateway import Gateway

SUGGESTIONS, SEARCH, FEEDBACK = "/api/assist/suggestions", "/api/assist/search", "/api/assist/feedback"
TEXT: dict[str, Any] = {"text": "sa kushton kartela", "sequence": 7}
SENT: dict[str, Any] = {
    "action": "sent",
    "text": "sa kushton 044 123 456",
    "intent": "ask_sim_price",
    "confidence": 0.9,
}


@pytest.fixture
async def anita(gateway: Gateway) -> AsyncIterator[Browser]:
    browser = await staff_member(gateway)
    yield browser
    await browser.http.aclose()


async def token_of(gateway: Gateway, *scopes: Scope, name: str = "desktop") -> dict[str, str]:
    database = Database(gateway.settings.sqlalchemy_url)
    audit = SqlAuditTrail(database, gateway.clock, audit_key(gateway.settings))
    token = await StaffTokens(database, gateway.clock, audit).add(name, scopes, by=BOSS)
    await database.close()
    return {"Authorization": f"Bearer {token}"}


async def rows(gateway: Gateway) -> list[SuggestionFeedbackRow]:
    database = Database(gateway.settings.sqlalchemy_url)
    async with database.session() as session:
        found = list(await session.scalars(select(SuggestionFeedbackRow)))
    await database.close()
    return found


async def test_a_suggestion_has_everything_an_agent_needs(gateway, anita):
    answer = await anita.call("POST", SUGGESTIONS, json=TEXT)
    assert answer.status_code == 200
    body = answer.json()
    assert body["sequence"] == 7
    assert body["reason"] is None
    [suggestion] = body["suggestions"]
    assert suggestion["intent"] == "ask_sim_price"
    assert suggestion["title"] == "Çmimi i SIM kartelës"
    assert suggestion["source"].startswith("FAQ")
    assert suggestion["reviewed"] == "2026-11-22"
    assert suggestion["confidence"] == 0.9
    assert suggestion["text"]
    assert gateway.engine.read_texts == ["sa kushton kartela"]
    assert not gateway.engine.heard, "no conversation was touched"


async def test_without_confidence_the_reason_is_a_sentence(gateway, anita):
    gateway.engine.rankings = [{"ask_sim_price": 0.19}]
    body = (await anita.call("POST", SUGGESTIONS, json=TEXT)).json()
    assert body == {
        "sequence": 7,
        "suggestions": [],
        "reason": "none_confident",
        "message": "Nuk ka përgjigje të sigurt.",
    }


async def test_with_the_engine_down_the_search_goes_on(make_gateway):
    gateway = await make_gateway(engine_port=1)
    browser = await staff_member(gateway)
    body = (await browser.call("POST", SUGGESTIONS, json=TEXT)).json()
    assert (body["suggestions"], body["reason"]) == ([], "unavailable")
    found = (await browser.call("GET", SEARCH, params={"q": "qmimi sim kart"})).json()
    assert found["answers"][0]["intent"] == "ask_sim_price"
    await browser.http.aclose()


async def test_the_words_to_search_for_may_stand_in_the_body(gateway, anita):
    asked = {"q": "qmimi sim kart", "limit": 1}
    found = (await anita.call("POST", SEARCH, json=asked)).json()
    assert [each["intent"] for each in found["answers"]] == ["ask_sim_price"]
    assert found == (await anita.call("GET", SEARCH, params=asked)).json()
    assert_error(await anita.call("POST", SEARCH, json={"q": "x" * 201}), 422, "invalid_field")
    assert_error(await anita.call("POST", SEARCH, json={"q": "x", "limit": 21}), 422, "invalid_field")


async def test_s6_what_an_agent_types_is_redacted_for_engine_and_database(gateway, anita):
    await anita.call("POST", SUGGESTIONS, json={**TEXT, "text": "klienti 044 123 456 pyet sa kushton"})
    assert (await anita.call("POST", FEEDBACK, json=SENT)).status_code == 201
    [row] = await rows(gateway)
    assert row.actor == "anita"
    assert not [text for text in (*gateway.engine.read_texts, row.text) if "044" in text or "123" in text]


async def test_typing_faster_than_answers_come_ends_in_the_last_text(gateway, anita):
    texts = ["kartela sa kushton"[:length] for length in range(1, 19)]
    answers = await asyncio.gather(
        *(
            anita.call("POST", SUGGESTIONS, json={"text": text, "sequence": number})
            for number, text in enumerate(texts)
            if text.strip()
        )
    )
    by_sequence = {answer.json()["sequence"]: answer.json() for answer in answers}
    assert all(answer["reason"] in (None, "superseded") for answer in by_sequence.values())
    assert any(answer["suggestions"] for answer in by_sequence.values())
    last = (await anita.call("POST", SUGGESTIONS, json={"text": texts[-1], "sequence": 99})).json()
    assert last["suggestions"]
    assert gateway.engine.read_texts[-1] == texts[-1]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"text": "", "sequence": 1}, 422, "empty_text"),
        ({"text": "x" * 4001, "sequence": 1}, 422, "text_too_long"),
        ({"text": "x"}, 422, "invalid_field"),
        ({"text": "x", "sequence": -1}, 422, "invalid_field"),
        ({"text": "x", "sequence": "1"}, 422, "invalid_field"),
        ({"text": "x", "sequence": 1, "client": "a b"}, 422, "invalid_field"),
    ],
)
async def test_s3_what_cannot_be_read_is_refused(anita, body, status, code):
    assert_error(await anita.call("POST", SUGGESTIONS, json=body), status, code)


async def test_s3_an_agent_may_type_four_thousand_characters(anita):
    body = {"text": "ë" * 4000, "sequence": 1}
    assert (await anita.call("POST", SUGGESTIONS, json=body)).status_code == 200


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"intent": "greet"}, "intent"),
        ({"intent": "no_such_intent"}, "intent"),
        ({"right_intent": "no_such_intent"}, "right_intent"),
        ({"action": "liked"}, "action"),
        ({"confidence": 1.5}, "confidence"),
    ],
)
async def test_feedback_names_answers_that_exist(gateway, anita, changed, field):
    error = assert_error(await anita.call("POST", FEEDBACK, json={**SENT, **changed}), 422, "invalid_field")
    assert error["field"] == field
    assert not await rows(gateway)


async def test_what_was_marked_wrong_names_what_is_right(gateway, anita):
    marked = {**SENT, "action": "wrong", "right_intent": "ask_puk_code", "conversation_id": "talk-1"}
    assert (await anita.call("POST", FEEDBACK, json=marked)).status_code == 201
    [row] = await rows(gateway)
    assert (row.action, row.right_intent, row.conversation_id) == ("wrong", "ask_puk_code", "talk-1")


@pytest.mark.parametrize(("role", "status"), [(Role.AGENT, 200), (Role.SUPERVISOR, 200), (Role.AUDITOR, 403)])
async def test_s14_suggestions_are_for_those_who_talk(gateway, role, status):
    person = await staff_member(gateway, role=role)
    assert (await person.call("POST", SUGGESTIONS, json=TEXT)).status_code == status
    assert (await person.call("GET", SEARCH, params={"q": "puk"})).status_code == status
    await person.http.aclose()


async def test_s14_a_stranger_gets_nothing(gateway):
    for headers in ({}, {"Authorization": "Bearer ndihma_x"}, {"Authorization": "Basic ndihma_x"}):
        origin = {"Origin": gateway.settings.origin}
        for method, path in (("POST", SUGGESTIONS), ("GET", SEARCH), ("POST", FEEDBACK)):
            answer = await gateway.http.request(method, path, headers={**origin, **headers})
            assert_error(answer, 401, "not_signed_in")


async def test_s14_a_token_is_good_for_its_scopes_alone(gateway):
    calls = {
        Scope.SUGGEST: ("POST", SUGGESTIONS, {"json": TEXT}, 200),
        Scope.SEARCH: ("GET", SEARCH, {"params": {"q": "puk"}}, 200),
        Scope.FEEDBACK: ("POST", FEEDBACK, {"json": SENT}, 201),
    }
    for scope in Scope:
        headers = await token_of(gateway, scope, name=f"desktop-{scope}")
        for wanted, (method, path, options, status) in calls.items():
            answer = await gateway.http.request(method, path, headers=headers, **options)
            if wanted is scope:
                assert answer.status_code == status
            else:
                assert_error(answer, 403, "role_refused")
        assert_error(await gateway.http.get("/api/console/session", headers=headers), 401, "not_signed_in")
    [row] = await rows(gateway)
    assert row.actor == "token:desktop-feedback"


async def test_seats_behind_one_token_do_not_supersede_each_other(gateway):
    headers = await token_of(gateway, Scope.SUGGEST)
    answers = await asyncio.gather(
        *(
            gateway.http.post(SUGGESTIONS, json={**TEXT, "client": f"seat-{seat}"}, headers=headers)
            for seat in range(12)
        )
    )
    assert all(answer.json()["suggestions"] for answer in answers)


async def test_search_takes_what_it_can(anita):
    for query in ("", "x" * 201):
        answer = await anita.call("GET", SEARCH, params={"q": query})
        assert answer.status_code == (422 if query else 200)
    assert len((await anita.call("GET", SEARCH, params={"q": "k", "limit": 3})).json()["answers"]) == 3
    assert_error(await anita.call("GET", SEARCH, params={"q": "k", "limit": 21}), 422, "invalid_field")


async def test_answers_are_as_the_document_says(gateway, anita):
    document = (await gateway.http.get("/api/v1/openapi.json")).json()

    def check(response: httpx.Response, method: str, path: str) -> None:
        described = document["paths"][path][method.lower()]["responses"][str(response.status_code)]
        schema = {**described["content"]["application/json"]["schema"], "components": document["components"]}
        jsonschema.validate(response.json(), schema, format_checker=jsonschema.FormatChecker())

    check(await anita.call("POST", SUGGESTIONS, json=TEXT), "POST", SUGGESTIONS)
    gateway.engine.rankings = [{}]
    check(await anita.call("POST", SUGGESTIONS, json=TEXT), "POST", SUGGESTIONS)
    check(await anita.call("GET", SEARCH, params={"q": "puk"}), "GET", SEARCH)
    check(await anita.call("POST", FEEDBACK, json=SENT), "POST", FEEDBACK)
    check(await anita.call("POST", FEEDBACK, json={}), "POST", FEEDBACK)
    assert document["paths"][SEARCH]["get"]["security"] == [{"staff": []}, {"assist": []}]
