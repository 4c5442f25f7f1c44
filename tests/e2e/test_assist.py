"""Suggestions of the trained engine, through the whole system, for a contact centre's desktop with a token."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import System

SUGGESTIONS = "/api/assist/suggestions"


@pytest.fixture(scope="module")
def desktop(system: System) -> dict[str, str]:
    made = system.command(
        "staff", "token", "add", "desktop", "--scope", "suggest", "--scope", "search", "--scope", "feedback"
    )
    assert made.returncode == 0, made.stderr
    return {"Authorization": f"Bearer {made.stdout.strip()}"}


def suggested(system: System, desktop: dict[str, str], text: str) -> dict[str, Any]:
    answer = system.client.post(SUGGESTIONS, json={"text": text, "sequence": 1}, headers=desktop)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("çmimi i sim kartelës", "ask_sim_price"),
        ("klienti pyet sa kushton nje kartel e re", "ask_sim_price"),
        ("qysh me ja gjet puk kodin", "ask_puk_code"),
    ],
)
def test_what_a_caller_says_is_answered_terse_or_verbatim(
    system: System, desktop: dict[str, str], text: str, intent: str
) -> None:
    body = suggested(system, desktop, text)
    assert body["suggestions"][0]["intent"] == intent
    assert body["suggestions"][0]["source"].startswith("FAQ")
    assert all(suggestion["confidence"] >= 0.2 for suggestion in body["suggestions"])


def test_two_questions_have_two_answers(system: System, desktop: dict[str, str]) -> None:
    body = suggested(system, desktop, "sa kushton sim kartela? dhe ku e gjej kodin PUK?")
    assert {suggestion["intent"] for suggestion in body["suggestions"]} >= {"ask_sim_price", "ask_puk_code"}


@pytest.mark.parametrize("text", ["mirëdita", "asdf qwer zxcv", "sa është ora në Tokio"])
def test_what_the_faq_does_not_answer_has_no_suggestion(system: System, desktop: dict[str, str], text: str) -> None:
    body = suggested(system, desktop, text)
    assert body["suggestions"] == []
    assert body["reason"] == "none_confident"


def test_what_was_wrong_is_exported_by_the_command(system: System, desktop: dict[str, str]) -> None:
    given = {"action": "wrong", "text": "numri 044 123 456 pse s'punon", "intent": "ask_sim_price"}
    assert system.client.post("/api/assist/feedback", json=given, headers=desktop).status_code == 201
    exported = system.command("feedback", "export")
    assert exported.returncode == 0, exported.stderr
    assert "pse s'punon" in exported.stdout
    assert "044" not in exported.stdout
