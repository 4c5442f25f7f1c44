"""The life of a prepaid number as stretches of days, for drawing it: past, present, and future if nothing happens.

Nothing is decided here: each stretch is what ``lifecycle`` says of its days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ndihma.accounts.lifecycle import LifeStatus, lifecycle_state
from ndihma.accounts.model import PrepaidLife

__all__ = ["Stretch", "timeline"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days with one status, both included; ``last_day`` is None for what has no end."""

    status: LifeStatus
    first_day: date
    last_day: date | None

    def holds(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


def timeline(life: PrepaidLife, today: date) -> tuple[Stretch, ...]:
    """The stretches in their order, without gaps, the last one without an end.

    They begin with the purchase; after a reactivation with that, because a record keeps the latest events only and
    what was before is not known to the day. Raises ContradictoryLife.
    """
    lifecycle_state(life, today)  # a record that contradicts itself has no line at all
    reactivated = life.reactivated_on
    day = life.purchased_on if reactivated is None or reactivated > today else reactivated
    events = sorted(event for event in (life.activated_on, reactivated) if event is not None and event > day)
    stretches: list[Stretch] = []
    while True:
        state = lifecycle_state(life, day)
        ends = [event for event in events if event > day]
        if state.last_day is not None:
            ends.append(state.last_day + timedelta(days=1))
        following = min(ends, default=None)
        last_day = None if following is None else following - timedelta(days=1)
        if stretches and stretches[-1].status is state.status:
            stretches[-1] = Stretch(state.status, stretches[-1].first_day, last_day)
        else:
            stretches.append(Stretch(state.status, day, last_day))
        if following is None:
            return tuple(stretches)
        day = following
