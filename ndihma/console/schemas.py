"""The requests and responses of signing in to the console."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_serializer

from ndihma.clock import BELGRADE
from ndihma.staff.model import Role

__all__ = [
    "CodeAwaited",
    "CodeShown",
    "InvitationShown",
    "PasswordShown",
    "SetupDone",
    "SetupOffered",
    "SetupShown",
    "SignInWays",
    "StaffSession",
]

_MAX_TYPED = 1024


class _In(BaseModel):
    """Strict about types; what it does not know is dropped. Secrets show in no representation."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_serializer("expires_at", check_fields=False)
    def _local(self, value: datetime) -> str:
        return value.astimezone(BELGRADE).isoformat(timespec="seconds")


class PasswordShown(_In):
    """The first step of signing in."""

    username: str = Field(min_length=1, max_length=_MAX_TYPED)
    password: SecretStr = Field(min_length=1, max_length=_MAX_TYPED)


class CodeShown(_In):
    """Six digits of the authenticator app, or a recovery code (`ABCD-EFGH-JKMN`)."""

    code: SecretStr = Field(min_length=1, max_length=64)


class InvitationShown(_In):
    """The token of an invitation: what stands behind `#` in its link."""

    token: SecretStr = Field(min_length=1, max_length=200)


class SetupShown(InvitationShown):
    """The password that was chosen and a code of the authenticator app."""

    password: SecretStr = Field(min_length=1, max_length=_MAX_TYPED)
    code: SecretStr = Field(min_length=1, max_length=64)


class CodeAwaited(_Out):
    """The password was right; the code is awaited until `expires_at`."""

    step: Literal["code"] = "code"
    expires_at: datetime


class StaffSession(_Out):
    """Who is signed in. `recently_active`: reveals are possible without showing a code again."""

    username: str
    name: str
    role: Role
    team: str | None
    csrf_token: str
    expires_at: datetime
    recently_active: bool


class SignInWays(_Out):
    """Which ways of signing in there are; `oidc`: at the operator's identity provider, from `/api/console/oidc`."""

    password: Literal[True] = True
    oidc: bool


class SetupOffered(_Out):
    """Whom the invitation is for, and what the authenticator app is given."""

    username: str
    name: str
    secret: str
    otpauth_uri: str
    expires_at: datetime

    def __repr__(self) -> str:
        return "SetupOffered()"


class SetupDone(_Out):
    """The account is set up and signed in. The recovery codes are shown here and never again."""

    recovery_codes: list[str]
    session: StaffSession

    def __repr__(self) -> str:
        return "SetupDone()"
