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

from engine.albanian.values import WRITTEN_AT
from engine.environment import prepare, refuse_what_is_left_out
from engine.light import is_installed, what_was_left_out
from engine.light.shortcuts import take_shortcuts

__all__ = ["main"]

_RANKING_LENGTH = 5


def main() -> int:
    """Returns 0, or 3 when the model cannot be loaded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument(
        "--dated", action="store_true", help="a line is the time of writing (ISO 8601 with offset), a tab, the message"
    )
    arguments = parser.parse_args()
    model: Path = arguments.model
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
        text, written_at = line.rstrip("\r\n"), ""
        if arguments.dated:
            written_at, _, text = text.partition("\t")
        sink.write(json.dumps(loop.run_until_complete(_classify(agent, text, written_at)), ensure_ascii=False) + "\n")
    return 0


async def _classify(agent: Any, text: str, written_at: str) -> Dict[str, Any]:
    from rasa.core.channels.channel import UserMessage

    neutral = text.strip().lstrip("/").strip()
    if not neutral:
        return {"text": text, "intent": "out_of_scope", "confidence": 1.0, "entities": [], "ranking": []}
    metadata = {WRITTEN_AT: written_at} if written_at else None
    parsed = await agent.processor.parse_message(UserMessage(neutral, metadata=metadata))
    return {
        "text": text,
        "intent": parsed["intent"]["name"],
        "confidence": parsed["intent"]["confidence"],
        "entities": [
            {key: entity[key] for key in ("entity", "value", "text", "start", "end")}
            for entity in parsed.get("entities", [])
        ],
        "ranking": [
            {"intent": entry["name"], "confidence": entry["confidence"]}
            for entry in parsed.get("intent_ranking", [])[:_RANKING_LENGTH]
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
