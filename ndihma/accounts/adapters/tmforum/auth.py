"""How requests are authorised: a fixed token, OAuth 2 client credentials (RFC 6749, 4.4), or nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from pydantic import BaseModel, Field, SecretStr, ValidationError

from ndihma.accounts.adapters.tmforum.deadline import Deadline
from ndihma.accounts.adapters.tmforum.errors import OperatorTrouble, Trouble

__all__ = ["Authorization", "ClientCredentials", "FixedToken", "NoAuthorization", "TokenRequest"]

_CIRCUIT: Final = "token"
_MARGIN_S: Final = 30.0
"""A token is renewed this long before it ends."""

TokenRequest = Callable[[dict[str, str], Deadline], Awaitable[bytes]]
"""Posts a form to the token address and returns the body of the 200; raises OperatorTrouble, BrokenAnswer."""


class Authorization(Protocol):
    """Gives the ``Authorization`` header of a request."""

    async def header(self, deadline: Deadline) -> str | None:
        """The header's value, None for none. Raises OperatorTrouble, BrokenAnswer."""
        ...

    def refused(self, header: str | None) -> bool:
        """Told that ``header`` was not taken (401); whether another one may be, so that asking again makes sense."""
        ...


class NoAuthorization:
    """For a system that is reached through a guarded network only."""

    async def header(self, deadline: Deadline) -> None:
        del deadline

    def refused(self, header: str | None) -> bool:
        del header
        return False


class FixedToken:
    def __init__(self, token: SecretStr) -> None:
        self._token = token

    async def header(self, deadline: Deadline) -> str:
        del deadline
        return f"Bearer {self._token.get_secret_value()}"

    def refused(self, header: str | None) -> bool:
        del header
        return False


class _Granted(BaseModel, hide_input_in_errors=True):
    access_token: SecretStr = Field(min_length=1, max_length=8192)
    expires_in: float = Field(default=300.0, gt=0, le=86_400, allow_inf_nan=False)


class ClientCredentials:
    """A token that is fetched when it is needed and kept until shortly before it ends; one fetch at a time."""

    def __init__(self, request: TokenRequest, *, scope: str = "") -> None:
        self._request = request
        self._form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        self._header: str | None = None
        self._until = 0.0
        self._turn = asyncio.Lock()

    async def header(self, deadline: Deadline) -> str:
        """See Authorization."""
        async with self._turn:
            loop = asyncio.get_running_loop()
            if self._header is None or loop.time() >= self._until:
                granted = _granted(await self._request(self._form, deadline))
                self._header = f"Bearer {granted.access_token.get_secret_value()}"
                self._until = loop.time() + max(granted.expires_in - _MARGIN_S, granted.expires_in / 2)
            return self._header

    def refused(self, header: str | None) -> bool:
        """See Authorization. A token that was renewed meanwhile is kept."""
        if header == self._header:
            self._header = None
        return True


def _granted(body: bytes) -> _Granted:
    try:
        return _Granted.model_validate(json.loads(body))
    except (ValidationError, ValueError, RecursionError):
        pass
    # Raised here: a chained error would keep the answer, token and all.
    raise OperatorTrouble(_CIRCUIT, Trouble.FAILED)
