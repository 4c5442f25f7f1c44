"""The SQL that several services of the staff share."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import CursorResult, Delete, Update, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.staff.model import Role, StaffMember, StaffState
from ndihma.staff.tables import InvitationRow, RecoveryCodeRow, StaffRow, StaffSessionRow
from ndihma.staff.vault import StaffVault

__all__ = [
    "changed",
    "end_sessions",
    "member_of",
    "new_id",
    "purge",
    "put_invitation",
    "put_recovery_codes",
    "row_by_username",
    "state_of",
    "use_recovery_code",
    "use_step",
    "void_credentials",
]


def new_id() -> str:
    """128 random bits."""
    return secrets.token_hex(16)


def member_of(row: StaffRow) -> StaffMember:
    return StaffMember(row.id, row.username, row.name, Role(row.role), row.team)


def state_of(row: StaffRow) -> StaffState:
    if row.disabled_at is not None:
        return StaffState.DISABLED
    return StaffState.INVITED if row.password_hash is None and row.oidc_subject is None else StaffState.ACTIVE


async def changed(session: AsyncSession, statement: Update | Delete) -> int:
    """Carry out a change; how many rows it met."""
    result = await session.execute(statement)
    if not isinstance(result, CursorResult):
        raise TypeError("a change has a row count")
    return result.rowcount


async def row_by_username(session: AsyncSession, username: str) -> StaffRow | None:
    query = select(StaffRow).where(StaffRow.username == username)
    return (await session.scalars(query.execution_options(populate_existing=True))).one_or_none()


async def end_sessions(session: AsyncSession, staff_id: str) -> int:
    """End every session of somebody, those that wait for a code too; how many."""
    return await changed(session, delete(StaffSessionRow).where(StaffSessionRow.staff_id == staff_id))


async def use_step(session: AsyncSession, staff_id: str, step: int) -> bool:
    """Use a step of the authenticator app up, with every one before it; False when it was used before."""
    unused = or_(StaffRow.totp_step.is_(None), StaffRow.totp_step < step)
    statement = update(StaffRow).where(StaffRow.id == staff_id, unused).values(totp_step=step)
    return await changed(session, statement) == 1


async def put_recovery_codes(session: AsyncSession, staff_id: str, hashes: list[str]) -> None:
    """These in place of the earlier ones."""
    await session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.staff_id == staff_id))
    await session.execute(insert(RecoveryCodeRow), [{"code_hash": each, "staff_id": staff_id} for each in hashes])


async def use_recovery_code(session: AsyncSession, vault: StaffVault, staff_id: str, code: str) -> bool:
    """Use a recovery code up; False when there is no such one."""
    statement = delete(RecoveryCodeRow).where(
        RecoveryCodeRow.code_hash == vault.recovery_hash(staff_id, code), RecoveryCodeRow.staff_id == staff_id
    )
    return await changed(session, statement) == 1


async def void_credentials(session: AsyncSession, staff_id: str) -> None:
    """Take away what somebody signs in with here; sessions end with it."""
    nothing = {"password_hash": None, "totp_sealed": None, "totp_step": None}
    await session.execute(update(StaffRow).where(StaffRow.id == staff_id).values(nothing))
    await session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.staff_id == staff_id))
    await end_sessions(session, staff_id)


async def put_invitation(session: AsyncSession, row: InvitationRow) -> None:
    """This invitation in place of an earlier one, whose link ends with that."""
    await session.execute(delete(InvitationRow).where(InvitationRow.staff_id == row.staff_id))
    session.add(row)
    await session.flush()


async def purge(session: AsyncSession, now: datetime) -> None:
    """Remove expired sessions and invitations."""
    await session.execute(delete(StaffSessionRow).where(StaffSessionRow.expires_at <= now))
    await session.execute(delete(InvitationRow).where(InvitationRow.expires_at <= now))
