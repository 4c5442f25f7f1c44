"""How a turn comes to its answer: the engine, the verification step or the edge itself, and the honest sentence.

The answer and the end of its turn are one transaction. No answer, a late one or a broken one becomes an honest
sentence; the message stays. The engine may hear a message twice (it answered, we died before storing); the customer
sees one answer.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from ndihma import messages
from ndihma.clock import Clock
from ndihma.desk.errors import AddressRefused, CodesRefused, CodesUnavailable, NoStep
from ndihma.desk.events import (
    AttachmentBody,
    AttachmentState,
    Body,
    Button,
    DoneBody,
    Outcome,
    ReplyBody,
    RevealBody,
    RevealState,
    Source,
    VerificationBody,
)
from ndihma.desk.hub import EventHub
from ndihma.desk.ports import Engine, EngineMessage, EngineTurn, EngineUnavailable, PlainAnswer, VerificationSteps
from ndihma.desk.store import Choice, ConversationStore, Progress, Turn, choice_id
from ndihma.desk.tables import TurnKind, TurnState
from ndihma.desk.turn_queue import ConversationLimits, Job, TypedNumber
from ndihma.instructions import AttachProof, CancelVerification, Reveal, Verify, parse_instruction
from ndihma.verification.model import VerificationState

__all__ = ["Answering"]

_log = logging.getLogger(__name__)

_FALLBACK_INTENT: Final = "nlu_fallback"
_OUT_OF_SCOPE: Final = "out_of_scope"
_MAX_TITLE: Final = 200
_CODES_UNAVAILABLE: Final = messages.ErrorCode.CODES_UNAVAILABLE


@dataclass(slots=True)
class _Answer:
    """What a turn comes to, before it is stored."""

    state: TurnState
    bodies: list[Body]
    choices: list[Choice] = field(default_factory=list)
    progress: Progress | None = None
    wanted_reference: str | None = None


class Answering:
    """Answers turns and stores what they come to."""

    def __init__(
        self,
        *,
        store: ConversationStore,
        hub: EventHub,
        engine: Engine,
        steps: VerificationSteps,
        clock: Clock,
        limits: ConversationLimits,
        plain_answers: Mapping[str, PlainAnswer],
    ) -> None:
        """``plain_answers``: by intent, what is said when the action that would have answered is away."""
        self._store = store
        self._hub = hub
        self._engine = engine
        self._steps = steps
        self._clock = clock
        self._limits = limits
        self._plain_answers = plain_answers
        self._places = asyncio.Semaphore(limits.parallel)  # first come, first served
        self._engine_answered_at = -math.inf
        """When the engine last answered anybody, by the event loop's clock."""

    async def answer(self, job: Job) -> None:
        """Bring a turn to its end. When the end cannot be stored it stays pending and is taken up again later."""
        try:
            await self._finish(job.turn, await self._answer(job))
        except SQLAlchemyError as error:
            _log.error("turn not stored", extra={"turn": job.turn.id, "error": type(error).__name__})

    async def apologise(self, turn: Turn) -> None:
        """End a turn with the honest sentence. Raises SQLAlchemyError."""
        await self._finish(turn, _apology(turn))

    async def _answer(self, job: Job) -> _Answer:
        turn = job.turn
        try:
            if turn.kind is TurnKind.CODE:
                return _edge_answer(turn, messages.CODE_BELONGS_IN_ITS_FIELD)
            if turn.kind is TurnKind.NUMBER:
                return await self._number_answer(turn, job.number)
            if turn.engine_text is None:
                return _apology(turn)
            return await self._engine_answer(job, turn.engine_text)
        except EngineUnavailable as error:
            _log.warning("engine gave no answer", extra={"turn": turn.id, "reason": error.reason})
        except SQLAlchemyError:
            raise
        except Exception as error:  # whatever it is, the customer gets a sentence
            # Without the exception itself: a traceback's message could hold what the customer wrote (S10).
            _log.error("turn failed", extra={"turn": turn.id, "error": type(error).__name__})
        return _apology(turn)

    def _waited_too_long(self, job: Job) -> bool:
        now = asyncio.get_running_loop().time()
        in_vain_since = max(job.queued_at, self._engine_answered_at)
        return now - job.queued_at > self._limits.longest_wait_s or now - in_vain_since > self._limits.stalled_after_s

    async def _number_answer(self, turn: Turn, number: TypedNumber | None) -> _Answer:
        if number is None:  # the process that knew the number is gone; it was never stored
            return _apology(turn)
        try:
            moved = await self._steps.number_given(turn.conversation_id, number.msisdn, number.address)
        except (NoStep, CodesUnavailable) as refused:
            code = messages.ErrorCode.NO_VERIFICATION if isinstance(refused, NoStep) else _CODES_UNAVAILABLE
            return _edge_answer(turn, messages.ERRORS[code])
        except AddressRefused as refused:
            code = messages.ErrorCode.TOO_MANY_WRONG_CODES
            return _edge_answer(turn, messages.refused_until(code, refused.until))
        except CodesRefused as refused:
            if not refused.locked:
                return _edge_answer(turn, messages.refused_until(messages.ErrorCode.TOO_MANY_CODES, refused.until))
            step = await self._steps.details(turn.conversation_id)
            told = messages.refused_until(messages.ErrorCode.VERIFICATION_LOCKED, refused.until)
            return _edge_answer(turn, told, *([step.body] if step else []))
        return _edge_answer(turn, messages.CODE_SENT[moved.purpose], moved)

    async def _engine_answer(self, job: Job, text: str) -> _Answer:
        turn = job.turn
        progress = self._next_progress(await self._store.progress(turn.conversation_id))
        async with self._places:
            if self._waited_too_long(job):
                return _apology(turn)
            answered = await self._engine.send(f"{turn.conversation_id}.{progress.epoch}", text)
            self._engine_answered_at = asyncio.get_running_loop().time()
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
        intent = _OUT_OF_SCOPE if answered.intent == _FALLBACK_INTENT else answered.intent
        if intent == _OUT_OF_SCOPE:
            answer.bodies.extend(await self._while_a_code_is_awaited(turn))
        answer.bodies.append(DoneBody(in_reply_to=_message_id(turn), intent=intent, confidence=answered.confidence))
        return answer

    async def _while_a_code_is_awaited(self, turn: Turn) -> tuple[ReplyBody, ...]:
        """Who waits for a code and is not understood probably asks where it is."""
        step = await self._steps.details(turn.conversation_id)
        if step is None or step.state is not VerificationState.CODE_SENT:
            return ()
        return (ReplyBody(in_reply_to=_message_id(turn), text=messages.NO_CODE[step.purpose]),)

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
        offered = [Choice(choice_id(), button.title[:_MAX_TITLE], button.payload) for button in message.buttons]
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
            case Verify(resume_intent=intent, purpose=purpose):
                answer.bodies.append(await self._steps.ask_number(turn.conversation_id, intent, purpose))
            case Reveal(reference=reference, expires_at=until):
                answer.bodies.append(RevealBody(state=RevealState.READY, reference=reference, expires_at=until))
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
            if await self._store.is_over(turn.conversation_id):  # a step that it has opened is nobody's
                await self._steps.forget(turn.conversation_id)
            return
        self._hub.publish(turn.conversation_id, *events)


def _message_id(turn: Turn) -> str | None:
    return None if turn.kind is TurnKind.RESUME else turn.id


def _opens_something(bodies: Sequence[Body]) -> bool:
    return any(isinstance(body, VerificationBody | AttachmentBody | RevealBody) for body in bodies)


def _edge_answer(turn: Turn, sentence: str, *moved: Body) -> _Answer:
    message_id = _message_id(turn)
    reply = ReplyBody(in_reply_to=message_id, text=sentence)
    return _Answer(TurnState.ANSWERED, [*moved, reply, DoneBody(in_reply_to=message_id)])


def _apology(turn: Turn) -> _Answer:
    message_id = _message_id(turn)
    reply = ReplyBody(in_reply_to=message_id, text=messages.UNAVAILABLE, outcome=Outcome.UNAVAILABLE)
    return _Answer(TurnState.FAILED, [reply, DoneBody(in_reply_to=message_id)])
