"""The intent model on MASSIVE sq-AL (CC BY 4.0): ``.venv/engine/bin/python -m bench.massive FOLDER [--test]``.

FOLDER holds sq-AL.train.tsv, sq-AL.dev.tsv and sq-AL.test.tsv (columns id, intent, scenario, utt). The same code,
features and classifier as the product's, trained on the train split. Without ``--test`` the dev split is read, on
which choices are made. The scenario is the one that the intent belongs to. ``--margin`` and ``--weight`` are options of
the classifier in config.yml; their defaults here were chosen on the dev split (docs/nlu.md). Runs in the engine's
environment.
"""

from __future__ import annotations

import argparse
import csv
import os
import time
from dataclasses import replace
from pathlib import Path

from engine.embedding import load_embedder
from engine.intent_training import Settings, train
from engine.training_pool import parallel_embedder, training_pool

__all__ = ["main"]


def _rows(folder: Path, split: str) -> list[dict[str, str]]:
    with (folder / f"sq-AL.{split}.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--test", action="store_true", help="read the test split instead of dev")
    parser.add_argument("--embedded-rows", type=int, default=12_000, help="rows the second opinion learns from")
    parser.add_argument("--landmarks", type=int, default=4000, help="rows that span the second opinion's kernel")
    parser.add_argument("--margin", type=float, default=0.6, help="score distance below which it is asked")
    parser.add_argument("--weight", type=float, default=2.0, help="how much its scores count")
    arguments = parser.parse_args()
    began = time.perf_counter()
    rows = _rows(arguments.folder, "train")
    with training_pool(os.cpu_count() or 1) as pool:
        model = train(
            [row["utt"] for row in rows],
            [row["intent"] for row in rows],
            [""] * len(rows),
            replace(
                Settings(),
                embedded_rows=arguments.embedded_rows,
                landmarks=arguments.landmarks,
                margin=arguments.margin,
                weight=arguments.weight,
            ),
            parallel_embedder(pool),
            pool=pool,
        )
    print(f"trained on {len(rows)} rows in {time.perf_counter() - began:.0f} s")
    scenario = {row["intent"]: row["scenario"] for row in rows}
    split = "test" if arguments.test else "dev"
    read = _rows(arguments.folder, split)
    readers = {
        "linear alone": model.with_embedding(None),
        "with the second opinion": model.with_embedding(load_embedder()),
    }
    for name, reader in readers.items():
        best = [reader.rank(row["utt"])[0][0] for row in read]
        intents = sum(row["intent"] == intent for row, intent in zip(read, best, strict=True))
        scenarios = sum(row["scenario"] == scenario[intent] for row, intent in zip(read, best, strict=True))
        print(
            f"{split}, {name}: intent {100 * intents / len(read):.2f} %, scenario {100 * scenarios / len(read):.2f} %"
        )


if __name__ == "__main__":
    main()
