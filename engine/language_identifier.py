"""The language model as a Rasa component: what a message is written in stands beside its intent."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Optional, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from engine.language import LanguageModel, train_language_model

__all__ = ["LANGUAGE", "LanguageIdentifier"]

LANGUAGE = "language"
"""The key of a parsed message under which ``{"name": "de", "confidence": 0.97}`` stands."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class LanguageIdentifier(GraphComponent):  # type: ignore[misc]
    """Learns from the intents' training messages and identifies with :class:`engine.language.LanguageModel`."""

    def __init__(self, model_storage: ModelStorage, resource: Resource, model: Optional[LanguageModel] = None) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {}

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
    ) -> LanguageIdentifier:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LanguageIdentifier:
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, LanguageModel.load(Path(folder)))

    def train(self, training_data: TrainingData) -> Resource:
        self._model = train_language_model([e.get(TEXT) for e in training_data.intent_examples if e.get(TEXT)])
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(Path(folder))
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        if self._model is None:
            raise RuntimeError("the language model was neither trained nor loaded")
        for message in messages:
            name, sure = self._model.identify(message.get(TEXT) or "")
            message.set(LANGUAGE, {"name": name, "confidence": sure}, add_to_output=True)
        return messages
