"""Turns, a conversation's progress at the engine, and pages of its history, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ndihma.desk.events import Event
from ndihma.desk.tables import TurnKind, TurnState

__all__ = ["NewTurn", "Page", "Progress", "Turn"]


@dataclass(frozen=True, slots=True)
class NewTurn:
    """Something to be answered, before it is stored."""

    id: str
    conversation_id: str
    kind: TurnKind
    engine_text: str | None
    client_id: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A stored turn."""

    id: str
    conversation_id: str
    kind: TurnKind
    engine_text: str | None
    cursor: int | None
    state: TurnState
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the engine's tracker of a conversation has grown."""

    epoch: int = 0
    epoch_turns: int = 0
    last_reply_offered: bool = False
    handed_over: bool = False
    """The conversation is not the assistant's: the engine is not asked. Read only."""


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of a conversation's history. ``cursor`` is the last one in it (or the one asked after)."""

    events: tuple[Event, ...]
    cursor: int
    more: bool
