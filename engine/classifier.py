"""The intent classifier as a Rasa component."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any, Dict, List, Optional, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

import engine.albanian.components  # noqa: F401  (registers the factories that the saved spaCy pipeline names)
from engine.intent_model import IntentModel, train_intent_model

__all__ = ["AlbanianIntentClassifier"]

logger = logging.getLogger(__name__)

_RANKING_LENGTH = 10


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AlbanianIntentClassifier(IntentClassifier, GraphComponent):  # type: ignore[misc]
    """Classifies the raw text with :class:`engine.intent_model.IntentModel`; needs no featurizer before it."""

    def __init__(
        self,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: Optional[IntentModel] = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {"c": 1.0, "sharpness": 6.0}

    @staticmethod
    def required_packages() -> List[Text]:
        return ["numpy"]

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AlbanianIntentClassifier:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> AlbanianIntentClassifier:
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, IntentModel.load(Path(folder)))

    def train(self, training_data: TrainingData) -> Resource:
        started = time.perf_counter()
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        self._model = train_intent_model(
            [e.get(TEXT) for e in examples],
            [e.get(INTENT) for e in examples],
            c=float(self._config["c"]),
            sharpness=float(self._config["sharpness"]),
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(Path(folder))
        logger.info("intent model: %d examples in %.1f s", len(examples), time.perf_counter() - started)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        if self._model is None:
            raise RuntimeError("the intent classifier was neither trained nor loaded")
        for message in messages:
            text = message.get(TEXT) or ""
            ranking = [
                {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence}
                for name, confidence in self._model.rank(text)[:_RANKING_LENGTH]
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages
