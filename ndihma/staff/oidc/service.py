"""The identity provider of the settings, wired to the accounts here."""

from __future__ import annotations

from dataclasses import dataclass

from ndihma.audit.model import TransactionalAuditTrail
from ndihma.clock import Clock
from ndihma.db import Database
from ndihma.oidc_config import OidcSettings
from ndihma.staff.oidc.federation import FederationRules, StaffFederation
from ndihma.staff.oidc.provider import Provider

__all__ = ["CALLBACK_PATH", "FederatedSignIn", "federated_sign_in"]

CALLBACK_PATH = "/api/console/oidc/callback"
"""The redirect URI of our client at the provider, below the console's origin."""


@dataclass(frozen=True, slots=True)
class FederatedSignIn:
    """A provider, and what its people are here. ``await provider.close()`` when done."""

    provider: Provider
    federation: StaffFederation


def federated_sign_in(
    settings: OidcSettings, *, origin: str, database: Database, clock: Clock, audit: TransactionalAuditTrail
) -> FederatedSignIn | None:
    """None when no issuer is set. ``origin`` is the console's own."""
    if not settings.oidc_issuer or settings.oidc_client_secret is None:
        return None
    provider = Provider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        redirect_uri=f"{origin.rstrip('/')}{CALLBACK_PATH}",
        clock=clock,
        timeout_s=settings.oidc_timeout_s,
    )
    rules = FederationRules(
        username_claim=settings.oidc_username_claim,
        role_claim=settings.oidc_role_claim,
        roles=settings.oidc_roles,
        create=settings.oidc_create,
    )
    return FederatedSignIn(provider, StaffFederation(database=database, clock=clock, audit=audit, rules=rules))
