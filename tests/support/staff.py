"""Staff accounts for tests: set up as a person would, with an authenticator app that is a function of the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pyotp
from pydantic import SecretStr

from ndihma.audit.model import Actor, ActorKind
from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import FixedClock
from ndihma.db import Database
from ndihma.staff.model import Role
from ndihma.staff.service import StaffService
from ndihma.staff.sessions import OpenedStaffSession

__all__ = ["ADDRESS", "AUDIT_KEY", "BOSS", "PASSWORD", "STAFF_KEY", "Enrolled", "enrol", "staff_service"]

PASSWORD = "gurë shtëpi lule 7"
ADDRESS = "192.0.2.7"
BOSS = Actor(ActorKind.OPERATOR, "root")
AUDIT_KEY = SecretStr("a" * 64)
STAFF_KEY = SecretStr("s" * 64)
_STEP = timedelta(seconds=30)


@dataclass
class Enrolled:
    """Somebody who is set up and signed in; ``app`` is their telephone."""

    clock: FixedClock
    username: str
    secret: str
    recovery_codes: tuple[str, ...]
    opened: OpenedStaffSession

    def code(self) -> str:
        """The code that the telephone shows now."""
        return pyotp.TOTP(self.secret).at(self.clock.now())

    def next_code(self) -> str:
        """The code of the next half minute, when it has come."""
        self.clock.advance(_STEP)
        return self.code()


def staff_service(database: Database, clock: FixedClock) -> StaffService:
    """The services on a database, as the gateway has them."""
    audit = SqlAuditTrail(database, clock, AUDIT_KEY)
    return StaffService.on(database=database, clock=clock, audit=audit, key=STAFF_KEY)


async def enrol(
    service: StaffService,
    clock: FixedClock,
    username: str = "anita",
    role: Role = Role.AGENT,
    team: str | None = "Prishtinë",
    *,
    name: str = "Anita Krasniqi",
) -> Enrolled:
    """Add an account and set it up."""
    invitation = await service.directory.add(username, name, role, team, by=BOSS)
    offer = await service.setting_up.offer(invitation.token)
    code = pyotp.TOTP(offer.secret).at(clock.now())
    opened, recovery = await service.setting_up.complete(invitation.token, PASSWORD, code)
    return Enrolled(clock, username, offer.secret, recovery, opened)
