"""The TM Forum adapter over real connections: time, cut-off answers, TLS, and the directory that settings open."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from ndihma.accounts.adapters.opening import open_accounts
from ndihma.accounts.adapters.sql import SqlAccountDirectory
from ndihma.accounts.adapters.stale import LastGoodAnswers
from ndihma.accounts.adapters.tmforum import TmfAccountDirectory
from ndihma.accounts.adapters.tmforum.errors import BrokenAnswer, OperatorTrouble, Trouble
from ndihma.accounts.demo import DemoKey, demo_customers
from ndihma.accounts.ports import AccountsUnreachable, InvalidAccountSettings
from ndihma.clock import BELGRADE, FixedClock
from ndihma.config import Settings
from ndihma.db import Database
from tests.support.tmforum.encode import BILL, CARD, PRODUCT
from tests.support.tmforum.operator import Operator, answer
from tests.support.tmforum.system import directory_of, listening

NOW = datetime(2026, 11, 22, 16, 5, tzinfo=BELGRADE)
SUSPENDED = next(c.line for c in demo_customers(NOW) if c.key is DemoKey.SUSPENDED)
LONG_S = 20.0
"""Longer than any of these tests may take."""


@pytest.fixture
def operator() -> Operator:
    operator = Operator()
    operator.put([SUSPENDED])
    return operator


async def trouble_of(directory: TmfAccountDirectory) -> Trouble:
    async with asyncio.timeout(LONG_S / 2):
        with pytest.raises(OperatorTrouble) as caught:
            await directory.find(SUSPENDED.msisdn)
    return caught.value.trouble


class Slow(Response):
    """Begins its answer after ``LONG_S``."""

    async def __call__(self, scope: object, receive: object, send: object) -> None:
        del scope, receive, send
        await asyncio.sleep(LONG_S)


def drip(_request: Request) -> Response:
    """One byte at a time: every read is quick, the whole takes for ever."""

    async def bytes_of_it() -> AsyncIterator[bytes]:
        for _ in range(int(LONG_S * 100)):
            yield b" "
            await asyncio.sleep(0.01)

    return StreamingResponse(bytes_of_it(), media_type="application/json")


def flood(_request: Request) -> Response:
    """More than anybody reads; not endless, because a server notices late that nobody does."""

    async def bytes_of_it() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b" " * 65536
            await asyncio.sleep(0)

    return StreamingResponse(bytes_of_it(), media_type="application/json")


@pytest.mark.parametrize("path", [PRODUCT, CARD, BILL])
@pytest.mark.parametrize("fault", [lambda _: Slow(), drip], ids=["no answer", "a slow body"])
async def test_a_system_that_takes_too_long_is_given_up(
    operator: Operator, path: str, fault: Callable[[Request], Response]
) -> None:
    operator.plan(path, fault, fault, fault)
    async with listening(operator) as url, directory_of(operator, FixedClock(NOW), url=url, timeout_s=0.5) as directory:
        assert await trouble_of(directory) is Trouble.LATE
        operator.faults.clear()


async def test_a_huge_body_is_cut_off(operator: Operator) -> None:
    operator.plan(BILL, flood)
    async with listening(operator) as url, directory_of(operator, FixedClock(NOW), url=url) as directory:
        async with asyncio.timeout(LONG_S):
            with pytest.raises(BrokenAnswer, match="larger"):
                await directory.find(SUSPENDED.msisdn)
            assert await directory.find(SUSPENDED.msisdn) == SUSPENDED


@asynccontextmanager
async def answering(*, says: bytes) -> AsyncIterator[str]:
    """A server that says something to whoever connects and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(says)
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.mark.parametrize(
    "says",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n[{", id="a part"),
        pytest.param(b"220 mail.example.com ESMTP\r\n", id="another protocol"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000, id="headers without end"),
    ],
)
async def test_a_connection_that_breaks_is_trouble(operator: Operator, says: bytes) -> None:
    async with answering(says=says) as url, directory_of(operator, FixedClock(NOW), url=url) as directory:
        assert await trouble_of(directory) is Trouble.DEAD


async def test_a_connection_that_was_closed_meanwhile_is_made_again(operator: Operator) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    async with directory_of(operator, FixedClock(NOW), url=f"http://127.0.0.1:{port}") as directory:
        assert await trouble_of(directory) is Trouble.DEAD
    async with listening(operator) as url, directory_of(operator, FixedClock(NOW), url=url) as directory:
        assert await directory.find(SUSPENDED.msisdn) == SUSPENDED


async def test_a_redirect_is_not_followed(operator: Operator) -> None:
    """The token would go along."""
    other = Operator()
    async with listening(other) as elsewhere, listening(operator) as url:
        operator.plan(PRODUCT, answer(307, Location=f"{elsewhere}/{PRODUCT}"))
        async with directory_of(operator, FixedClock(NOW), url=url) as directory:
            with pytest.raises(BrokenAnswer):
                await directory.find(SUSPENDED.msisdn)
    assert other.seen == []


def settings(tmp_path: Path, **changes: object) -> Settings:
    return Settings.model_validate({"var_dir": tmp_path, "accounts": "tmforum", **changes})


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'n.db'}")
    yield database
    await database.close()


async def test_what_the_settings_open_answers_then_tells_the_copy_when_all_is_down(
    operator: Operator, database: Database, tmp_path: Path
) -> None:
    clock = FixedClock(NOW)
    async with listening(operator) as url:
        given = settings(tmp_path, tmf_url=url, tmf_token="fixed-token")
        accounts = open_accounts(given, database, clock, may_be_stale=True)
        exact = open_accounts(given, database, clock, may_be_stale=False)
        try:
            for each in (accounts, exact):
                assert await each.directory.find(SUSPENDED.msisdn) == SUSPENDED
            assert {seen.headers["authorization"] for seen in operator.seen} == {"Bearer fixed-token"}
            operator.always = lambda _: answer(503)
            copy = await accounts.directory.find(SUSPENDED.msisdn)
            assert copy == SUSPENDED
            assert copy is not None
            assert (copy.is_stale, copy.as_of) == (True, NOW)
            for without_copies in (exact.directory, exact.exact, accounts.exact):
                with pytest.raises(AccountsUnreachable):
                    await without_copies.find(SUSPENDED.msisdn)
        finally:
            await accounts.close()
            await exact.close()


async def test_client_credentials_are_fetched_from_their_address(
    operator: Operator, database: Database, tmp_path: Path
) -> None:
    token = answer(200, {"access_token": "granted", "token_type": "Bearer", "expires_in": 300})
    seen: list[tuple[str, bytes]] = []

    async def note(request: Request) -> Response:
        seen.append((request.headers["authorization"], await request.body()))
        return token

    app = operator.app
    app.add_route("/oauth/token", note, methods=["POST"])
    async with listening(operator, app) as url:
        given = settings(
            tmp_path,
            tmf_url=url,
            tmf_token_url=f"{url}/oauth/token",
            tmf_client_id="ndihma",
            tmf_client_secret="s3cret",
            tmf_scope="read",
        )
        accounts = open_accounts(given, database, FixedClock(NOW), may_be_stale=False)
        try:
            assert await accounts.directory.find(SUSPENDED.msisdn) == SUSPENDED
        finally:
            await accounts.close()
    assert seen == [("Basic bmRpaG1hOnMzY3JldA==", b"grant_type=client_credentials&scope=read")]
    assert {each.headers["authorization"] for each in operator.seen} == {"Bearer granted"}


def test_the_settings_choose_the_directory(database: Database, tmp_path: Path) -> None:
    def opened(**changes: object) -> object:
        given = settings(tmp_path, tmf_url="https://api.example.com", **changes)
        return open_accounts(given, database, FixedClock(NOW), may_be_stale=True).directory

    assert isinstance(opened(accounts="sql"), SqlAccountDirectory)
    assert isinstance(opened(), LastGoodAnswers)
    assert isinstance(opened(accounts_stale_s=0), TmfAccountDirectory)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"tmf_url": "api.example.com"},
        {"tmf_url": "http://api.example.com"},
        {"tmf_url": "http://127.0.0.1.example.com"},
        {"tmf_url": "https://user:secret@api.example.com"},
        {"tmf_url": "https://api.example.com?key=secret"},
        {"tmf_url": "https://api.example.com", "tmf_client_id": "a"},
        {"tmf_url": "https://api.example.com", "tmf_timeout_s": 2},
        {
            "tmf_url": "https://api.example.com",
            "tmf_token": "t",
            "tmf_client_id": "a",
            "tmf_client_secret": "b",
            "tmf_token_url": "https://api.example.com/t",
        },
    ],
)
def test_settings_that_are_unsafe_or_incomplete_are_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        settings(tmp_path, **changes)
    assert "secret" not in str(caught.value.errors(include_input=False, include_url=False))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"products": {}}',
        '{"page_size": 0}',
        '{"line_kinds": {"P": "satellite"}}',
        '{"default_currency": "ALL"}',
        '{"msisdn_filter": {"id": "1"}}',
        '{"base_paths": {"tmf637": "https://elsewhere.example.com"}}',
        " " * 70_000,
    ],
)
async def test_a_table_of_names_that_is_wrong_is_refused_with_its_name(
    database: Database, tmp_path: Path, content: str
) -> None:
    table = tmp_path / "names.json"
    table.write_text(content)
    given = settings(tmp_path, tmf_url="https://api.example.com", tmf_mapping=table)
    with pytest.raises(InvalidAccountSettings, match=r"names\.json: "):
        open_accounts(given, database, FixedClock(NOW), may_be_stale=False)


@pytest.mark.parametrize("field", ["tmf_mapping", "tmf_ca_file"])
async def test_a_missing_file_is_refused_with_its_name(database: Database, tmp_path: Path, field: str) -> None:
    given = settings(tmp_path, tmf_url="https://api.example.com", **{field: tmp_path / "nowhere.pem"})
    with pytest.raises(InvalidAccountSettings, match=r"nowhere\.pem: "):
        open_accounts(given, database, FixedClock(NOW), may_be_stale=False)


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that nobody signed, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "operator")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "certificate.pem", folder / "key.pem"
    paths[0].write_bytes(certificate.public_bytes(Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths


@pytest.mark.parametrize("trusted", [True, False])
async def test_a_server_is_asked_only_with_a_certificate_that_is_trusted(
    operator: Operator, database: Database, tmp_path: Path, trusted: bool
) -> None:
    certificate, key = self_signed(tmp_path)
    async with listening(operator, certificate=certificate, key=key) as url:
        given = settings(tmp_path, tmf_url=url, tmf_token="t", tmf_ca_file=certificate if trusted else None)
        accounts = open_accounts(given, database, FixedClock(NOW), may_be_stale=False)
        try:
            if trusted:
                assert await accounts.directory.find(SUSPENDED.msisdn) == SUSPENDED
            else:
                with pytest.raises(AccountsUnreachable):
                    await accounts.directory.find(SUSPENDED.msisdn)
        finally:
            await accounts.close()
    assert bool(operator.seen) is trusted
