"""Trying codes: a right one is used up once, wrong ones are counted against the number (S5)."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry, TransactionalAuditTrail
from ndihma.clock import BELGRADE, Clock
from ndihma.db import Database
from ndihma.verification import store
from ndihma.verification.channels import ChannelKind, are_two_factors, audited_reason
from ndihma.verification.model import (
    AssuranceLevel,
    CodeExpired,
    Confirmed,
    ConfirmOutcome,
    Identity,
    Locked,
    Purpose,
    Step,
    TooManyFailures,
    VerificationState,
    WrongCode,
)
from ndihma.verification.notice_texts import NoticeAbout
from ndihma.verification.notices import EVERYBODY, queue_notices
from ndihma.verification.policy import ADDRESS_FAILURES, CodePolicy
from ndihma.verification.steps import as_shown, lock_step, without_challenge
from ndihma.verification.store import EventKind
from ndihma.verification.tables import ChallengeRow
from ndihma.verification.typed import code_digits
from ndihma.verification.vault import Binding, Vault
from ndihma.verification.windows import wait_s

__all__ = ["CodeConfirming"]

_log = logging.getLogger(__name__)


class CodeConfirming:
    """Tries codes of a conversation's open step."""

    def __init__(
        self, *, database: Database, clock: Clock, vault: Vault, policy: CodePolicy, audit: TransactionalAuditTrail
    ) -> None:
        self._database = database
        self._clock = clock
        self._vault = vault
        self._policy = policy
        self._audit = audit

    async def confirm(self, conversation_id: str, code: str, *, address: str | None = None) -> ConfirmOutcome:
        """Try a code. A right one is used up and gives the conversation its identity, at L3 with a second factor.

        ``address``: the client's; a wrong code counts for it too, and after too many none is compared.
        """
        now = self._clock.now()
        async with self._database.session() as session:
            await store.lock_subject(session, self._vault.conversation_subject(conversation_id), now)
            step = as_shown(await store.read_step(session, conversation_id), now)
            challenge = await store.challenge_of(session, conversation_id)
            if step is None or challenge is None:
                return without_challenge(step, now)
            if challenge.expires_at <= now:
                await store.delete_challenge(session, conversation_id)
                return CodeExpired()
            subject = None if address is None else self._vault.address_subject(address)
            if subject is not None:
                await store.lock_subject(session, subject, now)
                wait = await wait_s(session, subject, EventKind.FAILURE, (ADDRESS_FAILURES,), now)
                if wait > 0:
                    return TooManyFailures(wait)
            return await self._try(session, challenge, step, code, address_subject=subject, now=now)

    async def _count_against_address(self, session: AsyncSession, subject: str, now: datetime) -> None:
        await store.add_event(session, subject, EventKind.FAILURE, now)
        if await wait_s(session, subject, EventKind.FAILURE, (ADDRESS_FAILURES,), now) == 0:
            return
        # At the cap every code that grows a day old lets another wrong one in: it is said once a day.
        if not await store.event_times(session, subject, EventKind.WARNED, now - ADDRESS_FAILURES.window):
            await store.add_event(session, subject, EventKind.WARNED, now)
            _log.warning("an address has used up its wrong codes of a day")  # not which one

    async def _count_against_contact(
        self, session: AsyncSession, subject: str, now: datetime, *, locked_until: datetime | None
    ) -> None:
        """Ten wrong codes lock a contact as they lock a number. Only a right code is told so: whoever guesses would
        learn which numbers share a contact (S17)."""
        await store.add_event(session, subject, EventKind.FAILURE, now)
        failures = await store.event_times(session, subject, EventKind.FAILURE, now - self._policy.failure_window)
        if locked_until is None and len(failures) >= self._policy.failures_per_day:
            locked_until = now + self._policy.lock
        await store.lock_until(session, subject, locked_until)

    async def _try(
        self,
        session: AsyncSession,
        challenge: ChallengeRow,
        step: Step,
        code: str,
        *,
        address_subject: str | None,
        now: datetime,
    ) -> Confirmed | WrongCode | Locked:
        conversation_id = challenge.conversation_id
        locked_until = await store.lock_subject(session, challenge.number_subject, now)
        if locked_until is not None:
            return await lock_step(session, conversation_id, step, now=now, until=locked_until)
        is_contact = challenge.channel_kind not in {None, ChannelKind.LINE}
        contact = self._vault.contact_subject(challenge.channel if is_contact else None, challenge.number_subject)
        contact_locked_until = await store.lock_subject(session, contact, now)
        digits = code_digits(code)
        if digits is None:
            return WrongCode(self._policy.tries - challenge.tries)
        if not await store.take_try(session, challenge.id, self._policy.tries, now):
            return await lock_step(session, conversation_id, step, now=now)
        binding = Binding(conversation_id, Purpose(challenge.purpose), challenge.number_subject)
        right = self._vault.matches(digits, challenge.salt, binding, challenge.code_hash)
        if right and challenge.deliverable and await store.delete_challenge(session, conversation_id, challenge.id):
            if contact_locked_until is not None:  # told to nobody but who holds the contact
                return await lock_step(session, conversation_id, step, now=now, until=contact_locked_until)
            return await self._confirmed(session, challenge, step, now)
        await self._count_against_contact(session, contact, now, locked_until=contact_locked_until)
        if address_subject is not None:
            await self._count_against_address(session, address_subject, now)
        return await self._failed(session, challenge, step, now)

    async def _confirmed(self, session: AsyncSession, challenge: ChallengeRow, step: Step, now: datetime) -> Confirmed:
        msisdn = self._vault.unseal(challenge.sealed_number, challenge.salt, challenge.number_subject)
        level, expires_at = await self._prove(session, challenge, now)
        identity = Identity(challenge.conversation_id, msisdn, level, expires_at.astimezone(BELGRADE))
        await store.put_identity(session, identity, now)
        verified = Step(VerificationState.VERIFIED, step.resume_intent, step.purpose, msisdn.masked, expires_at)
        await store.put_step(session, identity.conversation_id, verified, now)
        reason = audited_reason(challenge.purpose, challenge.channel_kind or "")
        if reason != challenge.purpose:  # the line cannot be told: its other contacts are
            await queue_notices(session, msisdn, NoticeAbout.ACCOUNT_OPENED, EVERYBODY, now)
        await self._record(session, AuditAction.CODE_CONFIRMED, challenge, msisdn, reason=reason)
        return Confirmed(identity, step.resume_intent, step.purpose)

    async def _prove(
        self, session: AsyncSession, challenge: ChallengeRow, now: datetime
    ) -> tuple[AssuranceLevel, datetime]:
        """Count the channel as proved; the level that this conversation has with it, and until when.

        A code for the account is L2 whatever carried it: to a contact it goes only where it may (``channels``). It is
        one factor all the same, so the contact that gave L2 is not counted again for L3. One for a PUK that a contact
        carried is level 1. L3 ends with the older of its two factors: both were proved within the last 15 minutes.
        """
        if challenge.channel is None or challenge.channel_kind is None:
            raise ValueError("a code that can be right has a channel")
        conversation_id, ends = challenge.conversation_id, now + self._policy.identity_lifetime
        factor = store.Factor(challenge.channel, ChannelKind(challenge.channel_kind), ends)
        await store.put_factor(session, conversation_id, factor, challenge.number_subject)
        proved = await store.factors(session, conversation_id, challenge.number_subject, now)
        if are_two_factors([each.kind for each in proved]):
            # All e-mail is one factor: the one that ends last stands for it.
            mails = [each.expires_at for each in proved if each.kind is ChannelKind.EMAIL]
            others = [each.expires_at for each in proved if each.kind is not ChannelKind.EMAIL]
            return AssuranceLevel.SECOND_FACTOR, sorted([*others, *([max(mails)] if mails else [])])[-2]
        if factor.kind is ChannelKind.LINE or challenge.purpose == Purpose.ACCOUNT:
            return AssuranceLevel.CODE_CONFIRMED, ends
        return AssuranceLevel.NUMBER_MATCHED, ends

    async def _failed(
        self, session: AsyncSession, challenge: ChallengeRow, step: Step, now: datetime
    ) -> WrongCode | Locked:
        await store.add_event(session, challenge.number_subject, EventKind.FAILURE, now)
        failures = await store.event_times(
            session, challenge.number_subject, EventKind.FAILURE, now - self._policy.failure_window
        )
        conversation_id = challenge.conversation_id
        if len(failures) >= self._policy.failures_per_day:
            until = now + self._policy.lock
            await store.lock_until(session, challenge.number_subject, until)
            locked = await lock_step(session, conversation_id, step, now=now, until=until)
            msisdn = self._vault.unseal(challenge.sealed_number, challenge.salt, challenge.number_subject)
            await self._record(session, AuditAction.NUMBER_LOCKED, challenge, msisdn, reason=challenge.purpose)
            return locked
        tries_left = self._policy.tries - challenge.tries - 1  # the row was read before its try was taken
        if tries_left <= 0:
            return await lock_step(session, conversation_id, step, now=now)
        return WrongCode(tries_left)

    async def _record(
        self, session: AsyncSession, action: AuditAction, challenge: ChallengeRow, msisdn: Msisdn, *, reason: str
    ) -> None:
        speaker = Actor(ActorKind.CUSTOMER, challenge.conversation_id)
        await self._audit.append(session, AuditEntry(speaker, action, msisdn, reason=reason))
