"""What a text asks by itself, without a conversation and without an answer: for the agents' suggestions."""

from __future__ import annotations

from typing import Any, Dict, Final, Text

from rasa.core.agent import Agent

from engine.listening import listen, topics_of
from engine.understanding import Parsed, Previous, ranking_of

__all__ = ["read_alone"]

_RANKING_LENGTH: Final = 10


async def read_alone(agent: Agent, text: Text) -> Dict[Text, Any]:
    """Its questions in order, each with its ranking, and its language. No tracker is read or written.

    Swearing, negation and two questions in one are read as in the first message of a conversation (``listening``).
    """
    known: Dict[Text, Parsed] = {}

    async def parse(part: Text) -> Parsed:
        if part not in known:
            known[part] = await agent.parse_message(part)
        return known[part]

    async def nothing() -> Previous:
        return Previous(None, ())

    neutral = text.strip().lstrip("/").strip()  # what begins with a slash would be read as a command
    reading, language = await listen(neutral, parse, topics_of(agent.domain.responses), nothing)
    questions = [
        [{"name": name, "confidence": sure} for name, sure in ranking_of(message)[:_RANKING_LENGTH]]
        for message in reading.messages
    ]
    return {"questions": questions, "language": language}
