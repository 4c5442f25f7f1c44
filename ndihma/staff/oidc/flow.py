"""What a browser carries between leaving for the provider and coming back, sealed so that only the gateway reads it.

Nothing is kept at the server: whoever comes back brings the cookie of the flow they began, or is refused. No replica
has to know another's flows, and nobody can be signed in to somebody else's account by a link.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from ndihma.staff.vault import SecretUnreadable, StaffVault

__all__ = ["FLOW_LIFE", "Flow", "begin", "resume"]

FLOW_LIFE: Final = timedelta(minutes=10)
_BOUND_TO: Final = "oidc flow"
_LONGEST: Final = 2000


@dataclass(frozen=True, slots=True)
class Flow:
    """``verifier`` proves to the provider that who redeems the code is who asked for it (RFC 7636)."""

    state: str
    nonce: str
    verifier: str
    expires_at: float

    @property
    def challenge(self) -> str:
        """The verifier's S256 challenge."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def begin(vault: StaffVault, now: datetime) -> tuple[Flow, str]:
    """A new flow, and the same sealed for the browser."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    flow = Flow(state, nonce, verifier, expires_at=(now + FLOW_LIFE).timestamp())
    sealed = vault.seal(json.dumps(asdict(flow)), _BOUND_TO)
    return flow, base64.urlsafe_b64encode(sealed).decode()


def resume(vault: StaffVault, carried: str, state: str, now: datetime) -> Flow | None:
    """The flow that a browser brings back with its state; None when it is not its own, or too old."""
    try:
        sealed = base64.urlsafe_b64decode(carried[:_LONGEST].encode("ascii"))
        flow = Flow(**json.loads(vault.unseal(sealed, _BOUND_TO)))
    except (SecretUnreadable, ValueError, TypeError):
        return None
    fresh = now.timestamp() < flow.expires_at
    return flow if fresh and hmac.compare_digest(flow.state.encode(), state.encode("utf-8", "replace")) else None
