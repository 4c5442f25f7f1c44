"""Customers with an account, verified by a code, asking about themselves: each state with its facts and dates."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pikepdf
import pytest

from ndihma.accounts.lifecycle import DEACTIVE_DAYS, INACTIVE_DAYS
from ndihma.clock import SystemClock, local_date
from ndihma.formatting import format_day_short
from tests.e2e.conftest import Conversation, System, outbox, replies, sent_to, wait_for
from tests.e2e.test_questions import missing_facts

pytestmark = pytest.mark.e2e


def today() -> date:
    return local_date(SystemClock().now())


def verified(system: System, msisdn: str, question: str = "sa kredi kam në numrin tim?") -> tuple[Conversation, str]:
    """A conversation whose number is proved; and what it was told about the question that led there."""
    conversation = Conversation.start(system)
    asked = conversation.say(question)
    assert [e["state"] for e in asked if e["type"] == "verification"] == ["number_needed"]
    return conversation, replies(conversation.verify(system, msisdn))


def test_an_inactive_number_is_told_its_deadline(system: System) -> None:
    """Demo: day 5 of 15 of Inactive (FAQ 002, "Inaktiv")."""
    _, answer = verified(system, "044 100 107")
    deadline = today() + timedelta(days=INACTIVE_DAYS - 5)
    assert missing_facts(answer, ["Inaktiv", "1 deri në 50 €", format_day_short(deadline), "Deaktiv"]) == []
    assert "044 ••• •07" in answer


def test_s7_a_deactive_number_is_told_its_deadline_after_a_code_to_its_old_contact(system: System) -> None:
    """The number typed into the chat, then the code; told the same words as for a number that does not exist (S17)."""
    mailbox = "d•••@e•••.com"
    conversation, stranger = Conversation.start(system), Conversation.start(system)
    told = []
    before = len(sent_to(system, mailbox))
    for each, number in ((conversation, "044 100 109"), (stranger, "044 999 999")):
        asked = each.say("sa kredi kam në numrin tim?")
        assert [e["state"] for e in asked if e["type"] == "verification"] == ["number_needed"]
        told.append(replies(each.say(number)))
    assert told[0] == told[1]
    assert missing_facts(told[0], ["me SMS", "te një kontakt i regjistruar", "080010000"]) == []
    answer = replies(conversation.give_code(system, mailbox, before))
    deadline = today() + timedelta(days=DEACTIVE_DAYS - 5)
    assert missing_facts(answer, ["044 ••• •09", "Deaktiv", format_day_short(deadline), "1,50 €", "2,99 €"]) == []
    notice = wait_for(lambda: [m for m in sent_to(system, mailbox) if "u hap për shikim" in m["text"]])
    assert "044 ••• •09" in notice[0]["text"]
    puk = conversation.say("më duhet kodi puk")
    assert [e for e in puk if e["type"] == "reveal"] == []


def test_a_deactive_number_without_a_contact_gets_no_code_and_nobody_learns_why(system: System) -> None:
    """S17: the answer is that of any other number; no code goes out."""
    conversation = Conversation.start(system)
    conversation.say("sa kredi kam në numrin tim?")
    before = len(outbox(system))
    answers = [
        conversation.client.post(
            f"{conversation.path}/verification", json={"msisdn": number}, headers=conversation.headers
        )
        for number in ("044 100 110", "044 999 999")
    ]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json().keys() == answers[1].json().keys()
    assert len(outbox(system)) == before


def test_credit_is_told_to_its_owner(system: System) -> None:
    _, answer = verified(system, "+383 44 100 105")
    assert missing_facts(answer, ["12,40 €", "Aktiv"]) == []


def test_a_suspended_customer_is_told_the_amount_and_files_a_proof(system: System) -> None:
    conversation, answer = verified(system, "044100119")
    assert missing_facts(answer, ["23,40 €", "mospagesë"]) == []
    events = conversation.say("e pagova, qe dëshmia, ma lëshoni numrin")
    wanted = [e for e in events if e["type"] == "attachment"]
    assert [e["state"] for e in wanted] == ["wanted"]
    reference = wanted[0]["reference"]
    assert reference in replies(events)
    bad = conversation.client.post(
        f"{conversation.path}/attachments",
        files={"file": ("x.png", b"#!/bin/sh", "image/png")},
        headers=conversation.headers,
    )
    assert 400 <= bad.status_code < 500
    assert bad.json()["error"]["message"]
    page = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(page)
    good = conversation.client.post(
        f"{conversation.path}/attachments",
        files={"file": ("d.pdf", page.getvalue(), "application/pdf")},
        headers=conversation.headers,
    )
    assert good.status_code == 201, good.text
    received = conversation.read()
    assert [(e["state"], e["reference"]) for e in received if e["type"] == "attachment"] == [("received", reference)]
    again = conversation.say("a mund ta dërgoj edhe një herë dëshminë e pagesës?")
    assert reference in replies(again)


def test_a_paid_customer_hears_that_reconnection_is_automatic(system: System) -> None:
    conversation, _ = verified(system, "044 100 120")
    assert (
        missing_facts(replies(conversation.say("kur më rikyçet numri i ndërprerë për mospagesë")), ["automatik"]) == []
    )


def test_selfcare_of_a_postpaid_customer_who_never_logged_in(system: System) -> None:
    conversation, _ = verified(system, "044 100 121")
    answer = replies(conversation.say("si kyçem në selfcare"))
    assert missing_facts(answer, ["selfcare\\.php", "herën e parë|ende nuk jeni kyçur", "GET PIN"]) == []


def test_selfcare_is_not_for_prepaid(system: System) -> None:
    conversation, _ = verified(system, "044 100 104")
    assert missing_facts(replies(conversation.say("si kyçem në selfcare")), ["prepaid", "kontratë"]) == []


def test_a_club_that_lacks_contracts(system: System) -> None:
    conversation, _ = verified(system, "044 100 127")
    answer = replies(conversation.say("cili është parakushti i anëtarëve në klubin e biznesit"))
    assert missing_facts(answer, ["2", "kontratë", "simbolike"]) == []


def test_a_puk_is_never_shown(system: System) -> None:
    conversation, _ = verified(system, "044 100 104")
    assert missing_facts(replies(conversation.say("më duhet kodi puk")), ["080010000", "kartelën e madhe"]) == []


def test_a_fixed_line_has_bills_not_statuses(system: System) -> None:
    """A code by SMS reaches mobiles only; the fixed line's way is the Customer Care Centre."""
    conversation = Conversation.start(system)
    answer = replies(conversation.say("dua t'i di shpenzimet e linjës fikse"))
    assert missing_facts(answer, ["Qendrën e Kujdesit për Konsumatorë"]) == []


def test_a_wrong_code_counts_and_a_right_one_rotates_the_token(system: System) -> None:
    conversation = Conversation.start(system)
    conversation.say("deri kur e kam aktiv numrin tim")
    conversation.client.post(
        f"{conversation.path}/verification", json={"msisdn": "044100106"}, headers=conversation.headers
    ).raise_for_status()
    wrong = conversation.client.post(
        f"{conversation.path}/verification/code", json={"code": "000000"}, headers=conversation.headers
    )
    assert wrong.status_code == 422
    assert wrong.json()["error"]["code"] == "wrong_code"
    old = dict(conversation.headers)
    conversation.verify(system, "044100106")
    assert conversation.client.get(conversation.path, headers=old).status_code == 401
    assert conversation.state()["level"] == 2


def test_a_new_conversation_knows_nothing_of_the_last_one(system: System) -> None:
    verified(system, "044 100 116")
    stranger = Conversation.start(system)
    assert [e["state"] for e in stranger.say("sa borxh kam") if e["type"] == "verification"] == ["number_needed"]
