"""Proving a number with a one-time code, by SMS to it or through a registered contact (S5, S17).

Nobody can learn here whether a number exists. ``send_code`` does the same work for every number: it stores a
challenge and answers; only then, in a task that nobody waits for, is the number looked up, and the code sent to it,
or where no SMS reaches it to a contact registered before (``channels``). The challenge of any other number is a decoy:
it counts, expires and locks like a real one, and no code is ever right for it.

Everything that is counted is counted in the database, so a restart forgives nothing and replicas share it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, datetime

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.accounts.model import Line
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import AccountDirectory, AccountsUnavailable
from ndihma.audit.model import TransactionalAuditTrail
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.verification import store
from ndihma.verification.channels import Channel, ChannelRules, next_channel
from ndihma.verification.confirming import CodeConfirming
from ndihma.verification.delivery import CodeDelivery, jitter_s
from ndihma.verification.identities import IdentityReader
from ndihma.verification.issuing import CodeIssuing
from ndihma.verification.messages import DEFAULT_LOCALE
from ndihma.verification.model import (
    AssuranceLevel,
    CodeSent,
    Confirmed,
    ConfirmOutcome,
    FirstFactor,
    Identity,
    InvalidNumber,
    Locked,
    Purged,
    Purpose,
    SendOutcome,
    Step,
    TooManySends,
    VerificationState,
)
from ndihma.verification.policy import POLICY, CodePolicy
from ndihma.verification.senders import CodeSender
from ndihma.verification.steps import as_shown
from ndihma.verification.typed import number_of
from ndihma.verification.vault import Vault

__all__ = ["VerificationService"]


class VerificationService:
    """The verification step of conversations. Implements AssuranceReader.

    ``sms_reachable(line, today)`` says whether an SMS reaches a line's owner (``accounts.puk.can_receive_code``);
    ``queued`` is called once notices may wait to be delivered (``NoticeDelivery.wake``).
    Methods may raise SQLAlchemyError when the database is away. ``await close()`` when done.
    """

    def __init__(
        self,
        *,
        database: Database,
        accounts: AccountDirectory,
        sender: CodeSender,
        clock: Clock,
        key: SecretStr,
        audit: TransactionalAuditTrail,
        sms_reachable: Callable[[Line, date], bool],
        queued: Callable[[], None],
        policy: CodePolicy = POLICY,
        jitter: Callable[[], float] = jitter_s,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._clock = clock
        self._vault = Vault(key)
        self._policy = policy
        self._queued = queued
        self._identities = IdentityReader(database, clock)
        self._rules = ChannelRules(accounts, sms_reachable, sender.reaches)
        self._delivery = CodeDelivery(
            database=database,
            accounts=accounts,
            sender=sender,
            clock=clock,
            audit=audit,
            vault=self._vault,
            rules=self._rules,
            jitter=jitter,
            sleep=sleep,
        )
        self._issuing = CodeIssuing(
            database=database, delivery=self._delivery, clock=clock, vault=self._vault, policy=policy
        )
        self._confirming = CodeConfirming(database=database, clock=clock, vault=self._vault, policy=policy, audit=audit)

    async def request_step(self, conversation_id: str, resume_intent: str, purpose: Purpose = Purpose.ACCOUNT) -> Step:
        """Open the step, to go on with ``resume_intent`` after it. A code already under way for it stays good."""
        now = self._clock.now()
        async with self._database.session() as session:
            await self._lock_conversation(session, conversation_id, now)
            current = as_shown(await store.read_step(session, conversation_id), now)
            if current and current.state is VerificationState.CODE_SENT and current.purpose is purpose:
                step = replace(current, resume_intent=resume_intent)
            else:
                await store.delete_challenge(session, conversation_id)
                step = Step(VerificationState.NUMBER_NEEDED, resume_intent, purpose)
            await store.put_step(session, conversation_id, step, now)
        return step

    async def step(self, conversation_id: str) -> Step | None:
        """The step as it is now; None when there is none, it was cancelled, or what it proved has expired."""
        async with self._database.session() as session:
            return as_shown(await store.read_step(session, conversation_id), self._clock.now())

    async def cancel(self, conversation_id: str) -> Step | None:
        """Close the open step and end its code; None when no step is open. An identity already proved stays."""
        now = self._clock.now()
        async with self._database.session() as session:
            await self._lock_conversation(session, conversation_id, now)
            current = as_shown(await store.read_step(session, conversation_id), now)
            if current is None or not current.is_open:
                return None
            await store.delete_challenge(session, conversation_id)
            step = Step(VerificationState.CANCELLED, current.resume_intent, current.purpose)
            await store.put_step(session, conversation_id, step, now)
        return step

    async def forget(self, conversation_id: str) -> None:
        """Delete step, code and identity of a conversation. The counts behind the limits stay."""
        async with self._database.session() as session:
            await self._lock_conversation(session, conversation_id, self._clock.now())
            await store.delete_conversation(session, conversation_id)

    async def identity(self, conversation_id: str) -> Identity | None:
        """The unexpired identity of a conversation, or None (assurance L0)."""
        return await self._identities.identity(conversation_id)

    async def send_code(
        self,
        conversation_id: str,
        number: str | Msisdn,
        *,
        address: str | None = None,
        locale: str = DEFAULT_LOCALE,
    ) -> SendOutcome:
        """Send a code for ``number`` if it exists, to it or to a contact of its owner; the answer does not tell.

        ``address`` (the client's, see ``gateway.limits.address_key``) is counted too when given. An earlier
        code of the conversation ends. ``channels`` says where it goes; for the purpose PUK who has
        proved to hold one is told where the second goes. Raises AccountsUnavailable in that case alone.
        """
        msisdn = number if isinstance(number, Msisdn) else number_of(number)
        if msisdn is None:
            return InvalidNumber()
        channel = await self._second_channel(conversation_id, msisdn)
        return await self._issuing.send(conversation_id, msisdn, address=address, locale=locale, channel=channel)

    async def confirm(self, conversation_id: str, code: str, *, address: str | None = None) -> ConfirmOutcome:
        """Try a code. A right one is used up and gives the conversation its identity; a wrong one counts for the
        number and for ``address`` (as in ``send_code``).

        For the purpose PUK the second code is sent at once when a contact is left to send it to.
        """
        outcome = await self._confirming.confirm(conversation_id, code, address=address)
        if isinstance(outcome, Confirmed):
            self._queued()
        if not isinstance(outcome, Confirmed) or outcome.identity.level is not AssuranceLevel.NUMBER_MATCHED:
            return outcome
        msisdn = outcome.identity.msisdn
        await self.request_step(conversation_id, outcome.resume_intent, Purpose.PUK)
        try:
            channel = await self._second_channel(conversation_id, msisdn)
        except AccountsUnavailable:
            channel = None
        if channel is None:  # nothing is left to prove: the question that was interrupted answers with the reason
            await self.cancel(conversation_id)
            return outcome
        second = await self._issuing.send(conversation_id, msisdn, channel=channel)
        if isinstance(second, CodeSent | TooManySends | Locked):
            return FirstFactor(second)
        return outcome  # cancelled meanwhile, or nothing can be sent any more

    async def _second_channel(self, conversation_id: str, msisdn: Msisdn) -> Channel | None:
        """Where a second code goes; None for the purpose ACCOUNT, for a first code, and when nothing adds a factor."""
        now, subject = self._clock.now(), self._vault.number_subject(msisdn)
        async with self._database.session() as session:
            step = as_shown(await store.read_step(session, conversation_id), now)
            proved = await store.factors(session, conversation_id, subject, now)
            before = await store.challenge_of(session, conversation_id)
        if step is None or step.purpose is not Purpose.PUK or not proved:
            return None
        line = await self._accounts.find(msisdn)
        if line is None:
            return None
        asked_before = before.round + 1 if before is not None and before.number_subject == subject else 0
        channels = await self._rules.of(line, now)
        held = {each.channel for each in proved}
        names = {c.name for c in channels.usable if self._vault.channel_subject(c.name) in held}
        return next_channel(channels, asked_before, proved=names, proved_kinds=[each.kind for each in proved])

    async def purge(self) -> Purged:
        """Delete expired codes and identities, and everything else older than 24 h (S10). Call it every minute."""
        now = self._clock.now()
        async with self._database.session() as session:
            return await store.purge(session, now, now - self._policy.keep_rows)

    async def drain(self) -> None:
        """Wait until every delivery under way is over."""
        await self._delivery.drain()

    async def close(self) -> None:
        """Give deliveries a moment to end, then stop them."""
        await self._delivery.close()

    async def _lock_conversation(self, session: AsyncSession, conversation_id: str, now: datetime) -> None:
        await store.lock_subject(session, self._vault.conversation_subject(conversation_id), now)
