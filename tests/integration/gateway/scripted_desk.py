"""A desk whose engine and verification step do as they are told."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ndihma.accounts.msisdn import Msisdn
from ndihma.clock import BELGRADE, FixedClock
from ndihma.db import Database
from ndihma.desk.conversations import ConversationLimits, ConversationService
from ndihma.desk.errors import CodesRefused
from ndihma.desk.events import Event, VerificationBody
from ndihma.desk.hub import EventHub
from ndihma.desk.ports import Confirmed, EngineMessage, EngineTurn, StepDetails
from ndihma.desk.store import ConversationStore
from ndihma.gateway.intake import TextIntake
from ndihma.verification.model import Purpose, VerificationState

NOW = datetime(2026, 11, 22, 16, 0, tzinfo=BELGRADE)


async def eventually(condition: Callable[[], Awaitable[Any]], within_s: float = 5) -> Any:
    """What ``condition`` gives as soon as it is true."""
    async with asyncio.timeout(within_s):
        while not (value := await condition()):  # noqa: ASYNC110  (it asks another process)
            await asyncio.sleep(0.01)
        return value


def answer(text: str = "Kartela kushton 7 €.", intent: str = "ask_sim_price") -> EngineTurn:
    return EngineTurn((EngineMessage(text=text),), intent, 0.97)


@dataclass
class ScriptedEngine:
    """Says what it is told to; counts what runs at the same time."""

    reply: Callable[[str, str], Awaitable[EngineTurn]] | None = None
    heard: list[tuple[str, str]] = field(default_factory=list)
    running: Counter[str] = field(default_factory=Counter)
    most_per_conversation: int = 0
    most_in_all: int = 0

    async def send(self, sender: str, text: str) -> EngineTurn:
        conversation = sender.partition(".")[0]
        self.heard.append((sender, text))
        self.running[conversation] += 1
        self.most_per_conversation = max(self.most_per_conversation, self.running[conversation])
        self.most_in_all = max(self.most_in_all, self.running.total())
        try:
            await asyncio.sleep(0)
            return await self.reply(sender, text) if self.reply else answer()
        finally:
            self.running[conversation] -= 1


@dataclass
class ScriptedSteps:
    """A verification step without codes."""

    state: VerificationState | None = None
    numbers: list[tuple[Msisdn, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    purpose: Purpose = Purpose.ACCOUNT
    refuse: Exception | None = None

    async def current(self, conversation_id: str) -> VerificationState | None:
        return self.state

    async def ask_number(
        self, conversation_id: str, resume_intent: str, purpose: Purpose = Purpose.ACCOUNT
    ) -> VerificationBody:
        self.asked.append(resume_intent)
        self.purpose = purpose
        self.state = VerificationState.NUMBER_NEEDED
        return VerificationBody(state=self.state)

    async def number_given(self, conversation_id: str, msisdn: Msisdn, address: str) -> VerificationBody:
        if self.refuse is not None:
            if isinstance(self.refuse, CodesRefused) and self.refuse.locked:
                self.state = VerificationState.LOCKED
            raise self.refuse
        self.numbers.append((msisdn, address))
        self.state = VerificationState.CODE_SENT
        return VerificationBody(
            state=self.state, masked=msisdn.masked, expires_at=NOW + timedelta(minutes=5), purpose=self.purpose
        )

    async def code_given(self, conversation_id: str, code: str, address: str) -> Confirmed:
        raise NotImplementedError

    async def proved(self, conversation_id: str) -> None:
        return None

    async def cancel(self, conversation_id: str) -> VerificationBody | None:
        if self.state is None:
            return None
        self.state = None
        return VerificationBody(state=VerificationState.CANCELLED)

    async def details(self, conversation_id: str) -> StepDetails | None:
        return StepDetails(self.state, purpose=self.purpose) if self.state else None

    async def forget(self, conversation_id: str) -> None:
        self.state = None


@dataclass
class Desk:
    """A conversation service and everything under it."""

    database: Database
    clock: FixedClock
    engine: ScriptedEngine
    steps: ScriptedSteps
    hub: EventHub
    store: ConversationStore
    service: ConversationService

    def another(self, limits: ConversationLimits | None = None) -> ConversationService:
        """A second process on the same database."""
        return ConversationService(
            store=self.store,
            hub=self.hub,
            engine=self.engine,
            steps=self.steps,
            intake=TextIntake(1000),
            clock=self.clock,
            limits=limits or ConversationLimits(stop_grace_s=0.05),
        )

    async def events(self, conversation_id: str) -> list[Event]:
        return list((await self.service.history(conversation_id, 0, 200)).events)

    async def until_done(self, conversation_id: str, *message_ids: str | None) -> list[Event]:
        """All events, once each message has its ``done``."""
        async with asyncio.timeout(5):
            while True:
                events = await self.events(conversation_id)
                done = [event.in_reply_to for event in events if event.type == "done"]
                if all(message_id in done for message_id in message_ids):
                    return events
                await asyncio.sleep(0.01)
