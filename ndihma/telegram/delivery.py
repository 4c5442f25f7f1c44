"""Delivery: the events of a chat's conversations become messages, in order, each once (``progress``).

The event log is the queue: nothing is lost while Telegram is away, and what has piled up goes out in its order. A chat
has one delivery at a time; chats go side by side, within the pace that Telegram allows.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Sequence
from datetime import timedelta
from enum import Enum, auto
from typing import Final

from ndihma.clock import Clock
from ndihma.desk.conversations import ConversationService
from ndihma.desk.events import DoneEvent, Event, HandoffEvent, HandoffState, ReplyEvent
from ndihma.rounds import Rounds
from ndihma.telegram.api import Broken, ChatGone, Conflict, Flood, TelegramTrouble, TokenRefused, Unreachable
from ndihma.telegram.chats import Chats, Language
from ndihma.telegram.lanes import Lanes
from ndihma.telegram.parts import Part
from ndihma.telegram.progress import Asked, Behind, Progress
from ndihma.telegram.rendering import Scene
from ndihma.telegram.scenes import Scenes
from ndihma.telegram.sender import Sender

__all__ = ["Delivery"]

_log = logging.getLogger(__name__)

_LOOK_EVERY_S: Final = 2.0
_EVERYWHERE_S: Final = 60.0
_LATELY: Final = timedelta(days=1)
_AT_ONCE: Final = 64
_PAGE: Final = 50
_FIRST_WAIT_S: Final = 1.0
_LONGEST_WAIT_S: Final = 60.0


class _Outcome(Enum):
    """What came of sending one message."""

    SENT = auto()
    NOT_SENT = auto()
    IN_DOUBT = auto()


class Delivery:
    """``await run()`` while this process has the bot; ``notify`` when a conversation has gone on."""

    def __init__(
        self,
        *,
        progress: Progress,
        chats: Chats,
        conversations: ConversationService,
        sender: Sender,
        scenes: Scenes,
        clock: Clock,
        look_every_s: float = _LOOK_EVERY_S,
        jitter: random.Random | None = None,
    ) -> None:
        self._progress = progress
        self._chats = chats
        self._conversations = conversations
        self._sender = sender
        self._scenes = scenes
        self._clock = clock
        self._jitter = jitter or random.SystemRandom()
        self._look_every_s = look_every_s
        self._looked_at = self._looked_everywhere_at = float("-inf")
        self._gone_on: set[str] = set()
        self._lanes = Lanes(_AT_ONCE, self._deliver, ended=self._ended)
        self._rounds = Rounds("telegram: deliveries not looked for", self._look, every_s=look_every_s)

    def notify(self, conversation_id: str) -> None:
        """The conversation has gone on."""
        self._gone_on.add(conversation_id)
        self._rounds.wake()

    def _ended(self, chat_id: int) -> None:
        """What came in while a chat's delivery was about to end is looked for at once."""
        del chat_id
        if self._gone_on:
            self._rounds.wake()

    async def run(self) -> None:
        """Deliver until cancelled; outlives a database and a Telegram that are away."""
        try:
            await self._rounds.run()
        finally:
            await self._lanes.stop()

    async def settle(self) -> None:
        """Deliver what can be delivered now, once."""
        self._looked_everywhere_at = float("-inf")
        await self._look()
        await self._lanes.idle()

    async def _look(self) -> None:
        """At once for the conversations that have gone on here; from time to time for more, replicas' among them.

        A hundred thousand conversations take a database 0.1 s: all of them are looked at once a minute, and those of
        chats that wrote within a day every two seconds.
        """
        if not (free := self._lanes.free):
            return
        now = asyncio.get_running_loop().time()
        everywhere = now - self._looked_everywhere_at >= _EVERYWHERE_S
        widely = everywhere or now - self._looked_at >= self._look_every_s
        behind = self._progress.chats_behind(
            self._lanes.busy,
            free,
            only=None if widely else frozenset(self._gone_on),
            seen_since=self._clock.now() - _LATELY if widely and not everywhere else None,
        )
        self._gone_on.clear()
        for chat_id in await behind:
            self._lanes.start(chat_id)
        if widely:
            self._looked_at = now
        if everywhere:
            self._looked_everywhere_at = now

    async def _deliver(self, chat_id: int) -> None:
        """What one chat has not seen. An error of Telegram's ends it for now; the chat's row says until when."""
        while (behind := await self._progress.behind(chat_id)) is not None and behind.due_at <= self._clock.now():
            try:
                if not await self._deliver_thread(behind):
                    return
            except ChatGone:
                _log.info("telegram: a chat cannot be written to any more")
                await self._chats.leave(chat_id)
                return
            except Flood as flood:
                await self._progress.defer(chat_id, timedelta(seconds=flood.retry_after))
                return
            except (Unreachable, TokenRefused, Conflict) as error:
                wait = self._wait(behind.failures)
                _log.warning("telegram: a message was not sent", extra={"error": str(error), "retry_s": round(wait)})
                await self._progress.defer(chat_id, timedelta(seconds=wait))
                return

    async def _deliver_thread(self, behind: Behind) -> bool:
        """A page of one conversation; False when the rest is for another time. Raises TelegramTrouble."""
        conversation_id, chat_id, cursor = behind.conversation_id, behind.chat_id, behind.cursor
        scene = await self._scenes.of(conversation_id, chat_id, Language(behind.language))
        done = behind.parts
        if behind.sending:  # what came of the last call is not known: the process died, or the call broke off
            await self._sender.offer_again(chat_id, scene.language, conversation_id, cursor + 1)
            done += 1
            await self._progress.sent(conversation_id, chat_id, cursor=cursor, parts=done)
        page = await self._conversations.history(conversation_id, cursor, _PAGE)
        for event in page.events:
            asked = await self._asked(event)
            parts = await self._scenes.parts(event, scene)
            for number in range(done, len(parts)):
                sent = await self._send(behind, scene, parts, number, event=event, asked=asked)
                if sent is not _Outcome.SENT:
                    return sent is _Outcome.IN_DOUBT
            if isinstance(event, DoneEvent) and asked is not None and asked.edited:
                await self._take_back(chat_id, asked)
            if isinstance(event, HandoffEvent) and event.state is HandoffState.WAITING and not scene.is_private:
                await self._conversations.end(conversation_id)  # no agent talks where others read along
            cursor, done = event.cursor, 0
        await self._progress.advance(conversation_id, chat_id, cursor)
        return True

    async def _send(
        self, behind: Behind, scene: Scene, parts: Sequence[Part], number: int, *, event: Event, asked: Asked | None
    ) -> _Outcome:
        """Send one message and count it. Raises TelegramTrouble when it certainly was not sent."""
        conversation_id, chat_id, part = behind.conversation_id, behind.chat_id, parts[number]
        answers = await self._progress.answers(chat_id, asked) if asked is not None and asked.edited else []
        await self._sender.pace(chat_id)
        if self._lanes.stopping:
            return _Outcome.NOT_SENT
        if not await self._progress.begin(conversation_id, chat_id, event.cursor - 1, number):
            return _Outcome.NOT_SENT  # the conversation goes on in another chat, or is erased
        reply_to = asked.message_id if asked is not None and number == 0 and not scene.is_private else None
        try:
            message_id = await self._sender.send(
                part, chat_id, scene.words, reply_to=reply_to, replaces=answers[0] if answers else None
            )
        except TelegramTrouble as error:
            # While nothing gets through, nothing has arrived. But when one call alone broke off it may have been
            # carried out: the mark stays, and the customer is offered to have the message repeated.
            if not (isinstance(error, Broken) and await self._sender.reaches()):
                await self._progress.release(conversation_id, chat_id)
                raise
            return _Outcome.IN_DOUBT
        last = number + 1 == len(parts)
        await self._progress.sent(
            conversation_id,
            chat_id,
            cursor=event.cursor if last else event.cursor - 1,
            parts=0 if last else number + 1,
            shows=event.cursor,
            message_id=message_id,
            has_buttons=bool(part.rows),
            asked=asked,
        )
        return _Outcome.SENT

    async def _take_back(self, chat_id: int, asked: Asked) -> None:
        """The answer to an edited question is shorter than the one before: nothing of that stays."""
        for message_id in await self._progress.answers(chat_id, asked):
            await self._sender.delete(chat_id, message_id)
            await self._progress.taken_back(chat_id, message_id)

    async def _asked(self, event: Event) -> Asked | None:
        if not isinstance(event, ReplyEvent | DoneEvent) or event.in_reply_to is None:
            return None
        return await self._progress.asked(event.in_reply_to)

    def _wait(self, failures: int) -> float:
        longest: float = min(_FIRST_WAIT_S * 2 ** min(failures, 10), _LONGEST_WAIT_S)
        return longest * self._jitter.uniform(0.8, 1.2)
