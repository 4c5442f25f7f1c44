"""What a text asks by itself: its questions with their rankings, and no conversation."""

import asyncio
from types import SimpleNamespace
from typing import Any, Dict, List

import pytest

from engine.alone import read_alone

RANKS = {
    "sa kushton kartela": ["price", "puk"],
    "ku e gjej PUK-un": ["puk"],
    "sa kushton kartela edhe ku e gjej PUK-un": ["price", "puk"],
}


class FakeAgent:
    """Rasa's agent without anything that a conversation needs: whoever asks for it fails."""

    def __init__(self) -> None:
        self.parsed: List[str] = []
        about = {"title": "T"}
        self.domain = SimpleNamespace(
            responses={name: [{"text": "x", "metadata": about}] for name in ("utter_price", "utter_puk")}
        )

    async def parse_message(self, text: str) -> Dict[str, Any]:
        self.parsed.append(text)
        names = RANKS.get(text, ["nlu_fallback", "price"])
        entries = [{"name": name, "confidence": 0.9 if i == 0 else 0.1} for i, name in enumerate(names)]
        return {"text": text, "intent": entries[0], "intent_ranking": entries, "entities": []}


def read(text: str) -> Dict[str, Any]:
    return asyncio.run(read_alone(FakeAgent(), text))  # type: ignore[arg-type]


def names(answer: Dict[str, Any]) -> List[List[str]]:
    return [[entry["name"] for entry in ranking] for ranking in answer["questions"]]


def test_a_question_has_its_ranking() -> None:
    answer = read("sa kushton kartela")
    assert answer["language"] == "sq"
    assert answer["questions"] == [[{"name": "price", "confidence": 0.9}, {"name": "puk", "confidence": 0.1}]]


def test_two_questions_have_two() -> None:
    assert [ranking[0] for ranking in names(read("sa kushton kartela edhe ku e gjej PUK-un"))] == ["price", "puk"]


@pytest.mark.parametrize("text", ["/sa kushton kartela", " / sa kushton kartela", "//sa kushton kartela"])
def test_a_slash_makes_no_command(text: str) -> None:
    agent = FakeAgent()
    asyncio.run(read_alone(agent, text))  # type: ignore[arg-type]
    assert agent.parsed == ["sa kushton kartela"]


def test_the_fallback_is_no_intent_of_a_ranking() -> None:
    assert names(read("diçka tjetër")) == [["price"]]
