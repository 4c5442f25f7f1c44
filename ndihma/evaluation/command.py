"""What ``ndihma evaluate`` does: read a file with the model, and write the report's page."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from ndihma.classification import classify_texts
from ndihma.clock import BELGRADE, SystemClock
from ndihma.config import Settings
from ndihma.evaluation.authors import training_rows
from ndihma.evaluation.explanation import explain
from ndihma.evaluation.labelled import parse
from ndihma.evaluation.learning import learning_curve
from ndihma.evaluation.page import About, misreadings, render
from ndihma.evaluation.scores import Report, evaluate
from ndihma.failure import Failure, from_os_error
from ndihma.modelstore import ModelStore
from ndihma.progress import Reporter
from ndihma.yaml_files import read_yaml

__all__ = ["measure", "write", "write_report"]


def measure(settings: Settings, file: Path, known_intents: frozenset[str], reporter: Reporter) -> Report:
    """Read every line of ``file`` with the model; malformed lines are told and skipped. Raises Failure."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise Failure(f"cannot read {file}: {error.strerror}") from error
    examples, malformed = parse(data, known_intents)
    for each in malformed:
        reporter.line(f"{file}:{each.line}: {each.reason}; skipped")
    if not examples:
        raise Failure(f"{file} holds no usable line")
    predicted = classify_texts(settings, [example.text for example in examples], reporter)
    return evaluate(
        examples,
        [(each.intent, each.confidence) for each in predicted],
        malformed,
        [each.ranking for each in predicted],
    )


def write_report(
    settings: Settings, report: Report, file: Path, folder: Path, reporter: Reporter, *, with_learning_curve: bool
) -> Path:
    """Write report.html and report.json into ``folder``, made when missing; returns the page. Raises Failure."""
    examples = [each.example for each in report.predictions]
    learned = learning_curve(settings, training_rows(settings), examples, reporter) if with_learning_curve else []
    explanations = explain(settings, misreadings(report), reporter)
    about = About(
        file=file.name,
        model=ModelStore(settings).ensure(reporter).name,
        made=SystemClock().now().astimezone(BELGRADE),
        thresholds=_thresholds(settings),
    )
    page = folder / "report.html"
    write(page, render(report, about, explanations, learned))
    write(folder / "report.json", json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    return page


def write(path: Path, text: str) -> None:
    """Write ``text`` in one step, for this user's eyes: it holds what customers wrote. Raises Failure."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise from_os_error(error, f"write {path}") from error


def _thresholds(settings: Settings) -> dict[str, float]:
    """The confidence thresholds that config.yml sets, by name. One of a difference of two confidences is none."""
    try:
        config = read_yaml(settings.home / "config.yml")
        options = [option for component in config["pipeline"] for option in component.items()]
    except (OSError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise Failure("config.yml cannot be read") from error
    return {
        str(name): float(value)
        for name, value in options
        if str(name).endswith("threshold") and "ambiguity" not in str(name) and isinstance(value, int | float)
    }
