"""A training reads its files once, no reading shows in the next, and messages are cleaned as Rasa cleans them."""

from __future__ import annotations

from pathlib import Path
from typing import List

import pytest
from rasa.shared.exceptions import YamlException
from rasa.shared.importers.utils import training_data_from_paths
from rasa.shared.nlu.training_data import loading
from rasa.shared.nlu.training_data.formats.rasa_yaml import NLU_SCHEMA_FILE, RasaYAMLReader
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils import validation

from engine.training_shortcuts import take_training_shortcuts

NLU = """version: '3.1'
nlu:
- intent: greet
  metadata: {author: a01, register: gheg}
  examples: |
    - tung
    - kthehem [nesër](date)
"""


def take_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shortcuts, for one test."""
    monkeypatch.setattr(loading, "_load", loading._load)  # put back afterwards, as is what follows
    monkeypatch.setattr(TrainingData, "sanitize_examples", TrainingData.sanitize_examples)
    monkeypatch.setattr(Message, "__deepcopy__", None, raising=False)
    monkeypatch.setattr(validation, "validate_yaml_schema", validation.validate_yaml_schema)
    take_training_shortcuts()


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> List[str]:
    """The files that were really read."""
    read: List[str] = []
    reads = RasaYAMLReader.read

    def counted(self: RasaYAMLReader, filename: str, **kwargs: object) -> object:
        read.append(filename)
        return reads(self, filename, **kwargs)

    monkeypatch.setattr(RasaYAMLReader, "read", counted)
    take_them(monkeypatch)
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


def test_metadata_changed_in_one_reading_is_not_in_the_next(tmp_path: Path, readings: List[str]) -> None:
    file = str(tmp_path / "nlu.yml")
    Path(file).write_text(NLU, encoding="utf-8")
    first, second = (training_data_from_paths([file], language).training_examples for language in ("sq", "en"))
    first[1].data["metadata"]["intent"]["author"] = first[1].data["entities"][0]["value"] = "changed"
    assert second[1].data["metadata"]["intent"]["author"] == "a01"
    assert second[1].data["entities"][0]["value"] == "nesër"


def test_several_files_merged_are_what_rasa_makes_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [str(tmp_path / name) for name in ("one.yml", "two.yml")]
    for file, word in zip(files, ("tung", "hej"), strict=True):
        Path(file).write_text(NLU.replace("tung", word), encoding="utf-8")
    usual = training_data_from_paths(files, "sq")
    take_them(monkeypatch)
    ours = training_data_from_paths(files, "sq")
    assert ours.fingerprint() == usual.fingerprint()
    assert [vars(m) for m in ours.training_examples] == [vars(m) for m in usual.training_examples]


@pytest.mark.parametrize("wrong", ["nlu: 1", "nlu:\n- intent: [", "nlu:\n- intent: a\n  intent: b"])
def test_a_file_with_a_mistake_is_refused_as_rasa_refuses_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    def refusal() -> str:
        with pytest.raises(YamlException) as raised:
            validation.validate_yaml_schema(wrong, NLU_SCHEMA_FILE)
        return f"{type(raised.value).__name__}: {raised.value}"

    usual = refusal()
    take_them(monkeypatch)
    assert refusal() == usual


def test_a_missing_file_is_still_an_error(tmp_path: Path, readings: List[str]) -> None:
    with pytest.raises(ValueError, match="does not exist"):
        training_data_from_paths([str(tmp_path / "none.yml")], "sq")


def messages() -> List[Message]:
    pairs = [("tung", " greet "), ("tung", "greet"), ("tung", "goodbye"), ("mirë", "affirm"), ("mirë", "affirm")]
    return [Message({"text": text, "intent": intent}) for text, intent in pairs]


def test_messages_are_cleaned_as_rasa_cleans_them(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = TrainingData.sanitize_examples(messages())
    take_them(monkeypatch)
    assert [m.as_dict() for m in TrainingData.sanitize_examples(messages())] == [m.as_dict() for m in usual]
