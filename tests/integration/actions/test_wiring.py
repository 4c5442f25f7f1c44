"""The services of bootstrap on a real SQLite database, and on one that fails."""

from __future__ import annotations

import pytest

from actions.context import RequestsUnavailable, Stranger, Unavailable
from actions.wiring import open_context
from ndihma.accounts.msisdn import Msisdn
from ndihma.config import Settings


@pytest.fixture
def settings(tmp_path):
    return Settings(var_dir=tmp_path)


@pytest.mark.usefixtures("sqlite_url")
async def test_nobody_is_verified_in_a_new_database(settings):
    async with open_context(settings) as context:
        assert await context.speaker("a-conversation", ("line",), "check_account") == Stranger()


@pytest.mark.usefixtures("sqlite_url")
async def test_a_request_is_filed_once_and_found(settings):
    number = Msisdn.parse("044 123 456")
    async with open_context(settings) as context:
        first = await context.requests.file("a", number, context.clock.now())
        again = await context.requests.file("b", number, context.clock.now())
        found = await context.requests.latest_for(number)
    assert found is not None
    assert first.reference == again.reference == found.reference


async def test_a_database_without_tables_is_unavailable_and_not_an_exception(settings):
    async with open_context(settings) as context:
        assert await context.speaker("a-conversation", ("line",), "check_account") == Unavailable()
        with pytest.raises(RequestsUnavailable):
            await context.requests.latest_for(Msisdn.parse("044 123 456"))
        with pytest.raises(RequestsUnavailable):
            await context.requests.file("a", Msisdn.parse("044 123 456"), context.clock.now())
