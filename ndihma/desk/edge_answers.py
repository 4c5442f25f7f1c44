"""Turns that the edge answers by itself, without the engine: numbers, codes, asking for a person or for a call."""

from __future__ import annotations

from typing import Final

from ndihma import messages
from ndihma.desk.answers import Answer, apology, edge_answer, message_id
from ndihma.desk.errors import AddressRefused, CodesRefused, CodesUnavailable, NoStep
from ndihma.desk.events import DoneBody
from ndihma.desk.handoff import messages as handoff_messages
from ndihma.desk.ports import Callbacks, VerificationSteps
from ndihma.desk.store import Turn
from ndihma.desk.tables import TurnKind, TurnState
from ndihma.desk.turn_queue import TypedNumber

__all__ = ["AGENT_INTENT", "EdgeAnswers"]

AGENT_INTENT: Final = "request_agent"
_CODES_UNAVAILABLE: Final = messages.ErrorCode.CODES_UNAVAILABLE


class EdgeAnswers:
    """See the module."""

    def __init__(self, steps: VerificationSteps, callbacks: Callbacks | None) -> None:
        """``callbacks``: None where no agents take conversations over."""
        self._steps = steps
        self._callbacks = callbacks

    async def answer(self, turn: Turn, number: TypedNumber | None) -> Answer | None:
        """None for a turn that is the engine's. Raises SQLAlchemyError."""
        match turn.kind:
            case TurnKind.CODE:
                return edge_answer(turn, messages.CODE_BELONGS_IN_ITS_FIELD)
            case TurnKind.NUMBER:
                return await self._number(turn, number)
            case TurnKind.AGENT:
                done = DoneBody(in_reply_to=message_id(turn), intent=AGENT_INTENT)
                return Answer(TurnState.ANSWERED, [done], asks_agent=True)
            case TurnKind.CALLBACK:
                return await self._callback(turn)
            case TurnKind.CALLBACK_NUMBER:
                return await self._callback_number(turn, number)
            case TurnKind.TEXT | TurnKind.CHOICE | TurnKind.RESUME:
                return None

    async def _number(self, turn: Turn, number: TypedNumber | None) -> Answer:
        if number is None:  # the process that knew the number is gone; it was never stored
            return apology(turn)
        try:
            moved = await self._steps.number_given(turn.conversation_id, number.msisdn, number.address)
        except (NoStep, CodesUnavailable) as refused:
            code = messages.ErrorCode.NO_VERIFICATION if isinstance(refused, NoStep) else _CODES_UNAVAILABLE
            return edge_answer(turn, messages.ERRORS[code])
        except AddressRefused as refused:
            code = messages.ErrorCode.TOO_MANY_WRONG_CODES
            return edge_answer(turn, messages.refused_until(code, refused.until))
        except CodesRefused as refused:
            if not refused.locked:
                return edge_answer(turn, messages.refused_until(messages.ErrorCode.TOO_MANY_CODES, refused.until))
            step = await self._steps.details(turn.conversation_id)
            told = messages.refused_until(messages.ErrorCode.VERIFICATION_LOCKED, refused.until)
            return edge_answer(turn, told, *([step.body] if step else []))
        return edge_answer(turn, messages.CODE_SENT[moved.purpose], moved)

    async def _callback(self, turn: Turn) -> Answer:
        if self._callbacks is None:  # since the button was offered they have gone
            return apology(turn)
        filed = await self._callbacks.ask(turn.conversation_id)
        if filed is None:
            # A verification that waits for a number would take the one that is typed next.
            cancelled = await self._steps.cancel(turn.conversation_id)
            return edge_answer(turn, handoff_messages.CALLBACK_NUMBER, *([cancelled] if cancelled else []))
        return edge_answer(turn, handoff_messages.callback_filed(filed.reference, filed.msisdn.masked))

    async def _callback_number(self, turn: Turn, number: TypedNumber | None) -> Answer:
        if self._callbacks is None:
            return apology(turn)
        if number is None:  # as above; it is asked for again
            return edge_answer(turn, handoff_messages.CALLBACK_NUMBER)
        filed = await self._callbacks.file(turn.conversation_id, number.msisdn)
        return edge_answer(turn, handoff_messages.callback_filed(filed.reference, filed.msisdn.masked))
