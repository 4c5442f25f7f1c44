"""Every reading of an account is recorded, with what was read and why, before anybody is told (S10)."""

from __future__ import annotations

import pytest

from actions.catalogue import ACCOUNT_TOPICS
from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry
from tests.unit.actions.conftest import CONVERSATION, NUMBER

SPEAKER = Actor(ActorKind.CUSTOMER, CONVERSATION)


@pytest.mark.parametrize("topic", ACCOUNT_TOPICS, ids=lambda topic: topic.intent)
async def test_s10_a_verified_customers_answer_leaves_an_entry(dialogue, prepaid_line, topic):
    dialogue.verify(prepaid_line())
    await dialogue.says(topic.intent)
    assert topic.reads
    assert dialogue.audit.entries == [AuditEntry(SPEAKER, AuditAction.ACCOUNT_READ, NUMBER, topic.reads, topic.intent)]


async def test_s10_a_follow_up_that_reads_the_account_leaves_an_entry(dialogue, prepaid_line):
    dialogue.verify(prepaid_line())
    await dialogue.says("ask_reconnection")
    await dialogue.says("ask_sim_price", entities=["bare_price"])
    assert [entry.reason for entry in dialogue.audit.entries] == ["ask_reconnection", "action_follow_up_price"]


async def test_a_strangers_question_reads_nothing_and_leaves_nothing(dialogue):
    for topic in ACCOUNT_TOPICS:
        await dialogue.says(topic.intent)
    assert dialogue.audit.entries == []


async def test_s10_a_number_that_vanished_was_asked_for_but_nothing_of_it_read(dialogue, prepaid_line):
    dialogue.verify(prepaid_line())
    dialogue.accounts.lines.clear()
    await dialogue.says("check_account")
    assert [entry.fields for entry in dialogue.audit.entries] == [()]


async def test_s10_what_cannot_be_recorded_is_not_told(dialogue, prepaid_line):
    dialogue.verify(prepaid_line())
    dialogue.audit.failing = True
    reply = await dialogue.says("check_account")
    assert reply.responses == ["utter_account_unavailable"]
