"""The three bands of confidence: answer, ask "did you mean", hand to a human. The last component of the pipeline."""

from __future__ import annotations

from typing import Any, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY
from rasa.shared.nlu.training_data.message import Message

__all__ = ["ConfidenceBands"]

_FALLBACK = "nlu_fallback"
_HUMAN = "request_agent"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ConfidenceBands(IntentClassifier, GraphComponent):  # type: ignore[misc]
    """Below ``threshold`` the intent is ``nlu_fallback``, and the dialogue asks with the two likeliest topics.

    When these two together have less than ``human_threshold`` of the confidence, a question would seldom hold the
    right one: ``request_agent`` alone is left in the ranking, and the dialogue offers a human. Both values
    are chosen by cost on the development set (``python -m engine.choose_bands``).
    """

    def __init__(self, config: Dict[Text, Any]) -> None:
        self._answer = float(config["threshold"])
        self._ask = float(config["human_threshold"])

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {"threshold": 0.35, "human_threshold": 0.0}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ConfidenceBands:
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            ranking = list(message.get(INTENT_RANKING_KEY) or [])
            best = (message.get(INTENT) or {}).get(PREDICTED_CONFIDENCE_KEY) or 0.0
            if best >= self._answer:
                continue
            fallback = {INTENT_NAME_KEY: _FALLBACK, PREDICTED_CONFIDENCE_KEY: self._answer}
            human = {INTENT_NAME_KEY: _HUMAN, PREDICTED_CONFIDENCE_KEY: best}
            worth_asking = sum(entry[PREDICTED_CONFIDENCE_KEY] for entry in ranking[:2]) >= self._ask
            message.set(INTENT, fallback, add_to_output=True)
            message.set(INTENT_RANKING_KEY, [fallback, *(ranking if worth_asking else [human])], add_to_output=True)
        return messages
