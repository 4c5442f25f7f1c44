"""Showing a PUK: to a customer who redeems a one-time reference, or to an agent with a reason (S8).

One transaction uses the reference up, counts the showing, queues the notices to the customer's contacts and appends
the audit entry; the code is decrypted within it and leaves only after the commit. So nobody sees a code that was not
counted, audited and told, however many ask at once and wherever the process dies.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.accounts.model import ContactKind, Line
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import AccountDirectory
from ndihma.accounts.puk import unsettled_until
from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry, TransactionalAuditTrail
from ndihma.clock import Clock, local_date
from ndihma.db import Database
from ndihma.puk import store
from ndihma.puk.cipher import PukCipher, card_hash
from ndihma.puk.model import PukRefusal, PukRefused, PukShown, ReferenceOver
from ndihma.puk.policy import SHOWN_SECONDS, frequency_refusal
from ndihma.verification.model import AssuranceLevel, AssuranceReader
from ndihma.verification.notice_texts import NoticeAbout
from ndihma.verification.notices import queue_notices

__all__ = ["MIN_REASON_CHARS", "PukReveals", "ReasonMissing"]

MIN_REASON_CHARS: Final = 10
_KEEP_REFERENCES: Final = timedelta(hours=24)


class ReasonMissing(ValueError):
    """An agent must say why the code is shown."""


class PukReveals:
    """Redeems references and serves agents; the only place where a code is decrypted to be seen."""

    def __init__(
        self,
        *,
        database: Database,
        accounts: AccountDirectory,
        assurance: AssuranceReader,
        audit: TransactionalAuditTrail,
        cipher: PukCipher,
        clock: Clock,
        sms_reachable: Callable[[Line, date], bool],
        queued: Callable[[], None],
    ) -> None:
        """``queued`` is called once notices wait to be delivered (``NoticeDelivery.wake``)."""
        self._database = database
        self._accounts = accounts
        self._assurance = assurance
        self._audit = audit
        self._cipher = cipher
        self._clock = clock
        self._sms_reachable = sms_reachable
        self._queued = queued

    async def redeem(
        self, conversation_id: str, reference: str, *, private: bool
    ) -> PukShown | PukRefused | ReferenceOver:
        """The code of a reference that was issued to this conversation, once.

        ``private``: whether nobody but the customer reads this conversation. The conversation must still be at L3.
        Raises AccountsUnavailable, CodeUnreadable, SQLAlchemyError; then nothing is used up.
        """
        actor = Actor(ActorKind.CUSTOMER, conversation_id)
        if not private:
            return PukRefused(PukRefusal.IN_A_GROUP)
        identity = await self._assurance.identity(conversation_id)
        if identity is None or identity.level < AssuranceLevel.SECOND_FACTOR:
            return PukRefused(PukRefusal.NOT_PROVED)
        line = await self._accounts.find(identity.msisdn)
        now = self._clock.now()
        async with self._database.session() as session:
            msisdn = await store.take_reference(session, reference, conversation_id, now)
            if msisdn is None:
                return ReferenceOver()
            if line is None or msisdn != line.msisdn:
                return await self._refuse(session, actor, msisdn, PukRefused(PukRefusal.NOT_PROVED))
            outcome = await self._show(session, actor, line, reason="")
        self._queued()
        return outcome

    async def show_to_agent(self, agent: Actor, msisdn: Msisdn, reason: str) -> PukShown | PukRefused:
        """The code for an agent who has made sure who calls; every other rule of S8 holds for agents too.

        Raises ReasonMissing, AccountsUnavailable, CodeUnreadable, SQLAlchemyError.
        """
        if agent.kind is not ActorKind.AGENT:
            raise ValueError("only an agent is shown a code without a reference")
        if len(reason.strip()) < MIN_REASON_CHARS:
            raise ReasonMissing(f"a reason has at least {MIN_REASON_CHARS} characters")
        line = await self._accounts.find(msisdn)
        async with self._database.session() as session:
            if line is None:
                await store.lock_code(session, msisdn, self._clock.now())  # the transaction begins with a change
                return await self._refuse(session, agent, msisdn, PukRefused(PukRefusal.NO_CODE))
            outcome = await self._show(session, agent, line, reason=reason.strip())
        self._queued()
        return outcome

    async def _show(self, session: AsyncSession, actor: Actor, line: Line, *, reason: str) -> PukShown | PukRefused:
        now, msisdn = self._clock.now(), line.msisdn
        code = await store.lock_code(session, msisdn, now)
        if code is None or line.sim is None or code.card != card_hash(line.sim):
            return await self._refuse(session, actor, msisdn, PukRefused(PukRefusal.NO_CODE))
        until = unsettled_until(line, now)
        if until is not None:
            return await self._refuse(session, actor, msisdn, PukRefused(PukRefusal.RECENT_CHANGE, until))
        refused = frequency_refusal(await store.shown_at(session, msisdn, now), now)
        if refused is not None:
            return await self._refuse(session, actor, msisdn, refused)
        codes = self._cipher.open(code.sealed, msisdn, code.card)
        await store.add_reveal(session, msisdn, now)
        await queue_notices(session, msisdn, NoticeAbout.PUK_SHOWN, self._to_tell(line, local_date(now)), now)
        await self._audit.append(
            session, AuditEntry(actor, AuditAction.PUK_REVEALED, msisdn, fields=("puk",), reason=reason)
        )
        return PukShown(codes, SHOWN_SECONDS)

    async def _refuse(self, session: AsyncSession, actor: Actor, msisdn: Msisdn, refused: PukRefused) -> PukRefused:
        await self._audit.append(session, AuditEntry(actor, AuditAction.PUK_REFUSED, msisdn, reason=refused.reason))
        return refused

    def _to_tell(self, line: Line, today: date) -> list[tuple[str, str]]:
        """Every contact, the freshest too, and the line itself while an SMS reaches it: kind and value, each once."""
        contacts = [(contact.kind.value, contact.value) for contact in line.subscriber.contacts]
        if self._sms_reachable(line, today):
            contacts.append((ContactKind.MSISDN.value, line.msisdn.e164))
        return list(dict.fromkeys(contacts))

    async def purge(self) -> int:
        """Delete references of the day before and showings that count no more; how many rows."""
        now = self._clock.now()
        async with self._database.session() as session:
            return await store.purge(session, now, now - _KEEP_REFERENCES)
