"""The bot's life: the process that has the lease fetches updates, works on them, delivers; the others wait for it.

Whatever happens here stays here: a wrong token, a Telegram that is away, a database that is away end the bot's turn and
nothing else, and the next turn begins by itself.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from aiogram.methods import GetMe
from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError

from ndihma.desk.events import Event
from ndihma.desk.hub import Typing
from ndihma.telegram import commands
from ndihma.telegram.api import BotApi, TelegramTrouble, TokenRefused
from ndihma.telegram.chats import Chats
from ndihma.telegram.context import Me, Office
from ndihma.telegram.deletions import Deletions
from ndihma.telegram.delivery import Delivery
from ndihma.telegram.effects import Ledger
from ndihma.telegram.inbox import Inbox
from ndihma.telegram.lease import RENEW_EVERY_S, BotLease
from ndihma.telegram.links import WebLinks
from ndihma.telegram.pace import Pace
from ndihma.telegram.polling import Backoff, poll, use_webhook
from ndihma.telegram.progress import Progress
from ndihma.telegram.router import Router
from ndihma.telegram.scenes import Scenes
from ndihma.telegram.sender import Sender
from ndihma.telegram.services import BotServices
from ndihma.telegram.typing import TypingSigns
from ndihma.telegram.worker import InboxWorker

__all__ = ["TelegramBot", "Turn"]

_log = logging.getLogger(__name__)

_LEASE_EVERY_S: Final = 5.0
_AFTER_REFUSAL_S: Final = 60.0
_PURGE_EVERY_S: Final = 300.0


class _LeaseLost(Exception):
    """Another process has the bot now, or the database cannot say who has."""


class TelegramBot:
    """``await run()`` for good, in as many processes as one likes."""

    def __init__(
        self,
        *,
        services: BotServices,
        token: SecretStr,
        api_url: str,
        inbox: Inbox,
        links: WebLinks,
        webhook: tuple[str, SecretStr] | None,
    ) -> None:
        """``webhook``: its address and secret; None: long polling."""
        self._services = services
        self._token = token
        self._api_url = api_url
        self._inbox = inbox
        self._links = links
        self._webhook = webhook
        self._lease = BotLease(services.database, services.clock)
        self._refused = False
        self._me: Me | None = None

    @property
    def link(self) -> str | None:
        """Where the bot's private chat opens; None until Telegram has told its name."""
        return self._me.link if self._me else None

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            while True:
                await self._once()
        finally:
            with suppress(SQLAlchemyError, TimeoutError):
                async with asyncio.timeout(1):
                    await self._lease.give_back()

    async def _once(self) -> None:
        """One turn, or a wait for the lease."""
        try:
            api = BotApi(self._token, self._api_url)
        except TokenRefused as error:
            _log.error("telegram: the bot is off: %s; set NDIHMA_TELEGRAM_TOKEN", error)
            await asyncio.Event().wait()  # nothing but a new start can change it
            return
        try:
            if self._me is None:  # every replica offers links, so each knows the bot's name
                self._me = await _introduced(api)
            if not await self._lease.take():
                await asyncio.sleep(_LEASE_EVERY_S)
                return
            await self._turn(api, self._me)
        except TokenRefused as error:
            if not self._refused:
                _log.error("telegram: %s; the bot is off until it does", error)
            self._refused = True
            await asyncio.sleep(_AFTER_REFUSAL_S)
        except _LeaseLost:
            _log.warning("telegram: the lease is lost")
            await asyncio.sleep(_LEASE_EVERY_S)
        except Exception as error:  # the type alone (S10)
            _log.error("telegram: the bot's turn ended", extra={"error": type(error).__name__})
            await asyncio.sleep(_LEASE_EVERY_S)
        finally:
            await api.close()

    async def _turn(self, api: BotApi, me: Me) -> None:
        """Everything the bot does, until the lease or the token is lost. Raises what ended it."""
        self._refused = False
        _log.info("telegram: the bot runs in this process", extra={"mode": "webhook" if self._webhook else "polling"})
        turn = Turn(self._services, api, me, self._inbox, self._links)
        work = [self._keep_lease(), self._updates(api), turn.run()]
        await _all_until_one_ends([asyncio.create_task(piece, name="telegram") for piece in work])

    async def _keep_lease(self) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY_S)
            try:
                async with asyncio.timeout(RENEW_EVERY_S):
                    held = await self._lease.take()
            except (SQLAlchemyError, TimeoutError):
                held = False
            if not held:
                raise _LeaseLost

    async def _updates(self, api: BotApi) -> None:
        backoff = Backoff()
        while True:
            try:
                await commands.register(api)
                break
            except TokenRefused:
                raise
            except TelegramTrouble as error:
                await backoff.wait(error)
        if self._webhook is None:
            await poll(api, self._inbox)
        else:
            await use_webhook(api, *self._webhook)
            await asyncio.Event().wait()


class Turn:
    """The parts that work on updates and deliver, as long as this process has the bot."""

    def __init__(self, services: BotServices, api: BotApi, me: Me, inbox: Inbox, links: WebLinks) -> None:
        self._services = services
        self._inbox = inbox
        self._links = links
        self._chats = chats = Chats(services.database, services.clock)
        office = Office(services, chats, api, me)
        sender = Sender(api, Pace())
        scenes = Scenes(
            conversations=services.conversations,
            assurance=services.assurance,
            private_link=me.link,
            link_hosts=services.link_hosts,
        )
        self._progress = Progress(services.database, services.clock)
        self._typing = TypingSigns(api, chats)
        self._deletions = Deletions(services, api)
        self.worker = InboxWorker(
            inbox=inbox,
            ledger=Ledger(services.database, services.handoffs, services.hub, services.clock),
            router=Router(office, sender, links, scenes),
            chats=chats,
        )
        self.delivery = Delivery(
            progress=self._progress,
            chats=chats,
            conversations=services.conversations,
            sender=sender,
            scenes=scenes,
            clock=services.clock,
        )

    async def run(self) -> None:
        """Until cancelled. Raises SQLAlchemyError when the database is away at the start."""
        await self._chats.load()
        pieces = (self.worker.run(), self.delivery.run(), self._deletions.run(), self._purge())
        self._inbox.stored = self.worker.wake
        with self._services.hub.tap(self._heard):
            try:
                await _all_until_one_ends([asyncio.create_task(piece, name="telegram-turn") for piece in pieces])
            finally:
                self._inbox.stored = lambda: None
                await self._typing.stop()

    def _heard(self, conversation_id: str, notices: Sequence[Event | Typing]) -> None:
        if conversation_id not in self._chats.bound:
            return
        for notice in notices:
            if not isinstance(notice, Typing):
                self.delivery.notify(conversation_id)
            elif notice.active:
                self._typing.show(conversation_id)
            else:
                self._typing.hide(conversation_id)

    async def _purge(self) -> None:
        while True:
            try:
                await self._inbox.purge()
                await self._progress.purge()
                await self._chats.load()
                await self._links.purge()
            except SQLAlchemyError as error:
                _log.error("telegram: purge failed", extra={"error": type(error).__name__})
            await asyncio.sleep(_PURGE_EVERY_S)


async def _all_until_one_ends(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Wait until one of them ends, or the caller is cancelled; then end the others and wait for all. Raises its error.

    Each is cancelled once: what is in its own last moment (``Lanes.stop``) is not to be cut off in it.
    """
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)  # not gather: it would pass on a second cancellation of the caller's
        for task in tasks:
            if not task.cancelled():
                task.exception()  # one is raised; what the others ended with on the way is known too, and not warned of


async def _introduced(api: BotApi) -> Me:
    """Who the token says we are; waits while Telegram is away. Raises TokenRefused."""
    backoff = Backoff()
    while True:
        try:
            user = await api.call(GetMe())
            return Me(user.id, user.username or "")
        except TokenRefused:
            raise
        except TelegramTrouble as error:
            await backoff.wait(error)
