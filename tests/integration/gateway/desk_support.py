"""What the tests of the conversation service share: readers of event lists, and the engine's turns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ndihma.desk.ports import EngineMessage, EngineTurn

if TYPE_CHECKING:
    from ndihma.desk.events import Event


def types(events: list[Event]) -> list[str]:
    return [event.type for event in events]


def replies(events: list[Event]) -> list[Any]:
    return [event for event in events if event.type == "reply"]


def turn(*parts: EngineMessage, intent: str = "ask_sim_price") -> EngineTurn:
    return EngineTurn(parts, intent, 0.9)
