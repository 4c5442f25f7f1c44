"""Every account state there is: the demo customers, and lines with a reconnection request at each of its stages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ndihma.accounts import messages
from ndihma.accounts.demo import DemoKey, demo_customers
from ndihma.accounts.model import Line
from ndihma.clock import BELGRADE, local_date

from .conftest import FakeRequest

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


@dataclass(frozen=True)
class AccountState:
    key: str
    title: str
    """What it is called for people, in Albanian."""
    line: Line
    request: FakeRequest | None = None
    """The latest reconnection request of the line."""

    def __str__(self) -> str:
        return self.key


def account_states() -> Iterator[AccountState]:
    for customer in demo_customers(NOW):
        title = messages.DEMO_DESCRIPTIONS[customer.key]
        yield AccountState(customer.key, title, customer.line)
        for stage, (request, words) in REQUESTING.get(customer.key, {}).items():
            yield AccountState(f"{customer.key}_{stage}", f"{title}; {words}", customer.line, request)


ACCOUNT_STATES = tuple(account_states())
