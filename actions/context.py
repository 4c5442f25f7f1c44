"""What actions depend on, made once when the server starts and handed to each action; nothing is global."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from ndihma.accounts.model import Line
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import AccountDirectory, AccountsUnavailable
from ndihma.audit.model import Actor, ActorKind, AuditAction, AuditEntry, AuditTrail
from ndihma.clock import Clock, local_date
from ndihma.content import Content
from ndihma.desk.claims import NOTHING_CLAIMED, PaymentClaim
from ndihma.puk.model import NeedsSecondFactor, PukOutcome, PukRefused
from ndihma.verification.model import AssuranceLevel, AssuranceReader, Identity

__all__ = [
    "ActionContext",
    "Customer",
    "LineGone",
    "Links",
    "Puks",
    "ReconnectionRequest",
    "ReconnectionRequests",
    "RequestsUnavailable",
    "Stranger",
    "Unavailable",
]

_ACCOUNT_TIMEOUT_S: Final = 2.0
"""The operator's systems may take 1.5 s of it (``NDIHMA_TMF_TIMEOUT_S``); then a copy can still be told."""
_DESK_TIMEOUT_S: Final = 0.8
"""Both together stay below the engine's limit for an action (3 s, ``engine/serve.py``), so that the honest sentence
still reaches the customer."""


class RequestsUnavailable(Exception):
    """Reconnection requests can be neither read nor filed now."""


class ReconnectionRequest(Protocol):
    """A reconnection request; the staff closes it."""

    @property
    def reference(self) -> str:
        """What the customer is told, such as ``RK-7F3K2``."""
        ...

    @property
    def proof_at(self) -> datetime | None:
        """When the latest proof of payment came in; None: none yet."""
        ...

    @property
    def closed_at(self) -> datetime | None:
        """When the staff decided; None: it is open."""
        ...

    @property
    def reason(self) -> str | None:
        """Why it was rejected, a sentence for the customer; None: it was not."""
        ...


class ReconnectionRequests(Protocol):
    """The desk's reconnection requests, as far as the dialogue needs them."""

    async def latest_for(self, msisdn: Msisdn) -> ReconnectionRequest | None:
        """The open request of a line, else the one closed last. Raises RequestsUnavailable."""
        ...

    async def filed_in(self, conversation_id: str) -> bool:
        """Whether this conversation has filed a request or handed in a proof. Raises RequestsUnavailable."""
        ...

    async def file(
        self,
        conversation_id: str,
        msisdn: Msisdn,
        now: datetime,
        *,
        due_cents: int | None = None,
        claim: PaymentClaim = NOTHING_CLAIMED,
    ) -> ReconnectionRequest:
        """File a request, or return the one that is open for this line already. Raises RequestsUnavailable."""
        ...


class Links(Protocol):
    """Which number a conversation is linked with by its edge, without any proof (level 1)."""

    async def linked(self, conversation_id: str) -> Identity | None:
        """The identity, or None. Raises AccountsUnavailable."""
        ...


class Puks(Protocol):
    """Whether a PUK may be shown to a conversation (``ndihma.puk.offers``)."""

    async def half_proved(self, conversation_id: str) -> NeedsSecondFactor | PukRefused | None:
        """What is missing where one contact alone was proved; None elsewhere. Raises AccountsUnavailable."""
        ...

    async def offer(self, conversation_id: str, line: Line) -> PukOutcome:
        """A one-time reference, or what is missing, or why not. Raises AccountsUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Stranger:
    """Nobody we know: gets what the FAQ says to everybody."""


@dataclass(frozen=True, slots=True)
class Customer:
    """The verified owner of a line, on a day."""

    conversation_id: str
    line: Line
    today: date

    @property
    def number(self) -> str:
        return self.line.msisdn.masked


@dataclass(frozen=True, slots=True)
class LineGone:
    """Verified, but the account system knows the number no more. ``number`` is masked."""

    number: str


@dataclass(frozen=True, slots=True)
class Unavailable:
    """The account system cannot be asked now."""


@dataclass(frozen=True, slots=True)
class ActionContext:
    """The services of one action server."""

    accounts: AccountDirectory
    assurance: AssuranceReader
    requests: ReconnectionRequests
    audit: AuditTrail
    puks: Puks
    links: Links
    clock: Clock
    content: Content
    account_timeout_s: float = _ACCOUNT_TIMEOUT_S
    """For finding out who speaks, reading the line and recording that it was read."""
    desk_timeout_s: float = _DESK_TIMEOUT_S
    """For everything one answer reads and files at the desk."""

    async def linked(self, conversation_id: str, reason: str) -> Customer | None:
        """The line that a conversation is linked with, of which its kind and status may be told and nothing else (S7).

        None for everybody else, and whenever anything cannot be asked or recorded: then it is a stranger.
        """
        try:
            async with asyncio.timeout(self.account_timeout_s):
                identity = await self.links.linked(conversation_id)
                if identity is None or identity.conversation_id != conversation_id:
                    return None
                line = await self.accounts.find(identity.msisdn)
                if line is None:
                    return None
                actor = Actor(ActorKind.CUSTOMER, conversation_id)
                read = AuditEntry(actor, AuditAction.ACCOUNT_READ, identity.msisdn, ("kind", "status"), reason)
                await self.audit.record(read)
        except (AccountsUnavailable, TimeoutError):
            return None
        return Customer(conversation_id, line, local_date(self.clock.now()))

    async def speaker(
        self, conversation_id: str, reads: Sequence[str], reason: str
    ) -> Stranger | Customer | LineGone | Unavailable:
        """Who speaks in this conversation, decided by the assurance service alone (never by a slot).

        That an account was read, which fields of it and for which question, is in the audit trail before anybody is
        told (S10): an account whose reading cannot be recorded is unavailable.
        """
        try:
            async with asyncio.timeout(self.account_timeout_s):
                identity = await self.assurance.identity(conversation_id)
                if identity is None or identity.level < AssuranceLevel.CODE_CONFIRMED:
                    return Stranger()
                if identity.conversation_id != conversation_id or identity.expires_at <= self.clock.now():
                    return Stranger()
                line = await self.accounts.find(identity.msisdn)
                await self.audit.record(
                    AuditEntry(
                        Actor(ActorKind.CUSTOMER, conversation_id),
                        AuditAction.ACCOUNT_READ,
                        identity.msisdn,
                        tuple(reads) if line is not None else (),
                        reason,
                    )
                )
        except (AccountsUnavailable, TimeoutError):
            return Unavailable()
        if line is None:
            return LineGone(identity.msisdn.masked)
        return Customer(conversation_id, line, local_date(self.clock.now()))
