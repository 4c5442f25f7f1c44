"""Everything about staff accounts that an edge uses, on one database with one key."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import SecretStr

from ndihma.audit.model import TransactionalAuditTrail
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.staff.directory import StaffDirectory
from ndihma.staff.passwords import Passwords
from ndihma.staff.sessions import StaffSessions
from ndihma.staff.setting_up import SettingUp
from ndihma.staff.signing_in import SigningIn
from ndihma.staff.tokens import StaffTokens
from ndihma.staff.vault import StaffVault

__all__ = ["StaffService"]


@dataclass(frozen=True, slots=True)
class StaffService:
    """The services of staff accounts."""

    vault: StaffVault
    directory: StaffDirectory
    setting_up: SettingUp
    signing_in: SigningIn
    sessions: StaffSessions
    tokens: StaffTokens

    @classmethod
    def on(cls, *, database: Database, clock: Clock, audit: TransactionalAuditTrail, key: SecretStr) -> StaffService:
        """``key`` is ``secrets.staff_key``."""
        vault, passwords = StaffVault(key), Passwords()
        return cls(
            vault=vault,
            directory=StaffDirectory(database=database, clock=clock, audit=audit, vault=vault),
            setting_up=SettingUp(database=database, clock=clock, audit=audit, vault=vault, passwords=passwords),
            signing_in=SigningIn(database=database, clock=clock, audit=audit, vault=vault, passwords=passwords),
            sessions=StaffSessions(database, clock, audit),
            tokens=StaffTokens(database, clock, audit),
        )
