"""SMS through an HTTP gateway of the Kannel form, on a real loopback server."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from pydantic import SecretStr

from ndihma.accounts.msisdn import Msisdn
from ndihma.delivery_config import KannelMethod
from ndihma.verification.messages import code_sms
from ndihma.verification.senders import SenderError, SendPostponed, SendRefused
from ndihma.verification.senders.kannel import KannelAccount, KannelGateway
from ndihma.verification.senders.segments import TextTooLong

from .kannel import PASSWORD, USERNAME, Kannel, kannel

Contexts = tuple[ssl.SSLContext, ssl.SSLContext]
NUMBER = Msisdn.parse("044 123 456")
CODE = "482913"
SECRETS = (PASSWORD, "sekret", CODE, "44123456")
METHODS = pytest.mark.parametrize("method", list(KannelMethod))


def account(server: Kannel, **changes: object) -> KannelAccount:
    made = KannelAccount(server.url, USERNAME, SecretStr(PASSWORD), "Ndihma", timeout_s=5.0)
    return replace(made, **changes)  # type: ignore[arg-type]


@asynccontextmanager
async def gateway(server: Kannel, **changes: object) -> AsyncIterator[KannelGateway]:
    async def sleep(_: float) -> None:
        await asyncio.sleep(0)

    made = KannelGateway(account(server, **changes), sleep=sleep)
    try:
        yield made
    finally:
        await made.close()


async def failure_of(submit: Callable[[], object]) -> SenderError:
    """The error of sending, which must tell no secret, not even in its context."""
    with pytest.raises(SenderError) as caught:
        await submit()  # type: ignore[misc]
    error: BaseException | None = caught.value
    while error is not None:
        assert not any(secret in f"{error} {error!r}" for secret in SECRETS)
        error = error.__cause__ or error.__context__
    return caught.value


@METHODS
async def test_code_arrives_with_its_letters(method: KannelMethod) -> None:
    async with kannel() as server, gateway(server, method=method) as sms:
        await sms.submit(NUMBER, code_sms(CODE))
    (taken,) = server.taken
    assert taken.method == method.upper()
    assert (taken.to, taken.sender, taken.path) == ("+38344123456", "Ndihma", "/cgi-bin/sendsms")
    assert (taken.coding, taken.charset, taken.text) == ("2", "UTF-8", code_sms(CODE))


@METHODS
async def test_plain_text_needs_no_ucs2(method: KannelMethod) -> None:
    async with kannel() as server, gateway(server, method=method) as sms:
        await sms.submit(NUMBER, "Kodi: 482913 & 100%")
    assert (server.taken[0].coding, server.taken[0].text) == ("0", "Kodi: 482913 & 100%")


async def test_https_is_used_and_its_certificate_checked(
    certificate: Contexts,
) -> None:
    ours, trusting = certificate
    async with kannel(tls=ours) as server:
        sms = KannelGateway(account(server), tls=trusting)
        await sms.submit(NUMBER, code_sms(CODE))
        await sms.close()
        async with gateway(server) as distrusting:
            assert type(await failure_of(lambda: distrusting.submit(NUMBER, code_sms(CODE)))) is SendPostponed
    assert len(server.taken) == 1


async def test_queued_is_taken() -> None:
    async with kannel(answer=b"3: Queued for later delivery") as server, gateway(server) as sms:
        await sms.submit(NUMBER, code_sms(CODE))
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("status", "answer", "kind"),
    [
        (400, b"Empty receiver number not allowed, rejected", SendRefused),
        (403, b"Authorization failed for sendsms", SendRefused),
        (404, b"", SendRefused),
        (301, b"", SendRefused),
        (202, b"<html>portal of the hotel</html>", SendRefused),
        (202, b"", SendRefused),
        (202, b"\xff\xfe0:", SendRefused),
        (202, b"x" * 10_000_000, SendRefused),
        (429, b"", SendPostponed),
        (500, b"482913", SendPostponed),
        (503, b"Temporal failure, try again later.", SendPostponed),
    ],
)
async def test_refusals_are_told_apart_and_repeat_nothing(status: int, answer: bytes, kind: type[SenderError]) -> None:
    async with kannel(status=status, answer=answer) as server, gateway(server) as sms:
        assert type(await failure_of(lambda: sms.submit(NUMBER, code_sms(CODE)))) is kind


@METHODS
async def test_wrong_password_is_refused_without_repeating_it(method: KannelMethod) -> None:
    async with kannel() as server, gateway(server, method=method, username="tjeter") as sms:
        assert type(await failure_of(lambda: sms.submit(NUMBER, code_sms(CODE)))) is SendRefused
    assert server.taken == []


async def test_gateway_that_is_away_is_asked_three_times() -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async with kannel() as server:
        pass
    sms = KannelGateway(account(server), sleep=sleep)
    assert type(await failure_of(lambda: sms.submit(NUMBER, code_sms(CODE)))) is SendPostponed
    assert len(pauses) == 2
    await sms.close()


async def test_gateway_that_comes_back_between_two_attempts_gets_the_message_once() -> None:
    async with kannel() as server:
        await server.stop()

        async def back(_: float) -> None:
            await server.start()

        sms = KannelGateway(account(server), sleep=back)
        await sms.submit(NUMBER, code_sms(CODE))
        await sms.close()
    assert len(server.taken) == 1


async def test_next_message_arrives_after_the_gateway_was_restarted() -> None:
    async with kannel() as server, gateway(server) as sms:
        await sms.submit(NUMBER, code_sms(CODE))
        await server.stop()
        await server.start()
        await sms.submit(NUMBER, code_sms(CODE))
    assert len(server.taken) == 2


async def test_message_that_was_asked_for_and_not_answered_is_not_repeated() -> None:
    """It may have been sent."""
    async with kannel(hangs_up=True) as server, gateway(server) as sms:
        assert type(await failure_of(lambda: sms.submit(NUMBER, code_sms(CODE)))) is SendPostponed
        assert server.most_at_once == 1
        server.hangs_up = False
        await sms.submit(NUMBER, code_sms(CODE))
    assert len(server.taken) == 1


@pytest.mark.parametrize("options", [{"pause_s": 60.0}, {"drips": True}])
async def test_gateway_that_is_slow_is_cut_off_at_the_deadline(options: dict[str, object]) -> None:
    async with kannel(**options) as server, gateway(server, timeout_s=0.3) as sms:
        error = await asyncio.wait_for(failure_of(lambda: sms.submit(NUMBER, code_sms(CODE))), 5)
    assert type(error) is SendPostponed


async def test_at_most_eight_messages_are_under_way() -> None:
    async with kannel(pause_s=0.05) as server, gateway(server, timeout_s=30.0) as sms:
        await asyncio.gather(*(sms.submit(NUMBER, code_sms(f"{n:06d}")) for n in range(30)))
    assert len(server.taken) == 30
    assert server.most_at_once <= 8


async def test_text_of_more_than_one_sms_is_not_sent() -> None:
    async with kannel() as server, gateway(server) as sms:
        with pytest.raises(TextTooLong):
            await sms.submit(NUMBER, "ë" * 71)
    assert server.taken == []


@METHODS
async def test_s6_nothing_secret_is_logged_at_any_level(method: KannelMethod, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with kannel() as server, gateway(server, method=method) as sms:
        await sms.submit(NUMBER, code_sms(CODE))
        server.status, server.answer = 403, b"no"
        await failure_of(lambda: sms.submit(NUMBER, code_sms(CODE)))
        await server.stop()
        await failure_of(lambda: sms.submit(NUMBER, code_sms(CODE)))
    logged = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert "httpcore" in logged, "the levels were on"
    assert not any(secret in logged for secret in SECRETS)
