"""What needs TensorFlow, or a package that is left out, is refused in one line before anything starts."""

import io
import json
import tarfile
from pathlib import Path

import pytest
from light_engines import BOT, ROOT, TOKEN, run

from engine.light.needs import refusal
from engine.light.table import NEEDS_TENSORFLOW, STORES

COMPONENTS = [*NEEDS_TENSORFLOW.values(), *(f"{module}.{name}" for module, name in NEEDS_TENSORFLOW.items())]


def config(folder: Path, component: str) -> Path:
    section, other = ("policies", "pipeline") if component.endswith("Policy") else ("pipeline", "policies")
    path = folder / "config.yml"
    path.write_text(
        f"recipe: default.v1\n{other}:\n{section}:\n  - name: {component}\n    epochs: 1\n", encoding="utf-8"
    )
    return path


def archive(folder: Path, *uses: str) -> Path:
    nodes = {f"node{number}": {"uses": name} for number, name in enumerate(uses)}
    metadata = json.dumps({"train_schema": {"nodes": {}}, "predict_schema": {"nodes": nodes}}).encode()
    path = folder / "model.tar.gz"
    with tarfile.open(path, "w:gz") as packed:
        entry = tarfile.TarInfo("metadata.json")
        entry.size = len(metadata)
        packed.addfile(entry, io.BytesIO(metadata))
    return path


def assert_refused(code: int, said: str, component: str) -> None:
    assert code == 2
    lines = said.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"engine: {component}")
    assert "take it out" in lines[0]
    assert "NDIHMA_ENGINE_FULL=1" in lines[0]


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_configuration_that_needs_tensorflow_is_not_trained(component: str, tmp_path: Path) -> None:
    out = tmp_path / "model.tar.gz"
    done = run("-m", "engine.train", "--config", str(config(tmp_path, component)), "--out", str(out), cwd=ROOT)
    assert_refused(done.returncode, done.stderr, component.rpartition(".")[2] + " in config.yml needs TensorFlow")
    assert not out.exists()


@pytest.mark.parametrize("name", NEEDS_TENSORFLOW.values())
def test_a_model_that_needs_tensorflow_is_not_served(name: str, tmp_path: Path) -> None:
    module = next(module for module, component in NEEDS_TENSORFLOW.items() if component == name)
    model = archive(tmp_path, "rasa.nlu.tokenizers.whitespace_tokenizer.WhitespaceTokenizer", f"{module}.{name}")
    done = run(
        "-m", "engine.serve", cwd=BOT,
        NDIHMA_MODEL=str(model), NDIHMA_ENGINE_TOKEN=TOKEN, NDIHMA_ACTIONS_URL="http://127.0.0.1:9",
        NDIHMA_TRACKER_DB=f"sqlite:///{tmp_path}/tracker.db",
    )  # fmt: skip
    assert_refused(done.returncode, done.stderr, f"{name} in model.tar.gz needs TensorFlow")


def test_a_model_that_needs_tensorflow_classifies_nothing(tmp_path: Path) -> None:
    model = archive(tmp_path, "rasa.nlu.classifiers.diet_classifier.DIETClassifier")
    done = run("-m", "engine.classify", "--model", str(model), cwd=ROOT, stdin="tung\n")
    assert done.stdout == ""
    assert_refused(done.returncode, done.stderr, "DIETClassifier in model.tar.gz needs TensorFlow")


@pytest.mark.parametrize(
    "source",
    [
        "from rasa.nlu.classifiers.diet_classifier import DIETClassifier\nclass Mine(DIETClassifier): pass\n",
        "import tensorflow\nclass Mine: pass\n",
    ],
)
def test_a_component_of_our_own_on_tensorflow_is_refused(source: str, tmp_path: Path) -> None:
    (tmp_path / "own_component.py").write_text(source, encoding="utf-8")
    own = config(tmp_path, "own_component.Mine")
    done = run("-m", "engine.train", "--config", str(own), "--out", str(tmp_path / "m.tar.gz"), cwd=tmp_path)
    assert_refused(done.returncode, done.stderr, "own_component.Mine in config.yml needs")


@pytest.mark.parametrize(("section", "kind"), STORES)
def test_a_store_that_needs_what_is_left_out_is_refused(section: str, kind: str, tmp_path: Path) -> None:
    endpoints = tmp_path / "endpoints.yml"
    endpoints.write_text(f"{section}:\n  type: {kind}\n  url: somewhere\n", encoding="utf-8")
    reason = refusal(endpoints=endpoints)
    assert reason is not None
    assert reason.startswith(f"the {section} {kind} in endpoints.yml needs {STORES[section, kind]}")


@pytest.mark.parametrize(
    "text", ["", "pipeline: text", "pipeline: [1, {}]", "- a list", ": {", "pipeline:\npolicies:\n"]
)
def test_a_file_that_is_wrong_is_left_for_rasa_to_report(text: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8")
    assert refusal(config=path, endpoints=path, model=path) is None
    assert refusal(config=tmp_path / "missing", endpoints=tmp_path / "missing", model=tmp_path / "missing") is None


def test_the_products_own_files_are_not_refused() -> None:
    done = run(
        "-c",
        "from pathlib import Path\nfrom engine.environment import prepare\nprepare()\n"
        "from engine.light.needs import refusal\n"
        "print(refusal(config=Path('config.yml'), endpoints=Path('endpoints.yml')))",
        cwd=ROOT,
    )
    assert done.stdout.strip() == "None", done.stderr


def test_with_everything_imported_nothing_is_refused(tmp_path: Path) -> None:
    done = run(
        "-c",
        "import sys\nfrom pathlib import Path\n"
        "from engine.environment import prepare, refuse_what_is_left_out\nprepare()\n"
        "refuse_what_is_left_out(config=Path(sys.argv[1]))\nprint('goes on')",
        str(config(tmp_path, "DIETClassifier")),
        cwd=ROOT,
        full=True,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "goes on")
