"""SMS straight to an SMSC: one SMPP 3.4 session, bound as transmitter, that is kept up.

Framing, sequence numbers, the window and ``enquire_link`` are smpp34's. Of the SMSC's refusals to bind it tells
nothing but that no bind came about.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import smpp34
from pydantic import SecretStr

from ndihma.accounts.msisdn import Msisdn
from ndihma.verification.senders.ports import SenderError, SendPostponed, SendRefused
from ndihma.verification.senders.segments import Segment, segment

__all__ = ["SmppAccount", "SmppGateway"]

_log = logging.getLogger(__name__)

_WINDOW: Final = 10
"""Messages under way at a time; others wait, within their deadline."""
_BIND_S: Final = 5.0
_UNBIND_S: Final = 2.0
_THROTTLED_S: Final = 1.0
_BACK_OFF_S: Final = (1.0, 2.0, 5.0, 10.0, 30.0)

_ROK: Final = 0
_RTHROTTLED: Final = 0x58
_TRY_LATER: Final = frozenset({0x08, 0x14, _RTHROTTLED})
"""ESME_RSYSERR, ESME_RMSGQFUL, ESME_RTHROTTLED (SMPP 3.4, 5.1.3)."""

_INTERNATIONAL: Final = 1
_NETWORK_SPECIFIC: Final = 3
_ALPHANUMERIC: Final = 5
_E164: Final = 1
_UNKNOWN: Final = 0


@dataclass(frozen=True, slots=True)
class SmppAccount:
    """Where the SMSC is, and as whom. ``timeout_s`` is for one whole message, waiting for the session included."""

    host: str
    port: int
    system_id: str
    password: SecretStr
    sender: str
    """Letters and digits (11 at most), a short number, or an international one with its plus sign."""
    system_type: str = ""
    tls: bool = False
    timeout_s: float = 5.0


class SmppGateway:
    """Implements SmsGateway. ``start`` begins to bind, in the background; ``close`` unbinds.

    A message that is throttled is sent once more after a second. Nothing else is repeated: what the SMSC did not
    answer it may have taken. A session that leaves a message unanswered is given up for a new one.
    """

    def __init__(self, account: SmppAccount, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._account = account
        self._sleep = sleep
        self._slots = asyncio.Semaphore(_WINDOW)
        self._keeper: asyncio.Task[None] | None = None
        self._session = _Slot()

    async def start(self) -> None:
        self._keeper = asyncio.create_task(self._keep_bound(), name="smpp session")

    async def close(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])
            self._keeper = None

    async def submit(self, to: Msisdn, text: str) -> None:
        """Hand one SMS over. Raises SendRefused, SendPostponed; TextTooLong when it is more than one segment."""
        sms = segment(text)
        problem: SenderError | None = None
        try:
            async with asyncio.timeout(self._account.timeout_s), self._slots:
                status = await self._submitted(to, sms)
                if status == _RTHROTTLED:
                    await self._sleep(_THROTTLED_S)
                    status = await self._submitted(to, sms)
            if status != _ROK:
                kind = SendPostponed if status in _TRY_LATER else SendRefused
                problem = kind(f"the SMSC refused the message (status 0x{status:08x})")
        except TimeoutError:
            problem = SendPostponed("the SMSC did not take the message in time")
        except smpp34.SmppError:
            problem = SendPostponed("the session with the SMSC broke")
        if problem is not None:  # raised here, so that nothing of the message is in its context
            raise problem

    async def _submitted(self, to: Msisdn, sms: Segment) -> int:
        """The SMSC's status for the message."""
        session = await self._session.wait()
        ton, npi, source = _source(self._account.sender)
        try:
            answer = await session.submit_sm(
                to.e164.removeprefix("+"),
                sms.body,
                source_addr=source,
                source_addr_ton=ton,
                source_addr_npi=npi,
                dest_addr_ton=_INTERNATIONAL,
                dest_addr_npi=_E164,
                data_coding=sms.alphabet.value,
                registered_delivery=0,
            )
        except (smpp34.SmppError, asyncio.CancelledError):
            self._session.suspect(session)
            raise
        return answer.command_status

    # --- the session, in the background -----------------------------------------------------------------------

    async def _keep_bound(self) -> None:
        failures = 0
        while True:
            session = await self._bind(failures)
            if session is None:
                await self._sleep(_BACK_OFF_S[min(failures, len(_BACK_OFF_S) - 1)])
                failures += 1
                continue
            failures = 0
            try:
                await self._session.hold(session)
            finally:
                await _unbind(session)
            _log.warning("the session with the SMSC ended")

    async def _bind(self, failures: int) -> smpp34.Smsc | None:
        account = self._account
        client = smpp34.Client(
            account.host,
            account.port,
            account.system_id,
            account.password.get_secret_value(),
            bind_type="TX",
            system_type=account.system_type,
            tls=account.tls,
            window_size=_WINDOW,
            connect_timeout_ms=int(_BIND_S * 1000),
        )
        try:
            session = await client.connect()
        except (smpp34.SmppError, asyncio.CancelledError) as error:
            await client.stop()
            if isinstance(error, asyncio.CancelledError):
                raise
            if failures == 0:  # once an outage
                or_tls = ", or speaks no TLS, or its certificate is not trusted for NDIHMA_SMPP_HOST"
                _log.error(
                    "no bind with the SMSC: it is away, or refused NDIHMA_SMPP_SYSTEM_ID and its password%s",
                    or_tls if account.tls else "",
                )
            return None
        _log.info("bound to the SMSC")
        return session


class _Slot:
    """The session there is now, if any."""

    def __init__(self) -> None:
        self._session: smpp34.Smsc | None = None
        self._there = asyncio.Event()
        self._suspected = asyncio.Event()

    async def wait(self) -> smpp34.Smsc:
        while self._session is None:
            await self._there.wait()
        return self._session

    def suspect(self, session: smpp34.Smsc) -> None:
        """A message of this session was not answered: it is offered no more, and given up."""
        if session is self._session:
            self._session = None
            self._there.clear()
            self._suspected.set()

    async def hold(self, session: smpp34.Smsc) -> None:
        """Offer the session until it ends or is suspected."""
        self._session = session
        self._suspected.clear()
        self._there.set()
        ends = [asyncio.create_task(_ended(session)), asyncio.create_task(self._suspected.wait())]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._session = None
            self._there.clear()
            for end in ends:
                end.cancel()
            await asyncio.wait(ends)


async def _ended(session: smpp34.Smsc) -> None:
    """Return when the session has ended. Nothing is delivered to a transmitter; what comes all the same is dropped."""
    while not isinstance(await session.next(), smpp34.Disconnected):
        pass


async def _unbind(session: smpp34.Smsc) -> None:
    with suppress(smpp34.SmppError, TimeoutError):
        async with asyncio.timeout(_UNBIND_S):
            await session.unbind()


def _source(sender: str) -> tuple[int, int, str]:
    """Type of number, numbering plan and address of the sender."""
    if sender.startswith("+"):
        return _INTERNATIONAL, _E164, sender[1:]
    if re.fullmatch(r"[0-9]+", sender):
        return _NETWORK_SPECIFIC, _UNKNOWN, sender
    return _ALPHANUMERIC, _UNKNOWN, sender
