"""Making codes within their limits (S5): the same work and the same answer for every number (S17)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime

from ndihma.accounts.msisdn import Msisdn
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.verification import store
from ndihma.verification.channels import Channel, ChannelKind
from ndihma.verification.delivery import CodeDelivery
from ndihma.verification.messages import DEFAULT_LOCALE
from ndihma.verification.model import (
    CodeSent,
    NotRequested,
    SendingUnavailable,
    SendOutcome,
    Step,
    TooManyFailures,
    TooManySends,
    VerificationState,
)
from ndihma.verification.policy import ADDRESS_FAILURES, ADDRESS_SENDS, CONVERSATION_SENDS, NUMBER_SENDS, CodePolicy
from ndihma.verification.steps import as_shown, lock_step
from ndihma.verification.store import EventKind
from ndihma.verification.tables import ChallengeRow
from ndihma.verification.vault import Binding, Vault
from ndihma.verification.windows import wait_s

__all__ = ["CodeIssuing"]


class CodeIssuing:
    """Issues one code for a conversation's open step and hands it to the delivery."""

    def __init__(
        self, *, database: Database, delivery: CodeDelivery, clock: Clock, vault: Vault, policy: CodePolicy
    ) -> None:
        self._database = database
        self._delivery = delivery
        self._clock = clock
        self._vault = vault
        self._policy = policy

    async def send(
        self,
        conversation_id: str,
        msisdn: Msisdn,
        *,
        address: str | None = None,
        locale: str = DEFAULT_LOCALE,
        channel: Channel | None = None,
    ) -> SendOutcome:
        """See ``VerificationService.send_code``. ``channel``: where a second code goes."""
        if not self._delivery.possible:
            return SendingUnavailable()
        now = self._clock.now()
        code = self._vault.new_code()
        async with self._database.session() as session:
            await store.lock_subject(session, self._vault.conversation_subject(conversation_id), now)
            step = as_shown(await store.read_step(session, conversation_id), now)
            if step is None or not step.is_open:
                return NotRequested()
            counted = [(self._vault.conversation_subject(conversation_id), CONVERSATION_SENDS)]
            if address is not None:
                address_subject = self._vault.address_subject(address)
                await store.lock_subject(session, address_subject, now)
                refused = await wait_s(session, address_subject, EventKind.FAILURE, (ADDRESS_FAILURES,), now)
                if refused > 0:
                    return TooManyFailures(refused)
                counted.append((address_subject, ADDRESS_SENDS))
            number_subject = self._vault.number_subject(msisdn)
            counted.append((number_subject, NUMBER_SENDS))
            locked_until = await store.lock_subject(session, number_subject, now)
            if locked_until is not None:
                aimed = replace(step, masked=msisdn.masked)
                return await lock_step(session, conversation_id, aimed, now=now, until=locked_until)
            asked = [*counted, *([] if channel is None else [(self._contact(channel, number_subject), NUMBER_SENDS)])]
            wait = max([await wait_s(session, each, EventKind.SEND, limits, now) for each, limits in asked])
            if wait > 0:
                return TooManySends(wait)
            for subject, _ in counted:
                await store.add_event(session, subject, EventKind.SEND, now)
            binding = Binding(conversation_id, step.purpose, number_subject)
            before = await store.challenge_of(session, conversation_id)
            again = before is not None and (before.number_subject, before.purpose) == (number_subject, step.purpose)
            challenge = self._new_challenge(binding, msisdn, code, now)
            challenge.round = before.round + 1 if before is not None and again else 0
            await store.put_challenge(session, challenge)
            sent = Step(
                VerificationState.CODE_SENT,
                step.resume_intent,
                step.purpose,
                msisdn.masked,
                challenge.expires_at,
                channel.masked if channel else None,
            )
            await store.put_step(session, conversation_id, sent, now)
        self._delivery.start(challenge, msisdn, code, locale, channel)
        return CodeSent(msisdn.masked, now + self._policy.code_lifetime, sent.sent_to)

    def _contact(self, channel: Channel, number_subject: str) -> str:
        """What a known contact's codes are counted under when they are delivered (``CodeDelivery``)."""
        held = None if channel.kind is ChannelKind.LINE else self._vault.channel_subject(channel.name)
        return self._vault.contact_subject(held, number_subject)

    def _new_challenge(self, binding: Binding, msisdn: Msisdn, code: str, now: datetime) -> ChallengeRow:
        salt = self._vault.new_salt()
        return ChallengeRow(
            id=uuid.uuid4().hex,
            conversation_id=binding.conversation_id,
            purpose=binding.purpose.value,
            number_subject=binding.number_hash,
            sealed_number=self._vault.seal(msisdn, salt),
            salt=salt,
            code_hash=self._vault.code_hash(code, salt, binding),
            deliverable=False,
            tries=0,
            created_at=now,
            expires_at=now + self._policy.code_lifetime,
        )
