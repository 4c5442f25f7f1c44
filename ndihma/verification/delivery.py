"""Carrying codes to their numbers, in the background: nobody's answer waits for it, or tells what it found (S17)."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Final

from ndihma.accounts.model import Line
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import AccountDirectory, AccountsUnavailable
from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry, TransactionalAuditTrail
from ndihma.clock import Clock, local_date
from ndihma.db import Database
from ndihma.verification import store
from ndihma.verification.senders import CodeSender
from ndihma.verification.tables import ChallengeRow

__all__ = ["CodeDelivery", "jitter_s"]

_log = logging.getLogger(__name__)

_SEND_TIMEOUT_S: Final = 10.0
_CLOSE_TIMEOUT_S: Final = 5.0
_LOOKUP_RETRIES_S: Final = (0.5, 2.0)
_DELIVERIES_AT_ONCE: Final = 32


def jitter_s() -> float:
    """A pause before a delivery begins, so that its work does not fall into the answer of the request that asked."""
    return random.SystemRandom().uniform(0.05, 0.25)


class CodeDelivery:
    """Looks a number up, notes whether its code can be right, and sends it. ``await close()`` when done."""

    def __init__(
        self,
        *,
        database: Database,
        accounts: AccountDirectory,
        sender: CodeSender,
        clock: Clock,
        audit: TransactionalAuditTrail,
        sms_reachable: Callable[[Line, date], bool],
        jitter: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._sender = sender
        self._clock = clock
        self._audit = audit
        self._sms_reachable = sms_reachable
        self._jitter = jitter
        self._sleep = sleep
        self._deliveries: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(_DELIVERIES_AT_ONCE)

    @property
    def possible(self) -> bool:
        """Whether anything can be sent at all; says nothing about a single number."""
        return self._sender.available

    def start(self, challenge: ChallengeRow, msisdn: Msisdn, code: str, locale: str) -> None:
        """Begin a delivery that nobody waits for."""
        sent = AuditEntry(
            Actor(ActorKind.CUSTOMER, challenge.conversation_id),
            AuditAction.CODE_SENT,
            msisdn,
            reason=challenge.purpose,
        )
        task = asyncio.create_task(self._deliver(challenge.id, msisdn, code, locale, sent), name="code delivery")
        self._deliveries.add(task)  # the loop keeps no strong reference
        task.add_done_callback(self._deliveries.discard)

    async def _deliver(self, challenge_id: str, msisdn: Msisdn, code: str, locale: str, sent: AuditEntry) -> None:
        try:
            await self._sleep(self._jitter())
            async with self._slots:
                deliverable = await self._is_deliverable(msisdn)
                async with self._database.session() as session:
                    current = await store.mark_deliverable(session, challenge_id, deliverable)
                    if deliverable and current:
                        await self._audit.append(session, sent)
                if deliverable and current:
                    async with asyncio.timeout(_SEND_TIMEOUT_S):
                        await self._sender.send(msisdn, code, locale)
        except Exception:  # nobody awaits this task: what goes wrong must be written down here
            _log.exception("a one-time code was not delivered", extra={"challenge": challenge_id})

    async def _is_deliverable(self, msisdn: Msisdn) -> bool:
        for pause in (*_LOOKUP_RETRIES_S, None):
            try:
                line = await self._accounts.find(msisdn)
            except AccountsUnavailable:
                if pause is None:
                    raise
                await self._sleep(pause)
            else:
                return line is not None and self._sms_reachable(line, local_date(self._clock.now()))
        return False

    async def drain(self) -> None:
        """Wait until every delivery under way is over."""
        while self._deliveries:
            await asyncio.wait(self._deliveries)

    async def close(self) -> None:
        """Give deliveries a moment to end, then stop them."""
        if self._deliveries:
            _, pending = await asyncio.wait(self._deliveries, timeout=_CLOSE_TIMEOUT_S)
            for task in pending:
                task.cancel()
            if pending:
                await asyncio.wait(pending)

    # --- confirming --------------------------------------------------------------------------------------
