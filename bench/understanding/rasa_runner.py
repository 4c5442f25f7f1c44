"""Trains one Rasa NLU pipeline and reads messages with it; runs in the engine's environment.

``python -m bench.understanding.rasa_runner CONFIG TRAINING.yml MESSAGES.json ANSWERS.json``, from the project's root.
Messages are lists of texts by name; the answers hold, by the same names, ``[intent, confidence, milliseconds]`` a text.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from engine.environment import prepare


def main() -> int:
    config, training, messages, answers = sys.argv[1:5]
    prepare()

    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    import engine.albanian.components  # noqa: F401  (the saved spaCy pipeline of ours names its factories)
    from engine.light import is_installed
    from engine.training_shortcuts import take_training_shortcuts

    if is_installed():  # ours: trained as the product trains it (engine/train.py)
        take_training_shortcuts()
    wanted: dict[str, list[str]] = json.loads(Path(messages).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        model = train_nlu(config, training, folder)
        trained_s = time.perf_counter() - started
        started = time.perf_counter()
        agent = Agent.load(str(model))
        loaded_s = time.perf_counter() - started
        read = asyncio.run(_read(agent, wanted))
    result = {"training_s": trained_s, "loading_s": loaded_s, "answers": read}
    Path(answers).write_text(json.dumps(result), encoding="utf-8")
    return 0


async def _read(agent: Any, wanted: dict[str, list[str]]) -> dict[str, list[list[Any]]]:
    first = next(iter(wanted.values()))
    for text in first[:20]:
        await agent.parse_message(text)
    read: dict[str, list[list[Any]]] = {}
    for name, texts in wanted.items():
        read[name] = []
        for text in texts:
            started = time.perf_counter()
            parsed = await agent.parse_message(text)
            took = 1000 * (time.perf_counter() - started)
            read[name].append([parsed["intent"]["name"], parsed["intent"]["confidence"], took])
    return read


if __name__ == "__main__":
    sys.exit(main())
