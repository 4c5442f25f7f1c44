"""Proving a number with a one-time code by SMS (S5, S17).

Nobody can learn here whether a number exists. ``send_code`` does the same work for every number: it stores a
challenge and answers; only then, in a task that nobody waits for, is the number looked up, and the code sent if
an SMS can reach it. The challenge of any other number is a decoy: it counts, expires and locks like a real
one, and no code is ever right for it.

Everything that is counted is counted in the database, so a restart forgives nothing and replicas share it.
"""

from __future__ import annotations

import asyncio
import logging
import math
import random
import unicodedata
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from ndihma.accounts.model import Line
from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn
from ndihma.accounts.ports import AccountDirectory, AccountsUnavailable
from ndihma.clock import BELGRADE, Clock, local_date
from ndihma.db import Database
from ndihma.verification import store
from ndihma.verification.identities import IdentityReader
from ndihma.verification.messages import DEFAULT_LOCALE
from ndihma.verification.model import (
    AssuranceLevel,
    CodeExpired,
    CodeSent,
    Confirmed,
    ConfirmOutcome,
    Identity,
    InvalidNumber,
    Locked,
    LockScope,
    NoCodeSent,
    NotRequested,
    Purged,
    Purpose,
    SendingUnavailable,
    SendOutcome,
    Step,
    TooManySends,
    VerificationState,
    WrongCode,
)
from ndihma.verification.policy import (
    ADDRESS_SENDS,
    CODE_DIGITS,
    CONVERSATION_SENDS,
    NUMBER_SENDS,
    POLICY,
    CodePolicy,
    Limit,
)
from ndihma.verification.senders import CodeSender
from ndihma.verification.store import EventKind
from ndihma.verification.tables import ChallengeRow
from ndihma.verification.vault import Binding, Vault

__all__ = ["VerificationService"]

_log = logging.getLogger(__name__)

_MAX_NUMBER_CHARS: Final = 40
_SEND_TIMEOUT_S: Final = 10.0
_CLOSE_TIMEOUT_S: Final = 5.0
_LOOKUP_RETRIES_S: Final = (0.5, 2.0)
_DELIVERIES_AT_ONCE: Final = 32


def _jitter_s() -> float:
    """A pause before a delivery begins, so that its work does not fall into the answer of the request that asked."""
    return random.SystemRandom().uniform(0.05, 0.25)


class VerificationService:
    """The verification step of conversations. Implements AssuranceReader.

    ``sms_reachable(line, today)`` says whether an SMS reaches a line's owner (``accounts.puk.can_receive_code``).
    Methods may raise SQLAlchemyError when the database is away. ``await close()`` when done.
    """

    def __init__(
        self,
        *,
        database: Database,
        accounts: AccountDirectory,
        sender: CodeSender,
        clock: Clock,
        key: SecretStr,
        sms_reachable: Callable[[Line, date], bool],
        policy: CodePolicy = POLICY,
        jitter: Callable[[], float] = _jitter_s,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._sender = sender
        self._clock = clock
        self._vault = Vault(key)
        self._sms_reachable = sms_reachable
        self._policy = policy
        self._jitter = jitter
        self._sleep = sleep
        self._identities = IdentityReader(database, clock)
        self._deliveries: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(_DELIVERIES_AT_ONCE)

    # --- the step ----------------------------------------------------------------------------------------

    async def request_step(self, conversation_id: str, resume_intent: str, purpose: Purpose = Purpose.ACCOUNT) -> Step:
        """Open the step, to go on with ``resume_intent`` after it. A code already under way for it stays good."""
        now = self._clock.now()
        async with self._database.session() as session:
            await self._lock_conversation(session, conversation_id, now)
            current = _as_shown(await store.read_step(session, conversation_id), now)
            if current and current.state is VerificationState.CODE_SENT and current.purpose is purpose:
                step = Step(current.state, resume_intent, purpose, current.masked, current.expires_at)
            else:
                await store.delete_challenge(session, conversation_id)
                step = Step(VerificationState.NUMBER_NEEDED, resume_intent, purpose)
            await store.put_step(session, conversation_id, step, now)
        return step

    async def step(self, conversation_id: str) -> Step | None:
        """The step as it is now; None when there is none, it was cancelled, or what it proved has expired."""
        async with self._database.session() as session:
            return _as_shown(await store.read_step(session, conversation_id), self._clock.now())

    async def cancel(self, conversation_id: str) -> Step | None:
        """Close the open step and end its code; None when no step is open. An identity already proved stays."""
        now = self._clock.now()
        async with self._database.session() as session:
            await self._lock_conversation(session, conversation_id, now)
            current = _as_shown(await store.read_step(session, conversation_id), now)
            if current is None or not current.is_open:
                return None
            await store.delete_challenge(session, conversation_id)
            step = Step(VerificationState.CANCELLED, current.resume_intent, current.purpose)
            await store.put_step(session, conversation_id, step, now)
        return step

    async def forget(self, conversation_id: str) -> None:
        """Delete step, code and identity of a conversation. The counts behind the limits stay."""
        async with self._database.session() as session:
            await self._lock_conversation(session, conversation_id, self._clock.now())
            await store.delete_conversation(session, conversation_id)

    async def identity(self, conversation_id: str) -> Identity | None:
        """The unexpired identity of a conversation, or None (assurance L0)."""
        return await self._identities.identity(conversation_id)

    # --- sending -----------------------------------------------------------------------------------------

    async def send_code(
        self,
        conversation_id: str,
        number: str | Msisdn,
        *,
        address: str | None = None,
        locale: str = DEFAULT_LOCALE,
    ) -> SendOutcome:
        """Send a code to ``number`` if it exists and an SMS reaches it; the answer does not tell.

        ``address`` (the client's, see ``gateway.limits.address_key``) is counted too when given. An earlier
        code of the conversation ends.
        """
        msisdn = number if isinstance(number, Msisdn) else _parse(number)
        if msisdn is None:
            return InvalidNumber()
        if not self._sender.available:
            return SendingUnavailable()
        now = self._clock.now()
        code = self._vault.new_code()
        async with self._database.session() as session:
            await self._lock_conversation(session, conversation_id, now)
            step = _as_shown(await store.read_step(session, conversation_id), now)
            if step is None or not step.is_open:
                return NotRequested()
            counted = [(self._vault.conversation_subject(conversation_id), CONVERSATION_SENDS)]
            if address is not None:
                counted.append((self._vault.address_subject(address), ADDRESS_SENDS))
                await store.lock_subject(session, counted[-1][0], now)
            number_subject = self._vault.number_subject(msisdn)
            counted.append((number_subject, NUMBER_SENDS))
            locked_until = await store.lock_subject(session, number_subject, now)
            if locked_until is not None:
                aimed = replace(step, masked=msisdn.masked)
                return await self._lock_step(session, conversation_id, aimed, now=now, until=locked_until)
            wait = max([await self._wait(session, subject, limits, now) for subject, limits in counted])
            if wait > 0:
                return TooManySends(wait)
            for subject, _ in counted:
                await store.add_event(session, subject, EventKind.SEND, now)
            binding = Binding(conversation_id, step.purpose, number_subject)
            challenge = self._new_challenge(binding, msisdn, code, now)
            await store.put_challenge(session, challenge)
            sent = Step(
                VerificationState.CODE_SENT, step.resume_intent, step.purpose, msisdn.masked, challenge.expires_at
            )
            await store.put_step(session, conversation_id, sent, now)
        self._start_delivery(challenge.id, msisdn, code, locale)
        return CodeSent(msisdn.masked, now + self._policy.code_lifetime)

    def _new_challenge(self, binding: Binding, msisdn: Msisdn, code: str, now: datetime) -> ChallengeRow:
        salt = self._vault.new_salt()
        return ChallengeRow(
            id=uuid.uuid4().hex,
            conversation_id=binding.conversation_id,
            purpose=binding.purpose.value,
            number_subject=binding.number_hash,
            sealed_number=self._vault.seal(msisdn, salt),
            salt=salt,
            code_hash=self._vault.code_hash(code, salt, binding),
            deliverable=False,
            tries=0,
            created_at=now,
            expires_at=now + self._policy.code_lifetime,
        )

    async def _wait(self, session: AsyncSession, subject: str, limits: Sequence[Limit], now: datetime) -> int:
        """Seconds until another code may be sent for a subject; 0 when it may be now."""
        longest = max(limit.window for limit in limits)
        times = await store.event_times(session, subject, EventKind.SEND, now - longest)
        waits = [0]
        for limit in limits:
            within = [at for at in times if at > now - limit.window]
            if len(within) >= limit.count:
                free_at = within[-limit.count] + limit.window
                waits.append(max(1, math.ceil((free_at - now).total_seconds())))
        return max(waits)

    # --- delivery, in the background ----------------------------------------------------------------------

    def _start_delivery(self, challenge_id: str, msisdn: Msisdn, code: str, locale: str) -> None:
        task = asyncio.create_task(self._deliver(challenge_id, msisdn, code, locale), name="code delivery")
        self._deliveries.add(task)  # the loop keeps no strong reference
        task.add_done_callback(self._deliveries.discard)

    async def _deliver(self, challenge_id: str, msisdn: Msisdn, code: str, locale: str) -> None:
        try:
            await self._sleep(self._jitter())
            async with self._slots:
                deliverable = await self._is_deliverable(msisdn)
                async with self._database.session() as session:
                    current = await store.mark_deliverable(session, challenge_id, deliverable)
                if deliverable and current:
                    async with asyncio.timeout(_SEND_TIMEOUT_S):
                        await self._sender.send(msisdn, code, locale)
        except Exception:  # nobody awaits this task: what goes wrong must be written down here
            _log.exception("a one-time code was not delivered", extra={"challenge": challenge_id})

    async def _is_deliverable(self, msisdn: Msisdn) -> bool:
        for pause in (*_LOOKUP_RETRIES_S, None):
            try:
                line = await self._accounts.find(msisdn)
            except AccountsUnavailable:
                if pause is None:
                    raise
                await self._sleep(pause)
            else:
                return line is not None and self._sms_reachable(line, local_date(self._clock.now()))
        return False

    async def drain(self) -> None:
        """Wait until every delivery under way is over."""
        while self._deliveries:
            await asyncio.wait(self._deliveries)

    async def close(self) -> None:
        """Give deliveries a moment to end, then stop them."""
        if self._deliveries:
            _, pending = await asyncio.wait(self._deliveries, timeout=_CLOSE_TIMEOUT_S)
            for task in pending:
                task.cancel()
            if pending:
                await asyncio.wait(pending)

    # --- confirming --------------------------------------------------------------------------------------

    async def confirm(self, conversation_id: str, code: str) -> ConfirmOutcome:
        """Try a code. A right one is used up and gives the conversation its identity at assurance L2."""
        now = self._clock.now()
        async with self._database.session() as session:
            await self._lock_conversation(session, conversation_id, now)
            step = _as_shown(await store.read_step(session, conversation_id), now)
            challenge = await store.challenge_of(session, conversation_id)
            if step is None or challenge is None:
                return _without_challenge(step, now)
            if challenge.expires_at <= now:
                await store.delete_challenge(session, conversation_id)
                return CodeExpired()
            return await self._try(session, challenge, step, code, now=now)

    async def _try(
        self, session: AsyncSession, challenge: ChallengeRow, step: Step, code: str, *, now: datetime
    ) -> Confirmed | WrongCode | Locked:
        conversation_id = challenge.conversation_id
        locked_until = await store.lock_subject(session, challenge.number_subject, now)
        if locked_until is not None:
            return await self._lock_step(session, conversation_id, step, now=now, until=locked_until)
        digits = _code_digits(code)
        if digits is None:
            return WrongCode(self._policy.tries - challenge.tries)
        if not await store.take_try(session, challenge.id, self._policy.tries, now):
            return await self._lock_step(session, conversation_id, step, now=now)
        binding = Binding(conversation_id, Purpose(challenge.purpose), challenge.number_subject)
        right = self._vault.matches(digits, challenge.salt, binding, challenge.code_hash)
        if right and challenge.deliverable and await store.delete_challenge(session, conversation_id, challenge.id):
            return await self._confirmed(session, challenge, step, now)
        return await self._failed(session, challenge, step, now)

    async def _confirmed(self, session: AsyncSession, challenge: ChallengeRow, step: Step, now: datetime) -> Confirmed:
        msisdn = self._vault.unseal(challenge.sealed_number, challenge.salt, challenge.number_subject)
        expires_at = now + self._policy.identity_lifetime
        identity = Identity(
            challenge.conversation_id, msisdn, AssuranceLevel.CODE_CONFIRMED, expires_at.astimezone(BELGRADE)
        )
        await store.put_identity(session, identity, now)
        verified = Step(VerificationState.VERIFIED, step.resume_intent, step.purpose, msisdn.masked, expires_at)
        await store.put_step(session, identity.conversation_id, verified, now)
        return Confirmed(identity, step.resume_intent)

    async def _failed(
        self, session: AsyncSession, challenge: ChallengeRow, step: Step, now: datetime
    ) -> WrongCode | Locked:
        await store.add_event(session, challenge.number_subject, EventKind.FAILURE, now)
        failures = await store.event_times(
            session, challenge.number_subject, EventKind.FAILURE, now - self._policy.failure_window
        )
        conversation_id = challenge.conversation_id
        if len(failures) >= self._policy.failures_per_day:
            until = now + self._policy.lock
            await store.lock_number(session, challenge.number_subject, until)
            return await self._lock_step(session, conversation_id, step, now=now, until=until)
        tries_left = self._policy.tries - challenge.tries - 1  # the row was read before its try was taken
        if tries_left <= 0:
            return await self._lock_step(session, conversation_id, step, now=now)
        return WrongCode(tries_left)

    # --- shared ------------------------------------------------------------------------------------------

    async def _lock_conversation(self, session: AsyncSession, conversation_id: str, now: datetime) -> None:
        await store.lock_subject(session, self._vault.conversation_subject(conversation_id), now)

    @staticmethod
    async def _lock_step(
        session: AsyncSession, conversation_id: str, step: Step, *, now: datetime, until: datetime | None = None
    ) -> Locked:
        """End the conversation's code and show the step as locked; without ``until`` only the code is."""
        await store.delete_challenge(session, conversation_id)
        locked = replace(step, state=VerificationState.LOCKED, expires_at=until)
        await store.put_step(session, conversation_id, locked, now)
        return _locked(until, now)

    async def purge(self) -> Purged:
        """Delete expired codes and identities, and everything else older than 24 h (S10). Call it every minute."""
        now = self._clock.now()
        async with self._database.session() as session:
            return await store.purge(session, now, now - self._policy.keep_rows)


def _as_shown(step: Step | None, now: datetime) -> Step | None:
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


def _without_challenge(step: Step | None, now: datetime) -> CodeExpired | Locked | NoCodeSent:
    if step is not None and step.state is VerificationState.EXPIRED:
        return CodeExpired()
    if step is not None and step.state is VerificationState.LOCKED:
        return _locked(step.expires_at, now)
    return NoCodeSent()


def _locked(until: datetime | None, now: datetime) -> Locked:
    if until is None:
        return Locked(LockScope.CODE)
    return Locked(LockScope.NUMBER, max(1, math.ceil((until - now).total_seconds())))


def _parse(text: str) -> Msisdn | None:
    simple = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf").strip()
    if len(simple) > _MAX_NUMBER_CHARS:
        return None
    try:
        return Msisdn.parse(simple)
    except InvalidMsisdn:
        return None


def _code_digits(text: str) -> str | None:
    """The six digits of a code as people type or paste it ("123 456"); None when it cannot be one."""
    digits = []
    for c in text[: 4 * CODE_DIGITS]:
        digit = unicodedata.digit(c, None)
        if digit is not None:
            digits.append(str(digit))
        elif not (c.isspace() or c == "." or unicodedata.category(c) in {"Pd", "Cf"}):
            return None
    return "".join(digits) if len(digits) == CODE_DIGITS else None
