"""Reconnection after non-payment, and the proof of payment that makes it quick."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

from actions.context import ActionContext, Customer, ReconnectionRequest, RequestsUnavailable
from actions.conversation import Conversation
from actions.prepaid import status_replies
from actions.replies import Reply, reply
from actions.topics import AccountTopic
from ndihma.accounts.reconnection import ReconnectionKind, ReconnectionState, reconnection_state
from ndihma.clock import local_date
from ndihma.desk.claims import NOTHING_CLAIMED, PaymentClaim
from ndihma.formatting import format_day, format_moment, format_money
from ndihma.instructions import AttachProof, Verify

__all__ = ["PaymentProof", "Reconnection", "Standing", "bill_replies", "own_state"]

_T = TypeVar("_T")
_OFFER_PROOF: Final = "utter_offer_payment_proof"
_TOLD_FOR: Final = timedelta(days=7)
"""How long a decision is the answer to "a u aktivizua?" (ours)."""
_CLAIM_MESSAGES: Final = 6
"""How far back "I have paid 23.40 euro yesterday" may be: an offer, a "po" and a verification come in between."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a line stands; ``request``: the open one, or one that was decided a short time ago."""

    state: ReconnectionState
    request: ReconnectionRequest | None = None


async def own_state(context: ActionContext, customer: Customer) -> Standing:
    """Where the customer's line stands, its reconnection request included. Raises RequestsUnavailable."""
    state = reconnection_state(customer.line, customer.today)
    if state.kind is ReconnectionKind.NOT_APPLICABLE:
        return Standing(state)
    try:
        async with asyncio.timeout(context.desk_timeout_s):
            request = await context.requests.latest_for(customer.line.msisdn)
    except (RequestsUnavailable, TimeoutError) as error:
        if state.since is None:  # a line that works can be told without
            return Standing(state)
        raise RequestsUnavailable("too slow, or away") from error
    if request is None or not _matters(request, state, context.clock.now()):
        return Standing(state)
    if request.closed_at is None:
        state = reconnection_state(customer.line, customer.today, request_reference=request.reference)
    return Standing(state, request)


def _matters(request: ReconnectionRequest, state: ReconnectionState, now: datetime) -> bool:
    """An open request, while the line is cut off; a decision of the last days about the present suspension."""
    decided = request.closed_at
    if decided is None:
        return state.since is not None
    if now - decided > _TOLD_FOR or (state.since is not None and local_date(decided) < state.since):
        return False
    return request.reason is None or state.since is not None


def bill_replies(customer: Customer, standing: Standing, *, owed: bool = False) -> tuple[Reply, ...]:
    """Where request, bill, payment and reconnection stand; for a prepaid number its status instead.

    ``owed``: what is still to be paid belongs to the answer also while a request is under way.
    """
    decision = decision_replies(customer, standing)
    if decision and standing.request is not None and standing.request.reason is None:
        # Confirmed: the account system may learn of the reconnection later than the staff.
        return (
            decision
            if standing.state.kind is not ReconnectionKind.BILL_OPEN
            else (*decision, *_bill(customer, standing))
        )
    return (*decision, *_bill(customer, standing, owed=owed))


def decision_replies(customer: Customer, standing: Standing) -> tuple[Reply, ...]:
    """What the staff decided about the request; nothing while it is open."""
    request = standing.request
    if request is None or request.closed_at is None:
        return ()
    told = {"number": customer.number, "reference": request.reference, "moment": format_moment(request.closed_at)}
    if request.reason is None:
        return (reply("utter_account_reconnection_confirmed", **told),)
    return (reply("utter_account_reconnection_rejected", **told, reason=request.reason),)


def _bill(customer: Customer, standing: Standing, *, owed: bool = False) -> tuple[Reply, ...]:  # noqa: PLR0911  (one for each state)
    state, request = standing.state, standing.request
    number, amount = customer.number, format_money(state.amount_cents)
    match state.kind:
        case ReconnectionKind.NOT_APPLICABLE:
            return (reply("utter_account_reconnection_prepaid", number=number), *status_replies(customer))
        case ReconnectionKind.NOTHING_DUE:
            return (reply("utter_account_bill_nothing_due", number=number),)
        case ReconnectionKind.BILL_OPEN:
            response = "utter_account_bill_overdue" if state.overdue else "utter_account_bill_open"
            return (reply(response, number=number, amount=amount, due=format_day(_known(state.due_on))),)
        case ReconnectionKind.SUSPENDED:
            own = reply(
                "utter_account_reconnection_suspended",
                number=number,
                amount=amount,
                since=format_day(_known(state.since)),
            )
            return (own, reply(_OFFER_PROOF))
        case ReconnectionKind.AWAITING_RECONNECTION:
            return (reply("utter_account_reconnection_awaiting", number=number), reply(_OFFER_PROOF))
        case ReconnectionKind.REQUEST_FILED:
            reference = _known(state.request_reference)
            told = owed and state.amount_cents > 0
            due = (reply("utter_account_amount_due", number=number, amount=amount),) if told else ()
            if request is not None and request.proof_at is not None:
                moment = format_moment(request.proof_at)
                response = "utter_account_reconnection_proof_received"
                return (reply(response, number=number, reference=reference, moment=moment), *due)
            own = reply("utter_account_reconnection_requested", number=number, reference=reference)
            return (own, *due, reply(_OFFER_PROOF))


def _known(value: _T | None) -> _T:
    """What the state's kind guarantees."""
    if value is None:
        raise ValueError("a reconnection state lacks a value of its kind")
    return value


class Reconnection(AccountTopic):
    action_name = "action_reconnection"
    intent = "ask_reconnection"
    reads = ("bills", "suspension", "status")

    async def own_answer(self, customer: Customer) -> Sequence[Reply]:
        return bill_replies(customer, await own_state(self.context, customer))


class PaymentProof(AccountTopic):
    """ "I have paid": files a reconnection request and asks for the proof, or says why none is needed."""

    action_name = "action_payment_proof"
    intent = "send_payment_proof"
    reads = ("bills", "suspension", "status")
    offer = _OFFER_PROOF

    def verify(self) -> tuple[Reply, ...]:
        return (reply("utter_verify_payment_proof").doing(Verify(resume_intent=self.intent)),)

    async def own_answer(self, customer: Customer) -> Sequence[Reply]:
        return await self._answer(customer, NOTHING_CLAIMED)

    async def own_answer_to(self, conversation: Conversation, customer: Customer) -> Sequence[Reply]:
        return await self._answer(customer, _claimed(conversation).plausible(customer.today))

    async def _answer(self, customer: Customer, claim: PaymentClaim) -> Sequence[Reply]:
        try:
            async with asyncio.timeout(self.context.desk_timeout_s):
                return await self._file_or_explain(customer, claim)
        except (RequestsUnavailable, TimeoutError):
            # A request that was stored just before a time-out is found open by the next try.
            return (reply("utter_account_proof_unavailable"),)

    async def _file_or_explain(self, customer: Customer, claim: PaymentClaim) -> Sequence[Reply]:
        number, standing = customer.number, await own_state(self.context, customer)
        state, request = standing.state, standing.request
        if request is not None and request.closed_at is not None and request.reason is None:
            return bill_replies(customer, standing)  # confirmed; another request would say the same again
        match state.kind:
            case ReconnectionKind.NOT_APPLICABLE:
                return (reply("utter_account_proof_prepaid", number=number), *status_replies(customer))
            case ReconnectionKind.NOTHING_DUE:
                return (reply("utter_account_proof_nothing_due", number=number),)
            case ReconnectionKind.BILL_OPEN:
                amount, due = format_money(state.amount_cents), format_day(_known(state.due_on))
                response = "utter_account_proof_bill_overdue" if state.overdue else "utter_account_proof_bill_open"
                return (reply(response, number=number, amount=amount, due=due),)
            case ReconnectionKind.REQUEST_FILED | ReconnectionKind.SUSPENDED | ReconnectionKind.AWAITING_RECONNECTION:
                filed = await self.context.requests.file(
                    customer.conversation_id,
                    customer.line.msisdn,
                    self.context.clock.now(),
                    due_cents=state.amount_cents,
                    claim=claim,
                )
                again = state.kind is ReconnectionKind.REQUEST_FILED
                return (*decision_replies(customer, standing), _ask_for_proof(number, filed, again=again))


def _claimed(conversation: Conversation) -> PaymentClaim:
    """The amount and the day that the customer named when saying "I have paid", before or after verifying."""
    cents: int | None = None
    day: date | None = None
    for name, value in conversation.entities_of(PaymentProof.intent, messages=_CLAIM_MESSAGES):
        if name == "amount" and cents is None and isinstance(value, dict) and value.get("currency") == "EUR":
            cents = value["cents"] if isinstance(value.get("cents"), int) else None
        elif name == "date" and day is None and isinstance(value, str):  # an interval names no day
            with suppress(ValueError):
                day = date.fromisoformat(value)
    return PaymentClaim(cents, day)


def _ask_for_proof(number: str, request: ReconnectionRequest, *, again: bool) -> Reply:
    asked = AttachProof(request_reference=request.reference)
    told = {"number": number, "reference": request.reference}
    if request.proof_at is not None:
        return reply("utter_account_proof_more", **told, moment=format_moment(request.proof_at)).doing(asked)
    return reply("utter_account_proof_open" if again else "utter_account_proof_filed", **told).doing(asked)
