"""Every account state there is: the demo customers, and cut-off lines whose reconnection request is open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ndihma.accounts import messages
from ndihma.accounts.demo import DemoKey, demo_customers
from ndihma.accounts.model import Line
from ndihma.clock import BELGRADE, local_date

NOW = datetime(2026, 11, 22, 16, 0, tzinfo=BELGRADE)
TODAY = local_date(NOW)
REFERENCE = "RK-7F3K9Q"


@dataclass(frozen=True)
class AccountState:
    key: str
    title: str
    """What it is called for people, in Albanian."""
    line: Line
    request: str | None = None
    """The reference of the open reconnection request."""

    def __str__(self) -> str:
        return self.key


def account_states() -> Iterator[AccountState]:
    for customer in demo_customers(NOW):
        yield AccountState(customer.key, messages.DEMO_DESCRIPTIONS[customer.key], customer.line)
        if customer.key in {DemoKey.SUSPENDED, DemoKey.AWAITING_RECONNECTION, DemoKey.FIXED_SUSPENDED}:
            title = f"{messages.DEMO_DESCRIPTIONS[customer.key]}; kërkesa për rikyçje {REFERENCE} e hapur"
            yield AccountState(f"{customer.key}_request_filed", title, customer.line, REFERENCE)


ACCOUNT_STATES = tuple(account_states())
