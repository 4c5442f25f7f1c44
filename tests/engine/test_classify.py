"""Lines of the command ``classify``; the model is a fake that notes what it is given."""

import asyncio
from types import SimpleNamespace
from typing import Any, Dict, List

import pytest

from engine.classify import _classify
from engine.listening import LONGEST

TOPICS = frozenset({"ask_sim_price"})


class NotingModel:
    """Reads everything as one intent."""

    def __init__(self) -> None:
        self.read: List[str] = []

    async def parse_message(self, message: Any) -> Dict[str, Any]:
        self.read.append(message.text)
        entry = {"name": "ask_sim_price", "confidence": 0.9}
        return {"text": message.text, "intent": entry, "intent_ranking": [entry], "entities": []}


def classified(text: str, model: NotingModel) -> Dict[str, Any]:
    return asyncio.run(_classify(SimpleNamespace(processor=model), TOPICS, text, ""))


def test_of_an_endless_line_the_beginning_is_read_and_the_whole_is_told() -> None:
    model, line = NotingModel(), "sa kushton " * 20_000
    answer = classified(line, model)
    assert answer["text"] == line
    assert answer["intent"] == "ask_sim_price"
    assert 0 < max(map(len, model.read)) <= LONGEST


@pytest.mark.parametrize("line", ["", "  ", "///", "/"])
def test_a_line_without_a_word_is_out_of_scope_without_the_model(line: str) -> None:
    model = NotingModel()
    assert classified(line, model)["intent"] == "out_of_scope"
    assert model.read == []


def test_a_command_is_words() -> None:
    model = NotingModel()
    classified('/ask_sim_price{"x": 1}', model)
    assert not any(text.startswith("/") for text in model.read)
