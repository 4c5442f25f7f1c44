"""What was read in the last minute: who corrects a letter, or opens a conversation again, asks for the same texts."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from ndihma.assist.model import Question
from ndihma.clock import Clock

__all__ = ["Lately"]

_KEPT: Final = timedelta(minutes=1)
"""No longer, because another model may answer by then, and because what is typed is a customer's."""
_MOST: Final = 500


class Lately:
    """Questions by text, in this process's memory only. Texts are redacted before they come here (S6)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._read: OrderedDict[str, tuple[datetime, tuple[Question, ...]]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._read)

    def get(self, text: str) -> tuple[Question, ...] | None:
        """What was read of this text, at most a minute ago."""
        self._forget()
        found = self._read.get(text)
        return None if found is None else found[1]

    def put(self, text: str, questions: tuple[Question, ...]) -> None:
        """It was read just now."""
        self._read[text] = (self._clock.now(), questions)
        self._read.move_to_end(text)
        if len(self._read) > _MOST:
            self._read.popitem(last=False)

    def _forget(self) -> None:
        oldest = self._clock.now() - _KEPT
        while self._read and next(iter(self._read.values()))[0] < oldest:
            self._read.popitem(last=False)
