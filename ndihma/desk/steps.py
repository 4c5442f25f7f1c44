"""The verification step as the desk drives it: outcomes of the verification service become events and errors."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from ndihma.accounts.msisdn import Msisdn
from ndihma.desk.errors import CodeExpired, CodesRefused, CodesUnavailable, NoStep, WrongCode
from ndihma.desk.events import VerificationBody
from ndihma.desk.ports import Confirmed, StepDetails
from ndihma.verification import model
from ndihma.verification.model import Step, VerificationState
from ndihma.verification.service import VerificationService

__all__ = ["ServiceSteps"]


class ServiceSteps:
    """``VerificationSteps`` on the verification service."""

    def __init__(self, service: VerificationService) -> None:
        self._service = service

    async def current(self, conversation_id: str) -> VerificationState | None:
        step = await self._open_step(conversation_id)
        return step.state if step else None

    async def ask_number(self, conversation_id: str, resume_intent: str) -> VerificationBody:
        step = await self._service.request_step(conversation_id, resume_intent)
        return VerificationBody(state=step.state, masked=step.masked, expires_at=step.expires_at)

    async def number_given(self, conversation_id: str, msisdn: Msisdn, address: str) -> VerificationBody:
        outcome = await self._service.send_code(conversation_id, msisdn, address=address or None)
        match outcome:
            case model.CodeSent(masked=masked, expires_at=expires_at):
                return _sent(masked, expires_at)
            case model.NotRequested() | model.InvalidNumber():
                raise NoStep
            case model.TooManySends(retry_after=retry_after):
                raise CodesRefused(retry_after, locked=False)
            case model.Locked(retry_after=retry_after):
                raise CodesRefused(retry_after, locked=True)
            case model.SendingUnavailable():
                raise CodesUnavailable
            case _:
                assert_never(outcome)

    async def code_given(self, conversation_id: str, code: str) -> Confirmed:
        outcome = await self._service.confirm(conversation_id, code)
        match outcome:
            case model.Confirmed(identity=identity, resume_intent=intent):
                return Confirmed(identity, intent)
            case model.WrongCode(tries_left=tries_left):
                raise WrongCode(tries_left)
            case model.CodeExpired():
                raise CodeExpired
            case model.Locked(retry_after=retry_after):
                raise CodesRefused(retry_after, locked=True)
            case model.NoCodeSent():
                raise NoStep
            case _:
                assert_never(outcome)

    async def cancel(self, conversation_id: str) -> VerificationBody | None:
        if await self._service.cancel(conversation_id) is None:
            return None
        return VerificationBody(state=VerificationState.CANCELLED)

    async def details(self, conversation_id: str) -> StepDetails | None:
        step = await self._open_step(conversation_id)
        return StepDetails(step.state, step.masked, step.expires_at) if step else None

    async def forget(self, conversation_id: str) -> None:
        await self._service.forget(conversation_id)

    async def _open_step(self, conversation_id: str) -> Step | None:
        step = await self._service.step(conversation_id)
        return step if step is not None and step.is_open else None


def _sent(masked: str, expires_at: datetime) -> VerificationBody:
    return VerificationBody(state=VerificationState.CODE_SENT, masked=masked, expires_at=expires_at)
