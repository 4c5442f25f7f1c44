"""Every account state × every account question: which responses a verified customer gets, with which values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from ndihma.clock import BELGRADE
from ndihma.instructions import AttachProof

from .expected_answers import (
    CHECK,
    MASKED,
    MEMBERS,
    NUMBER,
    OFFER,
    PROOF,
    QUESTIONS,
    RECONNECTION,
    REFERENCE,
    STATES,
    VALID,
    active_until,
    expected,
    prepaid,
)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("state", STATES)
async def test_a_verified_customer_hears_about_the_own_state(dialogue, state, question):
    dialogue.verify(STATES[state])
    reply = await dialogue.says(question)
    assert reply.responses == expected(state, question)
    assert all(said.response != "utter_offer_account" for said in reply)
    numbers = {said.params["number"] for said in reply if "number" in said.params}
    assert numbers <= {MASKED}


@pytest.mark.parametrize(
    ("state", "question", "response", "params"),
    [
        ("valid", VALID, "utter_account_status_valid", {"deadline": "9 shkurt 2027"}),
        ("active", CHECK, "utter_account_status_active", {"deadline": "20 dhjetor"}),
        (
            "inactive",
            CHECK,
            "utter_account_status_inactive",
            {"since": "12 nëntor 2026", "deadline": "27 nëntor"},
        ),
        (
            "inactive_kept_credit",
            CHECK,
            "utter_account_status_inactive_kept_credit",
            {"since": "20 nëntor 2026", "deadline": "27 nëntor"},
        ),
        ("deactive", CHECK, "utter_account_status_deactive", {"since": "18 nëntor 2026", "deadline": "2 dhjetor"}),
        ("void", CHECK, "utter_account_status_void", {"since": "2 shtator 2026"}),
        (
            "suspended",
            RECONNECTION,
            "utter_account_reconnection_suspended",
            {"since": "10 nëntor 2026", "amount": "18,50 €"},
        ),
        ("bill_open", CHECK, "utter_account_bill_open", {"amount": "12 €", "due": "30 nëntor 2026"}),
        ("bill_overdue", CHECK, "utter_account_bill_overdue", {"amount": "18,50 €", "due": "20 tetor 2026"}),
    ],
)
async def test_dates_and_amounts_are_the_customers_own(dialogue, state, question, response, params):
    dialogue.verify(STATES[state])
    assert (await dialogue.says(question)).of(response).params == {"number": MASKED, **params}


async def test_an_answer_changes_at_midnight_in_kosovo(dialogue):
    """In UTC it is still the day before: 23:00."""
    dialogue.verify(prepaid(active_until(date(2026, 11, 6))))
    identities = dialogue.assurance.identities
    for conversation, identity in identities.items():
        identities[conversation] = replace(identity, expires_at=identity.expires_at + timedelta(days=1))
    dialogue.context.clock.advance(timedelta(hours=7, minutes=59, seconds=59))
    before = await dialogue.says(CHECK)
    assert before.responses[:2] == ["utter_account_status_inactive", "utter_account_status_last_day"]
    dialogue.context.clock.advance(timedelta(seconds=1))
    assert (await dialogue.says(CHECK)).responses[0] == "utter_account_status_deactive"


async def test_credit_is_told_as_money(dialogue):
    dialogue.verify(STATES["active"])
    assert (await dialogue.says(CHECK)).of("utter_account_credit").params == {"credit": "3,20 €"}


async def test_an_account_system_without_the_credit_leaves_it_out(dialogue):
    dialogue.verify(replace(STATES["active"], balance_cents=None))
    assert (await dialogue.says(CHECK)).responses == ["utter_account_status_active"]


async def test_a_clubs_numbers_are_told(dialogue):
    dialogue.verify(STATES["club_missing_more"])
    own = (await dialogue.says(MEMBERS)).of("utter_account_club_missing")
    assert own.params == {"club": "Ekipi", "package": "Biznes 10", "contracts": "1", "required": "3", "missing": "2"}


@pytest.mark.parametrize(
    ("seen", "says_so"), [((14, 59), True), ((15, 0), False), ((16, 0), False)], ids=["old", "an hour", "now"]
)
async def test_a_stale_answer_says_how_old_it_is(dialogue, seen, says_so):
    dialogue.verify(replace(STATES["nothing_due"], as_of=datetime(2026, 11, 22, *seen, tzinfo=BELGRADE)))
    reply = await dialogue.says(CHECK)
    assert reply.responses == ["utter_account_bill_nothing_due", *(["utter_account_as_of"] if says_so else [])]
    if says_so:
        assert reply.of("utter_account_as_of").params == {"moment": "22 nëntor 2026, 14:59"}


async def test_a_stale_answer_still_ends_with_its_offer(dialogue):
    dialogue.verify(replace(STATES["suspended"], as_of=datetime(2026, 11, 21, 9, 0, tzinfo=BELGRADE)))
    reply = await dialogue.says(CHECK)
    assert reply.responses == ["utter_account_reconnection_suspended", "utter_account_as_of", *OFFER]
    assert (await dialogue.says("affirm")).responses[0] == "utter_account_proof_filed"


async def test_proof_of_a_suspended_line_files_one_request_and_wants_the_file(dialogue):
    dialogue.verify(STATES["suspended"])
    first = await dialogue.says(PROOF)
    again = await dialogue.says(PROOF)
    assert first.of("utter_account_proof_filed").params == {"number": MASKED, "reference": REFERENCE}
    assert again.responses == ["utter_account_proof_open"]
    assert first.instruction == again.instruction == AttachProof(request_reference=REFERENCE)
    assert [(conversation, number) for conversation, number, _ in dialogue.requests.filed] == [
        ("nJ-4_Qx0aBcDeFgHiJkLmN", NUMBER)
    ]


async def test_a_filed_request_is_the_state_of_the_reconnection(dialogue):
    dialogue.verify(STATES["suspended"])
    await dialogue.says(PROOF)
    for question in (RECONNECTION, CHECK):
        reply = await dialogue.says(question)
        assert reply.of("utter_account_reconnection_requested").params == {"number": MASKED, "reference": REFERENCE}


@pytest.mark.parametrize("state", ["nothing_due", "bill_open", "active", "reconnected"])
async def test_no_request_is_filed_for_a_line_that_works(dialogue, state):
    dialogue.verify(STATES[state])
    assert (await dialogue.says(PROOF)).instruction is None
    assert dialogue.requests.filed == []


REFUSALS = ("recent_change", "shown_today", "shown_often", "no_other_contact", "contact_too_new")
"""Why no PUK is shown to a verified customer (test_puk.py)."""


async def test_the_states_reach_every_account_response(dialogue, content):
    said: set[str] = set()
    for line in STATES.values():
        dialogue.link(line)
        said.update((await dialogue.says(CHECK)).responses)
        dialogue.links.identities.clear()
        dialogue.verify(line)
        dialogue.requests.open.clear()
        for question in [*QUESTIONS, PROOF, RECONNECTION]:
            said.update((await dialogue.says(question)).responses)
    elsewhere = {
        "utter_account_as_of",
        "utter_account_not_found",
        "utter_account_price_reconnection",
        "utter_account_proof_more",
        "utter_account_proof_unavailable",
        *(f"utter_account_puk_{reason}" for reason in ("ready", "second_factor", *REFUSALS)),
        "utter_account_reconnection_confirmed",
        "utter_account_reconnection_proof_received",
        "utter_account_reconnection_rejected",
        "utter_account_unavailable",
    }
    assert {answer.name for answer in content if answer.name.startswith("utter_account_")} == elsewhere | {
        name for name in said if name.startswith("utter_account_")
    }
