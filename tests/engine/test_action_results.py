"""What the action server may answer is what Rasa allows, before and after the validator is made once."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterator

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import EndpointConfig

from engine.action_results import make_validator_once

Check = Callable[[Dict[str, Any]], bool]


@pytest.fixture(params=["as Rasa does", "made once"])
def check(request: pytest.FixtureRequest) -> Iterator[Check]:
    original = RemoteAction._validate_action_result
    if request.param == "made once":
        make_validator_once()
    yield RemoteAction("action_x", EndpointConfig("http://127.0.0.1:1"))._validate_action_result
    RemoteAction._validate_action_result = original


@pytest.mark.parametrize(
    "answer",
    [{}, {"events": [], "responses": []}, {"events": [{"event": "slot", "name": "a", "value": 1}], "responses": [{}]}],
)
def test_a_good_answer_passes(check: Check, answer: Dict[str, Any]) -> None:
    assert check(answer) is True


@pytest.mark.parametrize(
    "answer",
    [[], {"events": {}}, {"responses": "text"}, {"responses": ["text"]}, {"events": [{"event": "no such event"}]}],
)
def test_a_malformed_answer_is_refused(check: Check, answer: Any) -> None:
    with pytest.raises(ValidationError):
        check(answer)
