"""Staff, and the refusals of what they ask for. No HTTP, no SQL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from ndihma.audit.model import Actor, ActorKind

__all__ = [
    "CodeRefused",
    "InvalidStaff",
    "Invitation",
    "NotSignedIn",
    "PasswordWeakness",
    "Role",
    "SetupOffer",
    "SetupOver",
    "SignInLocked",
    "SignInRefused",
    "StaffMember",
    "StaffRecord",
    "StaffState",
    "WeakPassword",
    "checked_name",
    "checked_username",
]

_USERNAME: Final = re.compile(r"[a-z][a-z0-9._-]{1,31}")
_MAX_NAME_CHARS: Final = 80


class Role(StrEnum):
    """What somebody may do; nothing is allowed that does not name the role."""

    AGENT = "agent"
    """Talks with customers."""
    SUPERVISOR = "supervisor"
    """Sees all conversations and takes them over."""
    AUDITOR = "auditor"
    """Reads the audit trail; talks with nobody."""


class StaffState(StrEnum):
    """Where an account stands."""

    INVITED = "invited"
    """Has no password and no second factor yet."""
    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody of the staff. ``username`` is unique, never changed and never given to anybody else."""

    id: str
    username: str
    name: str
    """As customers read it."""
    role: Role
    team: str | None

    @property
    def actor(self) -> Actor:
        """This person in the audit trail."""
        return Actor(ActorKind.AGENT, self.username)


@dataclass(frozen=True, slots=True)
class StaffRecord:
    """An account as a list shows it."""

    member: StaffMember
    state: StaffState
    created_at: datetime
    signed_in_at: datetime | None
    """The last time, if ever."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """The one-time token with which somebody sets up an account. In clear here only; the database has its hash."""

    member: StaffMember
    token: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"Invitation({self.member.username})"


@dataclass(frozen=True, slots=True)
class SetupOffer:
    """What the holder of an invitation needs for an authenticator app: the secret, by itself and as its URI."""

    member: StaffMember
    secret: str
    otpauth_uri: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"SetupOffer({self.member.username})"


class InvalidStaff(ValueError):
    """A user name, name or team that cannot be one, a name that is taken, an account that is not there."""


class NotSignedIn(Exception):
    """No live session with this token: unknown, ended, expired, or its account was disabled."""


class SignInRefused(Exception):
    """Unknown user, wrong password, an account that is disabled or not set up: which of them is not told (S17)."""


class SignInLocked(Exception):
    """Too many failures: nothing is compared for ``retry_after`` seconds, for a known user and an unknown one alike."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class CodeRefused(Exception):
    """The second factor's code is wrong, or was used before."""


class SetupOver(Exception):
    """The invitation is unknown, used or expired."""


class PasswordWeakness(StrEnum):
    """Why a password is not taken."""

    SHORT = "short"
    LONG = "long"
    GUESSABLE = "guessable"


class WeakPassword(ValueError):
    """A password that is not taken; the error never holds it."""

    def __init__(self, weakness: PasswordWeakness) -> None:
        super().__init__(weakness)
        self.weakness = weakness


def checked_username(text: str) -> str:
    """A user name in lower case: a letter, then 1 to 31 letters, digits, dots, dashes. Raises InvalidStaff.

    It begins with a letter so that no telephone number can be one (S9).
    """
    name = text.strip().lower()
    if not _USERNAME.fullmatch(name):
        raise InvalidStaff("a user name is 2 to 32 of a-z, 0-9, '.', '_' and '-', and begins with a letter")
    return name


def checked_name(text: str, what: str = "name") -> str:
    """A name or a team: 1 to 80 printable characters, inner spaces made single. Raises InvalidStaff."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= _MAX_NAME_CHARS or not name.isprintable():
        raise InvalidStaff(f"a {what} has 1 to {_MAX_NAME_CHARS} printable characters")
    return name
