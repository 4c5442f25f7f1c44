"""Every account state there is: the demo customers, with a reconnection request and a PUK at each of their stages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ndihma.accounts.demo import DemoKey, demo_customers
from ndihma.accounts.model import Line
from ndihma.clock import BELGRADE, local_date
from ndihma.puk.model import NeedsSecondFactor, PukOffer, PukOutcome, PukRefusal, PukRefused

from .conftest import Dialogue, FakeRequest, Reply
from .state_names import STATE_NAMES

NOW = datetime(2026, 11, 22, 16, 0, tzinfo=BELGRADE)
TODAY = local_date(NOW)
REFERENCE = "RK-7F3K9Q"

FILED = FakeRequest(REFERENCE)
PROVED = replace(FILED, proof_at=NOW - timedelta(hours=2))
CONFIRMED = replace(PROVED, closed_at=NOW - timedelta(hours=1))
REJECTED = replace(CONFIRMED, reason="Dëshmia nuk lexohet.")
REQUESTS = {
    "request_filed": (FILED, "kërkesa për rikyçje e hapur, ende pa dëshmi"),
    "proof_received": (PROVED, "dëshmia u dërgua, stafi po e shqyrton"),
    "request_rejected": (REJECTED, "kërkesa u refuzua"),
    "request_confirmed": (CONFIRMED, "kërkesa u konfirmua"),
}
REQUESTING = {
    DemoKey.SUSPENDED: REQUESTS,
    DemoKey.FIXED_SUSPENDED: REQUESTS,
    DemoKey.AWAITING_RECONNECTION: {"request_filed": REQUESTS["request_filed"]},
    DemoKey.PAID: {"request_confirmed": REQUESTS["request_confirmed"]},
}

LATER = NOW + timedelta(hours=20)
NO_PUK = PukRefused(PukRefusal.NO_CODE)
PUKS: dict[DemoKey, dict[str, tuple[PukOutcome, str]]] = {
    DemoKey.PUK_LOCKED_WITH_CONTACT: {
        "puk_ready": (PukOffer("R" * 22, NOW + timedelta(minutes=2)), "dy kontakte të verifikuara"),
        "puk_second_factor": (NeedsSecondFactor("d•••@example.com"), "një kontakt i verifikuar"),
        "puk_recent_change": (PukRefused(PukRefusal.RECENT_CHANGE, LATER), "SIM kartela e re"),
        "puk_shown_today": (PukRefused(PukRefusal.SHOWN_TODAY, LATER), "kodi PUK u shfaq sot"),
        "puk_shown_often": (PukRefused(PukRefusal.SHOWN_OFTEN, LATER), "kodi PUK u shfaq tri herë"),
        "puk_contact_too_new": (PukRefused(PukRefusal.CONTACT_TOO_NEW, LATER), "kontakti i ri"),
    },
    DemoKey.PUK_LOCKED_ALONE: {
        "puk_no_other_contact": (PukRefused(PukRefusal.NO_OTHER_CONTACT), "kodi PUK është i ruajtur"),
    },
}
"""What the PUK service answers; for everybody else it has no code."""


@dataclass(frozen=True)
class AccountState:
    key: str
    title: str
    """What it is called for people, in Albanian."""
    line: Line
    request: FakeRequest | None = None
    """The latest reconnection request of the line."""
    puk: PukOutcome = NO_PUK

    def __str__(self) -> str:
        return self.key


def account_states() -> Iterator[AccountState]:
    for customer in demo_customers(NOW):
        title = STATE_NAMES[customer.key]
        yield AccountState(customer.key, title, customer.line)
        for stage, (request, words) in REQUESTING.get(customer.key, {}).items():
            yield AccountState(f"{customer.key}_{stage}", f"{title}; {words}", customer.line, request)
        for stage, (outcome, words) in PUKS.get(customer.key, {}).items():
            yield AccountState(stage, f"{title}; {words}", customer.line, puk=outcome)


async def ask(dialogue: Dialogue, state: AccountState, question: str) -> Reply:
    """The answer to a customer whose number is verified, in this state."""
    dialogue.requests.open.clear()
    if state.request is not None:
        dialogue.requests.open[state.line.msisdn] = state.request
    dialogue.puks.outcome = state.puk
    dialogue.verify(state.line)
    return await dialogue.says(question)


ACCOUNT_STATES = tuple(account_states())
