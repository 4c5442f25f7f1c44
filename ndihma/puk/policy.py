"""The figures of S8, in one place, and how often a PUK was shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from ndihma.puk.model import PukRefusal, PukRefused

__all__ = ["COUNTED_FOR", "REFERENCE_BYTES", "REFERENCE_LIFETIME", "SHOWN_SECONDS", "frequency_refusal"]

REFERENCE_BYTES: Final = 16
"""128 random bits."""
REFERENCE_LIFETIME: Final = timedelta(minutes=2)
SHOWN_SECONDS: Final = 60
_DAY: Final = timedelta(hours=24)
_PER_DAY: Final = 1
COUNTED_FOR: Final = timedelta(days=30)
_PER_MONTH: Final = 3


def frequency_refusal(shown_at: Sequence[datetime], now: datetime) -> PukRefused | None:
    """Why a number's PUK, shown at these moments (oldest first), may not be shown now: 1 per 24 h, 3 per 30 days.

    The windows slide; a moment exactly 24 h or 30 days ago counts no more. Where both stand in the way, the one that
    ends later is told.
    """
    refusals = []
    for reason, window, most in (
        (PukRefusal.SHOWN_TODAY, _DAY, _PER_DAY),
        (PukRefusal.SHOWN_OFTEN, COUNTED_FOR, _PER_MONTH),
    ):
        counted = [at for at in shown_at if at > now - window]
        if len(counted) >= most:
            refusals.append((counted[-most] + window, reason))
    if refusals:
        until, reason = max(refusals, key=lambda refusal: refusal[0])
        return PukRefused(reason, until)
    return None
