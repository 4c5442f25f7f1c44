"""Training on part of the rows, and the words that decided a reading."""

import json
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any, Dict, List, Sequence

import numpy as np
import pytest

from engine import choose_bands
from engine.embedding import DIMENSIONS
from engine.experiment import results, whole_results
from engine.explain import explain, main, model_of
from engine.intent_model import IntentModel, ModelUnreadable
from engine.intent_training import train_intent_model
from engine.unseen import Unseen

ROWS = [
    ("sa kushton kartela", "ask_sim_price"),
    ("çmimi i kartelës", "ask_sim_price"),
    ("kom harru pukun", "ask_puk_code"),
    ("ku e gjej kodin PUK", "ask_puk_code"),
    ("po vjen shi neser", "out_of_scope"),
    ("kodi puk", "ask_puk_code"),
    ("sa o kartela", "ask_sim_price"),
]
TEXTS = [text for text, _ in ROWS]
LABELS = [label for _, label in ROWS]
AUTHORS = ["a", "b", "a", "b", "a", "b", "a"]
OPTIONS = {"c": 1.0, "sharpness": 6.0}
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def model() -> IntentModel:
    return train_intent_model(TEXTS, LABELS, c=1.0, sharpness=6.0)


def test_a_run_reads_its_rows_with_a_model_of_the_others() -> None:
    runs = [{"train": [0, 1, 2, 3, 4], "test": [5, 6]}, {"train": [2, 3, 4, 5, 6], "test": [0]}]
    first, second = results(TEXTS, LABELS, runs, OPTIONS)
    assert first["intents"] == second["intents"] == ["ask_puk_code", "ask_sim_price", "out_of_scope"]
    assert [row.index(max(row)) for row in first["confidences"]] == [0, 1]
    assert len(second["confidences"]) == 1
    assert sum(first["confidences"][0]) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("whole", [False, True])
def test_the_program_answers_each_run_with_a_line(whole: bool) -> None:
    runs = [{"train": [0, 1, 2, 3, 4], "test": [5]}]
    task = {"texts": TEXTS, "labels": LABELS, "authors": AUTHORS, "runs": runs, "options": {}, "whole": whole}
    done = subprocess.run(
        [sys.executable, "-m", "engine.experiment"],
        input=json.dumps(task).encode(),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        check=True,
    )
    (result,) = map(json.loads, done.stdout.splitlines())
    assert result["intents"] == ["ask_puk_code", "ask_sim_price", "out_of_scope"]
    assert sum(result["confidences"][0]) == pytest.approx(1, abs=1e-3)


def test_a_text_is_embedded_once_for_all_runs_of_the_whole_model() -> None:
    asked: List[str] = []

    def embed(texts: Sequence[str]) -> "np.ndarray[Any, np.dtype[np.float32]]":
        asked.extend(texts)
        return np.ones((len(texts), DIMENSIONS), dtype=np.float32) / DIMENSIONS**0.5

    texts, labels = TEXTS * 8, LABELS * 8
    authors = [f"a{row // len(TEXTS)}" for row in range(len(texts))]
    runs = [{"train": list(range(0, 49)), "test": [49]}, {"train": list(range(7, 56)), "test": [0]}]
    task = {"texts": texts, "labels": labels, "authors": authors, "runs": runs}
    answers = list(whole_results(task, {"landmarks": 1000, "margin": 99.0}, embed))
    assert len(answers) == 2
    assert sorted(asked) == sorted(set(TEXTS))


def _words(answer: Dict[str, Any]) -> Dict[str, float]:
    return dict(answer["words"])


def test_the_word_that_decided_weighs_most(model: IntentModel) -> None:
    answer = explain(model, "ku e kam pukun, more?", "ask_puk_code", "ask_sim_price")
    assert [word for word, _ in answer["words"]] == ["ku", "e", "kam", "pukun,", "more?"]
    assert max(_words(answer), key=_words(answer).__getitem__) == "pukun,"
    against = explain(model, "ku e kam pukun, more?", "ask_sim_price", "ask_puk_code")
    assert _words(against)["pukun,"] == -_words(answer)["pukun,"]
    weights = [abs(weight) for _, weight in answer["ngrams"]]
    assert weights == sorted(weights, reverse=True)
    assert len(weights) <= 8


@pytest.mark.parametrize("text", ["", "   ", "😀", "pukun"])
def test_any_text_can_be_explained(model: IntentModel, text: str) -> None:
    assert len(explain(model, text, "ask_puk_code", "ask_sim_price")["words"]) == len(text.split())


def test_an_intent_that_the_model_does_not_know_has_nothing_that_speaks_for_it(model: IntentModel) -> None:
    assert explain(model, "ku e kam", "greet", "ask_sim_price") == {
        "words": [["ku", 0.0], ["e", 0.0], ["kam", 0.0]],
        "ngrams": [],
    }


def _inside(folder: Path) -> Path:
    inside = folder / "components" / "train_engine.classifier.AlbanianIntentClassifier2"
    inside.mkdir(parents=True, exist_ok=True)
    return inside


def _archive(model: IntentModel, folder: Path) -> Path:
    model.save(_inside(folder))
    path = folder / "model.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        tar.add(str(folder / "components"), "components")
    return path


def test_the_intent_model_is_found_in_a_trained_archive(model: IntentModel, tmp_path: Path) -> None:
    again = model_of(_archive(model, tmp_path))
    assert again.rank("ku e kam pukun") == model.rank("ku e kam pukun")


def test_an_archive_without_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "broken.tar.gz"
    path.write_bytes(b"no archive")
    with pytest.raises(ModelUnreadable):
        model_of(path)
    with tarfile.open(str(path), "w:gz"):
        pass
    monkeypatch.setattr(sys, "argv", ["explain", "--model", str(path)])
    assert main() == 3


def test_the_threshold_is_chosen_on_the_readings_that_the_archive_keeps(
    model: IntentModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    best = np.asarray([[0.9, 0.05]] * 9 + [[0.5, 0.45]] * 3, dtype=np.float32)
    Unseen(best, np.asarray([0] * 9 + [1] * 3, dtype=np.int16)).save(_inside(tmp_path))
    archive = _archive(model, tmp_path)
    development = tmp_path / "dev.tsv"
    development.write_text("text\tintent\nku e kam pukun\task_puk_code\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["choose_bands", "--model", str(archive), str(development)])
    assert choose_bands.main() == 0
    told = capsys.readouterr().out
    assert "threshold: 0.51\n" in told
    assert "these bands: right answer 9, wrong answer 0, right question 3" in told
    assert "dev.tsv, 1 messages" in told


def test_no_threshold_is_chosen_without_readings(
    model: IntentModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["choose_bands", "--model", str(_archive(model, tmp_path))])
    assert choose_bands.main() == 3


def test_the_explainer_pairs_lines(model: IntentModel, tmp_path: Path) -> None:
    questions: List[Dict[str, str]] = [
        {"text": text, "intent": "ask_puk_code", "instead": "ask_sim_price"} for text in ("pukun", "a\nb 😀")
    ]
    done = subprocess.run(
        [sys.executable, "-m", "engine.explain", "--model", str(_archive(model, tmp_path))],
        input="".join(json.dumps(each) + "\n" for each in questions).encode(),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        check=True,
    )
    assert [len(json.loads(line)["words"]) for line in done.stdout.splitlines()] == [1, 3]
