"""The settings of signing in to the console through the operator's own identity provider (OpenID Connect)."""

from __future__ import annotations

from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from ndihma.staff.model import Role
from ndihma.web_origins import THIS_MACHINE

__all__ = ["OIDC_CONFIDENTIAL", "OidcSettings"]

OIDC_CONFIDENTIAL: Final = ("NDIHMA_OIDC_ISSUER", "NDIHMA_OIDC_CLIENT_ID", "NDIHMA_OIDC_CLIENT_SECRET")
"""What only the gateway is told: with these away, the settings of the others are complete without them."""


class OidcSettings(BaseSettings):
    """All fields begin with ``oidc_``; without an issuer there is no such way to sign in."""

    model_config = SettingsConfigDict(env_prefix="NDIHMA_", frozen=True, extra="ignore")

    oidc_issuer: str = ""
    """The provider's issuer, exactly as it names itself, such as ``https://login.example.com/realms/staff``."""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr | None = None
    oidc_username_claim: str = Field(default="preferred_username", min_length=1)
    """Names a new account, and links one that was added with ``--oidc`` at its first sign-in."""
    oidc_role_claim: str = Field(default="roles", min_length=1)
    """A string or a list of strings of the id token."""
    oidc_roles: Annotated[tuple[tuple[str, Role], ...], NoDecode] = ()
    """``value=role``, more after commas; the first whose value the claim holds. Empty: roles are given here."""
    oidc_create: bool = False
    """Make an account at the first sign-in of whoever has a role at the provider."""
    oidc_timeout_s: float = Field(default=5.0, gt=0, le=30)
    """For one call of the provider."""

    @field_validator("oidc_roles", mode="before")
    @classmethod
    def _role_list(cls, listed: Any) -> Any:
        if not isinstance(listed, str):
            return listed
        pairs = [entry.rpartition("=") for entry in listed.split(",") if entry.strip()]
        try:
            return tuple((value.strip(), Role(role.strip())) for value, _, role in pairs)
        except ValueError:
            raise ValueError("must be value=role, more after commas; roles: agent, supervisor, auditor") from None

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer_is_encrypted_unless_here(cls, url: str) -> str:
        parts = urlsplit(url)
        if not url:
            return url
        if parts.query or parts.fragment or parts.username is not None or not parts.hostname:
            raise ValueError("must be an address without user, query and fragment")
        if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in THIS_MACHINE):
            raise ValueError("must begin with https:// (http:// for this machine only)")
        return url

    @model_validator(mode="after")
    def _provider_is_complete(self) -> OidcSettings:
        if bool(self.oidc_issuer) != bool(self.oidc_client_id and self.oidc_client_secret):
            raise ValueError("NDIHMA_OIDC_ISSUER, NDIHMA_OIDC_CLIENT_ID, NDIHMA_OIDC_CLIENT_SECRET belong together")
        if self.oidc_create and not self.oidc_roles:
            raise ValueError("NDIHMA_OIDC_CREATE needs NDIHMA_OIDC_ROLES: a new account must have a role")
        return self
