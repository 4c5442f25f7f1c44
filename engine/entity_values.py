"""Gives the entities of a message their normalised values, as a Rasa component after ``SpacyEntityExtractor``.

An entity's ``value`` becomes what it means (:mod:`engine.albanian.values`); what the customer wrote stays in ``text``.
Dates count from the moment the message was written: ``written_at`` in its metadata (ISO 8601 with an offset), else now.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Callable, Dict, List, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.nlu.utils.spacy_utils import SpacyNLP
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from engine.albanian.components import meanings_of
from engine.albanian.values import BELGRADE, WRITTEN_AT

__all__ = ["EntityValues"]


def _now() -> datetime:
    return datetime.now(BELGRADE)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class EntityValues(GraphComponent, EntityExtractorMixin):  # type: ignore[misc]
    """See the module. ``clock`` gives the present moment, aware."""

    def __init__(self, clock: Callable[[], datetime] = _now) -> None:
        self._clock = clock

    @classmethod
    def required_components(cls) -> List[Any]:
        return [SpacyNLP]

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EntityValues:
        return cls()

    def process(self, messages: List[Message]) -> List[Message]:
        """Raises ValueError when ``written_at`` is no aware ISO 8601 time."""
        for message in messages:
            doc = message.get(SPACY_DOCS[TEXT])
            entities = message.get(ENTITIES) or []
            if doc is None or not entities:
                continue
            meanings = meanings_of(doc)
            written_at = (message.get("metadata") or {}).get(WRITTEN_AT)
            now = datetime.fromisoformat(written_at) if written_at else self._clock()
            text = message.get(TEXT)
            for entity in entities:
                place = entity["start"], entity["end"]
                entity["text"] = text[place[0] : place[1]]
                if place in meanings:
                    entity["value"] = meanings[place].value(now)
        return messages
