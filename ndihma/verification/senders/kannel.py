"""SMS through an HTTP gateway of the Kannel sendsms form.

httpx's client writes every URL to its log, and in the GET form the URL holds password, number and text; so the
transport below the client is used, which logs none of it, follows no redirect and asks no proxy of the environment.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import httpx
from pydantic import SecretStr

from ndihma.accounts.msisdn import Msisdn
from ndihma.delivery_config import KannelMethod
from ndihma.verification.senders.ports import SenderError, SendPostponed, SendRefused
from ndihma.verification.senders.segments import Alphabet, segment

__all__ = ["KannelAccount", "KannelGateway"]

_CONNECT_RETRIES_S: Final = (0.2, 0.8)
_AT_ONCE: Final = 8
_ANSWER_BYTES: Final = 512
_OK: Final = frozenset({200, 202})
_TAKEN: Final = ("0:", "3:")
""""0: Accepted for delivery" and "3: Queued for later delivery" (Kannel user guide, "Sending SMS through HTTP")."""
_TRY_LATER: Final = frozenset({408, 429})
_SERVER_ERROR: Final = 500
_CODING: Final = {Alphabet.DEFAULT: "0", Alphabet.UCS2: "2"}


@dataclass(frozen=True, slots=True)
class KannelAccount:
    """Where the gateway is, and as whom. ``timeout_s`` is for one whole message, connecting again included."""

    url: str
    """Such as ``https://sms.example.com:13013/cgi-bin/sendsms``."""
    username: str
    password: SecretStr
    sender: str
    method: KannelMethod = KannelMethod.POST
    timeout_s: float = 5.0


class KannelGateway:
    """Implements SmsGateway. At most eight messages are on their way; others wait, within their deadline.

    A connection that was refused is tried twice more: nothing had been sent. After that nothing is repeated: a
    gateway that was asked and did not answer may have sent the SMS. ``tls`` replaces the system's certificate
    authorities.
    """

    def __init__(
        self,
        account: KannelAccount,
        *,
        tls: ssl.SSLContext | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._account = account
        self._sleep = sleep
        self._slots = asyncio.Semaphore(_AT_ONCE)
        # A connection is not kept: one that the gateway closed meanwhile would fail in a way that may not be repeated.
        limits = httpx.Limits(max_connections=_AT_ONCE, max_keepalive_connections=0)
        self._transport = httpx.AsyncHTTPTransport(
            verify=tls or ssl.create_default_context(), limits=limits, trust_env=False
        )

    async def start(self) -> None:
        """Nothing stays open between messages."""

    async def close(self) -> None:
        await self._transport.aclose()

    async def submit(self, to: Msisdn, text: str) -> None:
        """Hand one SMS over. Raises SendRefused, SendPostponed; TextTooLong when it is more than one segment."""
        request = self._request(to, text)
        problem: SenderError | None
        try:
            async with asyncio.timeout(self._account.timeout_s), self._slots:
                problem = await self._handed_over(request)
        except TimeoutError:
            problem = SendPostponed("the SMS gateway did not answer in time")
        except httpx.HTTPError as error:
            problem = SendPostponed(f"no connection to the SMS gateway ({type(error).__name__})")
        if problem is not None:  # raised here, so that the request is not in its context
            raise problem

    def _request(self, to: Msisdn, text: str) -> httpx.Request:
        account = self._account
        fields = {
            "Username": account.username,
            "Password": account.password.get_secret_value(),
            "From": account.sender,
            "To": to.e164,
            "Coding": _CODING[segment(text).alphabet],
        }
        timeout = {"timeout": httpx.Timeout(account.timeout_s).as_dict()}
        if account.method is KannelMethod.GET:
            query = {name.lower(): value for name, value in fields.items()} | {"charset": "UTF-8", "text": text}
            return httpx.Request("GET", httpx.URL(account.url).copy_merge_params(query), extensions=timeout)
        headers = {f"X-Kannel-{name}": value for name, value in fields.items()}
        headers["Content-Type"] = "text/plain; charset=UTF-8"
        return httpx.Request("POST", account.url, headers=headers, content=text.encode(), extensions=timeout)

    async def _handed_over(self, request: httpx.Request) -> SenderError | None:
        """None when the gateway has the message, else why not."""
        for pause in (*_CONNECT_RETRIES_S, None):
            try:
                response = await self._transport.handle_async_request(request)
            except httpx.ConnectError:
                if pause is None:
                    raise
                await self._sleep(pause)
            else:
                return await _verdict(response)
        raise AssertionError("the last attempt answers or raises")


async def _verdict(response: httpx.Response) -> SenderError | None:
    status = response.status_code
    answer = b""
    try:
        async for part in response.aiter_raw():
            answer += part
            if len(answer) >= _ANSWER_BYTES:
                break
    finally:
        await response.aclose()
    if status in _OK:
        if answer.decode("ascii", "replace").startswith(_TAKEN):
            return None
        return SendRefused("the SMS gateway's answer is not that of a Kannel")
    if status >= _SERVER_ERROR or status in _TRY_LATER:
        return SendPostponed(f"the SMS gateway answered {status}")
    return SendRefused(f"the SMS gateway refused the message ({status})")
