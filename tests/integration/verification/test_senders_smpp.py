"""SMS over an SMPP session that is kept up, against an SMSC with another codec."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from pydantic import SecretStr
from smpplib import consts

from ndihma.accounts.msisdn import Msisdn
from ndihma.verification.messages import code_sms
from ndihma.verification.senders import SenderError, SendPostponed, SendRefused
from ndihma.verification.senders.segments import TextTooLong
from ndihma.verification.senders.smpp import SmppAccount, SmppGateway

from .smsc import PASSWORD, SYSTEM_ID, Smsc, smsc

NUMBER = Msisdn.parse("044 123 456")
CODE = "482913"
SECRETS = (PASSWORD, CODE, "44123456")


def account(server: Smsc, **changes: object) -> SmppAccount:
    made = SmppAccount("127.0.0.1", server.port, SYSTEM_ID, SecretStr(PASSWORD), "Ndihma", timeout_s=10.0)
    return replace(made, **changes)  # type: ignore[arg-type]


@asynccontextmanager
async def gateway(
    server: Smsc, sleep: Callable[[float], Awaitable[None]] = lambda _: asyncio.sleep(0.01), **changes: object
) -> AsyncIterator[SmppGateway]:
    made = SmppGateway(account(server, **changes), sleep=sleep)
    await made.start()
    try:
        yield made
    finally:
        await made.close()


async def failure_of(sms: SmppGateway) -> SenderError:
    """The error of sending, which must tell no secret, not even in its context."""
    with pytest.raises(SenderError) as caught:
        await sms.submit(NUMBER, code_sms(CODE))
    error: BaseException | None = caught.value
    while error is not None:
        assert not any(secret in f"{error} {error!r}" for secret in SECRETS)
        error = error.__cause__ or error.__context__
    return caught.value


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  (the server tells its counts, not their changes)
            await asyncio.sleep(0.005)


async def test_code_arrives_with_its_letters() -> None:
    async with smsc() as server, gateway(server) as sms:
        await sms.submit(NUMBER, code_sms(CODE))
    (taken,) = server.submitted
    assert (taken.to, taken.source, taken.text) == ("38344123456", "Ndihma", code_sms(CODE))
    assert taken.data_coding == consts.SMPP_ENCODING_ISO10646
    assert taken.registered_delivery == 0, "no delivery report is asked for"


@pytest.mark.parametrize(
    ("sender", "ton", "address"),
    [
        ("Ndihma", consts.SMPP_TON_ALNUM, "Ndihma"),
        ("+38344000000", consts.SMPP_TON_INTL, "38344000000"),
        ("5055", consts.SMPP_TON_NWSPEC, "5055"),
    ],
)
async def test_sender_has_its_type_of_number(sender: str, ton: int, address: str) -> None:
    async with smsc() as server, gateway(server, sender=sender) as sms:
        await sms.submit(NUMBER, "Kodi: 482913")
    (taken,) = server.submitted
    assert (taken.source_ton, taken.source) == (ton, address)
    assert (taken.data_coding, taken.text) == (consts.SMPP_ENCODING_DEFAULT, "Kodi: 482913")


async def test_one_session_carries_all_messages_and_is_unbound_at_the_end() -> None:
    async with smsc() as server, gateway(server) as sms:
        for n in range(3):
            await sms.submit(NUMBER, code_sms(f"{n:06d}"))
        assert (server.binds, server.unbinds) == (1, 0)
        await sms.close()
        assert server.unbinds == 1
        assert [taken.session for taken in server.submitted] == [1, 1, 1]
        await until(lambda: not server.connections)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (consts.SMPP_ESME_RINVDSTADR, SendRefused),
        (consts.SMPP_ESME_RINVSRCADR, SendRefused),
        (consts.SMPP_ESME_RSYSERR, SendPostponed),
        (consts.SMPP_ESME_RMSGQFUL, SendPostponed),
    ],
)
async def test_refusals_are_told_apart_and_not_repeated(status: int, kind: type[SenderError]) -> None:
    async with smsc(statuses=[status]) as server, gateway(server) as sms:
        assert type(await failure_of(sms)) is kind
        assert server.submitted == []
        await sms.submit(NUMBER, code_sms(CODE))
        assert server.binds == 1, "the session is good"


async def test_throttled_message_is_sent_once_more_after_a_pause() -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    throttled = consts.SMPP_ESME_RTHROTTLED
    async with smsc(statuses=[throttled]) as server, gateway(server, sleep) as sms:
        await sms.submit(NUMBER, code_sms(CODE))
        assert pauses == [1.0]
        server.statuses = [throttled, throttled]
        assert type(await failure_of(sms)) is SendPostponed
        assert pauses == [1.0, 1.0]
        assert len(server.submitted) == 1


async def test_dropped_session_postpones_the_message_and_is_bound_anew() -> None:
    async with smsc(drops_on_submit=1) as server, gateway(server) as sms:
        assert type(await failure_of(sms)) is SendPostponed
        assert server.submitted == [], "what may have been taken is not repeated"
        await sms.submit(NUMBER, code_sms(CODE))
        assert server.binds == 2
        assert [taken.session for taken in server.submitted] == [2]


async def test_idle_session_that_is_dropped_is_bound_anew_before_the_next_message() -> None:
    async with smsc() as server, gateway(server) as sms:
        await sms.submit(NUMBER, code_sms(CODE))
        for writer in list(server.connections):
            writer.transport.abort()
        await until(lambda: server.binds == 2)
        await sms.submit(NUMBER, code_sms(CODE))
    assert [taken.session for taken in server.submitted] == [1, 2]


async def test_message_waits_while_the_smsc_restarts() -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0.01)

    async with smsc() as server, gateway(server, sleep) as sms:
        await sms.submit(NUMBER, code_sms(CODE))
        await server.stop()
        await until(lambda: len(pauses) >= 7)
        waiting = asyncio.create_task(sms.submit(NUMBER, code_sms(CODE)))
        await asyncio.sleep(0.05)
        await server.start()
        await waiting
    assert len(server.submitted) == 2
    assert pauses[:7] == [1.0, 2.0, 5.0, 10.0, 30.0, 30.0, 30.0], "later and later"


async def test_smsc_that_answers_nothing_is_given_up_at_the_deadline_and_bound_anew() -> None:
    async with smsc() as server, gateway(server, timeout_s=0.5) as sms:
        await until(lambda: server.binds == 1)
        server.silent = True
        assert type(await asyncio.wait_for(failure_of(sms), 5)) is SendPostponed
        server.silent = False
        await until(lambda: server.binds == 2)
        await sms.submit(NUMBER, code_sms(CODE))
        assert server.submitted[-1].session == 2


async def test_smsc_that_is_away_postpones_the_message_at_the_deadline() -> None:
    async with smsc() as server:
        pass
    async with gateway(server, timeout_s=0.2) as sms:
        assert type(await failure_of(sms)) is SendPostponed


async def test_wrong_password_sends_nothing_and_is_logged_once_without_it(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ndihma.verification.senders.smpp._BIND_S", 0.1)
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async with smsc() as server, gateway(server, sleep, password=SecretStr("tjeter-7")) as sms:
        await until(lambda: len(pauses) >= 3)
        await sms.close()
        assert server.binds == 0
        await until(lambda: not server.connections)
    logged = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(logged) == 1
    assert "NDIHMA_SMPP_SYSTEM_ID" in logged[0]
    assert "tjeter" not in logged[0]


async def test_at_most_ten_messages_are_under_way() -> None:
    async with smsc(pause_s=0.03) as server, gateway(server, timeout_s=30.0) as sms:
        await asyncio.gather(*(sms.submit(NUMBER, code_sms(f"{n:06d}")) for n in range(40)))
    assert len(server.submitted) == 40
    assert 1 < server.most_at_once <= 10


async def test_text_of_more_than_one_sms_is_not_sent() -> None:
    async with smsc() as server, gateway(server) as sms:
        with pytest.raises(TextTooLong):
            await sms.submit(NUMBER, "ë" * 71)
    assert server.submitted == []


async def test_closing_before_the_session_is_there_ends_at_once() -> None:
    async with smsc() as server:
        pass
    sms = SmppGateway(account(server))
    await sms.start()
    await asyncio.wait_for(sms.close(), 5)
    await asyncio.wait_for(sms.close(), 5)


async def test_s6_nothing_secret_is_logged_at_any_level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with smsc(statuses=[0, consts.SMPP_ESME_RINVDSTADR]) as server, gateway(server) as sms:
        await sms.submit(NUMBER, code_sms(CODE))
        await failure_of(sms)
        server.drops_on_submit = 1
        await failure_of(sms)
        await until(lambda: server.binds == 2)
    logged = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert "bound to the SMSC" in logged
    assert not any(secret in logged for secret in SECRETS)
