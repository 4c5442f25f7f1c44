"""The agents' inbox over HTTP: two agents and customers at one gateway, the engine down most of the time."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import jsonschema
import pytest
from starlette.responses import Response

from ndihma.staff.model import Role

from .api_support import assert_error
from .console_support import Browser
from .inbox_support import (
    INBOX,
    available,
    engine_is_down,
    listening,
    move,
    opened,
    path_of,
    until,
    write,
)
from .live_gateway import Gateway, said


async def test_an_agent_and_a_customer_talk_with_the_engine_down(gateway, waiting, anita):
    page = (await anita.call("GET", f"{INBOX}/views/waiting")).json()
    [item] = page["items"]
    assert item["conversation_id"] == waiting.conversation_id
    assert (item["handoff"]["state"], item["handoff"]["place"]) == ("waiting", 1)
    assert item["last"]["by"] == ""
    assert page["counters"] == {"waiting": 1, "mine": 0, "agents": 0, "snoozed": 0, "callbacks": 0}
    assert page["more"] is False

    taken = await move(anita, waiting, "take")
    assert taken.status_code == 200
    assert {"state": "agent", "agent": "anita", "mine": True}.items() <= taken.json().items()
    assert (await write(anita, waiting, "Mirëdita, si mund t’ju ndihmoj?")).status_code == 202
    await waiting.say("alo")
    events = await waiting.events()
    assert [event["type"] for event in events][-4:] == ["handoff", "reply", "message", "done"]
    assert events[-3]["author"] == {"kind": "agent", "name": "Anita Krasniqi"}
    [item] = (await anita.call("GET", f"{INBOX}/views/mine")).json()["items"]
    assert item["last"] == {"at": item["last"]["at"], "text": "alo", "by": None}
    assert item["handoff"]["next_reply_due"] is not None

    assert (await move(anita, waiting, "hand-back")).json()["state"] == "bot"
    gateway.engine.respond = None
    assert (await waiting.say("sa kushton"))[-2]["text"] == "Përgjigje: sa kushton"


async def test_the_summary_says_what_was_asked_and_how_surely(customer, anita):
    await customer.say("sa kushton kartela")
    shown = await opened(anita, customer)
    assert shown["handoff"]["state"] == "bot"
    [asked] = shown["summary"]["asked"]
    assert {
        "text": "sa kushton kartela",
        "intent": "ask_sim_price",
        "confidence": 0.97,
        "answered": True,
    }.items() <= asked.items()
    assert asked["title"]
    assert shown["summary"]["topics"] == [
        {"intent": "ask_sim_price", "title": asked["title"], "times": 1, "confidence": 0.97}
    ]
    assert [event["cursor"] for event in shown["events"]] == list(range(1, shown["cursor"] + 1))
    [item] = (await anita.call("GET", f"{INBOX}/views/bot")).json()["items"]
    assert item["conversation_id"] == customer.conversation_id


async def test_of_two_agents_who_claim_at_once_one_has_it(waiting, anita, staff):
    besa = await staff("besa")
    version = (await opened(anita, waiting))["handoff"]["version"]
    answers = await asyncio.gather(
        *(each.call("POST", f"{path_of(waiting)}/take", json={"version": version}) for each in (anita, besa))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert_error(refused, 409, "handoff_changed")
    loser = besa if refused is answers[1] else anita
    assert_error(await write(loser, waiting, "Alo"), 409, "not_theirs")


async def test_a_message_is_stored_once_and_refused_after_the_hand_back(waiting, anita):
    await move(anita, waiting, "take")
    first, again = [(await write(anita, waiting, "Mirëdita")).json() for _ in range(2)]
    assert again == {**first, "duplicate": True}
    await move(anita, waiting, "hand-back")
    assert_error(await write(anita, waiting, "Edhe diçka", "x2"), 409, "handoff_not_possible")


async def test_s3_s16_what_an_agent_may_write(waiting, anita):
    await move(anita, waiting, "take")
    assert (await write(anita, waiting, "a" * 4000, "x1")).status_code == 202
    assert_error(await write(anita, waiting, "a" * 4001, "x2"), 422, "text_too_long")
    assert_error(await write(anita, waiting, "shihni https://evil.example", "x3"), 422, "link_refused")
    assert_error(await write(anita, waiting, "alo", "x 4"), 422, "invalid_field")


async def test_notes_are_for_the_staff_alone(waiting, anita, staff):
    chief = await staff("drita", Role.SUPERVISOR)
    before = await waiting.events()
    assert (await write(chief, waiting, "Kujdes: klient i mërzitur", to="notes")).json() == {
        "cursor": None,
        "duplicate": False,
    }
    assert await waiting.events() == before
    [note] = (await opened(anita, waiting))["notes"]
    assert (note["text"], note["by"]) == ("Kujdes: klient i mërzitur", "Anita Krasniqi")


async def test_transfer_snooze_close_and_reopen(gateway, waiting, anita, staff):
    await move(anita, waiting, "take")
    assert_error(await move(anita, waiting, "transfer", to="besa"), 409, "agent_not_on_duty")
    besa = await staff("besa")
    await available(besa)
    assert (await move(anita, waiting, "transfer", to="besa")).json()["agent"] == "besa"
    there = (await anita.call("GET", f"{INBOX}/agents")).json()["agents"]
    assert [(each["agent"], each["on_duty"]) for each in there] == [("anita", True), ("besa", True)]
    until = (gateway.clock.now() + timedelta(hours=1)).isoformat()
    assert (await move(besa, waiting, "snooze", until=until)).json()["state"] == "snoozed"
    assert (await move(besa, waiting, "close")).json()["state"] == "closed"
    assert (await move(anita, waiting, "reopen")).json()["state"] == "waiting"
    assert_error(await move(anita, waiting, "snooze", until="nesër"), 422, "invalid_field")
    assert_error(await move(anita, waiting, "snooze", until="2026-11-22T18:00:00"), 422, "invalid_field")


async def test_s10_a_supervisor_takes_over(waiting, anita, staff):
    besa, chief = await staff("besa"), await staff("drita", Role.SUPERVISOR)
    await move(anita, waiting, "take")
    assert_error(await move(besa, waiting, "take"), 409, "not_theirs")
    assert (await move(chief, waiting, "take")).json()["agent"] == "drita"


async def test_s14_the_inbox_is_for_agents_and_supervisors(gateway, waiting, staff, document):
    auditor = await staff("agim", Role.AUDITOR)
    stranger = Browser.at(gateway)
    names = {"conversation_id": waiting.conversation_id, "view": "waiting", "reference": "TH-222222", "whisper": "w1"}
    for path, item in document["paths"].items():
        if not path.startswith(INBOX):
            continue
        for method in item:
            at = path.format(**names)
            assert_error(await auditor.call(method.upper(), at, json={}), 403, "role_refused")
            assert_error(await stranger.call(method.upper(), at, json={}), 401, "not_signed_in")
    await stranger.http.aclose()


async def test_s14_no_move_without_the_csrf_token(waiting, anita):
    answer = await anita.call("POST", f"{path_of(waiting)}/take", json={"version": 1}, headers={"X-CSRF-Token": "x"})
    assert_error(answer, 403, "csrf_refused")
    assert (await opened(anita, waiting))["handoff"]["state"] == "waiting"


async def test_what_is_not_there(anita, waiting):
    assert_error(await anita.call("GET", f"{INBOX}/views/all"), 404, "not_found")
    assert_error(await anita.call("GET", f"{INBOX}/conversations/nobody"), 404, "no_conversation")
    assert_error(
        await anita.call("POST", f"{INBOX}/conversations/nobody/take", json={"version": 0}), 404, "no_conversation"
    )
    assert_error(await anita.call("POST", f"{INBOX}/callbacks/TH-222222/done"), 404, "no_callback")
    assert_error(await anita.call("GET", f"{INBOX}/views/waiting?limit=101"), 422, "invalid_field")


async def test_s6_s9_a_call_back_request_shows_its_number_for_a_reason(gateway, customer, anita):
    gateway.engine.respond = engine_is_down
    await anita.call("POST", f"{INBOX}/presence", json={"presence": "away"})
    offered = (await customer.say("Fol me një agjent"))[-2]
    choice = offered["buttons"][0]["id"]
    pressed = await customer.call("POST", "/messages", json={"client_id": "b1", "choice": choice})
    await customer.until_done(pressed.json()["message_id"])
    await customer.say("044 765 432")
    [request] = (await anita.call("GET", f"{INBOX}/callbacks")).json()["callbacks"]
    assert (request["number"], request["verified"]) == ("044 ••• •32", False)
    at = f"{INBOX}/callbacks/{request['reference']}"
    assert_error(await anita.call("POST", f"{at}/number", json={}), 422, "invalid_field")
    shown = await anita.call("POST", f"{at}/number", json={"reason": "thirrje"})
    assert shown.json() == {**request, "number": "044765432"}
    gateway.clock.advance(timedelta(minutes=16))
    assert_error(await anita.call("POST", f"{at}/number", json={"reason": "thirrje"}), 403, "confirmation_needed")
    assert (await anita.call("POST", f"{at}/done")).status_code == 204
    assert (await anita.call("GET", f"{INBOX}/callbacks")).json() == {"callbacks": []}
    assert "765432" not in json.dumps(gateway.engine.heard).replace(" ", "")


async def test_a_heartbeat_keeps_an_agent_on_duty_and_is_no_activity(gateway, anita):
    for _ in range(20):
        gateway.clock.advance(timedelta(minutes=1))
        assert (await anita.call("GET", f"{INBOX}/presence")).json() == {"presence": "available"}
    assert (await anita.call("GET", "/api/console/session")).json()["recently_active"] is False
    gateway.clock.advance(timedelta(minutes=2))
    assert (await anita.call("GET", f"{INBOX}/presence")).json() == {"presence": "away"}


async def test_who_acts_after_a_silence_is_there_before_the_next_heartbeat(gateway, waiting, anita, staff):
    besa = await staff("besa")

    async def there() -> list[str]:
        return [each["agent"] for each in (await besa.call("GET", f"{INBOX}/agents")).json()["agents"]]

    for act in (lambda: move(anita, waiting, "take"), lambda: write(anita, waiting, "Mirëdita")):
        gateway.clock.advance(timedelta(minutes=2))
        assert "anita" not in await there()
        assert (await act()).is_success
        assert "anita" in await there()


async def test_the_inbox_is_told_as_it_changes_and_resumed(gateway, waiting, anita):
    async with listening(anita, f"{INBOX}/changes") as events:
        first = await until(events, lambda event: event["event"] == "conversation")
        assert first["data"]["handoff"]["state"] == "waiting"
        gateway.clock.advance(timedelta(seconds=1))
        await move(anita, waiting, "take")
        second = await until(events, lambda event: event["event"] == "conversation")
        assert second["data"]["handoff"]["state"] == "agent"
        counted = await until(events, lambda event: event["event"] == "counters")
        assert (counted["data"]["waiting"], counted["data"]["mine"]) == (0, 1)
    gateway.clock.advance(timedelta(minutes=1))
    await waiting.say("alo")
    async with listening(anita, f"{INBOX}/changes", {"Last-Event-ID": second["id"]}) as events:
        resumed = await until(events, lambda event: event["event"] == "conversation")
        assert resumed["data"]["last"]["text"] == "alo"


async def test_a_conversation_is_streamed_to_its_agent(waiting, anita):
    await move(anita, waiting, "take")
    cursor = (await opened(anita, waiting))["cursor"]
    async with listening(anita, f"{path_of(waiting)}/events?after={cursor}") as events:
        await waiting.post("alo")
        told = await until(events, lambda event: event["event"] == "message")
        assert (told["data"]["text"], told["id"]) == ("alo", str(cursor + 1))
    page = (await anita.call("GET", f"{path_of(waiting)}/history?after={cursor}")).json()
    assert [event["type"] for event in page["events"]] == ["message", "done"]


async def test_the_dialogues_own_request_for_a_person(gateway, customer, anita):
    async def respond(_body: dict[str, str]) -> Response:
        return said("Thirrni 080010000.", custom={"kind": "handoff"})

    gateway.engine.respond = respond
    events = await customer.say("lidhem me ni njeri")
    assert [event["type"] for event in events][-3:] == ["reply", "handoff", "done"]


async def test_without_agents_the_dialogue_says_where_people_are(make_gateway):
    gateway = await make_gateway(handoff=False)
    customer = await gateway.customer()

    async def respond(_body: dict[str, str]) -> Response:
        return said("Thirrni 080010000.", custom={"kind": "handoff"})

    gateway.engine.respond = respond
    events = await customer.say("Fol me një agjent")
    assert [event["type"] for event in events][-2:] == ["reply", "done"]
    assert events[-2]["text"] == "Thirrni 080010000."


@pytest.fixture
async def document(gateway: Gateway) -> dict[str, Any]:
    return dict((await gateway.http.get("/api/v1/openapi.json")).json())


async def test_real_answers_are_as_described(waiting, anita, document):
    async def check(method: str, path: str, **options: Any) -> None:
        at = path.format(conversation_id=waiting.conversation_id, view="waiting")
        response = await anita.call(method, at, **options)
        answers = document["paths"][path][method.lower()]["responses"]
        schema = answers[str(response.status_code)]["content"]["application/json"]["schema"]
        jsonschema.validate(
            response.json(), {**schema, "components": document["components"]}, format_checker=jsonschema.FormatChecker()
        )

    conversation = f"{INBOX}/conversations/{{conversation_id}}"
    await check("GET", f"{INBOX}/views/{{view}}")
    await check("POST", f"{conversation}/take", json={"version": 1})
    await check("POST", f"{conversation}/take", json={"version": 1})
    await check("POST", f"{conversation}/messages", json={"client_id": "x1", "text": "Mirëdita"})
    await check("POST", f"{conversation}/notes", json={"client_id": "n1", "text": "shënim"})
    await check("GET", conversation)
    await check("GET", f"{conversation}/history")
    await check("GET", f"{INBOX}/presence")
    await check("GET", f"{INBOX}/agents")
    await check("GET", f"{INBOX}/callbacks")
