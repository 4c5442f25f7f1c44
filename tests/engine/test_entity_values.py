"""The Rasa component that gives entities their normalised values."""

from datetime import datetime
from typing import Any, Dict, List, Optional

import pytest
from rasa.nlu.constants import SPACY_DOCS
from rasa.nlu.extractors.spacy_entity_extractor import SpacyEntityExtractor
from rasa.nlu.utils.spacy_utils import SpacyModel
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.language import Language

from engine.albanian.values import BELGRADE, WRITTEN_AT
from engine.build_pipeline import build
from engine.entity_values import EntityValues

FRIDAY = datetime(2026, 11, 20, 10, 30, tzinfo=BELGRADE)


@pytest.fixture(scope="module")
def nlp() -> Language:
    return build()


def parsed(nlp: Language, text: str, metadata: Optional[Dict[str, Any]] = None) -> List[Dict[str, Any]]:
    """The message's entities after spaCy's extractor and ours, at a fixed moment."""
    message = Message({TEXT: text, "metadata": metadata})
    message.set(SPACY_DOCS[TEXT], nlp(text))
    extractor = SpacyEntityExtractor(SpacyEntityExtractor.get_default_config())
    extractor.process([message], SpacyModel(model=nlp, model_name="sq"))
    EntityValues(clock=lambda: FRIDAY).process([message])
    entities: List[Dict[str, Any]] = message.get(ENTITIES)
    return entities


def test_the_value_is_normalised_and_the_surface_stays(nlp: Language) -> None:
    found = [(e["entity"], e["text"], e["value"]) for e in parsed(nlp, "Pagova 23,40 € dje, nr <msisdn>")]
    assert found == [
        ("amount", "23,40 €", {"cents": 2340, "currency": "EUR"}),
        ("date", "dje", "2026-11-19"),
        ("msisdn", "<msisdn>", "msisdn"),
    ]


def test_dates_count_from_the_time_of_writing_when_it_is_told(nlp: Language) -> None:
    (found,) = parsed(nlp, "dje", {WRITTEN_AT: "2024-03-01T08:00:00+01:00"})
    assert found["value"] == "2024-02-29"


def test_a_bare_price_question_keeps_its_words(nlp: Language) -> None:
    (found,) = parsed(nlp, "sa euro kushton kjo?")
    assert (found["entity"], found["value"]) == ("bare_price", "sa euro kushton kjo?")


def test_a_message_without_entities_stays_as_it_is(nlp: Language) -> None:
    assert parsed(nlp, "tungjatjeta") == []


@pytest.mark.parametrize("written_at", ["yesterday", "2024-03-01T08:00:00"])
def test_a_time_of_writing_that_is_none_is_refused(nlp: Language, written_at: str) -> None:
    with pytest.raises(ValueError, match=r"aware|isoformat"):
        parsed(nlp, "dje", {WRITTEN_AT: written_at})


def test_tokens_fit_the_entities(nlp: Language) -> None:
    doc = nlp("5€/muaj a 10euro?")
    assert [entity.text for entity in doc.ents] == ["5€", "10euro"]
