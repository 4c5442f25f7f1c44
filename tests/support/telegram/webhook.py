"""Updates pushed to the bot's webhook: one after the other per chat, repeated until it says 2xx."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp

from tests.support.telegram.cloud import Cloud, Webhook
from tests.support.telegram.errors import ApiError
from tests.support.telegram.specification import specification
from tests.support.telegram.validation import check, values_of

__all__ = ["Delivery", "Pusher"]

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
_TIMEOUT = aiohttp.ClientTimeout(total=30)


@dataclass(frozen=True)
class Delivery:
    """One try to push an update; status 0: no answer."""

    update_id: int
    status: int


@dataclass
class Pusher:
    """``retry_s`` passes before an update is pushed again; ``headers`` come on top, as from a proxy."""

    cloud: Cloud
    perform: Callable[[str, dict[str, Any]], Awaitable[Any]]
    retry_s: float = 0.2
    headers: dict[str, str] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Push what is pending, for as long as a webhook is set."""
        self._wake = asyncio.Event()
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as client:
            under_way: dict[int, asyncio.Task[None]] = {}
            while True:
                webhook = self.cloud.webhook
                if webhook is not None:
                    with self.cloud.lock:
                        pending = list(self.cloud.updates.pending)
                    for chat, updates in _by_chat(pending).items():
                        if len(under_way) < webhook.max_connections and chat not in under_way:
                            under_way[chat] = asyncio.create_task(self._push(client, webhook, updates[0]))
                            under_way[chat].add_done_callback(lambda _task: self._wake.set())
                await self._wake.wait()
                self._wake.clear()
                under_way = {chat: task for chat, task in under_way.items() if not task.done()}

    async def _push(self, client: aiohttp.ClientSession, webhook: Webhook, update: dict[str, Any]) -> None:
        """One try; whether it succeeded shows in what is still pending."""
        headers = self.headers | ({SECRET_HEADER: webhook.secret} if webhook.secret else {})
        self.cloud.updates.count(update)
        try:
            async with client.post(webhook.url, json=update, headers=headers, allow_redirects=False) as response:
                status, body = response.status, await response.read()
                is_json = response.content_type == "application/json"
        except (aiohttp.ClientError, TimeoutError) as error:
            status, body, is_json = 0, b"", False
            reason = f"Connection failed: {type(error).__name__}"
        else:
            reason = f"Wrong response from the webhook: {status} {response.reason}"
        self.deliveries.append(Delivery(update["update_id"], status))
        if 200 <= status < 300:
            with self.cloud.lock:
                pending = self.cloud.updates.pending
                pending[:] = [other for other in pending if other["update_id"] != update["update_id"]]
            if is_json and body:
                await self._answered_with(body)
        else:
            webhook.last_error = (self.cloud.now(), reason)
            await asyncio.sleep(self.retry_s)

    async def _answered_with(self, body: bytes) -> None:
        """The answer may hold a method to call; nobody learns how that went."""
        document = json.loads(body)
        if isinstance(document, dict) and (method := document.pop("method", None)):
            try:
                values = values_of(specification(), method, document)
                check(specification(), method, values)
                await self.perform(method, values)
            except ApiError as error:
                self.cloud.complaints.append(f"{method} (in the webhook's answer): {error.description}")


def _by_chat(updates: list[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    """Updates by chat, or by user where there is no chat, each in order."""
    found: dict[int, list[dict[str, Any]]] = {}
    for update in updates:
        content = next(value for name, value in update.items() if name != "update_id")
        message = content.get("message", content)
        key = (message.get("chat") or content.get("from") or {"id": 0})["id"]
        found.setdefault(key, []).append(update)
    return found
