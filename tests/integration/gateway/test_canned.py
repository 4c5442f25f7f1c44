"""``/api/console/canned``: who may, what comes back, what a conversation fills in."""

from __future__ import annotations

from typing import Any

import pytest

from ndihma.accounts.demo import DemoKey
from ndihma.staff.model import Role

from .api_support import ask_for_verification, assert_error, code_sent, number_of
from .console_support import staff_member

CANNED = "/api/console/canned"
HELLO: dict[str, Any] = {
    "shortcut": "mirëdita",
    "title": "Përshëndetje",
    "text": "Mirëdita, jam {emri_i_agjentit} për numrin {numri_i_maskuar}, biseda {biseda}.",
}


async def test_a_supervisor_writes_what_an_agent_uses(gateway, drita, anita):
    made = await drita.call("POST", CANNED, json=HELLO)
    assert made.status_code == 201, made.text
    listed = (await anita.call("GET", CANNED)).json()
    [reply] = listed["replies"]
    assert reply == made.json()
    assert reply["variables"] == ["emri_i_agjentit", "numri_i_maskuar", "biseda"]
    assert (reply["version"], reply["changed_by"], reply["team"]) == (1, "drita", None)
    assert "data_e_sotme" in listed["variables"]
    customer = await gateway.customer()
    used = await anita.call("POST", f"{CANNED}/{reply['id']}/use", json={"conversation_id": customer.conversation_id})
    short = customer.conversation_id[-5:].upper()
    assert used.json() == {
        "text": f"Mirëdita, jam Anita Krasniqi për numrin {{numri_i_maskuar}}, biseda {short}.",
        "missing": ["numri_i_maskuar"],
    }


async def test_s9_a_proved_number_is_put_in_masked(gateway, drita, anita):
    reply = (await drita.call("POST", CANNED, json=HELLO)).json()
    customer = await gateway.customer()
    number = number_of(DemoKey.VALID_FRESH)
    await ask_for_verification(gateway, customer)
    assert (await customer.call("POST", "/verification", json={"msisdn": number})).status_code == 202
    confirmed = await customer.call("POST", "/verification/code", json={"code": await code_sent(gateway)})
    assert confirmed.status_code == 200, confirmed.text
    used = await anita.call("POST", f"{CANNED}/{reply['id']}/use", json={"conversation_id": customer.conversation_id})
    assert f"{number[:3]} ••• •{number[-2:]}" in used.json()["text"]
    assert used.json()["missing"] == []


async def test_without_a_conversation_its_variables_stay(drita, anita):
    reply = (await drita.call("POST", CANNED, json=HELLO)).json()
    used = (await anita.call("POST", f"{CANNED}/{reply['id']}/use", json={})).json()
    assert used["missing"] == ["numri_i_maskuar", "biseda"]
    gone = await anita.call("POST", f"{CANNED}/{reply['id']}/use", json={"conversation_id": "nowhere"})
    assert_error(gone, 404, "no_conversation")


async def test_another_teams_replies_are_the_supervisors_alone(gateway, drita, anita):
    reply = (await drita.call("POST", CANNED, json={**HELLO, "team": "Pejë"})).json()
    assert (await anita.call("GET", CANNED)).json()["replies"] == []
    assert_error(await anita.call("POST", f"{CANNED}/{reply['id']}/use", json={}), 404, "no_canned")
    peja = await staff_member(gateway, "bekim", team="Pejë")
    assert [each["id"] for each in (await peja.call("GET", CANNED)).json()["replies"]] == [reply["id"]]
    assert (await drita.call("POST", f"{CANNED}/{reply['id']}/use", json={})).status_code == 200
    await peja.http.aclose()


async def test_a_change_names_the_version_that_was_read(drita):
    reply = (await drita.call("POST", CANNED, json=HELLO)).json()
    path = f"{CANNED}/{reply['id']}"
    changed = await drita.call("POST", path, json={**HELLO, "title": "Tjetër", "version": 1})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert_error(await drita.call("POST", path, json={**HELLO, "version": 1}), 409, "canned_changed")
    assert (await drita.call("DELETE", path)).status_code == 204
    assert_error(await drita.call("DELETE", path), 404, "no_canned")


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"text": "Jam {emri}."}, "unknown_variables", "text"),
        ({"text": "Thirreni 044 123 456."}, "personal_data", "text"),
        ({"text": "Shkoni te http://x.example/"}, "link_refused", "text"),
        ({"shortcut": "a b"}, "invalid_field", "shortcut"),
        ({"title": ""}, "invalid_field", "title"),
    ],
)
async def test_what_cannot_be_a_reply_is_refused_with_its_field(drita, changed, code, field):
    error = assert_error(await drita.call("POST", CANNED, json={**HELLO, **changed}), 422, code)
    assert error["field"] == field
    if code == "unknown_variables":
        assert "„emri“" in error["message"]
        assert "emri_i_agjentit" in error["message"]


async def test_a_taken_shortcut_is_told(drita):
    await drita.call("POST", CANNED, json=HELLO)
    assert_error(await drita.call("POST", CANNED, json=HELLO), 409, "shortcut_taken")


async def test_s14_agents_change_nothing_and_auditors_see_nothing(gateway, drita, anita):
    reply = (await drita.call("POST", CANNED, json=HELLO)).json()
    path = f"{CANNED}/{reply['id']}"
    auditor = await staff_member(gateway, "artan", Role.AUDITOR)
    for person in (anita, auditor):
        assert_error(await person.call("POST", CANNED, json={**HELLO, "shortcut": "x"}), 403, "role_refused")
        assert_error(await person.call("POST", path, json={**HELLO, "version": 1}), 403, "role_refused")
        assert_error(await person.call("DELETE", path), 403, "role_refused")
    assert_error(await auditor.call("GET", CANNED), 403, "role_refused")
    assert_error(await auditor.call("POST", f"{path}/use", json={}), 403, "role_refused")
    await auditor.http.aclose()
    [left] = (await drita.call("GET", CANNED)).json()["replies"]
    assert left == reply


async def test_s14_nothing_changes_without_the_csrf_token(drita):
    drita.csrf = "wrong"
    assert_error(await drita.call("POST", CANNED, json=HELLO), 403, "csrf_refused")
