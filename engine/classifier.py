"""The intent classifier as a Rasa component."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    METADATA,
    METADATA_INTENT,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

import engine.albanian.components  # noqa: F401  (registers the factories that the saved spaCy pipeline names)
from engine.embedding import Embedder, EmbeddingUnavailable, load_embedder
from engine.intent_model import IntentModel
from engine.intent_training import Settings, train_and_read
from engine.training_pool import parallel_embedder, training_pool

__all__ = ["AlbanianIntentClassifier"]

logger = logging.getLogger(__name__)

_RANKING_LENGTH = 10
_WORTH_PROCESSES = 2000
"""Examples from which on a training takes longer than processes take to start."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AlbanianIntentClassifier(IntentClassifier, GraphComponent):  # type: ignore[misc]
    """Classifies the raw text with :class:`engine.intent_model.IntentModel`; needs no featurizer before it.

    Set ``embedding: false`` to train and run without the sentence embedding. When it is wanted and cannot be loaded, a
    warning says so once, and messages are read without it.
    """

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
        return {**vars(Settings()), "embedding": True}

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
            model = IntentModel.load(Path(folder))
        if model.second is not None and config["embedding"]:
            model = model.with_embedding(_available(load_embedder))
        return cls(config, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        started = time.perf_counter()
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        with training_pool(_processes(len(examples))) as pool:
            trained = train_and_read(
                [e.get(TEXT) for e in examples],
                [e.get(INTENT) for e in examples],
                [_author(e) for e in examples],
                Settings.of(self._config),
                _available(lambda: parallel_embedder(pool)) if self._config["embedding"] else None,
                pool=pool,
            )
        self._model = trained.model
        with self._model_storage.write_to(self._resource) as folder:
            trained.model.save(Path(folder))
            if trained.unseen is not None:
                trained.unseen.save(Path(folder))
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


def _author(example: Message) -> Text:
    """Who wrote a training example, as ``metadata: {author: …}`` of its block says; empty when it does not."""
    metadata = (example.get(METADATA) or {}).get(METADATA_INTENT) or {}
    return str(metadata.get("author") or "") if isinstance(metadata, dict) else ""


def _processes(examples: int) -> int:
    return (os.cpu_count() or 1) if examples >= _WORTH_PROCESSES else 1


def _available(load: Callable[[], Embedder]) -> Optional[Embedder]:
    try:
        return load()
    except EmbeddingUnavailable as error:
        logger.warning("messages are read without the sentence embedding, less well: %s", error)
        return None
