"""SMPP over TLS, on real sockets: whom the session trusts, and that nobody else is told anything."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from pydantic import SecretStr

from ndihma.accounts.msisdn import Msisdn
from ndihma.verification.messages import code_sms
from ndihma.verification.senders import SendPostponed
from ndihma.verification.senders.smpp import SmppAccount, SmppGateway
from tests.support.certificates import Authority

from .smsc import PASSWORD, SYSTEM_ID, Smsc, smsc

NUMBER = Msisdn.parse("044 123 456")
CODE = "482913"
HERE = IPv4Address("127.0.0.1")
CLIENT_HELLO = b"\x16\x03"
"""How a TLS record with a handshake begins."""


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The one authority that this process trusts, as docs/operations.md says it is set."""
    made = Authority(tmp_path / "trusted")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))
    return made


@asynccontextmanager
async def gateway(port: int, **changes: float) -> AsyncIterator[tuple[SmppGateway, list[float]]]:
    """A gateway that speaks TLS, and its pauses before it tries to bind again."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0.01)

    account = SmppAccount(
        str(HERE), port, SYSTEM_ID, SecretStr(PASSWORD), "Ndihma", tls=True, timeout_s=changes.get("timeout_s", 20.0)
    )
    made = SmppGateway(account, sleep=sleep)
    await made.start()
    try:
        yield made, pauses
    finally:
        await made.close()


async def assert_not_trusted(server: Smsc, caplog: pytest.LogCaptureFixture) -> None:
    """The session is never bound; the message is put off, and the log says what may be wrong."""
    async with gateway(server.port, timeout_s=0.5) as (sms, pauses):
        with pytest.raises(SendPostponed):
            await sms.submit(NUMBER, code_sms(CODE))
        async with asyncio.timeout(20):
            while len(pauses) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert (server.binds, server.submitted) == (0, [])
    (logged,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert "certificate" in logged
    assert PASSWORD not in logged


async def test_code_goes_through_tls_to_an_smsc_whose_certificate_is_trusted(authority: Authority) -> None:
    async with smsc(tls=authority.server(HERE)) as server, gateway(server.port) as (sms, _):
        await sms.submit(NUMBER, code_sms(CODE))
    (taken,) = server.submitted
    assert taken.text == code_sms(CODE)


async def test_smsc_of_an_unknown_authority_is_told_nothing(
    authority: Authority, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with smsc(tls=Authority(tmp_path / "unknown").server(HERE)) as server:
        await assert_not_trusted(server, caplog)


@pytest.mark.parametrize("name", [IPv4Address("127.0.0.2"), "smsc.example.com"], ids=str)
async def test_smsc_with_the_certificate_of_another_host_is_told_nothing(
    authority: Authority, caplog: pytest.LogCaptureFixture, name: str | IPv4Address
) -> None:
    async with smsc(tls=authority.server(name)) as server:
        await assert_not_trusted(server, caplog)


async def test_plain_server_behind_the_port_hears_no_password(authority: Authority) -> None:
    heard = bytearray()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend(await reader.read(65536))
        writer.write(b"\x00\x00\x00\x10\x80\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x01")  # "you are bound"
        heard.extend(await reader.read(65536))
        writer.close()

    server = await asyncio.start_server(listen, str(HERE), 0)
    async with server, gateway(server.sockets[0].getsockname()[1], timeout_s=0.5) as (sms, pauses):
        with pytest.raises(SendPostponed):
            await sms.submit(NUMBER, code_sms(CODE))
        async with asyncio.timeout(20):
            while not pauses:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert heard.startswith(CLIENT_HELLO)
    assert not any(secret.encode() in heard for secret in (PASSWORD, SYSTEM_ID, CODE))


async def test_plain_client_settings_get_nothing_from_a_tls_port(authority: Authority) -> None:
    """NDIHMA_SMPP_TLS forgotten: the bind fails, and fails alike every time."""
    async with smsc(tls=authority.server(HERE)) as server:
        account = SmppAccount(str(HERE), server.port, SYSTEM_ID, SecretStr(PASSWORD), "Ndihma", timeout_s=0.5)
        plain = SmppGateway(account, sleep=lambda _: asyncio.sleep(0.01))
        await plain.start()
        with pytest.raises(SendPostponed):
            await plain.submit(NUMBER, code_sms(CODE))
        await plain.close()
        assert (server.binds, server.submitted) == (0, [])
