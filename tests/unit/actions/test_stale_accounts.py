"""A copy that stands in for an account system that is down is told with its time, however short ago that was."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ndihma.accounts.model import Bill, Line, LineKind, SimCard, SimState, Subscriber
from ndihma.accounts.msisdn import Msisdn

from .conftest import NOW, Dialogue
from .expected_answers import STATES

PAID = Line(
    Msisdn.parse("044 100 201"),
    LineKind.POSTPAID,
    Subscriber("K-1", "Arta Shembull"),
    bills=(Bill("F-1", NOW.date() - timedelta(days=30), NOW.date() - timedelta(days=15), 1500, 1500),),
)


@pytest.mark.parametrize(("is_stale", "says_so"), [(True, True), (False, False)])
async def test_a_copy_of_a_minute_ago_says_when_it_was_seen(dialogue: Dialogue, is_stale: bool, says_so: bool) -> None:
    dialogue.verify(replace(PAID, as_of=NOW - timedelta(minutes=1), is_stale=is_stale))
    reply = await dialogue.says("ask_reconnection")
    assert ("utter_account_as_of" in reply.responses) is says_so


@pytest.mark.parametrize("topic", ["ask_reconnection", "check_account"])
async def test_a_price_from_a_copy_says_when_it_was_seen(dialogue: Dialogue, topic: str) -> None:
    copy = replace(STATES["suspended"], as_of=NOW - timedelta(minutes=1), is_stale=True)
    dialogue.verify(copy)
    await dialogue.says(topic)
    reply = await dialogue.says("ask_sim_price", entities=["bare_price"])
    assert reply.responses == ["utter_account_price_reconnection", "utter_account_as_of"]
    dialogue.verify(replace(copy, is_stale=False))
    assert "utter_account_as_of" not in (await dialogue.says("ask_sim_price", entities=["bare_price"])).responses


async def test_kind_and_status_from_a_copy_say_when_they_were_seen(dialogue: Dialogue) -> None:
    dialogue.link(replace(STATES["suspended"], as_of=NOW - timedelta(minutes=1), is_stale=True))
    reply = await dialogue.says("check_account")
    assert reply.responses == ["utter_account_linked_suspended", "utter_account_as_of", "utter_check_account"]


@pytest.mark.parametrize(("is_stale", "decided"), [(True, False), (False, True)])
async def test_s8_a_puk_is_not_decided_on_a_copy(dialogue: Dialogue, is_stale: bool, decided: bool) -> None:
    card = SimCard("8938300000000000201", SimState.PUK_LOCKED)
    dialogue.verify(replace(PAID, sim=card, as_of=NOW - timedelta(minutes=1), is_stale=is_stale))
    reply = await dialogue.says("ask_puk_code")
    assert ("utter_account_unavailable" in reply.responses) is not decided
    if is_stale:
        assert reply.instruction is None
