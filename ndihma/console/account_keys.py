"""What a page names an account by instead of its number (S9): a key that opens only in the session it was given."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timedelta
from typing import Final

from ndihma.accounts.msisdn import Msisdn
from ndihma.clock import Clock
from ndihma.staff.vault import SecretUnreadable, StaffVault

__all__ = ["LIFE", "AccountKeyOver", "AccountKeys"]

LIFE: Final = timedelta(hours=1)
"""As long as one customer is talked with (ours); then the account is searched anew, which is audited."""


class AccountKeyOver(Exception):
    """The key is not one of this session, or older than its hour."""


class AccountKeys:
    """Makes keys and reads them."""

    def __init__(self, vault: StaffVault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock

    def of(self, msisdn: Msisdn, session_id: str) -> str:
        """A new key; two of one number are not alike."""
        ends = int((self._clock.now() + LIFE).timestamp())
        sealed = self._vault.seal(f"{ends} {msisdn.e164}", _bound_to(session_id))
        return base64.urlsafe_b64encode(sealed).decode()

    def read(self, key: str, session_id: str) -> Msisdn:
        """The number. Raises AccountKeyOver."""
        try:
            sealed = base64.b64decode(key.encode(), altchars=b"-_", validate=True)
            ends, _, e164 = self._vault.unseal(sealed, _bound_to(session_id)).partition(" ")
        except (SecretUnreadable, binascii.Error, ValueError):
            raise AccountKeyOver from None
        if datetime.fromtimestamp(int(ends), self._clock.now().tzinfo) <= self._clock.now():
            raise AccountKeyOver
        return Msisdn(e164)


def _bound_to(session_id: str) -> str:
    return f"account {session_id}"
