"""Reconnection after non-payment, and the proof of payment that makes it quick."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final, TypeVar

from actions.context import ActionContext, Customer, RequestsUnavailable
from actions.prepaid import status_replies
from actions.replies import Reply, reply
from actions.topics import AccountTopic
from ndihma.accounts.reconnection import ReconnectionKind, ReconnectionState, reconnection_state
from ndihma.formatting import format_day, format_money
from ndihma.instructions import AttachProof, Verify

__all__ = ["PaymentProof", "Reconnection", "bill_replies", "own_state"]

_T = TypeVar("_T")
_OFFER_PROOF: Final = "utter_offer_payment_proof"


async def own_state(context: ActionContext, customer: Customer) -> ReconnectionState:
    """Where the customer's line stands, an open reconnection request included. Raises RequestsUnavailable."""
    state = reconnection_state(customer.line, customer.today)
    if state.since is None:
        return state
    try:
        async with asyncio.timeout(context.desk_timeout_s):
            request = await context.requests.open_for(customer.line.msisdn)
    except TimeoutError as error:
        raise RequestsUnavailable("too slow") from error
    if request is None:
        return state
    return reconnection_state(customer.line, customer.today, request_reference=request.reference)


def bill_replies(customer: Customer, state: ReconnectionState) -> tuple[Reply, ...]:
    """Where bill, payment and reconnection stand; for a prepaid number its status instead."""
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
            own = reply("utter_account_reconnection_requested", number=number, reference=reference)
            return (own, reply(_OFFER_PROOF))


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
        try:
            async with asyncio.timeout(self.context.desk_timeout_s):
                return await self._file_or_explain(customer)
        except (RequestsUnavailable, TimeoutError):
            # A request that was stored just before a time-out is found open by the next try.
            return (reply("utter_account_proof_unavailable"),)

    async def _file_or_explain(self, customer: Customer) -> Sequence[Reply]:
        number, state = customer.number, await own_state(self.context, customer)
        match state.kind:
            case ReconnectionKind.NOT_APPLICABLE:
                return (reply("utter_account_proof_prepaid", number=number), *status_replies(customer))
            case ReconnectionKind.NOTHING_DUE:
                return (reply("utter_account_proof_nothing_due", number=number),)
            case ReconnectionKind.BILL_OPEN:
                amount, due = format_money(state.amount_cents), format_day(_known(state.due_on))
                response = "utter_account_proof_bill_overdue" if state.overdue else "utter_account_proof_bill_open"
                return (reply(response, number=number, amount=amount, due=due),)
            case ReconnectionKind.REQUEST_FILED:
                return (_ask_for_proof("utter_account_proof_open", number, _known(state.request_reference)),)
            case ReconnectionKind.SUSPENDED | ReconnectionKind.AWAITING_RECONNECTION:
                now = self.context.clock.now()
                request = await self.context.requests.file(customer.conversation_id, customer.line.msisdn, now)
                return (_ask_for_proof("utter_account_proof_filed", number, request.reference),)


def _ask_for_proof(response: str, number: str, reference: str) -> Reply:
    return reply(response, number=number, reference=reference).doing(AttachProof(request_reference=reference))
