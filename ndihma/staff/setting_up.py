"""Setting an account up: who holds the invitation chooses a password and shows a code of their authenticator app."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from ndihma.audit.model import AuditAction, AuditEntry, TransactionalAuditTrail
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.staff import attempts, store
from ndihma.staff.model import CodeRefused, SetupOffer, SetupOver
from ndihma.staff.passwords import Passwords, check_strength
from ndihma.staff.sessions import OpenedStaffSession, open_session
from ndihma.staff.tables import InvitationRow, StaffRow
from ndihma.staff.totp import new_recovery_codes, otpauth_uri, recovery_code, step_of, totp_code
from ndihma.staff.vault import StaffVault, token_hash

__all__ = ["SettingUp"]


class SettingUp:
    """Opens and uses invitations. Methods raise SQLAlchemyError when the database is away: then nothing is used."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        audit: TransactionalAuditTrail,
        vault: StaffVault,
        passwords: Passwords,
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._vault = vault
        self._passwords = passwords

    async def offer(self, token: str) -> SetupOffer:
        """What the invitation offers; the same each time it is looked at. Raises SetupOver."""
        row, invitation = await self._invited(token)
        secret = self._vault.unseal(invitation.totp_sealed, row.id)
        return SetupOffer(store.member_of(row), secret, otpauth_uri(secret, row.username), invitation.expires_at)

    async def complete(self, token: str, password: str, code: str) -> tuple[OpenedStaffSession, tuple[str, ...]]:
        """Use the invitation up: a session, and the recovery codes, which are never shown again.

        Raises SetupOver, WeakPassword, CodeRefused; then the invitation is good still.
        """
        row, invitation = await self._invited(token)
        check_strength(password, row.username)
        digits, now = totp_code(code), self._clock.now()
        step = None if digits is None else step_of(self._vault.unseal(invitation.totp_sealed, row.id), digits, now)
        if step is None:
            raise CodeRefused
        hashed = await self._passwords.hash(password)
        member, recovery = store.member_of(row), new_recovery_codes()
        async with self._database.session() as session:
            same = delete(InvitationRow).where(InvitationRow.token_hash == invitation.token_hash)
            values = {
                "password_hash": hashed,
                "totp_sealed": invitation.totp_sealed,
                "totp_step": step,
                "signed_in_at": now,
            }
            enabled = (StaffRow.id == row.id, StaffRow.disabled_at.is_(None))
            used = await store.changed(session, same)
            if not used or not await store.changed(session, update(StaffRow).where(*enabled).values(values)):
                raise SetupOver
            await store.put_recovery_codes(
                session, row.id, [self._vault.recovery_hash(row.id, recovery_code(each) or "") for each in recovery]
            )
            await attempts.clear(session, self._vault.subject("user", row.username))
            await store.end_sessions(session, row.id)
            opened = await open_session(session, member, now, pending=False)
            await self._audit.append(
                session,
                AuditEntry(member.actor, AuditAction.STAFF_SET_UP),
                AuditEntry(member.actor, AuditAction.SIGNED_IN, fields=("invitation",)),
            )
        return opened, recovery

    async def _invited(self, token: str) -> tuple[StaffRow, InvitationRow]:
        query = (
            select(StaffRow, InvitationRow)
            .join(InvitationRow, InvitationRow.staff_id == StaffRow.id)
            .where(
                InvitationRow.token_hash == token_hash(token),
                InvitationRow.expires_at > self._clock.now(),
                StaffRow.disabled_at.is_(None),
            )
        )
        async with self._database.session() as session:
            found = (await session.execute(query)).one_or_none()
        if found is None:
            raise SetupOver
        return found[0], found[1]
