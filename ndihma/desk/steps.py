"""The verification step as the desk drives it: outcomes of the verification service become events and errors."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_never

from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import AccountsUnavailable
from ndihma.clock import Clock
from ndihma.desk.errors import AddressRefused, CodeExpired, CodesRefused, CodesUnavailable, NoStep, WrongCode
from ndihma.desk.events import VerificationBody
from ndihma.desk.ports import Confirmed, SecondCode, StepDetails
from ndihma.verification import model
from ndihma.verification.model import Purpose, Step, VerificationState
from ndihma.verification.service import VerificationService

__all__ = ["ServiceSteps"]


class ServiceSteps:
    """``VerificationSteps`` on the verification service."""

    def __init__(self, service: VerificationService, clock: Clock) -> None:
        self._service = service
        self._clock = clock

    async def current(self, conversation_id: str) -> VerificationState | None:
        step = await self._open_step(conversation_id)
        return step.state if step else None

    async def ask_number(
        self, conversation_id: str, resume_intent: str, purpose: Purpose = Purpose.ACCOUNT
    ) -> VerificationBody:
        step = await self._service.request_step(conversation_id, resume_intent, purpose)
        identity = await self._service.identity(conversation_id) if purpose is Purpose.PUK else None
        if identity is not None and step.state is not VerificationState.CODE_SENT:
            # Who has proved one channel of the number need not type it again: the second code goes out at once.
            try:
                sent = await self._service.send_code(conversation_id, identity.msisdn)
            except AccountsUnavailable:
                sent = None
            if isinstance(sent, model.CodeSent):
                return _sent(sent, purpose)
            step = await self._service.step(conversation_id) or step
        return _shown(step)

    async def number_given(self, conversation_id: str, msisdn: Msisdn, address: str) -> VerificationBody:
        try:
            outcome = await self._service.send_code(conversation_id, msisdn, address=address or None)
        except AccountsUnavailable:
            raise CodesUnavailable from None
        match outcome:
            case model.CodeSent():
                step = await self._service.step(conversation_id)
                return _sent(outcome, step.purpose if step else Purpose.ACCOUNT)
            case model.NotRequested() | model.InvalidNumber():
                raise NoStep
            case model.TooManySends(retry_after=retry_after):
                raise self._refused(retry_after, locked=False)
            case model.TooManyFailures(retry_after=retry_after):
                raise AddressRefused(retry_after, self._after(retry_after))
            case model.Locked(retry_after=retry_after):
                raise self._refused(retry_after, locked=True)
            case model.SendingUnavailable():
                raise CodesUnavailable
            case _:
                assert_never(outcome)

    async def code_given(self, conversation_id: str, code: str, address: str) -> Confirmed | SecondCode:
        outcome = await self._service.confirm(conversation_id, code, address=address or None)
        match outcome:
            case model.Confirmed(identity=identity, resume_intent=intent, purpose=purpose):
                return Confirmed(identity, intent, purpose)
            case model.FirstFactor(second=second):
                return self._second(second)
            case model.WrongCode(tries_left=tries_left):
                raise WrongCode(tries_left)
            case model.CodeExpired():
                raise CodeExpired
            case model.TooManyFailures(retry_after=retry_after):
                raise AddressRefused(retry_after, self._after(retry_after))
            case model.Locked(retry_after=retry_after):
                raise self._refused(retry_after, locked=True)
            case model.NoCodeSent():
                raise NoStep
            case _:
                assert_never(outcome)

    async def proved(self, conversation_id: str) -> Confirmed | None:
        step = await self._service.step(conversation_id)
        identity = await self._service.identity(conversation_id)
        if step is None or identity is None or step.state is not VerificationState.VERIFIED:
            return None
        return Confirmed(identity, step.resume_intent, step.purpose)

    async def cancel(self, conversation_id: str) -> VerificationBody | None:
        cancelled = await self._service.cancel(conversation_id)
        return _shown(cancelled) if cancelled else None

    async def details(self, conversation_id: str) -> StepDetails | None:
        step = await self._open_step(conversation_id)
        if step is None:
            return None
        return StepDetails(step.state, step.masked, step.expires_at, step.purpose, step.sent_to)

    async def forget(self, conversation_id: str) -> None:
        await self._service.forget(conversation_id)

    async def _open_step(self, conversation_id: str) -> Step | None:
        step = await self._service.step(conversation_id)
        return step if step is not None and step.is_open else None

    def _second(self, second: model.CodeSent | model.TooManySends | model.Locked) -> SecondCode:
        """Raises CodesRefused: the first code counts all the same, for the rest of its time."""
        match second:
            case model.CodeSent():
                return SecondCode(_sent(second, Purpose.PUK))
            case model.TooManySends(retry_after=retry_after):
                raise self._refused(retry_after, locked=False)
            case model.Locked(retry_after=retry_after):
                raise self._refused(retry_after, locked=True)
            case _:
                assert_never(second)

    def _refused(self, retry_after: int, *, locked: bool) -> CodesRefused:
        return CodesRefused(retry_after, self._after(retry_after), locked=locked)

    def _after(self, seconds: int) -> datetime:
        return self._clock.now() + timedelta(seconds=seconds)


def _shown(step: Step) -> VerificationBody:
    return VerificationBody(
        state=step.state, masked=step.masked, expires_at=step.expires_at, purpose=step.purpose, sent_to=step.sent_to
    )


def _sent(sent: model.CodeSent, purpose: Purpose) -> VerificationBody:
    return VerificationBody(
        state=VerificationState.CODE_SENT,
        masked=sent.masked,
        expires_at=sent.expires_at,
        purpose=purpose,
        sent_to=sent.sent_to,
    )
