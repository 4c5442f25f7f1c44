"""Tells a system of the operator's of hand-offs: a signed POST (docs/api.md, *Webhooks*).

The signature is an HMAC-SHA-256 over ``<unix seconds>.<body>`` with the shared secret, in ``X-Ndihma-Signature`` as
``t=…,v1=…``: a receiver compares it in constant time and refuses what is older than a few minutes.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Final, Self

import httpx
from pydantic import SecretStr

from ndihma.clock import BELGRADE, Clock
from ndihma.desk.handoff.notices import Notice, NoticePostponed, NoticeRefused

__all__ = ["DELIVERY_HEADER", "SIGNATURE_HEADER", "HandoffWebhook", "signature"]

SIGNATURE_HEADER: Final = "X-Ndihma-Signature"
DELIVERY_HEADER: Final = "X-Ndihma-Delivery"
_LATER: Final = frozenset({408, 409, 423, 425, 429})
"""What a receiver says that is not for good; every 5xx besides."""


def signature(secret: SecretStr, at: int, body: bytes) -> str:
    """The header's value; ``at``: unix seconds of the try."""
    signed = hmac.new(secret.get_secret_value().encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={signed.hexdigest()}"


class HandoffWebhook:
    """A ``NoticeWay`` to one address; ``timeout_s`` bounds each part of a call. No redirect is followed."""

    def __init__(self, url: str, secret: SecretStr, clock: Clock, *, timeout_s: float) -> None:
        self._url = url
        self._secret = secret
        self._clock = clock
        self._client = httpx.AsyncClient(timeout=timeout_s, trust_env=False, follow_redirects=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_reason: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._client.aclose()

    async def send(self, notice: Notice) -> None:
        """As ``NoticeWay.send``. The answer's status alone is read, its body is not."""
        body = json.dumps(_told(notice), ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            DELIVERY_HEADER: notice.id,
            SIGNATURE_HEADER: signature(self._secret, int(self._clock.now().timestamp()), body),
        }
        try:
            async with self._client.stream("POST", self._url, content=body, headers=headers) as answer:
                status = answer.status_code
        except httpx.HTTPError as error:
            raise NoticePostponed(type(error).__name__) from None
        if 200 <= status < 300:  # noqa: PLR2004
            return
        if status >= 500 or status in _LATER:  # noqa: PLR2004
            raise NoticePostponed(f"status {status}")
        raise NoticeRefused(f"status {status}")


def _told(notice: Notice) -> dict[str, object]:
    return {
        "id": notice.id,
        "type": f"handoff.{notice.after.value}",
        "at": notice.moved_at.astimezone(BELGRADE).isoformat(timespec="seconds"),
        "conversation_id": notice.conversation_id,
        "version": notice.version,
        "before": notice.before.value,
        "agent": notice.agent,
    }
