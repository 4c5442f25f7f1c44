"""Customers prove their number in Telegram and ask about themselves: the facts and dates of ``test_accounts``."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pikepdf
import pytest

from ndihma.accounts.lifecycle import INACTIVE_DAYS
from ndihma.accounts.msisdn import Msisdn
from ndihma.formatting import format_day_short
from ndihma.telegram.words_sq import ALBANIAN
from tests.e2e.conftest import outbox
from tests.e2e.telegram.talking import Talk, Telegram, texts
from tests.e2e.test_accounts import today
from tests.e2e.test_questions import missing_facts
from tests.support.telegram.chats import Post

pytestmark = pytest.mark.e2e

CREDIT = "sa kredi kam në numrin tim?"


async def verified(telegram: Telegram, msisdn: str, question: str = CREDIT) -> tuple[Talk, str]:
    """A person whose number is proved by a code; and what they were told about the question that led there."""
    talk = telegram.talk()
    asked = await talk.say(question)
    assert asked[-1].keyboard == [{"text": ALBANIAN.share_number, "request_contact": True}]
    answer = texts(await talk.prove(msisdn))
    assert telegram.api.received(talk.chat_id)[-1].text.isdigit()
    await telegram.api.until(lambda: telegram.api.received(talk.chat_id)[-1].deleted, "the code's message deleted")
    return talk, answer


async def test_an_inactive_number_is_told_its_deadline(telegram: Telegram) -> None:
    _, answer = await verified(telegram, "044 100 107")
    deadline = today() + timedelta(days=INACTIVE_DAYS - 5)
    assert missing_facts(answer, ["Inaktiv", "1 deri në 50 €", format_day_short(deadline), "Deaktiv"]) == []
    assert "044 ••• •07" in answer


async def test_credit_is_told_to_its_owner(telegram: Telegram) -> None:
    _, answer = await verified(telegram, "044 100 105")
    assert missing_facts(answer, ["12,40 €", "Aktiv"]) == []


async def test_ones_own_contact_is_enough_for_the_status(telegram: Telegram) -> None:
    """S12: level 1 by the shared contact; no code goes out."""
    talk = telegram.talk()
    await talk.say("deri kur e kam aktiv numrin tim")
    before = len(outbox(telegram.system))
    posts = await talk.after(await telegram.api.contact(talk.chat_id, Msisdn.parse("044 100 106").e164))
    assert ALBANIAN.matched.format(masked="044 ••• •06") in [post.text for post in posts]
    assert len(outbox(telegram.system)) == before


async def test_a_strangers_contact_is_not(telegram: Telegram) -> None:
    talk = telegram.talk()
    await talk.say(CREDIT)
    number = Msisdn.parse("044 100 106").e164
    posts = await talk.after(await telegram.api.contact(talk.chat_id, number, user_id=talk.chat_id + 500_000))
    assert [post.text for post in posts] == [ALBANIAN.contact_not_own]


QUESTIONS: list[tuple[str, str, list[str]]] = [
    ("044 100 120", "kur më rikyçet numri i ndërprerë për mospagesë", ["automatik"]),
    ("044 100 121", "si kyçem në selfcare", ["selfcare\\.php", "herën e parë|ende nuk jeni kyçur", "GET PIN"]),
    ("044 100 104", "si kyçem në selfcare", ["prepaid", "kontratë"]),
    ("044 100 127", "cili është parakushti i anëtarëve në klubin e biznesit", ["2", "kontratë", "simbolike"]),
    ("044 100 104", "më duhet kodi puk", ["080010000", "kartelën e madhe"]),
]


@pytest.mark.parametrize(("msisdn", "question", "facts"), QUESTIONS, ids=[f"{q[0]} {q[1][:24]}" for q in QUESTIONS])
async def test_a_proved_customer_hears_their_own_facts(
    telegram: Telegram, msisdn: str, question: str, facts: list[str]
) -> None:
    talk, _ = await verified(telegram, msisdn)
    assert missing_facts(texts(await talk.say(question)), facts) == []


async def test_a_suspended_customer_sends_the_proof_of_payment(telegram: Telegram) -> None:
    talk, answer = await verified(telegram, "044 100 119")
    assert missing_facts(answer, ["23,40 €", "mospagesë"]) == []
    posts = await talk.say("e pagova, qe dëshmia, ma lëshoni numrin")
    assert posts[-1].text == ALBANIAN.proof_wanted
    page = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(page)
    sent: list[tuple[Callable[[], Awaitable[Post]], str]] = [
        (lambda: telegram.api.document(talk.chat_id, b"#!/bin/sh", "x.pdf"), "JPG, PNG ose PDF"),
        (lambda: telegram.api.document(talk.chat_id, page.getvalue(), "d.pdf"), "E morëm dëshminë"),
    ]
    for send, sentence in sent:
        assert sentence in texts(await talk.after(await send()))


async def test_s17_a_deactive_number_without_a_contact_gets_no_code_and_nobody_learns_why(telegram: Telegram) -> None:
    talk = telegram.talk()
    await talk.say(CREDIT)
    before = len(outbox(telegram.system))
    deactive = texts(await talk.say("044 100 110"))
    unknown = texts(await talk.say("044 999 998"))
    assert deactive.replace("•10", "•98") == unknown
    assert len(outbox(telegram.system)) == before


async def test_a_wrong_code_counts(telegram: Telegram) -> None:
    talk = telegram.talk()
    await talk.say(CREDIT)
    await talk.say("044 100 116")
    posts = await talk.say("000000")
    assert "Përpjekje të mbetura: 4" in texts(posts)


async def test_another_person_knows_nothing_of_the_last_one(telegram: Telegram) -> None:
    await verified(telegram, "044 100 117")
    posts = await telegram.talk().say("sa borxh kam")
    assert posts[-1].keyboard


async def test_s6_the_token_and_the_numbers_stand_in_no_log(telegram: Telegram) -> None:
    """What the whole module did so far is in the logs."""
    logs = "".join(path.read_text(errors="replace") for path in telegram.system.var.rglob("*.log"))
    logs += (telegram.system.var / "serve.out").read_text()
    assert "telegram" in logs
    for secret in (telegram.api.token, telegram.api.token.split(":")[1], "44100107", "044 100 1"):
        assert secret not in logs
