"""The supervisor's view over HTTP: who may see it, what it shows and tells, whispers to agents."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import jsonschema

from ndihma.staff.model import Role

from .api_support import assert_error
from .console_support import Browser
from .inbox_support import INBOX, StaffMade, available, listening, move, opened, path_of, until, write
from .live_gateway import Customer, Gateway

FLOOR = "/api/console/supervision"


async def whisper(browser: Browser, customer: Customer, text: str = "Ofroni rikyçjen.", to: str = "anita") -> Any:
    body = {"client_id": "w1", "text": text, "to": to}
    return await browser.call("POST", f"{path_of(customer)}/whispers", json=body)


async def test_s14_the_floor_is_for_supervisors_alone(gateway: Gateway, waiting: Customer, staff: StaffMade) -> None:
    anita, auditor, boss = await staff("arta"), await staff("mira", Role.AUDITOR), await staff("drita", Role.SUPERVISOR)
    for path in (FLOOR, f"{FLOOR}/changes"):
        assert_error(await gateway.http.get(path), 401, "not_signed_in")
        for browser in (anita, auditor):
            assert_error(await browser.call("GET", path), 403, "role_refused")
    for browser in (anita, auditor):
        assert_error(await whisper(browser, waiting), 403, "role_refused")
    boss.csrf = "x"
    assert_error(await whisper(boss, waiting), 403, "csrf_refused")
    assert_error(await auditor.call("POST", f"{INBOX}/whispers/x/read"), 403, "role_refused")


async def test_the_floor_shows_who_waits_and_who_works(
    gateway: Gateway, waiting: Customer, anita: Browser, staff: StaffMade
) -> None:
    asked_at = gateway.clock.now()
    boss = await staff("drita", Role.SUPERVISOR)
    gateway.clock.advance(timedelta(seconds=50))
    waited_s = int((gateway.clock.now() - asked_at).total_seconds())
    await available(anita)
    await move(anita, waiting, "take")
    await write(anita, waiting, "Mirëdita")
    await waiting.say("alo")
    answer = await boss.call("GET", FLOOR)
    floor = answer.json()
    assert floor["counts"] == {
        "waiting": 0, "agents": 1, "snoozed": 0, "closed_today": 0, "assistant": 0, "callbacks": 0,
    }  # fmt: skip
    assert floor["first"] == {
        "answered": 1, "longest_s": waited_s, "median_s": waited_s, "p90_s": waited_s, "late": 0,
        "open": 0, "open_late": 0, "open_since": None,
    }  # fmt: skip
    [one] = floor["open"]
    assert {"conversation_id": waiting.conversation_id, "agent": "anita", "kind": "next", "late": False}.items() <= (
        one.items()
    )
    [agent] = floor["agents"]
    assert (agent["agent"], agent["presence"], agent["conversations"], agent["unanswered"]) == (
        "anita",
        "available",
        1,
        1,
    )
    assert "alo" not in answer.text
    document = (await gateway.http.get("/api/v1/openapi.json")).json()
    schema = document["paths"][FLOOR]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.validate(floor, {**schema, "components": document["components"]})


async def test_the_floor_is_told_as_it_changes(
    gateway: Gateway, waiting: Customer, anita: Browser, staff: StaffMade
) -> None:
    boss = await staff("drita", Role.SUPERVISOR)
    async with listening(boss, f"{FLOOR}/changes") as events:
        first = await until(events, lambda event: event["event"] == "floor")
        assert (first["data"]["counts"]["waiting"], first["data"]["open"][0]["state"]) == (1, "waiting")
        await move(anita, waiting, "take")
        taken = await until(events, lambda event: event["data"]["counts"]["waiting"] == 0)
        assert taken["data"]["open"][0]["agent_name"] == "Anita Krasniqi"
        gateway.clock.advance(timedelta(minutes=2, seconds=1))
        late = await until(events, lambda event: event["data"]["first"]["open_late"] == 1)
        assert late["data"]["agents"][0]["presence"] is None


async def test_a_whisper_is_told_at_once_to_who_has_the_conversation_until_it_is_read(
    gateway: Gateway, waiting: Customer, anita: Browser, staff: StaffMade
) -> None:
    besa, boss = await staff("besa"), await staff("drita", Role.SUPERVISOR)
    await move(anita, waiting, "take")
    async with listening(anita, f"{INBOX}/changes") as events:
        assert (await whisper(boss, waiting, "Ofroni rikyçjen te 044 123 456.")).status_code == 202
        told = await until(events, lambda event: event["event"] == "whispers" and event["data"]["whispers"])
        [one] = told["data"]["whispers"]
        assert (one["conversation_id"], one["text"]) == (waiting.conversation_id, "Ofroni rikyçjen te <msisdn>.")
        at = f"{INBOX}/whispers/{one['id']}/read"
        assert_error(await besa.call("POST", at), 404, "not_found")
        assert (await anita.call("POST", at)).status_code == 204
        over = await until(events, lambda event: event["event"] == "whispers")
        assert over["data"] == {"whispers": []}
    [note] = (await opened(boss, waiting))["notes"]
    assert (note["whispered_to"], note["seen_at"] is not None) == ("Anita Krasniqi", True)
    assert "rikyçjen te" not in json.dumps(await waiting.events(), ensure_ascii=False)


async def test_a_whisper_that_would_reach_somebody_else_is_refused(
    waiting: Customer, anita: Browser, staff: StaffMade
) -> None:
    boss = await staff("drita", Role.SUPERVISOR)
    assert_error(await whisper(boss, waiting), 409, "handoff_not_possible")
    await move(anita, waiting, "take")
    assert_error(await whisper(boss, waiting, to="besa"), 409, "handoff_changed")
    assert_error(await whisper(boss, waiting, "a" * 4001), 422, "text_too_long")
    missing = await boss.call(
        "POST", f"{INBOX}/conversations/nobody/whispers", json={"client_id": "w", "text": "a", "to": "anita"}
    )
    assert_error(missing, 404, "no_conversation")
