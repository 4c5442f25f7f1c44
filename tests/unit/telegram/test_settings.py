"""The bot's settings: loud when wrong, and never shown with their secrets."""

from typing import Any

import pytest
from pydantic import ValidationError

from ndihma.config import Settings

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


def test_without_a_token_there_is_none_and_an_empty_one_is_none() -> None:
    assert Settings().telegram_token is None
    assert Settings(telegram_token="").telegram_token is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"telegram_api_url": "http://api.telegram.org"},
        {"telegram_api_url": "https://user@api.telegram.org"},
        {"telegram_webhook_url": "http://chat.example.com/telegram"},
        {"telegram_webhook_url": "https://chat.example.com"},
        {"telegram_webhook_url": "https://chat.example.com/api/v1/sessions"},
        {"telegram_webhook_secret": "too short"},
        {"telegram_webhook_secret": "ë" * 20},
        {"telegram_webhook_networks": "149.154.160.0/99"},
    ],
    ids=str,
)
def test_what_cannot_work_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)


def test_s12_a_webhook_with_its_networks() -> None:
    made = Settings(
        telegram_webhook_url="https://chat.example.com/telegram/webhook",
        telegram_webhook_networks="149.154.160.0/20, 91.108.4.0/22",  # type: ignore[arg-type]
    )
    assert made.telegram_webhook_path == "/telegram/webhook"
    assert [str(network) for network in made.telegram_webhook_networks] == ["149.154.160.0/20", "91.108.4.0/22"]


def test_s6_the_token_is_in_no_text_of_the_settings() -> None:
    assert TOKEN not in repr(Settings(telegram_token=TOKEN))  # type: ignore[arg-type]
