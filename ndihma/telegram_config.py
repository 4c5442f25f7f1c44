"""The settings of the Telegram bot."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from ndihma.web_origins import THIS_MACHINE

__all__ = ["TELEGRAM_SECRETS", "TelegramSettings"]

TELEGRAM_SECRETS: Final = ("NDIHMA_TELEGRAM_TOKEN", "NDIHMA_TELEGRAM_WEBHOOK_SECRET")
"""What only the gateway is told."""
_PUBLIC_API: Final = "https://api.telegram.org"
_WEBHOOK_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{16,256}")
_PATH: Final = re.compile(r"/[A-Za-z0-9._~/-]{1,200}")


class TelegramSettings(BaseSettings):
    """Part of ``Settings``. Without a token there is no bot."""

    model_config = SettingsConfigDict(env_prefix="NDIHMA_", frozen=True, extra="ignore")

    telegram_token: SecretStr | None = None
    """From @BotFather. A wrong one keeps the bot off and nothing else."""
    telegram_api_url: str = _PUBLIC_API
    """The Bot API's base address; https, except on this machine (a Bot API server of one's own)."""
    telegram_webhook_url: str = ""
    """Where Telegram pushes updates to, such as ``https://chat.example.com/telegram/webhook``; empty: long polling."""
    telegram_webhook_secret: SecretStr | None = None
    """What Telegram shows us with each update; default: made of the verification key."""
    telegram_webhook_networks: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()
    """The only networks that updates are taken from, a comma list; empty: any, the secret decides alone."""

    @field_validator("telegram_token", mode="before")
    @classmethod
    def _empty_is_none(cls, token: Any) -> Any:
        return token or None

    @field_validator("telegram_api_url")
    @classmethod
    def _is_a_base_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.username is not None or parts.query or parts.fragment or not parts.hostname:
            raise ValueError("must be an address without user, query and fragment")
        if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in THIS_MACHINE):
            raise ValueError("must begin with https:// (http:// for this machine only)")
        return url.rstrip("/")

    @field_validator("telegram_webhook_url")
    @classmethod
    def _can_be_pushed_to(cls, url: str) -> str:
        if not url:
            return url
        parts = urlsplit(url)
        here = parts.scheme == "http" and parts.hostname in THIS_MACHINE
        if (parts.scheme != "https" and not here) or parts.username is not None or parts.query or parts.fragment:
            raise ValueError("must be an https:// address without user, query and fragment")
        if not _PATH.fullmatch(parts.path) or parts.path.startswith("/api/"):
            raise ValueError("needs a path of its own, such as /telegram/webhook, outside of /api/")
        return url

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _can_be_a_header(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not _WEBHOOK_SECRET.fullmatch(secret.get_secret_value()):
            raise ValueError("must be 16 to 256 letters, digits, _ and -")
        return secret

    @field_validator("telegram_webhook_networks", mode="before")
    @classmethod
    def _networks(cls, listed: Any) -> Any:
        if not isinstance(listed, str):
            return listed
        return tuple(ip_network(entry.strip()) for entry in listed.split(",") if entry.strip())

    @property
    def telegram_webhook_path(self) -> str:
        """The path of the webhook's address; empty with long polling."""
        return urlsplit(self.telegram_webhook_url).path
