"""An AccountDirectory over the operator's TM Forum APIs."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from ndihma.accounts.adapters.tmforum.balances import credit_of
from ndihma.accounts.adapters.tmforum.bills import bills_of
from ndihma.accounts.adapters.tmforum.client import TmfClient
from ndihma.accounts.adapters.tmforum.customers import subscriber_of
from ndihma.accounts.adapters.tmforum.deadline import Deadline
from ndihma.accounts.adapters.tmforum.mapping import TmfMapping
from ndihma.accounts.adapters.tmforum.products import LineProduct, find_product
from ndihma.accounts.adapters.tmforum.sims import sim_of
from ndihma.accounts.model import Bill, Line, LineKind, SimCard, Subscriber
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import AccountsUnavailable, AccountsUnreachable
from ndihma.clock import Clock

__all__ = ["TmfAccountDirectory"]

_log = logging.getLogger(__name__)
_TIMEOUT_S: Final = 1.5


class TmfAccountDirectory:
    """Asks for the product first, then for all that belongs to it at once: two round trips."""

    def __init__(self, client: TmfClient, mapping: TmfMapping, clock: Clock, *, timeout_s: float = _TIMEOUT_S) -> None:
        """``timeout_s`` bounds one ``find`` with all its calls and repetitions."""
        self._client = client
        self._mapping = mapping
        self._clock = clock
        self._timeout_s = timeout_s

    async def find(self, msisdn: Msisdn) -> Line | None:
        """See AccountDirectory; AccountsUnreachable when a system is down, late or busy."""
        try:
            return await self._find(msisdn, Deadline(self._timeout_s))
        except AccountsUnavailable as error:
            _log.warning("the operator's systems gave no account", extra={"reason": str(error)})
            raise

    async def _find(self, msisdn: Msisdn, deadline: Deadline) -> Line | None:
        seen = self._clock.now()
        product = await find_product(self._client, self._mapping, msisdn, deadline)
        if product is None:
            return None
        return await self._line(msisdn, product, seen, deadline)

    async def _line(self, msisdn: Msisdn, product: LineProduct, seen: datetime, deadline: Deadline) -> Line:
        line = product.line(msisdn, seen)  # before anything else is asked: a product that is broken ends it here
        customer_id, card_ids = product.customer_id, product.card_ids
        account_id = None if line.kind is LineKind.PREPAID else product.billing_account_id
        client, mapping = self._client, self._mapping
        owner, card, credit, bills = await _together(
            subscriber_of(client, mapping, customer_id, seen, deadline),
            _nothing() if line.kind is LineKind.FIXED else sim_of(client, mapping, card_ids, seen, deadline),
            _nothing() if account_id is not None else credit_of(client, mapping, product.id, seen, deadline),
            _no_bills() if account_id is None else bills_of(client, mapping, account_id, deadline),
        )
        return replace(line, subscriber=owner, sim=card, balance_cents=credit, bills=bills)


async def _nothing() -> None:
    """What a kind of line does not have."""


async def _no_bills() -> tuple[Bill, ...]:
    return ()


async def _together(
    owner: Coroutine[Any, Any, Subscriber],
    card: Coroutine[Any, Any, SimCard | None],
    credit: Coroutine[Any, Any, int | None],
    bills: Coroutine[Any, Any, tuple[Bill, ...]],
) -> tuple[Subscriber, SimCard | None, int | None, tuple[Bill, ...]]:
    """All of them at once; the first that fails ends the others. Raises what it raised."""
    try:
        async with asyncio.TaskGroup() as tasks:
            asked = (
                tasks.create_task(owner),
                tasks.create_task(card),
                tasks.create_task(credit),
                tasks.create_task(bills),
            )
    except ExceptionGroup as group:
        failures = list(group.exceptions)
    else:
        return asked[0].result(), asked[1].result(), asked[2].result(), asked[3].result()
    # A broken answer outweighs a system that is down: an older copy must not stand in for it.
    raise min(failures, key=lambda failure: isinstance(failure, AccountsUnreachable))
