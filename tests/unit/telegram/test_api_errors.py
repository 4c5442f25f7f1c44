"""The errors of the Bot API's client: whatever a library says, our errors hold neither address nor token."""

import pytest
from pydantic import SecretStr

from ndihma.telegram.api import BotApi, Broken, TelegramTrouble, TokenRefused, Unreachable

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


def told(error: BaseException) -> str:
    """Everything that a log could hold of an error."""
    texts, current = list[str](), error
    while current is not None:
        texts += [str(current), repr(current), *map(repr, getattr(current, "__notes__", ()))]
        nearer = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
        if nearer is None:
            break
        current = nearer
    return "\n".join(texts)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://127.0.0.1:99999", "http://[bad"], ids=str)
async def test_s6_nothing_of_the_token_is_in_the_error_of_a_failed_call(url: str) -> None:
    api = BotApi(SecretStr(TOKEN), url)
    try:
        with pytest.raises(TelegramTrouble) as raised:
            await api.updates(None, 0, [])
    finally:
        await api.close()
    assert TOKEN not in told(raised.value)
    assert TOKEN.partition(":")[2] not in told(raised.value)


async def test_nothing_was_done_where_nobody_listens() -> None:
    api = BotApi(SecretStr(TOKEN), "http://127.0.0.1:1")
    try:
        with pytest.raises(Unreachable) as raised:
            await api.updates(None, 0, [])
    finally:
        await api.close()
    assert not isinstance(raised.value, Broken)


@pytest.mark.parametrize("token", ["", "no token", "12:34 56", "abc:def"])
def test_what_is_no_token_is_refused_without_being_repeated(token: str) -> None:
    with pytest.raises(TokenRefused) as raised:
        BotApi(SecretStr(token), "https://api.telegram.org")
    assert not token or token not in told(raised.value)
