"""Carrying codes to their numbers, in the background: nobody's answer waits for it, or tells what it found (S17)."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Final

from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import AccountDirectory, AccountsUnavailable
from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry, TransactionalAuditTrail
from ndihma.clock import Clock, local_date
from ndihma.db import Database
from ndihma.verification import store
from ndihma.verification.channels import Channel, ChannelRules, next_channel
from ndihma.verification.model import Purpose
from ndihma.verification.senders import CodeSender
from ndihma.verification.tables import ChallengeRow
from ndihma.verification.vault import Vault

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
        vault: Vault,
        rules: ChannelRules,
        jitter: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._sender = sender
        self._clock = clock
        self._audit = audit
        self._vault = vault
        self._rules = rules
        self._jitter = jitter
        self._sleep = sleep
        self._deliveries: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(_DELIVERIES_AT_ONCE)

    @property
    def possible(self) -> bool:
        """Whether anything can be sent at all; says nothing about a single number."""
        return self._sender.available

    def start(
        self, challenge: ChallengeRow, msisdn: Msisdn, code: str, locale: str, channel: Channel | None = None
    ) -> None:
        """Begin a delivery that nobody waits for; without ``channel`` it finds out where the code may go."""
        sent = AuditEntry(
            Actor(ActorKind.CUSTOMER, challenge.conversation_id),
            AuditAction.CODE_SENT,
            msisdn,
            reason=challenge.purpose,
        )
        task = asyncio.create_task(
            self._deliver(challenge, msisdn, code, locale, sent=sent, channel=channel), name="code delivery"
        )
        self._deliveries.add(task)  # the loop keeps no strong reference
        task.add_done_callback(self._deliveries.discard)

    async def _deliver(
        self,
        challenge: ChallengeRow,
        msisdn: Msisdn,
        code: str,
        locale: str,
        *,
        sent: AuditEntry,
        channel: Channel | None,
    ) -> None:
        try:
            await self._sleep(self._jitter())
            async with self._slots:
                channel = channel or await self._find_channel(challenge, msisdn)
                proves = (self._vault.channel_subject(channel.name), channel.kind) if channel else None
                async with self._database.session() as session:
                    current = await store.mark_deliverable(session, challenge.id, proves)
                    if channel and current:
                        await self._audit.append(session, sent)
                if channel and current:
                    async with asyncio.timeout(_SEND_TIMEOUT_S):
                        await self._sender.send(channel.to, code, locale)
        except Exception:  # nobody awaits this task: what goes wrong must be written down here
            _log.exception("a one-time code was not delivered", extra={"challenge": challenge.id})

    async def _find_channel(self, challenge: ChallengeRow, msisdn: Msisdn) -> Channel | None:
        """Where a first code goes; None: nowhere, and no code will be right."""
        for pause in (*_LOOKUP_RETRIES_S, None):
            try:
                line = await self._accounts.find(msisdn)
                if line is None:
                    return None
                if challenge.purpose == Purpose.PUK:
                    return next_channel(await self._rules.of(line, self._clock.now()), challenge.round)
            except AccountsUnavailable:
                if pause is None:
                    raise
                await self._sleep(pause)
            else:
                reachable = self._rules.sms_reachable(line, local_date(self._clock.now()))
                return Channel.of_line(msisdn) if reachable else None
        return None

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
