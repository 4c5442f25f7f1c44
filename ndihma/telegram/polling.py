"""Where updates come from: long polling, or Telegram pushing them to the webhook."""

from __future__ import annotations

import asyncio
import logging
import random
from typing import Final

from aiogram.methods import DeleteWebhook, SetWebhook
from pydantic import SecretStr

from ndihma.telegram.api import BotApi, Conflict, Flood, TelegramTrouble, TokenRefused
from ndihma.telegram.inbox import Inbox
from ndihma.telegram.router import ALLOWED_UPDATES

__all__ = ["Backoff", "poll", "use_webhook"]

_log = logging.getLogger(__name__)

_WAIT_S: Final = 25
_FIRST_S: Final = 1.0
_LONGEST_S: Final = 30.0


class Backoff:
    """Waits longer with each failure in a row: 1 second, doubled up to 30, give or take a fifth."""

    def __init__(self, jitter: random.Random | None = None) -> None:
        self._jitter = jitter or random.SystemRandom()
        self.failures = 0

    async def wait(self, error: TelegramTrouble) -> None:
        """Say the first failure in a row, and wait."""
        if self.failures == 0:
            _log.warning("telegram: not reached, trying again", extra={"error": str(error)})
        self.failures += 1
        longest = min(_FIRST_S * 2 ** min(self.failures - 1, 10), _LONGEST_S) * self._jitter.uniform(0.8, 1.2)
        await asyncio.sleep(max(longest, error.retry_after) if isinstance(error, Flood) else longest)

    def good(self) -> None:
        """It worked."""
        if self.failures:
            _log.info("telegram: reached again")
        self.failures = 0


async def poll(api: BotApi, inbox: Inbox, *, wait_s: int = _WAIT_S) -> None:
    """Fetch and store updates until cancelled. An update is confirmed to Telegram only once it is stored.

    Raises TokenRefused, SQLAlchemyError.
    """
    offset: int | None = None
    backoff, unhooked = Backoff(), False
    while True:
        try:
            if not unhooked:  # a webhook of earlier days would keep everything from us
                await api.call(DeleteWebhook(drop_pending_updates=False))
                unhooked = True
            updates = await api.updates(offset, wait_s, ALLOWED_UPDATES)
        except TokenRefused:
            raise
        except TelegramTrouble as error:
            unhooked = unhooked and not isinstance(error, Conflict)
            await backoff.wait(error)
            continue
        backoff.good()
        await inbox.put(updates)
        ids = [update["update_id"] for update in updates if isinstance(update.get("update_id"), int)]
        if ids:
            offset = max(ids) + 1


async def use_webhook(api: BotApi, url: str, secret: SecretStr) -> None:
    """Have Telegram push updates to us, one at a time so that their order is kept. Raises TokenRefused."""
    backoff = Backoff()
    method = SetWebhook(
        url=url,
        secret_token=secret.get_secret_value(),
        allowed_updates=ALLOWED_UPDATES,
        max_connections=1,
        drop_pending_updates=False,
    )
    while True:
        try:
            await api.call(method)
        except TokenRefused:
            raise
        except TelegramTrouble as error:
            await backoff.wait(error)
        else:
            _log.info("telegram: updates are pushed to the webhook")
            return
