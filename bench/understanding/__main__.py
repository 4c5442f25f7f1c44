"""Compares Ndihma with stock Rasa, nlp.js and fastText on one split: what they understand, how fast they learn.

``python -m bench.understanding [--systems ours,stock,…] [--per-intent N] [--curves] [--json FILE] [--plots DIR]``,
after `make setup`. Every system learns from the same rows of data/nlu and reads tests/nlu/test.tsv, one by one.
``--curves`` adds random typos and few-shot training for ours and stock Rasa. Times are of this machine at this moment:
read the ratios. Stock Rasa's hundred epochs on all rows take more than an hour on two cores; ``--per-intent`` and
``--stock-epochs`` shorten that, and the table says so.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.measure import percentile, without_settings
from bench.understanding.rows import ROOT, Row, few, stripped, test_rows, training_rows, typed_badly
from bench.understanding.systems import Answer, Reading, System, systems

TYPOS = (0, 5, 10, 15, 20, 30)
FEW = (5, 10, 20, 40)
CURVED = ("ours", "stock")
OUT_OF_SCOPE = frozenset({"out_of_scope", "nlu_fallback"})


def _normal(intent: str) -> str:
    return "out_of_scope" if intent in OUT_OF_SCOPE else intent


def scores(rows: list[Row], answers: list[Answer]) -> dict[str, float | None]:
    """Per cent: right overall, right in scope, out-of-scope recall, in-scope messages taken for out of scope."""
    pairs = [(_normal(row.intent), _normal(answer.intent)) for row, answer in zip(rows, answers, strict=True)]
    inside = [(wanted, got) for wanted, got in pairs if wanted != "out_of_scope"]
    outside = [got for wanted, got in pairs if wanted == "out_of_scope"]

    def share(hits: list[bool]) -> float | None:
        return round(100 * statistics.fmean(hits), 2) if hits else None

    return {
        "overall": share([wanted == got for wanted, got in pairs]),
        "in_scope": share([wanted == got for wanted, got in inside]),
        "out_of_scope_recall": share([got == "out_of_scope" for got in outside]),
        "false_rejection": share([got == "out_of_scope" for _, got in inside]),
    }


def run(system: System, training: list[Row], sets: dict[str, list[Row]]) -> Reading:
    with tempfile.TemporaryDirectory(prefix="ndihma-bench-") as folder:
        return system.run(Path(folder), training, {name: [row.text for row in rows] for name, rows in sets.items()})


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def keep(result: dict[str, Any], path: Path | None) -> None:
    """Write what is measured so far: hours of training are not lost when the rest is cut short."""
    if path is not None:
        path.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    known = systems(arguments.stock_epochs)
    wanted = arguments.systems.split(",")
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        raise SystemExit(f"no such system: {', '.join(unknown)} (there are {', '.join(known)})")
    training = few(training_rows(), arguments.per_intent) if arguments.per_intent else training_rows()
    test = test_rows(arguments.test)
    plain = {"test": test, "stripped": stripped(test)}
    noisy = {f"typos_{rate}": typed_badly(test, rate) for rate in TYPOS} if arguments.curves else {}
    result: dict[str, Any] = {"training_rows": len(training), "test_rows": len(test), "systems": {}}
    for name in wanted:
        say(f"{known[name].title}: {len(training)} rows …")
        sets = plain | (noisy if name in CURVED else {})
        reading = run(known[name], training, sets)
        times = [answer.ms for answer in reading.answers["test"]]
        result["systems"][name] = {
            "title": known[name].title,
            "training_s": round(reading.training_s, 1),
            "parse_p50_ms": round(statistics.median(times), 2),
            "parse_p95_ms": round(percentile(times, 95), 2),
            **scores(test, reading.answers["test"]),
            "stripped_overall": scores(test, reading.answers["stripped"])["overall"],
            "typos": {rate: scores(test, reading.answers[f"typos_{rate}"])["overall"] for rate in TYPOS if noisy}
            if name in CURVED
            else {},
            "few_shot": {},
        }
        keep(result, arguments.json)
    if arguments.curves:
        for name in (name for name in CURVED if name in wanted):
            for count in FEW:
                overall = result["systems"][name]["overall"]
                if count != arguments.per_intent:
                    say(f"{known[name].title}: {count} messages an intent …")
                    reading = run(known[name], few(training_rows(), count), {"test": test})
                    overall = scores(test, reading.answers["test"])["overall"]
                result["systems"][name]["few_shot"][count] = overall
                keep(result, arguments.json)
    return result


def table(result: dict[str, Any]) -> str:
    """The figures as Markdown: per cent, seconds, milliseconds."""
    lines = [
        f"{result['training_rows']:,} training and {result['test_rows']:,} test messages",
        "",
        "| system | overall | in scope | out-of-scope recall | false rejection | without ë, ç | training, s "
        "| parse p50, ms | parse p95, ms |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    keys = ("overall", "in_scope", "out_of_scope_recall", "false_rejection", "stripped_overall", "training_s")
    for figures in result["systems"].values():
        cells = [figures["title"], *(str(figures[key]) for key in (*keys, "parse_p50_ms", "parse_p95_ms"))]
        lines.append(f"| {' | '.join(cells)} |")
    for key, heading in (("typos", "typos per 100 characters"), ("few_shot", "training messages an intent")):
        curves = {f["title"]: f[key] for f in result["systems"].values() if f[key]}
        if curves:
            steps = list(next(iter(curves.values())))
            lines += ["", f"| {heading} | {' | '.join(map(str, steps))} |", "|---" * (len(steps) + 1) + "|"]
            lines += [f"| {title} | {' | '.join(str(curve[s]) for s in steps)} |" for title, curve in curves.items()]
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.understanding", description=__doc__)
    parser.add_argument(
        "--systems", default="ours,stock,logreg,nlpjs,fasttext", help="which, by commas (default: %(default)s)"
    )
    parser.add_argument("--per-intent", type=int, help="at most so many training messages an intent (default: all)")
    parser.add_argument("--stock-epochs", type=int, default=100, help="epochs of stock Rasa's DIET (its default: 100)")
    parser.add_argument("--curves", action="store_true", help="also the curves over typos and few-shot training")
    parser.add_argument("--test", type=Path, default=ROOT / "tests" / "nlu" / "test.tsv", help="a labelled file")
    parser.add_argument("--json", type=Path, help="also write the figures here, as they come")
    parser.add_argument("--plots", type=Path, help="also draw the curves as SVG files into this folder")
    arguments = parser.parse_args()
    result = measure(arguments)
    text = json.dumps(result, indent=2, ensure_ascii=False) + "\n"
    if arguments.plots and arguments.curves:
        arguments.plots.mkdir(parents=True, exist_ok=True)
        command = [
            str(ROOT / ".venv" / "engine" / "bin" / "python"),
            "-m",
            "bench.understanding.plots",
            str(arguments.plots),
        ]
        subprocess.run(command, cwd=ROOT, env=without_settings(), input=text.encode(), check=True)
    print(table(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
