"""The compared systems: each learns from the same rows in a process of its own and reads the same messages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from bench.measure import without_settings
from bench.understanding.rows import ROOT, Row

__all__ = ["Answer", "Reading", "System", "systems"]

_HERE: Final = Path(__file__).resolve().parent
_ENGINE: Final = ROOT / ".venv" / "engine" / "bin" / "python"
_TOOLS: Final = ROOT / "var" / "bench"
"""Where nlp.js and fastText are installed, from their locks; nothing of them is part of the product."""


@dataclass(frozen=True)
class Answer:
    """What a system made of one message, and how long that took (milliseconds)."""

    intent: str
    confidence: float
    ms: float


@dataclass(frozen=True)
class Reading:
    """Training and loading in seconds (None where a system has no separate loading), and the answers by set."""

    training_s: float
    loading_s: float | None
    answers: dict[str, list[Answer]]


@dataclass(frozen=True)
class System:
    """``run(folder, training rows, texts by set)`` may use ``folder`` for its files."""

    title: str
    run: Callable[[Path, list[Row], dict[str, list[str]]], Reading]


def _call(command: list[str], folder: Path, cwd: Path = ROOT, **settings: str) -> None:
    log = folder / "log"
    with log.open("w") as sink:
        environment = without_settings() | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": str(os.cpu_count()), **settings}
        ended = subprocess.run(command, cwd=cwd, env=environment, stdout=sink, stderr=sink, check=False)
    if ended.returncode:
        last = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        raise RuntimeError(f"{Path(command[0]).name} ended with {ended.returncode}:\n{last}")


def _reading(path: Path) -> Reading:
    stored = json.loads(path.read_text(encoding="utf-8"))
    answers = {
        name: [Answer(str(i), float(c), float(ms)) for i, c, ms in each] for name, each in stored["answers"].items()
    }
    return Reading(stored["training_s"], stored["loading_s"], answers)


def _rasa(
    config: str, *, stock: bool = True, **changes: Any
) -> Callable[[Path, list[Row], dict[str, list[str]]], Reading]:
    """A Rasa pipeline; ``changes`` are set in every component that has such a setting.

    A ``stock`` one needs what the light engine leaves out.
    """

    def run(folder: Path, training: list[Row], texts: dict[str, list[str]]) -> Reading:
        pipeline = yaml.safe_load((ROOT / config).read_text(encoding="utf-8"))
        pipeline.pop("policies", None)
        for component in pipeline["pipeline"]:
            component.update({name: value for name, value in changes.items() if name in component})
        (folder / "config.yml").write_text(yaml.safe_dump(pipeline), encoding="utf-8")
        by_author: dict[tuple[str, str], list[str]] = {}
        for row in training:
            by_author.setdefault((row.intent, row.author), []).append(row.text)
        blocks = [
            {"intent": intent, "metadata": {"author": author}, "examples": [{"text": text} for text in lines]}
            for (intent, author), lines in by_author.items()
        ]
        nlu = {"version": "3.1", "nlu": blocks}
        (folder / "nlu.yml").write_text(yaml.safe_dump(nlu, allow_unicode=True), encoding="utf-8")
        (folder / "messages.json").write_text(json.dumps(texts), encoding="utf-8")
        names = [str(folder / name) for name in ("config.yml", "nlu.yml", "messages.json", "answers.json")]
        # Ours computes in processes of one thread each (engine/environment.py); more threads would get in their way.
        threads = {} if stock else {"OMP_NUM_THREADS": "1"}
        command = [str(_ENGINE), "-m", "bench.understanding.rasa_runner", *names]
        _call(command, folder, NDIHMA_ENGINE_FULL=str(int(stock)), **threads)
        return _reading(folder / "answers.json")

    return run


def _json_files(folder: Path, training: list[Row], texts: dict[str, list[str]]) -> list[str]:
    rows = [{"text": row.text, "intent": row.intent} for row in training]
    (folder / "training.json").write_text(json.dumps(rows), encoding="utf-8")
    (folder / "messages.json").write_text(json.dumps(texts), encoding="utf-8")
    return [str(folder / name) for name in ("training.json", "messages.json", "answers.json")]


def _nlpjs(folder: Path, training: list[Row], texts: dict[str, list[str]]) -> Reading:
    home = _TOOLS / "nlpjs"
    home.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "run.mjs"):
        shutil.copy(_HERE / "nlpjs" / name, home / name)
    if not (home / "node_modules").is_dir():
        _call(["npm", "ci", "--no-audit", "--no-fund"], folder, home)
    _call(["node", "run.mjs", *_json_files(folder, training, texts)], folder, home)
    return _reading(folder / "answers.json")


def _fasttext(folder: Path, training: list[Row], texts: dict[str, list[str]]) -> Reading:
    home = _TOOLS / "fasttext"
    python = home / "bin" / "python"
    if not (home / "ready").is_file():
        _call([str(ROOT / ".venv" / "app" / "bin" / "python"), "-m", "venv", "--clear", str(home)], folder)
        lock = str(ROOT / "requirements" / "bench.txt")
        _call([str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock], folder)
        (home / "ready").touch()
    _call([str(python), str(_HERE / "fasttext_runner.py"), *_json_files(folder, training, texts)], folder)
    return _reading(folder / "answers.json")


def systems(stock_epochs: int) -> dict[str, System]:
    """Every system by its name on the command line. ``stock_epochs`` is DIET's; Rasa's default is 100."""
    return {
        "ours": System("Ndihma", _rasa("config.yml", stock=False)),
        "stock": System(
            f"stock Rasa (DIET, {stock_epochs} epochs)", _rasa("bench/stock/config.yml", epochs=stock_epochs)
        ),
        "logreg": System("stock Rasa (LogisticRegression)", _rasa("bench/stock/logistic_regression.yml")),
        "nlpjs": System("nlp.js", _nlpjs),
        "fasttext": System("fastText", _fasttext),
    }
