"""The conversation service: every edge hands its messages here and reads its events from here.

A message is stored before anything else and answered exactly once: the answer and the end of its turn are one
transaction. One engine call at a time per conversation (the engine's own lock would make the second wait for
whole seconds), conversations in parallel. No answer, a late one or a broken one becomes an honest sentence; the
message stays. After a crash the turns left pending are taken up again.

The engine may hear a message twice (it answered, we died before storing); the customer sees one answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from ndihma import messages
from ndihma.accounts.msisdn import Msisdn
from ndihma.clock import Clock
from ndihma.desk.errors import (
    CodesRefused,
    CodesUnavailable,
    ConversationQueueFull,
    DeskBusy,
    NoStep,
    UnknownChoice,
)
from ndihma.desk.events import (
    AttachmentBody,
    AttachmentState,
    Body,
    Button,
    DoneBody,
    Event,
    MessageBody,
    Outcome,
    ReplyBody,
    Source,
    VerificationBody,
)
from ndihma.desk.hub import EventHub, Typing
from ndihma.desk.ports import (
    Engine,
    EngineMessage,
    EngineTurn,
    EngineUnavailable,
    Intake,
    PlainAnswer,
    VerificationSteps,
)
from ndihma.desk.store import Choice, ConversationStore, NewTurn, Page, Progress, Turn, new_id
from ndihma.desk.tables import TurnKind, TurnState
from ndihma.instructions import AttachProof, CancelVerification, Verify, parse_instruction
from ndihma.verification.model import VerificationState

__all__ = ["Accepted", "ConversationLimits", "ConversationService"]

_log = logging.getLogger(__name__)

_MSISDN_PLACEHOLDER: Final = "<msisdn>"
_CODE_PLACEHOLDER: Final = "<code>"
_FALLBACK_INTENT: Final = "nlu_fallback"
_OUT_OF_SCOPE: Final = "out_of_scope"
_MAX_TITLE: Final = 200
_CODES_UNAVAILABLE: Final = messages.ErrorCode.CODES_UNAVAILABLE


@dataclass(frozen=True, slots=True)
class ConversationLimits:
    """What bounds the service; times in seconds."""

    waiting_per_conversation: int = 8
    waiting_in_all: int = 1000
    parallel: int = 16
    """Engine calls at one moment, over all conversations."""
    longest_wait_s: float = 20.0
    """A turn that waited longer for its call gets the honest sentence instead."""
    stale_after: timedelta = timedelta(minutes=10)
    """A turn found pending at a start and older than this is apologised for, not answered: the moment is gone."""
    sweep_every_s: float = 30.0
    stop_grace_s: float = 2.0
    soft_epoch_turns: int = 40
    hard_epoch_turns: int = 80


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message is stored; ``cursor`` is its event's. ``duplicate`` when this client id was stored before."""

    message_id: str
    cursor: int
    duplicate: bool


@dataclass(frozen=True, slots=True)
class _TypedNumber:
    """A number typed into the chat, and from where: it lives in memory only."""

    msisdn: Msisdn
    address: str


@dataclass(slots=True)
class _Job:
    turn: Turn
    queued_at: float
    number: _TypedNumber | None = None


@dataclass(slots=True)
class _Lane:
    """The turns of one conversation, in order."""

    jobs: deque[_Job] = field(default_factory=deque)
    entry: asyncio.Lock = field(default_factory=asyncio.Lock)
    reserved: int = 0
    worker: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        return len(self.jobs) + self.reserved


@dataclass(slots=True)
class _Answer:
    """What a turn comes to, before it is stored."""

    state: TurnState
    bodies: list[Body]
    choices: list[Choice] = field(default_factory=list)
    progress: Progress | None = None
    wanted_reference: str | None = None


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
        limits: ConversationLimits | None = None,
        plain_answers: Mapping[str, PlainAnswer] | None = None,
    ) -> None:
        """``plain_answers``: by intent, what is said when the action that would have answered is away."""
        self._plain_answers = plain_answers or {}
        self._store = store
        self._hub = hub
        self._engine = engine
        self._steps = steps
        self._intake = intake
        self._clock = clock
        self._limits = limits or ConversationLimits()
        self._lanes: dict[str, _Lane] = {}
        self._waiting = 0
        self._known: set[str] = set()
        self._slots = asyncio.Semaphore(self._limits.parallel)
        self._sweeper: asyncio.Task[None] | None = None
        self._stopping = False

    # --- life -----------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Take up what an earlier process left pending, now and from time to time."""
        await self._take_up(await self._store.pending(self._clock.now() + timedelta(seconds=1)))
        self._sweeper = asyncio.create_task(self._sweep(), name="desk-sweeper")

    async def stop(self) -> None:
        """Let answers under way finish for a moment; what does not stays pending for the next start."""
        self._stopping = True
        if self._sweeper is not None:
            self._sweeper.cancel()
        workers = [lane.worker for lane in self._lanes.values() if lane.worker is not None]
        tasks = workers + ([self._sweeper] if self._sweeper else [])
        if workers:
            await asyncio.wait(workers, timeout=self._limits.stop_grace_s)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # --- what edges call ------------------------------------------------------------------------------------

    async def open(self) -> str:
        """A new conversation with its greeting; its id."""
        conversation_id = new_id()
        choices = [Choice(_choice_id(), starter.title, f"/{starter.intent}") for starter in messages.STARTERS]
        greeting = ReplyBody(
            in_reply_to=None,
            text=messages.GREETING,
            buttons=tuple(Button(id=choice.id, title=choice.title) for choice in choices),
        )
        await self._store.create(conversation_id, self._clock.now(), [greeting], choices)
        return conversation_id

    async def say(self, conversation_id: str, client_id: str, text: str, address: str = "") -> Accepted:
        """Take a customer's text; ``address`` is the client's, for the limits of one-time codes.

        Raises EmptyText, TextTooLong, ConversationQueueFull, DeskBusy, UnknownConversation.
        """
        incoming = self._intake(text)
        turn = NewTurn(new_id(), conversation_id, TurnKind.TEXT, incoming.for_engine, client_id)
        shown, number = incoming.text, None
        if incoming.number is not None or incoming.is_code:
            state = await self._steps.current(conversation_id)
            if incoming.number is not None and state is VerificationState.NUMBER_NEEDED:
                turn = NewTurn(turn.id, conversation_id, TurnKind.NUMBER, None, client_id)
                shown, number = _MSISDN_PLACEHOLDER, _TypedNumber(incoming.number, address)
            elif incoming.is_code and state is VerificationState.CODE_SENT:
                turn = NewTurn(turn.id, conversation_id, TurnKind.CODE, None, client_id)
                shown = _CODE_PLACEHOLDER
        return await self._accept(turn, client_id, shown, number)

    async def choose(self, conversation_id: str, client_id: str, choice_id: str) -> Accepted:
        """Take a pressed button. Raises UnknownChoice, otherwise as ``say``."""
        choice = await self._store.choice(conversation_id, choice_id)
        if choice is None:
            raise UnknownChoice
        turn = NewTurn(new_id(), conversation_id, TurnKind.CHOICE, choice.payload, client_id)
        return await self._accept(turn, client_id, choice.title, None)

    async def record(self, conversation_id: str, *bodies: Body) -> list[Event]:
        """Store and publish events of the edge's own (a step of verification, a received file)."""
        events = await self._store.record(conversation_id, bodies, self._clock.now())
        self._hub.publish(conversation_id, *events)
        return events

    async def resume(self, conversation_id: str, intent: str | None, *bodies: Body) -> None:
        """Store events and, with them, the question that a verification interrupted, as an internal turn."""
        if intent is None:
            await self.record(conversation_id, *bodies)
            return
        at = self._clock.now()
        new = NewTurn(new_id(), conversation_id, TurnKind.RESUME, f"/{intent}")
        events = await self._store.record(conversation_id, bodies, at, turn=new)
        self._hub.publish(conversation_id, *events)
        self._enqueue(Turn(new.id, conversation_id, new.kind, new.engine_text, None, TurnState.PENDING, at))

    async def history(self, conversation_id: str, after: int, limit: int) -> Page:
        """At most ``limit`` events with a cursor above ``after``."""
        return await self._store.events(conversation_id, after, limit)

    # --- accepting ------------------------------------------------------------------------------------------

    async def _accept(self, turn: NewTurn, client_id: str, shown: str, number: _TypedNumber | None) -> Accepted:
        # A repeated message is told so even when the queue is full by now.
        known = await self._store.find(turn.conversation_id, client_id)
        if known is not None:
            return _duplicate(known)
        lane = self._reserve(turn.conversation_id)
        try:
            async with lane.entry:  # the order of storing is the order of answering
                body = MessageBody(message_id=turn.id, client_id=client_id, text=shown)
                stored = await self._store.accept(turn, body, self._clock.now())
                if stored is not None:
                    self._enqueue(stored[0], number)
        finally:
            lane.reserved -= 1
            self._waiting -= 1
            self._drop_if_idle(turn.conversation_id, lane)
        if stored is None:  # the same client id, sent twice at the same moment
            twin = await self._store.find(turn.conversation_id, client_id)
            if twin is None:
                raise DeskBusy
            return _duplicate(twin)
        accepted, event = stored
        self._hub.publish(turn.conversation_id, event)
        return Accepted(accepted.id, event.cursor, duplicate=False)

    def _reserve(self, conversation_id: str) -> _Lane:
        if self._stopping or self._waiting >= self._limits.waiting_in_all:
            raise DeskBusy
        lane = self._lanes.get(conversation_id)
        if lane is not None and lane.waiting >= self._limits.waiting_per_conversation:
            raise ConversationQueueFull
        if lane is None:
            lane = self._lanes[conversation_id] = _Lane()
        lane.reserved += 1
        self._waiting += 1
        return lane

    def _enqueue(self, turn: Turn, number: _TypedNumber | None = None) -> None:
        lane = self._lanes.setdefault(turn.conversation_id, _Lane())
        lane.jobs.append(_Job(turn, asyncio.get_running_loop().time(), number))
        self._waiting += 1
        self._known.add(turn.id)
        if lane.worker is None and not self._stopping:
            lane.worker = asyncio.create_task(self._work(turn.conversation_id, lane), name="desk-lane")

    def _drop_if_idle(self, conversation_id: str, lane: _Lane) -> None:
        if lane.worker is None and not lane.waiting and self._lanes.get(conversation_id) is lane:
            del self._lanes[conversation_id]

    # --- answering ------------------------------------------------------------------------------------------

    async def _work(self, conversation_id: str, lane: _Lane) -> None:
        try:
            while lane.jobs and not self._stopping:
                job = lane.jobs.popleft()
                self._waiting -= 1
                try:
                    await self._run(job)
                finally:
                    self._known.discard(job.turn.id)
        finally:
            lane.worker = None
            self._drop_if_idle(conversation_id, lane)

    async def _run(self, job: _Job) -> None:
        conversation_id = job.turn.conversation_id
        self._hub.publish(conversation_id, Typing(active=True))
        try:
            async with self._slots:
                answer = await self._answer(job)
            await self._finish(job.turn, answer)
        except SQLAlchemyError as error:
            # The turn stays pending; the sweeper takes it up again.
            _log.error("turn not stored", extra={"turn": job.turn.id, "error": type(error).__name__})
        finally:
            self._hub.publish(conversation_id, Typing(active=False))

    async def _answer(self, job: _Job) -> _Answer:
        turn = job.turn
        try:
            if turn.kind is TurnKind.CODE:
                return _edge_answer(turn, messages.CODE_BELONGS_IN_ITS_FIELD)
            if turn.kind is TurnKind.NUMBER:
                return await self._number_answer(turn, job.number)
            if turn.engine_text is None or self._waited_too_long(job):
                return _apology(turn)
            return await self._engine_answer(turn, turn.engine_text)
        except EngineUnavailable as error:
            _log.warning("engine gave no answer", extra={"turn": turn.id, "reason": error.reason})
        except SQLAlchemyError:
            raise
        except Exception as error:  # whatever it is, the customer gets a sentence
            # Without the exception itself: a traceback's message could hold what the customer wrote (S10).
            _log.error("turn failed", extra={"turn": turn.id, "error": type(error).__name__})
        return _apology(turn)

    def _waited_too_long(self, job: _Job) -> bool:
        return asyncio.get_running_loop().time() - job.queued_at > self._limits.longest_wait_s

    async def _number_answer(self, turn: Turn, number: _TypedNumber | None) -> _Answer:
        if number is None:  # the process that knew the number is gone; it was never stored
            return _apology(turn)
        try:
            moved = await self._steps.number_given(turn.conversation_id, number.msisdn, number.address)
        except (NoStep, CodesUnavailable) as refused:
            code = messages.ErrorCode.NO_VERIFICATION if isinstance(refused, NoStep) else _CODES_UNAVAILABLE
            return _edge_answer(turn, messages.ERRORS[code])
        except CodesRefused as refused:
            bodies: tuple[Body, ...] = (VerificationBody(state=VerificationState.LOCKED),) if refused.locked else ()
            sentence = (
                messages.VERIFICATION_LOCKED if refused.locked else messages.ERRORS[messages.ErrorCode.TOO_MANY_CODES]
            )
            return _edge_answer(turn, sentence, *bodies)
        return _edge_answer(turn, messages.CODE_SENT, moved)

    async def _engine_answer(self, turn: Turn, text: str) -> _Answer:
        progress = self._next_progress(await self._store.progress(turn.conversation_id))
        answered = await self._engine.send(f"{turn.conversation_id}.{progress.epoch}", text)
        answer = await self._carry_out(turn, answered)
        offered = any(m.buttons or m.offers or m.custom is not None for m in answered.messages)
        answer.progress = Progress(progress.epoch, progress.epoch_turns + 1, offered)
        return answer

    def _next_progress(self, progress: Progress) -> Progress:
        full = progress.epoch_turns >= self._limits.soft_epoch_turns and not progress.last_reply_offered
        if full or progress.epoch_turns >= self._limits.hard_epoch_turns:
            return Progress(progress.epoch + 1, 0, last_reply_offered=False)
        return progress

    async def _carry_out(self, turn: Turn, answered: EngineTurn) -> _Answer:
        answer = _Answer(TurnState.ANSWERED, [])
        for message in answered.messages:
            if message.text or message.buttons:
                answer.bodies.append(self._reply(turn, message, answer.choices))
            if message.custom is not None:
                await self._instruct(turn, message.custom, answer)
        if not any(isinstance(body, ReplyBody) for body in answer.bodies) and not _opens_something(answer.bodies):
            answer.bodies.extend(self._without_the_account(turn, answered))
        answer.bodies.append(
            DoneBody(
                in_reply_to=_message_id(turn),
                intent=_OUT_OF_SCOPE if answered.intent == _FALLBACK_INTENT else answered.intent,
                confidence=answered.confidence,
            )
        )
        return answer

    def _without_the_account(self, turn: Turn, answered: EngineTurn) -> tuple[ReplyBody, ReplyBody]:
        """The FAQ's own answer when the action server said nothing. Raises EngineUnavailable for other messages."""
        plain = self._plain_answers.get(answered.intent or "")
        if plain is None:
            raise EngineUnavailable("empty")
        _log.warning("no action answered", extra={"turn": turn.id, "intent": answered.intent})
        to = _message_id(turn)
        source = Source(text=plain.source, reviewed=plain.reviewed)
        return (
            ReplyBody(in_reply_to=to, text=plain.text, source=source),
            ReplyBody(in_reply_to=to, text=messages.ACCOUNT_UNAVAILABLE, outcome=Outcome.UNAVAILABLE),
        )

    def _reply(self, turn: Turn, message: EngineMessage, choices: list[Choice]) -> ReplyBody:
        offered = [Choice(_choice_id(), button.title[:_MAX_TITLE], button.payload) for button in message.buttons]
        choices.extend(offered)
        source = Source(text=message.source, reviewed=message.reviewed) if message.source and message.reviewed else None
        return ReplyBody(
            in_reply_to=_message_id(turn),
            text=message.text or "",
            buttons=tuple(Button(id=choice.id, title=choice.title) for choice in offered),
            source=source,
        )

    async def _instruct(self, turn: Turn, custom: object, answer: _Answer) -> None:
        try:
            instruction = parse_instruction(custom)
        except ValidationError as error:
            _log.error(  # the payload stays out of the log
                "unknown instruction", extra={"turn": turn.id, "errors": error.error_count()}
            )
            return
        match instruction:
            case Verify(resume_intent=intent):
                answer.bodies.append(await self._steps.ask_number(turn.conversation_id, intent))
            case CancelVerification():
                moved = await self._steps.cancel(turn.conversation_id)
                if moved is not None:
                    answer.bodies.append(moved)
            case AttachProof(request_reference=reference):
                answer.wanted_reference = reference
                answer.bodies.append(AttachmentBody(state=AttachmentState.WANTED, reference=reference))

    async def _finish(self, turn: Turn, answer: _Answer) -> None:
        events = await self._store.finish(
            turn,
            answer.state,
            answer.bodies,
            self._clock.now(),
            choices=answer.choices,
            progress=answer.progress,
            wanted_reference=answer.wanted_reference,
        )
        if events is None:
            _log.info("turn was finished elsewhere", extra={"turn": turn.id})
            return
        self._hub.publish(turn.conversation_id, *events)

    # --- after a crash --------------------------------------------------------------------------------------

    async def _take_up(self, turns: Sequence[Turn]) -> None:
        now = self._clock.now()
        for turn in turns:
            if turn.id in self._known:
                continue
            if now - turn.created_at > self._limits.stale_after:
                await self._finish(turn, _apology(turn))
            else:
                self._enqueue(turn)

    async def _sweep(self) -> None:
        """Turns that are pending without anybody at work on them: a database error, another process's crash."""
        while True:
            await asyncio.sleep(self._limits.sweep_every_s)
            try:
                await self._take_up(await self._store.pending(self._sweep_before()))
            except Exception as error:  # the sweeper outlives a database that is away
                _log.error("sweep failed", extra={"error": type(error).__name__})

    def _sweep_before(self) -> datetime:
        return self._clock.now() - timedelta(seconds=self._limits.longest_wait_s * 3)


def _duplicate(turn: Turn) -> Accepted:
    return Accepted(turn.id, turn.cursor or 0, duplicate=True)


def _choice_id() -> str:
    return f"c_{new_id()}"


def _message_id(turn: Turn) -> str | None:
    return None if turn.kind is TurnKind.RESUME else turn.id


def _opens_something(bodies: Sequence[Body]) -> bool:
    return any(isinstance(body, VerificationBody | AttachmentBody) for body in bodies)


def _edge_answer(turn: Turn, sentence: str, *moved: Body) -> _Answer:
    message_id = _message_id(turn)
    reply = ReplyBody(in_reply_to=message_id, text=sentence)
    return _Answer(TurnState.ANSWERED, [*moved, reply, DoneBody(in_reply_to=message_id)])


def _apology(turn: Turn) -> _Answer:
    message_id = _message_id(turn)
    reply = ReplyBody(in_reply_to=message_id, text=messages.UNAVAILABLE, outcome=Outcome.UNAVAILABLE)
    return _Answer(TurnState.FAILED, [reply, DoneBody(in_reply_to=message_id)])
