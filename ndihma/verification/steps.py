"""The step of a conversation: what a stored one means at a moment, and how it is locked."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.verification import store
from ndihma.verification.model import CodeExpired, Locked, LockScope, NoCodeSent, Step, VerificationState

__all__ = ["as_shown", "lock_step", "without_challenge"]


def as_shown(step: Step | None, now: datetime) -> Step | None:
    """What a stored step means at a moment: codes, locks and identities end by themselves."""
    if step is None or step.state is VerificationState.CANCELLED:
        return None
    if step.expires_at is None or step.expires_at > now:
        return step
    match step.state:
        case VerificationState.VERIFIED:
            return None
        case VerificationState.LOCKED:
            return Step(VerificationState.NUMBER_NEEDED, step.resume_intent, step.purpose)
        case _:
            return Step(VerificationState.EXPIRED, step.resume_intent, step.purpose, step.masked, step.expires_at)


def without_challenge(step: Step | None, now: datetime) -> CodeExpired | Locked | NoCodeSent:
    """What a code comes to when none is awaited."""
    if step is not None and step.state is VerificationState.EXPIRED:
        return CodeExpired()
    if step is not None and step.state is VerificationState.LOCKED:
        return _locked(step.expires_at, now)
    return NoCodeSent()


async def lock_step(
    session: AsyncSession, conversation_id: str, step: Step, *, now: datetime, until: datetime | None = None
) -> Locked:
    """End the conversation's code and show the step as locked; without ``until`` only the code is."""
    await store.delete_challenge(session, conversation_id)
    locked = replace(step, state=VerificationState.LOCKED, expires_at=until)
    await store.put_step(session, conversation_id, locked, now)
    return _locked(until, now)


def _locked(until: datetime | None, now: datetime) -> Locked:
    if until is None:
        return Locked(LockScope.CODE)
    return Locked(LockScope.NUMBER, max(1, math.ceil((until - now).total_seconds())))
