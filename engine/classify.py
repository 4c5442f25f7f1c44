"""Reads one message per line and writes one JSON object per line: ``python -m engine.classify --model ARCHIVE``.

Every input line, also an empty one, gives exactly one output line with text, intent, confidence, entities and ranking,
so a caller can pair them. The text is never read as a Rasa command, whatever it starts with.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import sys
from pathlib import Path
from typing import Any, Dict

from engine.environment import prepare, refuse_what_is_left_out
from engine.light import is_installed, what_was_left_out
from engine.light.shortcuts import take_shortcuts

__all__ = ["main"]

_RANKING_LENGTH = 5


def main() -> int:
    """Returns 0, or 3 when the model cannot be loaded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    model: Path = parser.parse_args().model
    prepare()
    refuse_what_is_left_out(model=model)

    from rasa.core.agent import Agent

    from engine.logs import configure_logging

    configure_logging()
    if is_installed():
        take_shortcuts()
    try:
        agent = Agent.load(str(model))
    except Exception as error:
        reason = what_was_left_out(error) or type(error).__name__
        print(f"engine: the model cannot be loaded ({reason})", file=sys.stderr)
        return 3
    if agent.processor is None:
        print("engine: the model cannot be loaded", file=sys.stderr)
        return 3

    source = io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", errors="replace", newline="\n")
    sink = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", write_through=True)
    loop = asyncio.new_event_loop()
    for line in source:
        text = line.rstrip("\r\n")
        sink.write(json.dumps(loop.run_until_complete(_classify(agent, text)), ensure_ascii=False) + "\n")
    return 0


async def _classify(agent: Any, text: str) -> Dict[str, Any]:
    neutral = text.strip().lstrip("/").strip()
    if not neutral:
        return {"text": text, "intent": "out_of_scope", "confidence": 1.0, "entities": [], "ranking": []}
    parsed = await agent.parse_message(neutral)
    return {
        "text": text,
        "intent": parsed["intent"]["name"],
        "confidence": parsed["intent"]["confidence"],
        "entities": [
            {key: entity[key] for key in ("entity", "value", "start", "end")} for entity in parsed.get("entities", [])
        ],
        "ranking": [
            {"intent": entry["name"], "confidence": entry["confidence"]}
            for entry in parsed.get("intent_ranking", [])[:_RANKING_LENGTH]
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
