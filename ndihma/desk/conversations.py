"""The conversation service: every edge hands its messages here and reads its events from here.

A message is stored before anything else (here), waits for its turn (``turn_queue``) and is answered exactly once
(``answering``). After a crash the turns left pending are taken up again (``crash_recovery``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ndihma import messages
from ndihma.clock import Clock
from ndihma.desk.answering import Answering
from ndihma.desk.crash_recovery import CrashRecovery
from ndihma.desk.edge_answers import AGENT_INTENT, EdgeAnswers
from ndihma.desk.errors import ConversationEnded, ConversationQueueFull, DeskBusy, UnknownChoice
from ndihma.desk.events import Body, Button, Event, MessageBody, ReplyBody
from ndihma.desk.handoff.ledger import CALLBACK_PAYLOAD
from ndihma.desk.handoff.messages import AGENT_REQUEST
from ndihma.desk.hub import EventHub, Typing
from ndihma.desk.ids import choice_id, new_id
from ndihma.desk.ports import Callbacks, Engine, Incoming, Intake, PlainAnswer, VerificationSteps
from ndihma.desk.store import Choice, ConversationStore, NewTurn, Page
from ndihma.desk.tables import TurnKind, TurnState
from ndihma.desk.turn_queue import ConversationLimits, TurnQueue, TypedNumber
from ndihma.verification.model import VerificationState

__all__ = ["Accepted", "ConversationLimits", "ConversationService"]

_MSISDN_PLACEHOLDER: Final = "<msisdn>"
_NUMBERS: Final = frozenset({TurnKind.NUMBER, TurnKind.CALLBACK_NUMBER})
_AGENT_PAYLOAD: Final = f"/{AGENT_INTENT}"
_AGENT_REQUEST: Final = AGENT_REQUEST.casefold()
_OWN_CHOICES: Final = {_AGENT_PAYLOAD: TurnKind.AGENT, CALLBACK_PAYLOAD: TurnKind.CALLBACK}
"""Buttons that need no engine."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message is stored; ``cursor`` is its event's. ``duplicate`` when this client id was stored before."""

    message_id: str
    cursor: int
    duplicate: bool


class ConversationService:
    """See the module's text. ``await start()`` once, ``await stop()`` at the end."""

    def __init__(
        self,
        *,
        store: ConversationStore,
        hub: EventHub,
        engine: Engine,
        steps: VerificationSteps,
        intake: Intake,
        clock: Clock,
        callbacks: Callbacks | None = None,
        limits: ConversationLimits | None = None,
        plain_answers: Mapping[str, PlainAnswer] | None = None,
    ) -> None:
        """``plain_answers``: by intent, what is said when the action that would have answered is away.

        ``callbacks``: None where no agents take conversations over.
        """
        limits = limits or ConversationLimits()
        self._store = store
        self._hub = hub
        self._steps = steps
        self._intake = intake
        self._callbacks = callbacks
        self._clock = clock
        self._answering = Answering(
            store=store,
            hub=hub,
            engine=engine,
            steps=steps,
            edge=EdgeAnswers(steps, callbacks),
            clock=clock,
            limits=limits,
            plain_answers=plain_answers or {},
            with_agents=callbacks is not None,
        )
        self._queue = TurnQueue(limits, hub, self._answering.answer)
        self._recovery = CrashRecovery(store, self._queue, clock, limits, self._answering.apologise)

    @property
    def at_work(self) -> int:
        """Conversations with a message that is being stored, waits or is being answered."""
        return len(self._queue)

    async def start(self) -> None:
        """Take up what an earlier process left pending, now and from time to time."""
        await self._recovery.start()

    async def stop(self) -> None:
        """Let answers under way finish for a moment; what does not stays pending for the next start."""
        await self._recovery.stop()
        await self._queue.stop()

    # --- what edges call ------------------------------------------------------------------------------------

    async def open(self) -> str:
        """A new conversation with its greeting; its id."""
        conversation_id = new_id()
        choices = [Choice(choice_id(), starter.title, f"/{starter.intent}") for starter in messages.STARTERS]
        greeting = ReplyBody(
            in_reply_to=None,
            text=messages.GREETING,
            buttons=tuple(Button(id=choice.id, title=choice.title) for choice in choices),
        )
        await self._store.create(conversation_id, self._clock.now(), [greeting], choices)
        return conversation_id

    async def say(self, conversation_id: str, client_id: str, text: str, address: str = "") -> Accepted:
        """Take a customer's text; ``address`` is the client's, for the limits of one-time codes.

        Raises EmptyText, TextTooLong, ConversationQueueFull, DeskBusy, ConversationEnded, UnknownConversation.
        """
        incoming = self._intake(text)
        kind = await self._kind(conversation_id, incoming)
        shown, number = incoming.text, None
        if kind in _NUMBERS and incoming.number is not None:
            shown, number = _MSISDN_PLACEHOLDER, TypedNumber(incoming.number, address)
        for_engine = incoming.for_engine if kind is TurnKind.TEXT else None
        turn = NewTurn(new_id(), conversation_id, kind, for_engine, client_id)
        return await self._accept(turn, client_id, shown, number)

    async def choose(self, conversation_id: str, client_id: str, choice_id: str) -> Accepted:
        """Take a pressed button. Raises UnknownChoice, otherwise as ``say``."""
        choice = await self._store.choice(conversation_id, choice_id)
        if choice is None:
            raise UnknownChoice
        own = _OWN_CHOICES.get(choice.payload) if self._callbacks is not None else None
        kind, for_engine = (TurnKind.CHOICE, choice.payload) if own is None else (own, None)
        turn = NewTurn(new_id(), conversation_id, kind, for_engine, client_id)
        return await self._accept(turn, client_id, choice.title, None)

    async def request_agent(self, conversation_id: str) -> None:
        """The customer asks for a person, without a message; the same as typing "Fol me një agjent". Needs no engine.

        What comes of it is told by events. Where no agents take conversations over the dialogue answers.
        Raises ConversationQueueFull, DeskBusy, ConversationEnded, UnknownConversation.
        """
        if self._callbacks is None:
            turn = NewTurn(new_id(), conversation_id, TurnKind.RESUME, _AGENT_PAYLOAD)
        else:
            turn = NewTurn(new_id(), conversation_id, TurnKind.AGENT, None)
        with self._queue.reserved(conversation_id) as entry:
            async with entry:
                await self._begin(turn, ())

    async def choice(self, conversation_id: str, choice_id: str) -> Choice | None:
        """What a button of the conversation means."""
        return await self._store.choice(conversation_id, choice_id)

    async def end(self, conversation_id: str) -> datetime:
        """End a conversation for its customer: what waits is not answered any more, an open verification is cancelled.

        The moment it ended; a repeat changes nothing. Raises UnknownConversation.
        """
        cancelled = await self._steps.cancel(conversation_id)
        ended_at, events = await self._store.end(conversation_id, [cancelled] if cancelled else [], self._clock.now())
        await self._steps.forget(conversation_id)
        if events:
            self._queue.drop(conversation_id)
            self._hub.publish(conversation_id, *events, Typing(active=False))
        return ended_at

    async def is_over(self, conversation_id: str) -> bool:
        """Whether the conversation takes nothing more."""
        return await self._store.is_over(conversation_id)

    async def check_open(self, conversation_id: str) -> None:
        """Raises ConversationEnded."""
        if await self.is_over(conversation_id):
            raise ConversationEnded

    async def record(self, conversation_id: str, *bodies: Body) -> list[Event]:
        """Store and publish events of the edge's own (a step of verification, a received file)."""
        events = await self._store.record(conversation_id, bodies, self._clock.now())
        self._hub.publish(conversation_id, *events)
        return events

    async def resume(
        self, conversation_id: str, intent: str | None, *bodies: Body, client_id: str | None = None
    ) -> None:
        """Store events and, with them, the question that a verification interrupted, as an internal turn.

        ``client_id``: as of a message; the same again stores nothing. Raises ConversationEnded when there is such a
        question and the conversation is over.
        """
        if intent is None:
            await self.record(conversation_id, *bodies)
            return
        await self._begin(NewTurn(new_id(), conversation_id, TurnKind.RESUME, f"/{intent}", client_id), bodies)

    def left_to_people(self, conversation_id: str) -> None:
        """An agent has taken the conversation: nothing that waits here is answered any more."""
        self._queue.drop(conversation_id)
        self._hub.publish(conversation_id, Typing(active=False))

    async def history(self, conversation_id: str, after: int, limit: int) -> Page:
        """At most ``limit`` events with a cursor above ``after``."""
        return await self._store.events(conversation_id, after, limit)

    # --- accepting ------------------------------------------------------------------------------------------

    async def _kind(self, conversation_id: str, incoming: Incoming) -> TurnKind:
        """Who answers a text: the engine, or the edge itself."""
        if self._callbacks is not None and incoming.text.casefold() == _AGENT_REQUEST:
            return TurnKind.AGENT
        if incoming.number is None and not incoming.holds_code:
            return TurnKind.TEXT
        state = await self._steps.current(conversation_id)
        if incoming.holds_code and state is VerificationState.CODE_SENT:
            return TurnKind.CODE
        if incoming.number is not None:
            if state is VerificationState.NUMBER_NEEDED:
                return TurnKind.NUMBER
            if self._callbacks is not None and await self._callbacks.awaits_number(conversation_id):
                return TurnKind.CALLBACK_NUMBER
        return TurnKind.TEXT

    async def _begin(self, new: NewTurn, bodies: Sequence[Body]) -> None:
        turn, events = await self._store.begin(new, bodies, self._clock.now())
        self._hub.publish(new.conversation_id, *events)
        if turn.id == new.id and turn.state is TurnState.PENDING:
            self._queue.put(turn)

    async def _accept(self, turn: NewTurn, client_id: str, shown: str, number: TypedNumber | None) -> Accepted:
        body = MessageBody(message_id=turn.id, client_id=client_id, text=shown)
        events: list[Event] = []
        try:
            with self._queue.reserved(turn.conversation_id) as entry:
                async with entry:
                    accepted, events = await self._store.accept(turn, body, self._clock.now())
                    if events and accepted.state is TurnState.PENDING:
                        self._queue.put(accepted, number)
        except (DeskBusy, ConversationQueueFull):
            # A repeated message is told so even when the queue is full by now.
            known = await self._store.find(turn.conversation_id, client_id)
            if known is None:
                raise
            accepted = known
        self._hub.publish(turn.conversation_id, *events)
        return Accepted(accepted.id, accepted.cursor or 0, duplicate=not events)
