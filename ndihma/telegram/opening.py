"""Opens the bot from the settings: what the gateway's wiring and its routes hold of it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import TYPE_CHECKING

from pydantic import SecretStr

from ndihma.config import Settings
from ndihma.secrets import verification_key
from ndihma.telegram.inbox import Inbox
from ndihma.telegram.links import WebLinks
from ndihma.telegram.sealing import UpdateSeal, webhook_secret

if TYPE_CHECKING:
    from ndihma.telegram.bot import TelegramBot
    from ndihma.telegram.services import BotServices

__all__ = ["OpenedBot", "Webhook", "open_bot"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram pushes updates to, and what shows that it is Telegram."""

    path: str
    secret: SecretStr
    networks: tuple[IPv4Network | IPv6Network, ...]


@dataclass(frozen=True, slots=True)
class OpenedBot:
    """The bot with what the gateway's routes need of it. ``await bot.run()`` is the wiring's."""

    bot: TelegramBot
    inbox: Inbox
    links: WebLinks
    webhook: Webhook | None


def open_bot(settings: Settings, services: Callable[[], BotServices]) -> OpenedBot | None:
    """The bot, not yet running; None, said once, when there is no token."""
    if settings.telegram_token is None:
        _log.info("telegram: no NDIHMA_TELEGRAM_TOKEN, the bot is off")
        return None
    # Only here: the library takes seconds to import, and who has no bot does not wait for it.
    from ndihma.telegram.bot import TelegramBot

    used, key = services(), verification_key(settings)
    inbox = Inbox(used.database, UpdateSeal(key), used.clock)
    links = WebLinks(used.database, used.clock)
    webhook = None
    if settings.telegram_webhook_url:
        secret = webhook_secret(settings.telegram_webhook_secret, key)
        webhook = Webhook(settings.telegram_webhook_path, secret, settings.telegram_webhook_networks)
    bot = TelegramBot(
        services=used,
        token=settings.telegram_token,
        api_url=settings.telegram_api_url,
        inbox=inbox,
        links=links,
        webhook=None if webhook is None else (settings.telegram_webhook_url, webhook.secret),
    )
    return OpenedBot(bot, inbox, links, webhook)
