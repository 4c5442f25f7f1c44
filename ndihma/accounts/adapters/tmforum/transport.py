"""One HTTP exchange with one of the operator's systems: bounded in time and size, and every failure named."""

from __future__ import annotations

import asyncio
import email.utils
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Final

import httpx

from ndihma.accounts.adapters.tmforum.deadline import Deadline
from ndihma.accounts.adapters.tmforum.errors import BrokenAnswer, NoSuchResource, OperatorTrouble, Trouble
from ndihma.clock import Clock

__all__ = ["Answer", "Request", "Transport"]

_MAX_BODY_BYTES: Final = 1024 * 1024
_MAX_CONNECTIONS: Final = 20
_GOOD: Final = frozenset(
    {
        HTTPStatus.OK,
        HTTPStatus.CREATED,
        HTTPStatus.PARTIAL_CONTENT,
        HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,  # a page past the end of a list
    }
)


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """What to ask. Without a ``repr``: address, query and body hold numbers."""

    method: str
    url: str
    query: Mapping[str, str | int] | None = None
    headers: Mapping[str, str] | None = None
    json: object = None
    form: Mapping[str, str] | None = None
    basic: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """An answer to be read: 200, 201, 206 or 416, with at most 1 MiB of body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport:
    """HTTP/1.1 with kept-alive connections, TLS verified, no redirects, no proxy of the environment."""

    def __init__(
        self,
        clock: Clock,
        *,
        timeout_s: float,
        ca_file: Path | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """``timeout_s`` bounds one exchange. ``ca_file``: the certificates (PEM) to trust instead of the usual ones."""
        self._clock = clock
        self._timeout_s = timeout_s
        self._http = httpx.AsyncClient(
            transport=transport,
            verify=ssl.create_default_context(cafile=str(ca_file)) if ca_file else True,
            trust_env=False,
            follow_redirects=False,
            timeout=timeout_s,
            limits=httpx.Limits(max_connections=_MAX_CONNECTIONS, max_keepalive_connections=_MAX_CONNECTIONS),
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def exchange(self, circuit: str, request: Request, deadline: Deadline) -> Answer:
        """Raises OperatorTrouble, NoSuchResource, BrokenAnswer. ``circuit`` names the system in errors."""
        try:
            async with asyncio.timeout(min(self._timeout_s, deadline.left_s())):
                return await self._exchange(circuit, request)
        except (TimeoutError, httpx.TimeoutException):
            trouble = Trouble.LATE
        except (httpx.HTTPError, httpx.StreamError, OSError):
            trouble = Trouble.DEAD
        # Raised here: httpx's errors hold the request with its token.
        raise OperatorTrouble(circuit, trouble)

    async def _exchange(self, circuit: str, request: Request) -> Answer:
        async with self._http.stream(
            request.method,
            request.url,
            params=request.query,
            headers=request.headers,
            json=request.json,
            data=request.form,
            auth=httpx.BasicAuth(*request.basic) if request.basic else None,
        ) as response:
            self._refuse_bad(circuit, response)
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > _MAX_BODY_BYTES:
                    raise BrokenAnswer(f"{circuit}: larger than {_MAX_BODY_BYTES} bytes")
            return Answer(response.status_code, response.headers, bytes(body))

    def _refuse_bad(self, circuit: str, response: httpx.Response) -> None:
        status = response.status_code
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise OperatorTrouble(circuit, Trouble.BUSY, retry_after_s=self._retry_after_s(response))
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise OperatorTrouble(circuit, Trouble.FAILED, retry_after_s=self._retry_after_s(response))
        if status == HTTPStatus.UNAUTHORIZED:
            raise OperatorTrouble(circuit, Trouble.REFUSED)
        if status == HTTPStatus.NOT_FOUND:
            raise NoSuchResource(f"{circuit}: not found")
        if status not in _GOOD:
            raise BrokenAnswer(f"{circuit}: status {status}")
        if response.headers.get("content-encoding", "identity") != "identity":
            raise BrokenAnswer(f"{circuit}: compressed although not asked to")  # 1 MiB could become a gigabyte

    def _retry_after_s(self, response: httpx.Response) -> float | None:
        """Seconds (RFC 9110, 10.2.3: a number of seconds or a date); None when missing or unreadable."""
        value = response.headers.get("retry-after", "").strip()
        if value.isascii() and value.isdigit():
            return float(value[:9])
        try:
            until: datetime = email.utils.parsedate_to_datetime(value)
            return max(0.0, (until - self._clock.now()).total_seconds())
        except (TypeError, ValueError):  # no date, or one without a zone
            return None
