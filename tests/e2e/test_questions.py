"""Over eighty questions in every register, and conversations of several turns: facts and events, never wording."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.conftest import Conversation, System, replies

BOOK: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "questions.yml").read_text(encoding="utf-8"))
QUESTIONS: list[dict[str, Any]] = BOOK["questions"]

pytestmark = pytest.mark.e2e


def missing_facts(text: str, facts: list[str]) -> list[str]:
    flat = " ".join(text.split())
    return [fact for fact in facts if not re.search(fact, flat)]


def test_there_are_at_least_eighty_questions_in_every_register() -> None:
    assert len(QUESTIONS) >= 80
    assert {q["style"] for q in QUESTIONS} >= {
        "standard",
        "nodiac",
        "gheg",
        "typo",
        "mixed",
        "agent",
        "story",
        "dictated",
        "short",
    }


@pytest.mark.parametrize("question", QUESTIONS, ids=[q["say"][:40] for q in QUESTIONS])
def test_a_question_gets_its_facts(system: System, question: dict[str, Any]) -> None:
    events = Conversation.start(system).say(question["say"])
    answer = replies(events)
    done = events[-1]
    assert answer, "no reply"
    assert all(e["outcome"] == "answered" for e in events if e["type"] == "reply")
    if "topic" in question:
        assert missing_facts(answer, BOOK["facts"][question["topic"]]) == []
    if "intent" in question:
        assert done["intent"] == question["intent"]


SOURCED = [q for q in QUESTIONS if q.get("topic") not in {None, "out_of_scope", "human"} and q["style"] == "standard"]


@pytest.mark.parametrize("question", SOURCED, ids=[q["topic"] for q in SOURCED])
def test_an_answer_names_its_source_and_review_date(system: System, question: dict[str, Any]) -> None:
    events = Conversation.start(system).say(question["say"])
    sources = [e["source"] for e in events if e["type"] == "reply" and e["source"]]
    assert sources
    assert all("FAQ" in source["text"] and re.fullmatch(r"\d{4}-\d{2}-\d{2}", source["reviewed"]) for source in sources)


@pytest.mark.parametrize("script", BOOK["conversations"], ids=[c["name"] for c in BOOK["conversations"]])
def test_a_conversation_follows_its_thread(system: System, script: dict[str, Any]) -> None:
    conversation = Conversation.start(system)
    for turn in script["turns"]:
        events = conversation.say(turn["say"]) if "say" in turn else conversation.press(turn["press"])
        assert replies(events)
        assert missing_facts(replies(events), turn.get("facts", [])) == []
        assert [word for word in turn.get("never", []) if word in replies(events)] == []
        if "intent" in turn:
            assert events[-1]["intent"] == turn["intent"]
        if turn.get("offer"):
            assert any(e["buttons"] for e in events if e["type"] == "reply")
        if "verification" in turn:
            states = [e["state"] for e in events if e["type"] == "verification"]
            assert (states[-1] if states else None) == turn["verification"]
        if "step" in turn:
            assert conversation.state()["verification"]["state"] == turn["step"]
