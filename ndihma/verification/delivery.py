"""Carrying codes to their numbers, in the background: nobody's answer waits for it, or tells what it found (S17)."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import AccountDirectory, AccountsUnavailable
from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry, TransactionalAuditTrail
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.verification import store
from ndihma.verification.channels import Channel, ChannelKind, ChannelRules, Channels, audited_reason, next_channel
from ndihma.verification.model import Purpose
from ndihma.verification.policy import NUMBER_SENDS
from ndihma.verification.senders import CodeSender
from ndihma.verification.store import EventKind
from ndihma.verification.tables import ChallengeRow
from ndihma.verification.vault import Vault
from ndihma.verification.windows import wait_s

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
                channel = await self._allow(challenge, channel, sent)
                if channel is not None:
                    async with asyncio.timeout(_SEND_TIMEOUT_S):
                        await self._sender.send(channel.to, code, locale)
        except Exception:  # nobody awaits this task: what goes wrong must be written down here
            _log.exception("a one-time code was not delivered", extra={"challenge": challenge.id})

    async def _allow(self, challenge: ChallengeRow, channel: Channel | None, sent: AuditEntry) -> Channel | None:
        """The channel if it may carry this code now; else None, and no code will be right.

        A contact has the limits of a number (S5), whatever the numbers that codes are asked for: they are counted here,
        where nobody sees it, because a refusal would tell which numbers share a contact (S17).
        """
        now = self._clock.now()
        proves = None if channel is None else (self._vault.channel_subject(channel.name), channel.kind)
        contact = proves[0] if proves is not None and proves[1] is not ChannelKind.LINE else None
        counted = self._vault.contact_subject(contact, challenge.number_subject)
        async with self._database.session() as session:
            is_locked = await store.lock_subject(session, counted, now) is not None
            is_used_up = is_locked or await wait_s(session, counted, EventKind.SEND, NUMBER_SENDS, now) > 0
            is_current = await store.mark_deliverable(session, challenge.id, None if is_used_up else proves)
            if is_current and not is_used_up:
                await store.add_event(session, counted, EventKind.SEND, now)
            if channel is None or is_used_up or not is_current:
                return None
            await self._audit.append(session, replace(sent, reason=audited_reason(challenge.purpose, channel.kind)))
        return channel

    async def _find_channel(self, challenge: ChallengeRow, msisdn: Msisdn) -> Channel | None:
        """Where a first code goes; None: nowhere, and no code will be right."""
        for pause in (*_LOOKUP_RETRIES_S, None):
            try:
                line = await self._accounts.find(msisdn)
                if line is None:
                    return None
                now = self._clock.now()
                if challenge.purpose == Purpose.PUK:
                    return next_channel(await self._rules.of(line, now), challenge.round)
                return next_channel(Channels(await self._rules.for_account(line, now)), challenge.round)
            except AccountsUnavailable:
                if pause is None:
                    raise
                await self._sleep(pause)
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
