"""The real system with its bot, and a made-up Telegram."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import start_system, stop_system
from tests.e2e.telegram.talking import Telegram
from tests.support.telegram.fake import FakeBotApi
from tests.support.telegram.second_opinion import objections


@pytest.fixture(scope="module")
def telegram(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Telegram]:
    """In the end every request must have been one that Telegram takes."""
    with FakeBotApi().running() as api:
        running = start_system(
            tmp_path_factory.mktemp("telegram"),
            NDIHMA_TELEGRAM_TOKEN=api.token,
            NDIHMA_TELEGRAM_API_URL=api.base_url,
        )
        try:
            yield Telegram(running, api)
        finally:
            stop_system(running)
    assert api.complaints == []
    assert objections(api.calls) == []
