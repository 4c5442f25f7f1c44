"""Level 1, a number shared as Telegram contact: its kind and status in words, and nothing else (S7)."""

import re

import pytest

from ndihma.instructions import Verify

from .expected_answers import CHECK, QUESTIONS, STATES, STATUS


@pytest.mark.parametrize("state", STATES)
async def test_s7_kind_and_status_in_words_then_the_code_is_asked_for(dialogue, state):
    dialogue.link(STATES[state])
    reply = await dialogue.says(CHECK)
    assert reply.responses[-1] == "utter_check_account"
    assert reply.instruction == Verify(resume_intent=CHECK)
    for said in reply[:-1]:
        assert said.response.startswith("utter_account_linked_")
        assert set(said.params) <= {"number", "topic"}
        assert "•••" in said.text
        assert not re.search(r"\d", re.sub(r"\d{3} ••• •\d\d", "", said.text)), "no date, no amount"
        if state in STATUS:
            status = STATUS[state].removeprefix("ask_status_")
            assert said.response == f"utter_account_linked_{status}"


@pytest.mark.parametrize("question", [question for question in QUESTIONS if question != CHECK])
async def test_s7_every_other_question_is_a_strangers(dialogue, question):
    stranger = (await dialogue.says(question)).responses
    dialogue.link(STATES["suspended"])
    assert (await dialogue.says(question)).responses == stranger


async def test_s10_the_reading_is_in_the_audit_trail_or_nothing_is_told(dialogue):
    dialogue.link(STATES["suspended"])
    await dialogue.says(CHECK)
    assert [entry.fields for entry in dialogue.audit.entries] == [("kind", "status")]
    dialogue.audit.failing = True
    assert (await dialogue.says(CHECK)).responses == ["utter_check_account"]


@pytest.mark.parametrize("away", ["links", "accounts"])
async def test_what_cannot_be_asked_is_not_told(dialogue, away):
    dialogue.link(STATES["suspended"])
    getattr(dialogue, away).failing = True
    assert (await dialogue.says(CHECK)).responses == ["utter_check_account"]


async def test_a_line_that_is_gone_is_told_nothing(dialogue):
    dialogue.link(STATES["suspended"])
    dialogue.accounts.lines.clear()
    assert (await dialogue.says(CHECK)).responses == ["utter_check_account"]
