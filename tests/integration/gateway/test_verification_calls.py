"""The verification calls over HTTP: a number is proved, a code is not told."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from ndihma import messages
from ndihma.accounts.demo import DemoKey
from ndihma.formatting import format_moment_after
from ndihma.verification.policy import ADDRESS_FAILURES

from .api_support import (
    ask_for_verification,
    assert_error,
    code_sent,
    number_of,
)
from .scripted_desk import NOW


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


SPARE = "n3JX-0pWq_7Zt2Lk9sVbYc4d"


async def verified_with_a_spare(gateway, customer) -> dict[str, object]:
    """The right code is given with a spare token; the customer goes on with the old one, as if the answer was lost."""
    await ask_for_verification(gateway, customer)
    await customer.call("POST", "/verification", json={"msisdn": number_of(DemoKey.ACTIVE_BY_TOP_UP)})
    given = {"code": await code_sent(gateway), "spare_token": SPARE}
    response = await customer.call("POST", "/verification/code", json=given)
    assert response.status_code == 200, response.text
    body: dict[str, object] = response.json()
    return body


async def test_s2_who_lost_the_answer_to_the_code_goes_on_with_the_spare_token(gateway, customer):
    lost = (await verified_with_a_spare(gateway, customer))["token"]
    assert_error(await customer.call("GET"), 401, "unauthorized")  # whoever held the old one is out all the same
    customer.token = SPARE
    customer.token = (await customer.call("POST", "/token")).json()["token"]
    assert (await customer.call("GET")).json()["level"] == 2
    for token in (SPARE, lost):
        customer.token = str(token)
        assert_error(await customer.call("GET"), 401, "unauthorized")


async def test_s2_a_spare_token_ends_when_the_new_one_is_first_used(gateway, customer):
    body = await verified_with_a_spare(gateway, customer)
    customer.token = str(body["token"])
    assert (await customer.call("GET")).status_code == 200
    customer.token = SPARE
    assert_error(await customer.call("GET"), 401, "unauthorized")
    assert_error(await customer.call("POST", "/token"), 401, "unauthorized")


async def test_s2_a_spare_token_is_good_for_a_minute_and_for_nothing_before_the_code(gateway, customer):
    old, customer.token = customer.token, SPARE
    assert_error(await customer.call("GET"), 401, "unauthorized")
    customer.token = old
    await verified_with_a_spare(gateway, customer)
    customer.token = SPARE
    gateway.clock.advance(timedelta(seconds=59))
    assert (await customer.call("GET")).status_code == 200
    gateway.clock.advance(timedelta(seconds=1))
    assert_error(await customer.call("GET"), 401, "unauthorized")


@pytest.mark.parametrize("spare", ["short", "a" * 129, "with space " * 4, "ë" * 30])
async def test_s2_a_spare_token_that_could_be_guessed_is_refused_and_costs_no_try(gateway, customer, spare):
    await ask_for_verification(gateway, customer)
    await customer.call("POST", "/verification", json={"msisdn": number_of(DemoKey.ACTIVE_BY_TOP_UP)})
    code = await code_sent(gateway)
    given = {"code": code, "spare_token": spare}
    error = assert_error(await customer.call("POST", "/verification/code", json=given), 422, "invalid_field")
    assert error["field"] == "spare_token"
    assert (await customer.call("POST", "/verification/code", json={"code": code})).status_code == 200


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
    error = assert_error(response, 429, "too_many_codes")
    assert int(response.headers["retry-after"]) >= 1
    again_at = gateway.clock.now() + timedelta(seconds=int(response.headers["retry-after"]))
    assert format_moment_after(again_at) in error["message"], "the sentence says from when it works again"
    assert (await customer.call("DELETE", "/verification")).status_code == 204
    steps = [event for event in await customer.events() if event["type"] == "verification"]
    states = [step["state"] for step in steps]
    assert states == ["number_needed", "code_sent", "expired", "code_sent", "locked", "code_sent", "cancelled"]
    masked = f"{number[:3]} ••• •{number[-2:]}"
    assert [step["masked"] for step in steps] == [None, masked, masked, masked, masked, masked, None]


async def test_s5_a_locked_number_is_told_until_when(gateway, customer):
    await ask_for_verification(gateway, customer)
    number = number_of(DemoKey.ACTIVE_BY_TOP_UP)
    for _ in range(2):
        assert (await customer.call("POST", "/verification", json={"msisdn": number})).status_code == 202
        for _ in range(5):
            await customer.call("POST", "/verification/code", json={"code": "123456"})
            gateway.clock.advance(timedelta(seconds=30))
    locked = [event for event in await customer.events() if event["type"] == "verification"][-1]
    assert locked["state"] == "locked"
    until = datetime.fromisoformat(locked["expires_at"])
    assert timedelta(hours=23, minutes=59) < until - gateway.clock.now() < timedelta(hours=24)
    again = await customer.call("POST", "/verification", json={"msisdn": number})
    assert format_moment_after(until) in assert_error(again, 429, "verification_locked")["message"]
    assert [event for event in await customer.events() if event["type"] == "verification"][-1]["expires_at"] == locked[
        "expires_at"
    ]


async def test_s5_an_address_that_gave_too_many_wrong_codes_is_told_so_and_when_to_try_again(gateway):
    for n in range(ADDRESS_FAILURES.count // 5):
        gateway.clock.advance(timedelta(minutes=2))  # within the limits of messages
        customer = await gateway.customer()
        await ask_for_verification(gateway, customer)
        asked = await customer.call("POST", "/verification", json={"msisdn": f"049 {300000 + n}"})
        assert asked.status_code == 202
        answers = [await customer.call("POST", "/verification/code", json={"code": f"{m:06}"}) for m in range(5)]
        assert {answer.status_code for answer in answers} == {422, 429}
    gateway.clock.advance(timedelta(minutes=2))
    customer = await gateway.customer()
    await ask_for_verification(gateway, customer)
    refused = await customer.call("POST", "/verification", json={"msisdn": number_of(DemoKey.ACTIVE_BY_TOP_UP)})
    error = assert_error(refused, 429, "too_many_wrong_codes")
    assert "080010000" in error["message"]
    assert 1 <= int(refused.headers["retry-after"]) <= 24 * 3600
    again_at = gateway.clock.now() + timedelta(seconds=int(refused.headers["retry-after"]))
    assert format_moment_after(again_at) in error["message"]
    events = await customer.say(number_of(DemoKey.ACTIVE_BY_TOP_UP))
    assert events[-2]["text"] == error["message"], "typed into the chat, too"
