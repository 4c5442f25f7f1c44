"""Trains fastText's supervised classifier and reads messages with it; runs in the bench's own environment.

``python fasttext_runner.py TRAINING.json MESSAGES.json ANSWERS.json``. Word pairs, character 2–5-grams, 50 epochs,
rate 0.5: the setting fastText's tutorial arrives at, with subwords for a language that is spelt freely.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import fasttext


def _line(text: str) -> str:
    return " ".join(text.lower().split())


def main() -> int:
    training, messages, answers = (Path(argument) for argument in sys.argv[1:4])
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as source:
        for row in json.loads(training.read_text(encoding="utf-8")):
            source.write(f"__label__{row['intent']} {_line(row['text'])}\n")
        source.flush()
        started = time.perf_counter()
        model = fasttext.train_supervised(
            source.name, lr=0.5, epoch=50, wordNgrams=2, minn=2, maxn=5, dim=100, thread=1, seed=1, verbose=0
        )
        trained = time.perf_counter() - started
    read: dict[str, list[list[object]]] = {}
    for name, texts in json.loads(messages.read_text(encoding="utf-8")).items():
        read[name] = []
        for text in texts:
            started = time.perf_counter()
            labels, confidences = model.predict(_line(text))
            took = 1000 * (time.perf_counter() - started)
            name_of = labels[0].removeprefix("__label__") if labels else "nlu_fallback"
            read[name].append([name_of, float(confidences[0]) if labels else 0.0, took])
    answers.write_text(json.dumps({"training_s": trained, "loading_s": None, "answers": read}), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
