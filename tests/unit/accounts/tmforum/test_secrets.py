"""Secrets: the PUK of a card is dropped at the boundary, tokens and numbers stand in no log and no error (S6)."""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from ndihma.accounts.adapters.stale import LastGoodAnswers
from ndihma.accounts.adapters.tmforum import TmfAccountDirectory, TmfMapping
from ndihma.accounts.adapters.tmforum.auth import FixedToken
from ndihma.accounts.adapters.tmforum.stripping import is_secret_name, without_secrets
from ndihma.accounts.ports import AccountsUnavailable
from ndihma.clock import FixedClock
from ndihma.logging_setup import configure_logging
from tests.support.tmforum.encode import BILL, CARD, PRODUCT, PUK, characteristic
from tests.support.tmforum.operator import Operator, answer, broken_json
from tests.support.tmforum.system import directory_of, listening

from .lines import MSISDN, POSTPAID

TOKEN = "tok-3f9d2c81a7"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, at the most talkative level."""
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    configure_logging("test", level=logging.DEBUG, stream=stream)
    try:
        yield stream
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.captureWarnings(capture=False)


@pytest.mark.parametrize("name", ["PUK", "puk1", "PUK2", "sim_puk", "pin-unblocking-key", "PIN", "Pin1", "ADM1", "Ki"])
def test_s6_names_of_secrets_are_known_in_any_writing(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["id", "simState", "pinLocked", "kind", "opening", "msisdn", "serialNumber"])
def test_other_names_are_not_taken_for_secrets(name: str) -> None:
    assert not is_secret_name(name)


def test_s6_the_operator_may_name_further_secrets() -> None:
    document = [{"name": "Kodi i zhbllokimit", "value": PUK}, {"kodi_i_zhbllokimit": PUK, "id": "1"}]
    assert without_secrets(document, ["kodi i zhbllokimit"]) == [{"id": "1"}]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(document=_JSON, depth=st.integers(0, 4))
def test_s6_no_secret_is_left_however_deep_it_lies(document: object, depth: int) -> None:
    planted: object = {"rest": document, "puk": PUK, "list": [characteristic("PUK1", PUK), {"simPuk2": [PUK]}]}
    for _ in range(depth):
        planted = [{"inner": planted}]
    assert PUK not in repr(without_secrets(planted))


async def test_s6_a_puk_reaches_neither_line_nor_copy_nor_log(
    operator: Operator, directory: TmfAccountDirectory, clock: FixedClock, log: io.StringIO
) -> None:
    operator.put([POSTPAID])
    [card] = operator.collections[CARD].values()
    card |= {"puk": PUK, "description": "ok"}
    copies = LastGoodAnswers(directory, clock, max_age=timedelta(hours=1), max_lines=10)
    line = await copies.find(MSISDN)
    assert PUK in repr(operator.answers), "the operator did tell it"
    assert PUK not in repr((line, vars(copies)))
    card["resourceCharacteristic"] = [characteristic("simState", "melted"), characteristic("PUK1", PUK)]
    with pytest.raises(AccountsUnavailable) as caught:
        await copies.find(MSISDN)
    assert PUK not in "".join(traceback.format_exception(caught.value))
    assert PUK not in log.getvalue()


@pytest.mark.parametrize("trouble", ["none", "broken", "busy", "refused", "dead", "unknown value"])
async def test_s6_logs_and_errors_hold_no_number_token_or_name(
    operator: Operator, clock: FixedClock, log: io.StringIO, trouble: str
) -> None:
    operator.put([POSTPAID])
    told = ""
    async with listening(operator) as address:
        url = "http://127.0.0.1:1" if trouble == "dead" else address
        match trouble:
            case "broken":
                operator.plan(BILL, broken_json)
            case "busy":
                operator.always = lambda _: answer(429, {"code": "1", "reason": MSISDN.e164}, Retry_After="9")
            case "refused":
                operator.always = lambda _: answer(401, {"code": "2", "reason": TOKEN})
            case "unknown value":
                operator.change(PRODUCT, status=f"frozen {MSISDN.e164}")
        token = FixedToken(SecretStr(TOKEN))
        async with directory_of(operator, clock, url=url, authorization=token, timeout_s=5) as directory:
            try:
                await directory.find(MSISDN)
            except AccountsUnavailable as error:
                logging.getLogger("test").exception("failed")
                told = "".join(traceback.format_exception(error)) + repr(error.__context__) + repr(error.__cause__)
    if trouble != "dead":
        assert operator.seen[0].headers["authorization"] == f"Bearer {TOKEN}"
    assert bool(told) is (trouble != "none")
    for secret in (TOKEN, MSISDN.e164, MSISDN.e164[1:], MSISDN.national, "Arta Shembull", "a@example.com"):
        assert secret not in log.getvalue()
        assert secret not in told


def test_a_token_is_in_no_repr() -> None:
    mapping = TmfMapping()
    assert TOKEN not in repr((FixedToken(SecretStr(TOKEN)), mapping))
