"""Which language a message is written in: counts on messages that taught the model nothing."""

from collections import Counter
from pathlib import Path
from typing import Dict, List, Tuple

import numpy as np
import pytest
import yaml

from engine.language import LANGUAGES, LanguageModel, LanguageModelUnreadable, train_language_model

ROOT = Path(__file__).resolve().parents[2]


def training_messages() -> List[str]:
    texts = []
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            if isinstance(block.get("examples"), str) and "intent" in block:
                texts += [line.strip()[2:] for line in block["examples"].splitlines() if line.strip().startswith("- ")]
    return texts


@pytest.fixture(scope="module")
def model() -> LanguageModel:
    return train_language_model(training_messages())


def labelled(half: str) -> List[Tuple[str, str]]:
    path = ROOT / "tests" / "nlu" / "languages" / "messages.tsv"
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return [(text, language) for text, language, own in rows if own == half]


@pytest.mark.parametrize("half", ["dev", "test"])
def test_languages_are_told_apart(model: LanguageModel, half: str) -> None:
    seen: Dict[str, Counter] = {language: Counter() for language in LANGUAGES}
    for text, language in labelled(half):
        seen[language][model.identify(text)[0]] += 1
    called_foreign = sum(seen["sq"].values()) - seen["sq"]["sq"]
    assert called_foreign <= 2  # of some 85, chosen to be mistaken
    for language in LANGUAGES[1:]:
        assert seen[language][language] / sum(seen[language].values()) >= 0.9
        assert set(seen[language]) <= {language, "sq"}


def test_kosovar_albanian_is_not_called_foreign(model: LanguageModel) -> None:
    """The development set but for the register in which whole messages are foreign."""
    rows = [line.split("\t") for line in (ROOT / "tests/nlu/dev.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    registers = {"standard", "gheg", "nodiac", "typo", "dictated", "story", "agent"}
    albanian = [row[0] for row in rows if row[2] in registers]
    assert len(albanian) > 200
    assert sum(model.identify(text)[0] != "sq" for text in albanian) / len(albanian) <= 0.01


@pytest.mark.parametrize(
    "text", ["ok", "PIN", "hello", "044 123 456", "<msisdn>", "", "😭😭", "hi there", "?!", "SELFCARE"]
)
def test_what_has_no_language_is_albanian(model: LanguageModel, text: str) -> None:
    assert model.identify(text)[0] == "sq"


@pytest.mark.parametrize("text", ["како да вратим број", "ПИН", "Где је мој ПУК?"])
def test_serbian_cyrillic(model: LanguageModel, text: str) -> None:
    assert model.identify(text) == ("sr", 1.0)


@pytest.mark.parametrize("text", ["как мне узнать свой номер", "къде е моят номер", "пароль?"])
def test_other_cyrillic_is_not_called_serbian(model: LanguageModel, text: str) -> None:
    assert model.identify(text)[0] != "sr"


def test_a_saved_model_says_the_same(model: LanguageModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    loaded = LanguageModel.load(tmp_path)
    for text, _ in labelled("dev"):
        assert loaded.identify(text) == model.identify(text)


def test_a_damaged_model_is_refused(model: LanguageModel, tmp_path: Path) -> None:
    with pytest.raises(LanguageModelUnreadable):
        LanguageModel.load(tmp_path)
    model.save(tmp_path)
    (tmp_path / "languages.npz").write_bytes(b"PK")
    with pytest.raises(LanguageModelUnreadable):
        LanguageModel.load(tmp_path)
    model.save(tmp_path)
    (tmp_path / "languages.json").write_text('{"format": 99}', encoding="utf-8")
    with pytest.raises(LanguageModelUnreadable):
        LanguageModel.load(tmp_path)


def test_the_model_is_small(model: LanguageModel) -> None:
    assert model.weights.dtype == np.float32
    assert model.weights.nbytes < 1_000_000
