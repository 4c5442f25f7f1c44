"""Whether a conversation may see a PUK, and the one-time reference when it may. Needs no key: the actions' side.

What is decided here is decided again, with the counts locked, when the reference is redeemed (``reveals``).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from ndihma.accounts.model import Line
from ndihma.accounts.puk import unsettled_until
from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry, TransactionalAuditTrail
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.puk import store
from ndihma.puk.cipher import card_hash
from ndihma.puk.model import NeedsSecondFactor, PukOffer, PukOutcome, PukRefusal, PukRefused
from ndihma.puk.policy import REFERENCE_BYTES, REFERENCE_LIFETIME, frequency_refusal
from ndihma.verification.channels import ChannelKind, ChannelRules, Channels, are_two_factors
from ndihma.verification.model import AssuranceLevel, AssuranceReader

__all__ = ["FactorReader", "PukOffers"]


class FactorReader(AssuranceReader, Protocol):
    """Who a conversation has proved to be, and by which kinds of channels."""

    async def proved_kinds(self, conversation_id: str) -> Sequence[ChannelKind]:
        """See ``IdentityReader.proved_kinds``."""
        ...


class PukOffers:
    """Answers one question: may this conversation see the PUK of this line?"""

    def __init__(
        self,
        *,
        database: Database,
        assurance: FactorReader,
        rules: ChannelRules,
        audit: TransactionalAuditTrail,
        clock: Clock,
    ) -> None:
        self._database = database
        self._assurance = assurance
        self._rules = rules
        self._audit = audit
        self._clock = clock

    async def half_proved(self, conversation_id: str) -> NeedsSecondFactor | PukRefused | None:
        """What is missing where one contact of a number was proved, and nothing else; None everywhere else.

        Nothing of the account is told but that (S7). A number that was only matched (Telegram) is level 1 too and has
        proved nothing: it hears nothing of contacts. Raises AccountsUnavailable, SQLAlchemyError.
        """
        identity = await self._assurance.identity(conversation_id)
        if identity is None or identity.level is not AssuranceLevel.NUMBER_MATCHED:
            return None
        if not await self._assurance.proved_kinds(conversation_id):
            return None
        line = await self._rules.accounts.find(identity.msisdn)
        if line is None:
            return PukRefused(PukRefusal.NO_OTHER_CONTACT)
        missing = await self._missing(conversation_id, line)
        return missing if isinstance(missing, NeedsSecondFactor) else await self._refuse(conversation_id, line, missing)

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
            missing = await self._missing(conversation_id, line)
            if isinstance(missing, NeedsSecondFactor):
                return missing
            refused = missing
        if refused is None:
            return await self._issue(conversation_id, line, now)
        return await self._refuse(conversation_id, line, refused)

    async def _missing(self, conversation_id: str, line: Line) -> NeedsSecondFactor | PukRefused:
        """A channel that would add a factor to what was proved (the line, or a contact), or why there is none."""
        channels = await self._rules.of(line, self._clock.now())
        kinds = await self._assurance.proved_kinds(conversation_id)
        for channel in channels.usable:
            # One of the usable ones may be the very channel that was proved; it adds nothing to itself.
            rest = [other.kind for other in channels.usable if other is not channel]
            if are_two_factors([*kinds, channel.kind]) and (channel.kind not in kinds or channel.kind in rest):
                return NeedsSecondFactor(channel.masked)
        return _without_contact(channels)

    async def _refuse(self, conversation_id: str, line: Line, refused: PukRefused) -> PukRefused:
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


def _without_contact(channels: Channels) -> PukRefused:
    settling = channels.settling_until
    return PukRefused(PukRefusal.CONTACT_TOO_NEW if settling else PukRefusal.NO_OTHER_CONTACT, settling)
