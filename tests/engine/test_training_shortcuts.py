"""A training reads its files once, no reading shows in the next, and messages are cleaned as Rasa cleans them."""

from __future__ import annotations

from pathlib import Path
from typing import List

import pytest
from rasa.shared.importers.utils import training_data_from_paths
from rasa.shared.nlu.training_data import loading
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from engine.training_shortcuts import take_training_shortcuts

NLU = "version: '3.1'\nnlu:\n- intent: greet\n  examples: |\n    - tung\n    - mirëdita\n"


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> List[str]:
    """The files that were really read."""
    read: List[str] = []
    reads = RasaYAMLReader.read

    def counted(self: RasaYAMLReader, filename: str, **kwargs: object) -> object:
        read.append(filename)
        return reads(self, filename, **kwargs)

    monkeypatch.setattr(RasaYAMLReader, "read", counted)
    monkeypatch.setattr(loading, "_load", loading._load)  # put back afterwards, as is the next
    monkeypatch.setattr(TrainingData, "sanitize_examples", TrainingData.sanitize_examples)
    take_training_shortcuts()
    return read


def test_a_file_is_read_once_whatever_language_is_named(tmp_path: Path, readings: List[str]) -> None:
    file = str(tmp_path / "nlu.yml")
    Path(file).write_text(NLU, encoding="utf-8")
    first = training_data_from_paths([file], "sq")
    second = training_data_from_paths([file], "en")
    assert readings == [file]
    assert [m.get("text") for m in first.intent_examples] == [m.get("text") for m in second.intent_examples]


def test_what_is_changed_in_one_reading_is_not_in_the_next(tmp_path: Path, readings: List[str]) -> None:
    file = str(tmp_path / "nlu.yml")
    Path(file).write_text(NLU, encoding="utf-8")
    training_data_from_paths([file], "sq").training_examples[0].set("text", "changed")
    assert "changed" not in [m.get("text") for m in training_data_from_paths([file], "sq").intent_examples]


def test_a_missing_file_is_still_an_error(tmp_path: Path, readings: List[str]) -> None:
    with pytest.raises(ValueError, match="does not exist"):
        training_data_from_paths([str(tmp_path / "none.yml")], "sq")


def messages() -> List[Message]:
    pairs = [("tung", " greet "), ("tung", "greet"), ("tung", "goodbye"), ("mirë", "affirm"), ("mirë", "affirm")]
    return [Message({"text": text, "intent": intent}) for text, intent in pairs]


def test_messages_are_cleaned_as_rasa_cleans_them(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = TrainingData.sanitize_examples(messages())
    monkeypatch.setattr(loading, "_load", loading._load)
    monkeypatch.setattr(TrainingData, "sanitize_examples", TrainingData.sanitize_examples)
    take_training_shortcuts()
    assert [m.as_dict() for m in TrainingData.sanitize_examples(messages())] == [m.as_dict() for m in usual]
