"""Whether a conversation may see a PUK, and the one-time reference when it may. Needs no key: the actions' side.

What is decided here is decided again, with the counts locked, when the reference is redeemed (``reveals``).
"""

from __future__ import annotations

import secrets
from datetime import datetime

from ndihma.accounts.model import Line
from ndihma.accounts.puk import unsettled_until
from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry, TransactionalAuditTrail
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.puk import store
from ndihma.puk.cipher import card_hash
from ndihma.puk.model import NeedsSecondFactor, PukOffer, PukOutcome, PukRefusal, PukRefused
from ndihma.puk.policy import REFERENCE_BYTES, REFERENCE_LIFETIME, frequency_refusal
from ndihma.verification.channels import ChannelKind, ChannelRules
from ndihma.verification.model import AssuranceLevel, AssuranceReader

__all__ = ["PukOffers"]


class PukOffers:
    """Answers one question: may this conversation see the PUK of this line?"""

    def __init__(
        self,
        *,
        database: Database,
        assurance: AssuranceReader,
        rules: ChannelRules,
        audit: TransactionalAuditTrail,
        clock: Clock,
    ) -> None:
        self._database = database
        self._assurance = assurance
        self._rules = rules
        self._audit = audit
        self._clock = clock

    async def half_proved(self, conversation_id: str) -> bool:
        """Whether one contact of a number was proved here, and nothing else: enough to be told why that is all."""
        identity = await self._assurance.identity(conversation_id)
        return identity is not None and identity.level is AssuranceLevel.NUMBER_MATCHED

    async def offer(self, conversation_id: str, line: Line) -> PukOutcome:
        """A reference at L3, else what is missing. Refusals are audited.

        ``line`` must be the one that the conversation has proved. Raises AccountsUnavailable, SQLAlchemyError.
        """
        now = self._clock.now()
        identity = await self._assurance.identity(conversation_id)
        if identity is None or identity.msisdn != line.msisdn or identity.level < AssuranceLevel.CODE_CONFIRMED:
            return PukRefused(PukRefusal.NOT_PROVED)
        until = unsettled_until(line, now)
        refused = PukRefused(PukRefusal.RECENT_CHANGE, until) if until else await self._stored_refusal(line, now)
        if refused is None and identity.level < AssuranceLevel.SECOND_FACTOR:
            channels = await self._rules.of(line, now)
            others = [channel for channel in channels.usable if channel.kind is not ChannelKind.LINE]
            if others:
                return NeedsSecondFactor(others[0].masked)
            settling = channels.settling_until
            reason = PukRefusal.CONTACT_TOO_NEW if settling else PukRefusal.NO_OTHER_CONTACT
            refused = PukRefused(reason, settling)
        if refused is None:
            return await self._issue(conversation_id, line, now)
        entry = AuditEntry(
            Actor(ActorKind.CUSTOMER, conversation_id), AuditAction.PUK_REFUSED, line.msisdn, reason=refused.reason
        )
        await self._audit.record(entry)
        return refused

    async def _stored_refusal(self, line: Line, now: datetime) -> PukRefused | None:
        async with self._database.session() as session:
            code = await store.code_of(session, line.msisdn)
            shown = await store.shown_at(session, line.msisdn, now)
        if code is None or line.sim is None or code.card != card_hash(line.sim):
            return PukRefused(PukRefusal.NO_CODE)
        return frequency_refusal(shown, now)

    async def _issue(self, conversation_id: str, line: Line, now: datetime) -> PukOffer:
        reference, expires_at = secrets.token_urlsafe(REFERENCE_BYTES), now + REFERENCE_LIFETIME
        async with self._database.session() as session:
            await store.add_reference(session, reference, conversation_id, line.msisdn, now=now, expires_at=expires_at)
        return PukOffer(reference, expires_at)
