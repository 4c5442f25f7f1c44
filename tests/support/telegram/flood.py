"""How many messages a bot may send: about one a second into a chat, twenty a minute into a group, thirty a second."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from tests.support.telegram.errors import flood

__all__ = ["Flood"]


@dataclass
class Flood:
    """Seconds per message and the burst (messages at once) that is let through, per chat and over all.

    The real limits are not published to the digit: "avoid sending more than one message per second" into a chat, with
    short bursts let pass. The burst of 2 is what a message and one that was under way for a moment need.
    """

    chat_s: float = 1.0
    chat_burst: float = 2.0
    group_s: float = 3.0
    group_burst: float = 20.0
    overall_s: float = 1 / 30
    overall_burst: float = 30.0
    refused: int = 0
    _due: dict[int, float] = field(default_factory=dict)

    def take(self, chat_id: int, now: float) -> None:
        """Count a message to the chat at ``now`` (seconds). Raises ApiError 429 when it is one too many."""
        per, burst = (self.chat_s, self.chat_burst) if chat_id > 0 else (self.group_s, self.group_burst)
        rates = ((chat_id, per, burst), (0, self.overall_s, self.overall_burst))
        wait = max(self._due.get(key, now) - now - rate * (most - 1) for key, rate, most in rates)
        if wait > 1e-6:
            self.refused += 1
            raise flood(math.ceil(wait))
        for key, rate, _ in rates:
            self._due[key] = max(self._due.get(key, now), now) + rate
