"""The light engine answers as the full one does: the evaluation files, whole conversations, and the model it trains.

Light is compared with full, nothing with what would be right: no row of the test set is looked at here.
"""

import io
import json
import shutil
import tarfile
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import numpy as np
import pytest
from light_engines import BOT, ROOT, TOKEN, FakeActions, run, serving

_OF_THE_TRAINING = ("trained_at", "model_id", "output_fingerprint")
"""What Rasa makes anew at every training, of a clock or at random."""

_WRITTEN_AT = "2026-03-04T10:00:00+01:00"
"""When the evaluation files' messages are said to be written: the value of "nesër" depends on it."""

_OF_THE_MOMENT = ("timestamp", "message_id", "date_time", "metadata")
"""What differs between two runs of the same engine."""


@pytest.fixture(scope="module")
def product_model() -> Path:
    """The model that `ndihma setup` made; the newest is the one in use."""
    models = sorted((ROOT / "models").glob("ndihma-*.tar.gz"), key=lambda path: path.stat().st_mtime)
    assert models, "there is no model: `ndihma setup` makes one"
    return models[-1]


@pytest.fixture(scope="module")
def bots(tmp_path_factory: pytest.TempPathFactory) -> Dict[str, Path]:
    """The small bot, trained by the light engine and by the full one; each in a copy of its project."""
    made = {}
    for name in ("light", "full"):
        project = tmp_path_factory.mktemp(name) / "bot"
        shutil.copytree(BOT, project)
        # Rasa writes sets into the model; only with the same seed do they come in the same order.
        done = run("-m", "engine.train", "--out", "model.tar.gz", cwd=project, full=name == "full", PYTHONHASHSEED="0")
        assert done.returncode == 0, done.stderr
        made[name] = project
    return made


@pytest.fixture
def actions() -> Iterator[FakeActions]:
    fake = FakeActions()
    yield fake
    fake.close()


def test_the_evaluation_files_are_classified_alike(product_model: Path) -> None:
    """Intent, confidence, entities and ranking of every message, to the last digit."""
    files = [ROOT / "tests" / "nlu" / f"{name}.tsv" for name in ("dev", "test")]
    rows = [row for file in files for row in file.read_text(encoding="utf-8").splitlines()[1:]]
    messages = "".join(f"{_WRITTEN_AT}\t{row.split(chr(9))[0]}\n" for row in rows)
    answers = {}
    for full in (False, True):
        command = ("-m", "engine.classify", "--dated", "--model", str(product_model))
        done = run(*command, cwd=ROOT, full=full, stdin=messages)
        assert done.returncode == 0, done.stderr
        answers[full] = done.stdout.splitlines()
    assert len(answers[False]) == len(rows)
    pairs = enumerate(zip(answers[False], answers[True], strict=True))
    assert [number for number, (light, full) in pairs if light != full] == []


def test_the_same_model_is_trained(bots: Dict[str, Path]) -> None:
    light, full = contents(bots["light"] / "model.tar.gz"), contents(bots["full"] / "model.tar.gz")
    assert sorted(light) == sorted(full)
    assert [name for name in light if light[name] != full[name]] == []


def contents(archive: Path) -> Dict[str, Any]:
    """Every file of a model by name: json as data, arrays as their bytes, anything else as it is."""
    found: Dict[str, Any] = {}
    with tarfile.open(archive) as packed:
        for entry in packed.getmembers():
            file = packed.extractfile(entry)
            if file is None:
                continue
            raw = file.read()
            if entry.name.endswith(".json"):
                found[entry.name] = without(_OF_THE_TRAINING, json.loads(raw))
            elif entry.name.endswith(".npz"):
                with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
                    found[entry.name] = {name: (arrays[name].dtype.str, arrays[name].tobytes()) for name in arrays}
            else:
                found[entry.name] = raw
    return found


def without(names: Tuple[str, ...], value: Any) -> Any:
    """The same data less the entries of these names, wherever they are, and less the days that dates stand for."""
    if isinstance(value, dict):
        dropped = (*names, "value") if value.get("entity") == "date" else names
        return {name: without(names, inner) for name, inner in value.items() if name not in dropped}
    return [without(names, inner) for inner in value] if isinstance(value, list) else value


FORM = [
    ("a", "pershendetje"),
    ("a", "due me porosit"),
    ("b", "tung"),
    ("a", "e dua te madhe"),
    ("b", "dua nje pice"),
    ("a", "12345"),
    ("b", "sa eshte ora"),
    ("c", "me kujto"),
]
AFTER_A_RESTART_OF_THE_ENGINE = [
    ("a", "Rruga B, 12"),
    ("a", "a munem me porosit"),
    ("b", "nuk dua ma"),
    ("b", "/order"),
    ("b", "XL"),
    ("b", "/restart"),
    ("b", "pershendetje"),
    ("c", "mirupafshim"),
    ("c", "/EXTERNAL_due"),
    ("d", "zzzz 🙂 qqqq"),
    ("d", '/inform{"size": "te vogel"}'),
    ("d", "porosit"),
    ("d", "/session_start"),
    ("d", "x" * 3000),
]


def converse(project: Path, model: Path, tracker: Path, fake: FakeActions, *, full: bool, halves: List[Any]) -> Any:
    """All replies, and what the action server was asked; a new engine on the same tracker store for each half."""
    fake.calls.clear()
    replies = []
    for turns in halves:
        with serving(project, model, tracker, fake.url, full=full) as engine:
            replies += [(sender, text, engine.say(sender, text)) for sender, text in turns]
    return replies, [asked(call) for call in fake.calls]


def asked(call: Dict[str, Any]) -> Dict[str, Any]:
    """What an action server is told, less what a clock or chance put in."""
    tracker = call["tracker"]
    told = {name: tracker[name] for name in ("slots", "active_loop", "latest_message", "events", "latest_action_name")}
    return {
        "next_action": call["next_action"],
        "sender": call["sender_id"],
        **{name: without(_OF_THE_MOMENT, value) for name, value in told.items()},
    }


def test_a_form_with_slots_reminders_and_restarts_goes_alike(
    bots: Dict[str, Path], actions: FakeActions, tmp_path: Path
) -> None:
    halves = [FORM, AFTER_A_RESTART_OF_THE_ENGINE]
    model = bots["light"] / "model.tar.gz"
    light = converse(BOT, model, tmp_path / "light.db", actions, full=False, halves=halves)
    full = converse(BOT, model, tmp_path / "full.db", actions, full=True, halves=halves)
    assert light == full

    said = {(sender, text): json.dumps(reply) for sender, text, reply in light[0]}
    assert "Në cilën rrugë?" in json.loads(said["a", "e dua te madhe"])["messages"][-1]["text"]
    assert '"street": "Rruga B, 12"' in json.loads(said["a", "Rruga B, 12"])["messages"][-1]["text"]
    assert "U ndal" in json.loads(said["b", "nuk dua ma"])["messages"][-1]["text"]
    assert {call["next_action"] for call in light[1]} == {
        "validate_order_form", "action_record", "action_remind", "action_forget",
    }  # fmt: skip
    assert all(reply["status"] == 200 for _, _, reply in light[0])


def test_the_products_own_conversations_go_alike(product_model: Path, actions: FakeActions, tmp_path: Path) -> None:
    """An eighth of the development set in conversations of fifteen messages, with buttons, "po" and new engines."""
    rows = (ROOT / "tests" / "nlu" / "dev.tsv").read_text(encoding="utf-8").splitlines()[1::8]
    texts: List[Tuple[str, str]] = []
    for number, row in enumerate(rows):
        sender = f"conversation.{number // 15}"
        texts.append((sender, row.split("\t")[0]))
        if number % 5 == 4:
            texts += [(sender, "po"), (sender, "/ask_sim_price"), (sender, "po sa kushton?")]
        if number % 15 == 9:
            texts.append((sender, "/restart"))
    halves = [texts[: len(texts) // 2], texts[len(texts) // 2 :]]
    light = converse(ROOT, product_model, tmp_path / "light.db", actions, full=False, halves=halves)
    full = converse(ROOT, product_model, tmp_path / "full.db", actions, full=True, halves=halves)
    assert light == full
    assert light[1], "no action was called: the conversations prove nothing about them"


def test_what_fails_only_when_it_is_loaded_is_told_apart(bots: Dict[str, Path], tmp_path: Path) -> None:
    """A model whose component asks for TensorFlow while it loads ends the engine with that reason."""
    project = tmp_path / "bot"
    shutil.copytree(BOT, project)
    (project / "later.py").write_text(LATER, encoding="utf-8")
    config = (project / "config.yml").read_text(encoding="utf-8")
    own = config.replace("  - name: FallbackClassifier", "  - name: later.Later\n  - name: FallbackClassifier")
    (project / "config.yml").write_text(own, encoding="utf-8")
    done = run("-m", "engine.train", "--out", "model.tar.gz", cwd=project)
    assert done.returncode == 0, done.stderr
    (project / "serving").touch()
    done = run(
        "-m", "engine.serve", cwd=project,
        NDIHMA_MODEL="model.tar.gz", NDIHMA_ENGINE_TOKEN=TOKEN, NDIHMA_ACTIONS_URL="http://127.0.0.1:9",
        NDIHMA_TRACKER_DB=f"sqlite:///{tmp_path}/tracker.db",
    )  # fmt: skip
    assert done.returncode == 3
    assert "engine: the model cannot be loaded; tensorflow is not in the light engine" in done.stderr
    done = run("-m", "engine.classify", "--model", "model.tar.gz", cwd=project, stdin="tung\n")
    assert done.returncode == 3
    assert "tensorflow is not in the light engine" in done.stderr


LATER = """
from pathlib import Path
from typing import Any, Dict, List, Text
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class Later(GraphComponent):
    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> GraphComponent:
        if Path("serving").exists():
            import tensorflow
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        return messages
"""
