"""When somebody is there to take a conversation, and how long what lasts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ndihma.desk.handoff.hours import ALWAYS, WorkingHours

__all__ = ["ON_DUTY", "Availability", "HandoffRules", "Presence"]


class Presence(StrEnum):
    """What an agent says of being there."""

    AVAILABLE = "available"
    BUSY = "busy"
    """There, with enough to do."""
    AWAY = "away"


ON_DUTY: Final = frozenset({Presence.AVAILABLE, Presence.BUSY})


@dataclass(frozen=True, slots=True)
class HandoffRules:
    """The figures are ours."""

    hours: WorkingHours = field(default_factory=lambda: WorkingHours.parse(ALWAYS))
    present_for: timedelta = timedelta(seconds=75)
    """An agent without a heartbeat for this long is not on duty; consoles send one every 25 s."""
    abandoned_after: timedelta = timedelta(minutes=3)
    """A customer who waits this long for an agent who is gone goes back to the queue."""
    unserved_after: timedelta = timedelta(minutes=3)
    """Who has waited this long while nobody is on duty is told so."""
    reopened_within: timedelta = timedelta(hours=24)
    """A closed conversation whose customer writes later than this is a new matter, for the assistant."""
    most_waiting: int = 200
    """Conversations in the queue."""
    notices: bool = False
    """Whether a system of the operator's is told of each move."""
    first_reply_within: timedelta = timedelta(minutes=2)
    next_reply_within: timedelta = timedelta(minutes=5)
    """What the console calls late."""


@dataclass(frozen=True, slots=True)
class Availability:
    """Who could take a conversation at a moment. ``opens_at`` outside of working hours: when they begin again."""

    on_duty: int
    waiting: int
    opens_at: datetime | None
    most_waiting: int

    @property
    def takes(self) -> bool:
        """Whether a customer who asks for a person is put into the queue."""
        return self.opens_at is None and self.on_duty > 0 and self.waiting < self.most_waiting
