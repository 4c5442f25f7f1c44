"""An agent is told why no PUK is shown, and from when on where that is a matter of time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ndihma.console.messages import PUK_REFUSALS, puk_refused
from ndihma.puk.model import PukRefusal, PukRefused

UNTIL = datetime(2026, 11, 23, 15, tzinfo=UTC)
TIMED = {PukRefusal.RECENT_CHANGE, PukRefusal.SHOWN_TODAY, PukRefusal.SHOWN_OFTEN, PukRefusal.CONTACT_TOO_NEW}


@pytest.mark.parametrize("reason", PukRefusal)
def test_every_refusal_has_its_own_sentence(reason: PukRefusal) -> None:
    told = puk_refused(PukRefused(reason, UNTIL if reason in TIMED else None))
    assert told.endswith(".")
    assert "{" not in told
    assert ("23 nëntor 2026, 16:00" in told) is (reason in TIMED)
    assert len(set(PUK_REFUSALS.values())) == len(PukRefusal)
