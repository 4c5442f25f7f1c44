"""An identity provider on loopback: the one of the package oidc-provider-mock, over real sockets."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx

__all__ = ["LoopbackProvider", "loopback_provider"]


class LoopbackProvider:
    """Its issuer, and what a person does in its pages."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer

    async def authorize(self, url: str, subject: str | None) -> str:
        """The person agrees (None: declines); where the browser is sent back to, as path and query."""
        form = {"action": "deny"} if subject is None else {"sub": subject}
        async with httpx.AsyncClient(trust_env=False, timeout=30) as browser:
            assert (await browser.get(url)).status_code == 200
            answer = await browser.post(url, data=form)
        assert answer.status_code == 302, answer.text
        parts = urlsplit(answer.headers["location"])
        return f"{parts.path}?{parts.query}"


@contextmanager
def loopback_provider(people: dict[str, dict[str, object]]) -> Iterator[LoopbackProvider]:
    """A provider that knows people by subject, with their claims."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns of its own dependencies' future
        from oidc_provider_mock import User, run_server_in_thread
    users = [User(sub=subject, claims=claims) for subject, claims in people.items()]
    with run_server_in_thread(user_claims=users, require_nonce=True) as server:
        yield LoopbackProvider(f"http://localhost:{server.server_port}")
