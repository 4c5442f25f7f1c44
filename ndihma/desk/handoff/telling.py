"""What a customer is told of a move: the events that stand in the conversation with it."""

from __future__ import annotations

from datetime import datetime

from ndihma.desk.events import Body, Button, HandoffBody, HandoffState, ReplyBody
from ndihma.desk.handoff import messages
from ndihma.desk.handoff.model import (
    Abandoned,
    Ask,
    Close,
    HandBack,
    Handoff,
    Move,
    Snooze,
    State,
    Transfer,
    Unserved,
)

__all__ = ["nobody_there", "standing", "told", "waiting"]


def told(  # noqa: PLR0911  (a table)
    move: Move, after: Handoff, position: int | None, *, in_reply_to: str | None = None
) -> list[Body]:
    """``position``: in the queue, while waiting. ``in_reply_to``: the message that asked for it."""
    match move:
        case Ask():
            return [_line(messages.ASKED, in_reply_to), waiting(position)]
        case HandBack():
            return [HandoffBody(state=HandoffState.BOT), _line(messages.HANDED_BACK)]
        case Transfer(to=None, team=str()):
            return [_line(messages.TO_TEAM), waiting(position)]
        case Transfer(to=None):
            return [_line(messages.TO_QUEUE), waiting(position)]
        case Transfer():
            return [_line(messages.TO_COLLEAGUE), _agent(after)]
        case Snooze(until=until):
            return [_line(messages.snoozed(until))]
        case Close():
            return [HandoffBody(state=HandoffState.BOT), _line(messages.CLOSED)]
        case Abandoned():
            return [_line(messages.LOST), waiting(position)]
        case Unserved():
            return [HandoffBody(state=HandoffState.BOT)]
        case _:
            return _where(after, position)


def standing(now: Handoff, position: int | None) -> list[Body]:
    """Who has the conversation, told again to a customer who asks for something that the assistant does."""
    if now.state is State.SNOOZED and now.snoozed_until is not None:
        return [_line(messages.snoozed(now.snoozed_until))]
    return _where(now, position)


def nobody_there(offer: Button, opens: datetime | None, *, in_reply_to: str | None = None) -> ReplyBody:
    """``offer``: the button that asks to be called; ``opens``: when agents work next, None while they do."""
    return ReplyBody(in_reply_to=in_reply_to, text=messages.nobody(opens), buttons=(offer,))


def waiting(position: int | None) -> HandoffBody:
    """The place in the queue."""
    return HandoffBody(state=HandoffState.WAITING, position=position)


def _where(after: Handoff, position: int | None) -> list[Body]:
    match after.state:
        case State.WAITING:
            return [waiting(position)]
        case State.AGENT:
            return [_agent(after)]
        case _:
            return []


def _line(text: str, in_reply_to: str | None = None) -> ReplyBody:
    return ReplyBody(in_reply_to=in_reply_to, text=text)


def _agent(after: Handoff) -> HandoffBody:
    return HandoffBody(state=HandoffState.AGENT, agent=after.agent.name if after.agent else None)
