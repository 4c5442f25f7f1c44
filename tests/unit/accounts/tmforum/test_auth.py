"""Tokens: fixed, or fetched by client credentials, renewed when they end or are not taken."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import httpx
import pytest
from pydantic import SecretStr

from ndihma.accounts.adapters.tmforum import TmfAccountDirectory, TmfClient, TmfMapping
from ndihma.accounts.adapters.tmforum.auth import ClientCredentials, FixedToken
from ndihma.accounts.adapters.tmforum.breaker import PurgatoryBreaker
from ndihma.accounts.adapters.tmforum.deadline import Deadline
from ndihma.accounts.adapters.tmforum.errors import OperatorTrouble, Trouble
from ndihma.accounts.adapters.tmforum.transport import Transport
from ndihma.clock import FixedClock
from tests.support.tmforum.operator import Operator, answer
from tests.support.tmforum.system import directory_of

from .lines import MSISDN, POSTPAID


class TokenServer:
    """Grants tokens one after another."""

    def __init__(self, **answer: object) -> None:
        self.forms: list[dict[str, str]] = []
        self.answer: Callable[[int], bytes] = lambda n: json.dumps({"access_token": f"T{n}"} | answer).encode()

    async def __call__(self, form: dict[str, str], deadline: Deadline) -> bytes:
        assert deadline.left_s() > 0
        self.forms.append(form)
        await asyncio.sleep(0)
        return self.answer(len(self.forms))


async def test_a_token_is_fetched_once_for_all_who_ask() -> None:
    server = TokenServer(expires_in=300)
    credentials = ClientCredentials(server, scope="tmf.read")
    headers = await asyncio.gather(*(credentials.header(Deadline(30)) for _ in range(10)))
    assert set(headers) == {"Bearer T1"}
    assert server.forms == [{"grant_type": "client_credentials", "scope": "tmf.read"}]


async def test_a_token_that_ends_is_renewed() -> None:
    server = TokenServer(expires_in=1e-9)
    credentials = ClientCredentials(server)
    assert [await credentials.header(Deadline(30)) for _ in range(2)] == ["Bearer T1", "Bearer T2"]


async def test_a_refused_token_is_renewed_and_a_newer_one_is_kept() -> None:
    credentials = ClientCredentials(TokenServer(expires_in=300))
    first = await credentials.header(Deadline(30))
    assert credentials.refused(first)
    second = await credentials.header(Deadline(30))
    assert credentials.refused(first)
    assert await credentials.header(Deadline(30)) == second == "Bearer T2"


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[]", b'{"access_token": ""}', b'{"access_token": "t", "expires_in": -1}', b"[" * 100_000, b"\xff"],
)
async def test_an_answer_without_a_token_is_trouble(body: bytes) -> None:
    server = TokenServer()
    server.answer = lambda _: body
    with pytest.raises(OperatorTrouble):
        await ClientCredentials(server).header(Deadline(30))


async def test_a_read_is_repeated_once_with_a_new_token(operator: Operator, clock: FixedClock) -> None:
    operator.put([POSTPAID])
    operator.always = lambda request: answer(401) if request.headers["authorization"] == "Bearer T1" else None
    credentials = ClientCredentials(TokenServer(expires_in=300))
    async with directory_of(operator, clock, authorization=credentials) as directory:
        assert await directory.find(MSISDN) == POSTPAID


@pytest.mark.parametrize("fixed", [True, False])
async def test_a_lasting_refusal_is_told_without_hammering(operator: Operator, clock: FixedClock, fixed: bool) -> None:
    operator.always = lambda _: answer(401)
    authorization = FixedToken(SecretStr("t")) if fixed else ClientCredentials(TokenServer(expires_in=300))
    async with directory_of(operator, clock, authorization=authorization) as directory:
        with pytest.raises(OperatorTrouble) as caught:
            await directory.find(MSISDN)
    assert caught.value.trouble is Trouble.REFUSED
    assert len(operator.seen) == (1 if fixed else 2)


class Refusing(httpx.AsyncBaseTransport):
    """Refuses the first token to all who show it at once; whoever shows another reaches the operator."""

    def __init__(self, operator: Operator, together: int) -> None:
        self._operator = httpx.ASGITransport(operator.app)
        self._all_are_here = asyncio.Barrier(together)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.headers["authorization"] == "Bearer T1":
            await self._all_are_here.wait()
            return httpx.Response(401)
        return await self._operator.handle_async_request(request)


async def test_a_token_that_is_taken_no_more_closes_nobody_out(operator: Operator, clock: FixedClock) -> None:
    operator.put([POSTPAID])
    transport = Transport(clock, timeout_s=30, transport=Refusing(operator, together=8))
    client = TmfClient(
        "http://operator.test",
        mapping=TmfMapping(),
        transport=transport,
        authorization=ClientCredentials(TokenServer(expires_in=300)),
        breaker=PurgatoryBreaker(failures=5, open_for_s=3600),
    )
    directory = TmfAccountDirectory(client, TmfMapping(), clock, timeout_s=30)
    assert await asyncio.gather(*(directory.find(MSISDN) for _ in range(8))) == [POSTPAID] * 8
    await client.close()


async def test_a_lasting_refusal_opens_the_circuit(operator: Operator, clock: FixedClock) -> None:
    operator.always = lambda _: answer(401)
    breaker = PurgatoryBreaker(failures=3, open_for_s=3600)
    credentials = ClientCredentials(TokenServer(expires_in=300))
    async with directory_of(operator, clock, authorization=credentials, breaker=breaker) as directory:
        for _ in range(6):
            with pytest.raises(OperatorTrouble):
                await directory.find(MSISDN)
    assert len(operator.seen) == 6, "two for each of the three that were let through"
