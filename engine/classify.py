"""Reads one message per line and writes one JSON object per line: ``python -m engine.classify --model ARCHIVE``.

A line is read as the running engine reads the first message of a conversation: swearing is taken out, two questions
are parted, a foreign language is told. Every input line, also an empty one, gives exactly one output line with text,
intent, confidence, entities, ranking and language, and with second_intent (answered too) or offered_intents (buttons
beside the answer) where there are any, so a caller can pair them. Entities are those of the whole line. The text is
never read as a Rasa command, whatever it starts with. Of a line that no customer could send, the beginning is read.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import sys
from pathlib import Path
from typing import Any, Dict, FrozenSet

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

    from engine.listening import topics_of
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
    topics = topics_of(agent.domain.responses)
    for line in source:
        text, written_at = line.rstrip("\r\n"), ""
        if arguments.dated:
            written_at, _, text = text.partition("\t")
        answer = loop.run_until_complete(_classify(agent, topics, text, written_at))
        sink.write(json.dumps(answer, ensure_ascii=False) + "\n")
    return 0


async def _classify(agent: Any, topics: FrozenSet[str], text: str, written_at: str) -> Dict[str, Any]:
    from rasa.core.channels.channel import UserMessage

    from engine.language import ALBANIAN
    from engine.listening import LONGEST, listen
    from engine.understanding import Parsed, Previous

    neutral = text[:LONGEST].strip().lstrip("/").strip()
    if not neutral:
        nothing_said = {"intent": "out_of_scope", "confidence": 1.0, "entities": [], "ranking": []}
        return {"text": text, **nothing_said, "language": ALBANIAN}
    metadata = {WRITTEN_AT: written_at} if written_at else None
    known: Dict[str, Parsed] = {}

    async def parse(part: str) -> Parsed:
        if part not in known:
            known[part] = await agent.processor.parse_message(UserMessage(part, metadata=metadata))
        return known[part]

    async def nothing() -> Previous:
        return Previous(None, ())

    reading, language = await listen(neutral, parse, topics, nothing)
    first, *others = reading.messages
    answer: Dict[str, Any] = {
        "text": text,
        "intent": first["intent"]["name"],
        "confidence": first["intent"]["confidence"],
        "entities": [
            {key: entity[key] for key in ("entity", "value", "text", "start", "end")}
            for entity in (await parse(neutral)).get("entities", [])
        ],
        "ranking": [
            {"intent": entry["name"], "confidence": entry["confidence"]}
            for entry in first.get("intent_ranking", [])[:_RANKING_LENGTH]
        ],
        "language": language,
    }
    if others:
        answer["second_intent"] = others[0]["intent"]["name"]
    if reading.offered:
        answer["offered_intents"] = list(reading.offered)
    return answer


if __name__ == "__main__":
    sys.exit(main())
