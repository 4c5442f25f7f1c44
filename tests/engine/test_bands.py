"""The three bands: what each leaves for the dialogue to work with."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

import pytest
from rasa.shared.nlu.training_data.message import Message

from engine.bands import ConfidenceBands

BANDS = ConfidenceBands({"threshold": 0.5, "human_threshold": 0.3})


def read(*ranking: Tuple[str, float]) -> List[str]:
    """The intent, then the ranking's names, after the bands."""
    entries: List[Dict[str, Any]] = [{"name": name, "confidence": confidence} for name, confidence in ranking]
    message = Message({"text": "…", "intent": entries[0], "intent_ranking": entries})
    BANDS.process([message])
    return [message.get("intent")["name"], *(entry["name"] for entry in message.get("intent_ranking"))]


@pytest.mark.parametrize("confidence", [0.5, 0.51, 1.0])
def test_what_is_sure_is_answered(confidence: float) -> None:
    assert read(("greet", confidence), ("thank", 0.0)) == ["greet", "greet", "thank"]


def test_what_is_unsure_is_asked_with_the_likeliest() -> None:
    assert read(("greet", 0.49), ("thank", 0.1)) == ["nlu_fallback", "nlu_fallback", "greet", "thank"]


def test_where_a_question_would_miss_a_human_is_all_that_is_left() -> None:
    assert read(("greet", 0.2), ("thank", 0.09)) == ["nlu_fallback", "nlu_fallback", "request_agent"]
