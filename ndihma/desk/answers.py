"""What a turn comes to, before it is stored."""

from __future__ import annotations

from dataclasses import dataclass, field

from ndihma import messages
from ndihma.desk.events import Body, DoneBody, Outcome, ReplyBody
from ndihma.desk.store import Choice, Progress, Turn
from ndihma.desk.tables import TurnState

__all__ = ["Answer", "apology", "edge_answer", "message_id"]


@dataclass(slots=True)
class Answer:
    """``asks_agent``: with it the customer asks for a person. The last body ends the answer."""

    state: TurnState
    bodies: list[Body]
    choices: list[Choice] = field(default_factory=list)
    progress: Progress | None = None
    wanted_reference: str | None = None
    asks_agent: bool = False


def message_id(turn: Turn) -> str | None:
    """The customer's message that a turn answers; None for an internal turn."""
    return None if turn.cursor is None else turn.id


def edge_answer(turn: Turn, sentence: str, *moved: Body) -> Answer:
    """An answer of the edge itself, behind what has moved with it."""
    of = message_id(turn)
    return Answer(TurnState.ANSWERED, [*moved, ReplyBody(in_reply_to=of, text=sentence), DoneBody(in_reply_to=of)])


def apology(turn: Turn) -> Answer:
    """The honest sentence in place of an answer."""
    of = message_id(turn)
    reply = ReplyBody(in_reply_to=of, text=messages.UNAVAILABLE, outcome=Outcome.UNAVAILABLE)
    return Answer(TurnState.FAILED, [reply, DoneBody(in_reply_to=of)])
