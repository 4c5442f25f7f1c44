"""``/api/console/calls``: agents note, supervisors see, numbers are masked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ndihma.staff.model import Role

from .api_support import assert_error
from .console_support import staff_member

CALLS = "/api/console/calls"
NOTE: dict[str, Any] = {
    "client_id": "n1",
    "disposition": "call_back",
    "text": "Do të thirret për faturën e 044 123 456.",
    "msisdn": "044 123 456",
}


async def test_an_agent_notes_what_a_supervisor_sees_masked_and_ticks_off(drita, anita):
    noted = await anita.call("POST", CALLS, json=NOTE)
    assert noted.status_code == 201, noted.text
    reference = noted.json()["reference"]
    assert (await anita.call("POST", CALLS, json=NOTE)).json() == {"reference": reference, "duplicate": True}
    [shown] = (await drita.call("GET", CALLS)).json()["calls"]
    assert "123" not in shown["text"]
    assert (shown["number"], shown["agent"], shown["state"], shown["ticket"]) == ("044 ••• •56", "anita", "open", None)
    clear = await drita.call("POST", f"{CALLS}/{reference}/number", json={"reason": "E thërras."})
    assert clear.json()["number"] == "044123456"
    assert (await drita.call("POST", f"{CALLS}/{reference}/done")).status_code == 204
    assert (await drita.call("GET", CALLS)).json()["calls"] == []
    [done] = (await drita.call("GET", CALLS, params={"done": 1})).json()["calls"]
    assert done["state"] == "done"
    assert_error(await drita.call("POST", f"{CALLS}/{reference}/done"), 404, "no_call")


async def test_a_number_is_not_needed(drita, anita):
    for number in (None, "", " "):
        body = {**NOTE, "client_id": f"n{number!r}".replace("'", "").replace(" ", "-"), "msisdn": number}
        assert (await anita.call("POST", CALLS, json=body)).status_code == 201
    calls = (await drita.call("GET", CALLS)).json()["calls"]
    assert [each["number"] for each in calls] == [None, None, None]
    refused = await drita.call("POST", f"{CALLS}/{calls[0]['reference']}/number", json={"reason": "x"})
    assert_error(refused, 404, "no_call")


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"msisdn": "12345"}, "invalid_msisdn", "msisdn"),
        ({"disposition": "happy"}, "invalid_field", "disposition"),
        ({"client_id": "a b"}, "invalid_field", "client_id"),
        ({"text": " "}, "empty_text", None),
        ({"text": "x" * 4001}, "text_too_long", None),
    ],
)
async def test_s3_what_cannot_be_stored_is_refused(anita, changed, code, field):
    error = assert_error(await anita.call("POST", CALLS, json={**NOTE, **changed}), 422, code)
    assert error.get("field") == field


async def test_s14_agents_note_supervisors_see_auditors_neither(gateway, drita, anita):
    reference = (await anita.call("POST", CALLS, json=NOTE)).json()["reference"]
    auditor = await staff_member(gateway, "artan", Role.AUDITOR)
    assert_error(await auditor.call("POST", CALLS, json=NOTE), 403, "role_refused")
    for person in (anita, auditor):
        assert_error(await person.call("GET", CALLS), 403, "role_refused")
        assert_error(await person.call("POST", f"{CALLS}/{reference}/done"), 403, "role_refused")
        shown = await person.call("POST", f"{CALLS}/{reference}/number", json={"reason": "x"})
        assert_error(shown, 403, "role_refused")
    await auditor.http.aclose()
    anita.csrf = "wrong"
    assert_error(await anita.call("POST", CALLS, json={**NOTE, "client_id": "n2"}), 403, "csrf_refused")


async def test_s14_after_idle_minutes_a_number_needs_the_code_again(gateway, drita, anita):
    reference = (await anita.call("POST", CALLS, json=NOTE)).json()["reference"]
    gateway.clock.advance(timedelta(minutes=16))
    refused = await drita.call("POST", f"{CALLS}/{reference}/number", json={"reason": "E thërras."})
    assert_error(refused, 403, "confirmation_needed")
