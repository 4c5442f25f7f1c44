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
from typing import Final

from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from ndihma import messages
from ndihma.clock import Clock
from ndihma.desk.answers import Answer, apology, message_id
from ndihma.desk.edge_answers import EdgeAnswers
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
from ndihma.desk.ids import choice_id
from ndihma.desk.ports import Engine, EngineMessage, EngineTurn, EngineUnavailable, PlainAnswer, VerificationSteps
from ndihma.desk.store import Choice, ConversationStore, Progress, Turn
from ndihma.desk.tables import TurnState
from ndihma.desk.turn_queue import ConversationLimits, Job
from ndihma.instructions import (
    AnyInstruction,
    AttachProof,
    CancelVerification,
    HandOff,
    Reveal,
    Verify,
    parse_instruction,
)
from ndihma.verification.model import VerificationState

__all__ = ["Answering"]

_log = logging.getLogger(__name__)

_FALLBACK_INTENT: Final = "nlu_fallback"
_OUT_OF_SCOPE: Final = "out_of_scope"
_DENY: Final = "deny"
_ASKS_FOR_THE_CODE: Final = frozenset({_OUT_OF_SCOPE, _DENY})
"""What "it did not come" is read as: nothing that is known, or a no."""
_MAX_TITLE: Final = 200


class _LeftToPeople(Exception):
    """People got the conversation while the turn waited; it was ended with that."""


class Answering:
    """Answers turns and stores what they come to."""

    def __init__(
        self,
        *,
        store: ConversationStore,
        hub: EventHub,
        engine: Engine,
        steps: VerificationSteps,
        edge: EdgeAnswers,
        clock: Clock,
        limits: ConversationLimits,
        plain_answers: Mapping[str, PlainAnswer],
        with_agents: bool,
    ) -> None:
        """``plain_answers``: by intent, what is said when the action that would have answered is away.

        ``with_agents``: whether agents take conversations over.
        """
        self._store = store
        self._hub = hub
        self._engine = engine
        self._steps = steps
        self._edge = edge
        self._with_agents = with_agents
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
        except _LeftToPeople:
            _log.info("turn is over: people have the conversation", extra={"turn": job.turn.id})
        except SQLAlchemyError as error:
            _log.error("turn not stored", extra={"turn": job.turn.id, "error": type(error).__name__})

    async def apologise(self, turn: Turn) -> None:
        """End a turn with the honest sentence. Raises SQLAlchemyError."""
        await self._finish(turn, apology(turn))

    async def _answer(self, job: Job) -> Answer:
        turn = job.turn
        try:
            progress = await self._store.progress(turn.conversation_id)
            if progress.handed_over:
                raise _LeftToPeople
            own = await self._edge.answer(turn, job.number)
            if own is not None:
                return own
            if turn.engine_text is None:
                return apology(turn)
            return await self._engine_answer(job, turn.engine_text, self._next_progress(progress))
        except EngineUnavailable as error:
            _log.warning("engine gave no answer", extra={"turn": turn.id, "reason": error.reason})
        except (SQLAlchemyError, _LeftToPeople):
            raise
        except Exception as error:  # whatever it is, the customer gets a sentence
            # Without the exception itself: a traceback's message could hold what the customer wrote (S10).
            _log.error("turn failed", extra={"turn": turn.id, "error": type(error).__name__})
        return apology(turn)

    def _waited_too_long(self, job: Job) -> bool:
        now = asyncio.get_running_loop().time()
        in_vain_since = max(job.queued_at, self._engine_answered_at)
        return now - job.queued_at > self._limits.longest_wait_s or now - in_vain_since > self._limits.stalled_after_s

    async def _engine_answer(self, job: Job, text: str, progress: Progress) -> Answer:
        turn = job.turn
        async with self._places:
            if self._waited_too_long(job):
                return apology(turn)
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

    async def _carry_out(self, turn: Turn, answered: EngineTurn) -> Answer:
        answer = Answer(TurnState.ANSWERED, [])
        for message in answered.messages:
            instruction = None if message.custom is None else _instruction(turn, message.custom)
            if isinstance(instruction, HandOff) and self._with_agents:
                answer.asks_agent = True
                continue
            if message.text or message.buttons:
                answer.bodies.append(self._reply(turn, message, answer.choices))
            if instruction is not None:
                await self._instruct(turn, instruction, answer)
        if not answer.asks_agent and not _says_or_opens_something(answer.bodies):
            answer.bodies.extend(self._without_the_account(turn, answered))
        intent = _OUT_OF_SCOPE if answered.intent == _FALLBACK_INTENT else answered.intent
        if intent in _ASKS_FOR_THE_CODE:
            answer.bodies.extend(await self._while_a_step_is_open(turn, intent))
        answer.bodies.append(DoneBody(in_reply_to=message_id(turn), intent=intent, confidence=answered.confidence))
        return answer

    async def _while_a_step_is_open(self, turn: Turn, intent: str | None) -> tuple[Body, ...]:
        """Who waits for a code and is not understood, or says no, probably asks where it is. Who is asked for a number
        and says no does not want to give one: the number typed next is not for this.
        """
        step = await self._steps.details(turn.conversation_id)
        if step is not None and step.state is VerificationState.CODE_SENT:
            return (ReplyBody(in_reply_to=message_id(turn), text=messages.NO_CODE[step.purpose]),)
        if step is not None and step.state is VerificationState.NUMBER_NEEDED and intent == _DENY:
            cancelled = await self._steps.cancel(turn.conversation_id)
            return (cancelled,) if cancelled is not None else ()
        return ()

    def _without_the_account(self, turn: Turn, answered: EngineTurn) -> tuple[ReplyBody, ReplyBody]:
        """The FAQ's own answer when the action server said nothing. Raises EngineUnavailable for other messages."""
        plain = self._plain_answers.get(answered.intent or "")
        if plain is None:
            raise EngineUnavailable("empty")
        _log.warning("no action answered", extra={"turn": turn.id, "intent": answered.intent})
        to = message_id(turn)
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
            in_reply_to=message_id(turn),
            text=message.text or "",
            buttons=tuple(Button(id=choice.id, title=choice.title) for choice in offered),
            source=source,
        )

    async def _instruct(self, turn: Turn, instruction: AnyInstruction, answer: Answer) -> None:
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
            case HandOff():  # no agents here: its text has said where people are
                pass

    async def _finish(self, turn: Turn, answer: Answer) -> None:
        events = await self._store.finish(
            turn,
            answer.state,
            answer.bodies,
            self._clock.now(),
            choices=answer.choices,
            progress=answer.progress,
            wanted_reference=answer.wanted_reference,
            asks_agent=answer.asks_agent,
        )
        if events is None:
            _log.info("turn was over before", extra={"turn": turn.id})
            if await self._store.is_over(turn.conversation_id):  # a step that it has opened is nobody's
                await self._steps.forget(turn.conversation_id)
            elif any(isinstance(body, VerificationBody) for body in answer.bodies):  # nor is one that nobody is shown
                await self._steps.cancel(turn.conversation_id)
            return
        self._hub.publish(turn.conversation_id, *events)


def _instruction(turn: Turn, custom: object) -> AnyInstruction | None:
    try:
        return parse_instruction(custom)
    except ValidationError as error:
        # The payload stays out of the log.
        _log.error("unknown instruction", extra={"turn": turn.id, "errors": error.error_count()})
        return None


def _says_or_opens_something(bodies: Sequence[Body]) -> bool:
    return any(isinstance(body, ReplyBody | VerificationBody | AttachmentBody | RevealBody) for body in bodies)
