"""What an identity provider says of somebody, and why a sign-in through it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["IdentityRefused", "ProviderIdentity", "ProviderUnavailable"]


@dataclass(frozen=True, slots=True)
class ProviderIdentity:
    """A verified id token: ``subject`` is the person at this issuer, for good."""

    issuer: str
    subject: str
    claims: Mapping[str, Any]

    def texts(self, claim: str) -> frozenset[str]:
        """The claim's values: a string is one, of a list its strings, of anything else none."""
        value = self.claims.get(claim)
        values = value if isinstance(value, list) else [value]
        return frozenset(each for each in values if isinstance(each, str))

    def text(self, claim: str) -> str:
        """The claim if it is a string; else empty."""
        value = self.claims.get(claim)
        return value if isinstance(value, str) else ""

    def __repr__(self) -> str:
        return "ProviderIdentity()"


class ProviderUnavailable(Exception):
    """The provider cannot be asked now, or answers what cannot be understood. The message names what, never a value."""


class IdentityRefused(Exception):
    """The provider, or a rule here, does not let this person in. The message is for the log and names nobody."""
