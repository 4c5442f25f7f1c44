"""The last good answer stands in while the account system is down, marked as what it is."""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ndihma.accounts.model import Line
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import AccountDirectory, AccountsUnreachable
from ndihma.clock import Clock

__all__ = ["LastGoodAnswers"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Copy:
    line: Line
    seen: datetime


class LastGoodAnswers:
    """An AccountDirectory before another one. For telling a customer about the account only: whoever proves, reveals
    or changes something asks the inner directory.

    Copies live in this process's memory, at most ``max_lines`` of them (the longest unused goes first) and none
    longer than ``max_age`` after it was seen.
    """

    def __init__(self, directory: AccountDirectory, clock: Clock, *, max_age: timedelta, max_lines: int) -> None:
        self._directory = directory
        self._clock = clock
        self._max_age = max_age
        self._max_lines = max_lines
        self._copies: OrderedDict[Msisdn, _Copy] = OrderedDict()

    async def find(self, msisdn: Msisdn) -> Line | None:
        """See AccountDirectory. A copy has ``is_stale`` and the ``as_of`` of the moment it was seen.

        Only a system that cannot be reached is stood in for: a number that is gone is forgotten, and an answer that is
        broken now may mean that something changed.
        """
        asked = self._clock.now()
        try:
            line = await self._directory.find(msisdn)
        except AccountsUnreachable:
            copy = self._fresh_enough(msisdn)
            if copy is None:
                raise
            _log.warning("an older copy of an account is told")
            return replace(copy.line, as_of=copy.seen, is_stale=True)
        self._keep(msisdn, line, asked)
        return line

    def _keep(self, msisdn: Msisdn, line: Line | None, asked: datetime) -> None:
        """``asked``: when the question was put; an answer that was overtaken by a later one is not kept."""
        before = self._copies.get(msisdn)
        if before is not None and before.seen > asked:
            return
        self._copies.pop(msisdn, None)
        if line is not None:
            self._copies[msisdn] = _Copy(line, line.as_of or asked)
        self._drop_old()

    def _fresh_enough(self, msisdn: Msisdn) -> _Copy | None:
        self._drop_old()
        copy = self._copies.get(msisdn)
        if copy is not None:
            self._copies.move_to_end(msisdn)
        return copy

    def _drop_old(self) -> None:
        oldest = self._clock.now() - self._max_age
        for msisdn in [msisdn for msisdn, copy in self._copies.items() if copy.seen < oldest]:
            del self._copies[msisdn]
        while len(self._copies) > self._max_lines:
            self._copies.popitem(last=False)
