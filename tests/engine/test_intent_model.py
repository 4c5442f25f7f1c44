"""The intent model: training, scoring without scikit-learn, persistence."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.intent_features import view
from engine.intent_model import IntentModel, ModelUnreadable
from engine.intent_training import Corpus, train_intent_model

ROWS = [
    ("sa kushton sim kartela", "ask_sim_price"),
    ("çmimi i kartelës së re", "ask_sim_price"),
    ("sa o sim", "ask_sim_price"),
    ("kom harru pukun", "ask_puk_code"),
    ("ku e gjej kodin PUK", "ask_puk_code"),
    ("s'e kam kodin puk", "ask_puk_code"),
    ("sa goll i bani ekipi", "out_of_scope"),
    ("a ka roaming në Gjermani", "out_of_scope"),
    ("po vjen shi neser", "out_of_scope"),
]


@pytest.fixture(scope="module")
def model() -> IntentModel:
    return train_intent_model([text for text, _ in ROWS], [intent for _, intent in ROWS], c=1.0, sharpness=6.0)


def test_it_knows_what_it_was_taught_in_another_spelling(model: IntentModel) -> None:
    assert model.rank("Sa kushton SIM-kartela?")[0][0] == "ask_sim_price"
    assert model.rank("KAM HARRUAR PUKUN")[0][0] == "ask_puk_code"


def test_a_saved_model_scores_exactly_as_the_trained_one(model: IntentModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    again = IntentModel.load(tmp_path)
    for text, _ in ROWS:
        assert again.rank(text) == model.rank(text)


def test_the_scorer_agrees_with_scikit_learn(model: IntentModel) -> None:
    from scipy.sparse import csr_matrix

    text = "sa kushton pukun në Gjermani"
    indices, values = model.vectorizer.transform(view(text))
    row = csr_matrix((values, indices, [0, len(indices)]), shape=(1, model.vectorizer.size))
    scores = (row @ model.weights + model.bias)[0]
    assert model.rank(text)[0][0] == model.intents[int(np.argmax(scores))]


def test_a_running_engine_scores_without_scikit_learn(model: IntentModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    code = (
        "import sys; from pathlib import Path; from engine.intent_model import IntentModel;"
        f"IntentModel.load(Path({str(tmp_path)!r})).rank('sa kushton');"
        "sys.exit('sklearn' in sys.modules or 'scipy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0


def test_a_damaged_model_is_refused_by_name(model: IntentModel, tmp_path: Path) -> None:
    with pytest.raises(ModelUnreadable):
        IntentModel.load(tmp_path)
    model.save(tmp_path)
    (tmp_path / "weights.npz").write_bytes(b"broken")
    with pytest.raises(ModelUnreadable):
        IntentModel.load(tmp_path)


def test_numbers_of_any_grouping_look_alike() -> None:
    assert view("numri 044 123 456").words == view("numri 044123456").words == ("numri", "<msisdn>")


def test_the_words_that_decided_stand_first(model: IntentModel) -> None:
    shares = model.explain("kom harru pukun", "ask_puk_code")
    assert [share for _, share in shares] == sorted((share for _, share in shares), reverse=True)
    assert dict(shares)["pukun"] > 0 > dict(model.explain("kom harru pukun", "ask_sim_price"))["pukun"]
    with pytest.raises(ValueError, match="not in tuple"):
        model.explain("kom harru pukun", "ask_for_the_moon")


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_confidences_are_a_distribution_for_any_text(text: str) -> None:
    model = _small()
    ranking = model.rank(text)
    assert sum(confidence for _, confidence in ranking) == pytest.approx(1.0)
    assert [c for _, c in ranking] == sorted((c for _, c in ranking), reverse=True)


_CACHE: dict = {}


def _small() -> IntentModel:
    if "model" not in _CACHE:
        _CACHE["model"] = train_intent_model([t for t, _ in ROWS], [i for _, i in ROWS], c=1.0, sharpness=6.0)
    return _CACHE["model"]


def test_an_empty_vocabulary_hit_gives_no_columns() -> None:
    vectorizer = Corpus(["sa kushton"]).vectorizer()
    assert vectorizer.transform(view("🙂")) == ([], [])
