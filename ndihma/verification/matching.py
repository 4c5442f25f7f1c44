"""Linking a conversation with a number that its edge knows to be its customer's: level 1, never more (S7, S12).

Telegram vouches that a shared contact is the sender's own account. It does not say that the sender holds the SIM today,
so nothing of the account but its kind and status is told at this level.
"""

from __future__ import annotations

from pydantic import SecretStr

from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry, TransactionalAuditTrail
from ndihma.clock import BELGRADE, Clock
from ndihma.db import Database
from ndihma.verification import store
from ndihma.verification.model import AssuranceLevel, Identity, Step
from ndihma.verification.policy import POLICY, CodePolicy
from ndihma.verification.steps import as_shown
from ndihma.verification.tables import IdentityRow
from ndihma.verification.vault import Vault

__all__ = ["NumberMatching"]


class NumberMatching:
    """Gives conversations level 1. Methods raise SQLAlchemyError when the database is away."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        key: SecretStr,
        audit: TransactionalAuditTrail,
        policy: CodePolicy = POLICY,
    ) -> None:
        self._database = database
        self._clock = clock
        self._vault = Vault(key)
        self._audit = audit
        self._policy = policy

    async def match(self, conversation_id: str, msisdn: Msisdn) -> tuple[Identity, Step | None]:
        """Link a conversation with a number; its identity now, and the open step that waited for a number.

        What the conversation has proved before, of this number or another, is neither lowered nor prolonged.
        """
        now = self._clock.now()
        async with self._database.session() as session:
            await store.lock_subject(session, self._vault.conversation_subject(conversation_id), now)
            step = as_shown(await store.read_step(session, conversation_id), now)
            waiting = step if step is not None and step.is_open else None
            row = await session.get(IdentityRow, conversation_id)
            if row is not None and row.expires_at > now and row.level > AssuranceLevel.NUMBER_MATCHED:
                proved = Identity(conversation_id, Msisdn(row.msisdn), AssuranceLevel(row.level), row.expires_at)
                return proved, waiting
            expires_at = (now + self._policy.identity_lifetime).astimezone(BELGRADE)
            identity = Identity(conversation_id, msisdn, AssuranceLevel.NUMBER_MATCHED, expires_at)
            await store.put_identity(session, identity, now)
            actor = Actor(ActorKind.CUSTOMER, conversation_id)
            await self._audit.append(session, AuditEntry(actor, AuditAction.NUMBER_MATCHED, msisdn))
        return identity, waiting
