"""An account as the console's API shows it: masked (S9), judged by the rules of ``ndihma.accounts`` alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from ndihma.accounts.clubs import club_state
from ndihma.accounts.lifecycle import ContradictoryLife, lifecycle_state
from ndihma.accounts.model import Line, PrepaidLife
from ndihma.accounts.puk import PukKind, can_receive_code
from ndihma.accounts.reconnection import reconnection_state
from ndihma.accounts.selfcare import selfcare_state
from ndihma.accounts.summary import masked_contact, masked_iccid
from ndihma.accounts.timeline import timeline
from ndihma.assist.messages import action_sentence
from ndihma.assist.next_action import OpenRequest, next_actions
from ndihma.console.account_desk import REVEALABLE, Account, contact_key
from ndihma.console.account_schemas import (
    AccountShown,
    ActionShown,
    BillShown,
    ClubShown,
    ContactShown,
    DebtShown,
    LifeShown,
    PaymentShown,
    ProofShown,
    RequestShown,
    SelfcareShown,
    SimShown,
    StretchShown,
    SuspensionShown,
)
from ndihma.desk.images import MediaType
from ndihma.desk.reconnections import RequestState
from ndihma.desk.ticket_reading import Proof, Ticket
from ndihma.staff.model import Role
from ndihma.staff.vault import StaffVault

__all__ = ["AccountShowing"]

_MOST_SHOWN: Final = 12
"""Bills, payments and requests: of a year, the latest first."""


@dataclass(frozen=True, slots=True)
class AccountShowing:
    vault: StaffVault

    def account(self, account: Account, key: str, role: Role) -> AccountShown:
        """``key``: of ``AccountKeys``."""
        line, today = account.line, account.today
        debt, open_request = reconnection_state(line, today), _open_request(account.requests)
        suspension = line.suspension
        life, contradictory = _life(line.prepaid, today)
        return AccountShown(
            account=key,
            number=line.msisdn.masked,
            kind=line.kind,
            name=line.subscriber.name,
            business=line.subscriber.is_business,
            as_of=line.as_of,
            stale=line.is_stale,
            read_at=account.read_at,
            contradictory=contradictory,
            life=life,
            balance_cents=line.balance_cents,
            bills=[
                BillShown(
                    number=bill.number,
                    issued_on=bill.issued_on,
                    due_on=bill.due_on,
                    amount_cents=bill.amount_cents,
                    open_cents=bill.open_cents,
                    overdue=bill.open_cents > 0 and bill.due_on < today,
                )
                for bill in reversed(line.bills[-_MOST_SHOWN:])
            ],
            payments=[
                PaymentShown(paid_at=payment.paid_at, amount_cents=payment.amount_cents)
                for payment in reversed(line.payments[-_MOST_SHOWN:])
            ],
            debt=DebtShown(
                kind=debt.kind,
                amount_cents=debt.amount_cents,
                due_on=debt.due_on,
                overdue=debt.overdue,
                since=debt.since,
            ),
            suspension=None
            if suspension is None
            else SuspensionShown(
                since=suspension.since,
                reason=suspension.reason,
                ended_at=suspension.ended_at,
                amount_cents=suspension.amount_cents,
            ),
            selfcare=SelfcareShown(
                state=selfcare_state(line), registered_on=line.selfcare.registered_on if line.selfcare else None
            ),
            club=_club(line),
            sim=_sim(line, today),
            contacts=[
                ContactShown(
                    id=contact_key(self.vault, contact.kind.value, contact.value),
                    kind=contact.kind,
                    value=masked_contact(contact),
                    registered_on=contact.registered_on,
                )
                for contact in line.subscriber.contacts
            ],
            requests=[_request(ticket) for ticket in reversed(account.requests[-_MOST_SHOWN:])],
            actions=[
                ActionShown(key=action.key, text=action_sentence(action), urgent=action.urgent)
                for action in next_actions(line, today, open_request)
            ],
            revealable=list(REVEALABLE[role]),
        )


def _life(life: PrepaidLife | None, today: date) -> tuple[LifeShown | None, bool]:
    """The life, and whether its record contradicts itself; then there is none to show."""
    if life is None:
        return None, False
    try:
        state, stretches = lifecycle_state(life, today), timeline(life, today)
    except ContradictoryLife:
        return None, True
    shown = LifeShown(
        today=today,
        status=state.status,
        since=state.since,
        last_day=state.last_day,
        days_left=state.days_left(today),
        next_status=state.next_status,
        cause=state.cause,
        purchased_on=life.purchased_on,
        activated_on=life.activated_on,
        valid_until=life.valid_until,
        reactivated_on=life.reactivated_on,
        reactivation=life.reactivation,
        stretches=[
            StretchShown(
                status=stretch.status,
                first_day=stretch.first_day,
                last_day=stretch.last_day,
                now=stretch.holds(today),
            )
            for stretch in stretches
        ],
    )
    return shown, False


def _club(line: Line) -> ClubShown:
    state = club_state(line.subscriber)
    club = state.club
    return ClubShown(
        kind=state.kind,
        name=club.name if club else None,
        package=club.package if club else None,
        members=club.members if club else 0,
        monthly_contracts=club.monthly_contracts if club else 0,
        required_monthly_contracts=club.required_monthly_contracts if club else 0,
        missing_contracts=state.missing_contracts,
        new_members_needed=state.new_members_needed,
        joined_on=club.joined_on if club else None,
    )


def _sim(line: Line, today: date) -> SimShown:
    try:
        reached = can_receive_code(line, today)
    except ContradictoryLife:
        reached = None
    return SimShown(
        state=PukKind.NO_SIM if line.sim is None else PukKind(line.sim.state.value),
        iccid=line.sim and masked_iccid(line.sim),
        changed_on=line.sim and line.sim.changed_on,
        code_by_sms=reached,
    )


def _open_request(requests: tuple[Ticket, ...]) -> OpenRequest | None:
    for ticket in requests:
        if ticket.request.state is RequestState.FILED:
            return OpenRequest(ticket.request.reference, has_proof=bool(ticket.proofs))
    return None


def _request(ticket: Ticket) -> RequestShown:
    request = ticket.request
    return RequestShown(
        reference=request.reference,
        state=request.state,
        filed_at=request.created_at,
        closed_at=request.closed_at,
        decided_by=request.decided_by,
        reason=request.reason,
        due_cents=request.due_cents,
        claimed_cents=request.claim.amount_cents,
        claimed_on=request.claim.paid_on,
        seen=request.proof_at or request.created_at,
        proofs=[_proof(proof) for proof in ticket.proofs],
    )


def _proof(proof: Proof) -> ProofShown:
    return ProofShown(
        id=proof.name,
        media_type=MediaType(proof.media_type),
        size=proof.size,
        received_at=proof.received_at,
        claimed_cents=proof.claim.amount_cents,
        claimed_on=proof.claim.paid_on,
        finding=proof.amount.finding,
        apart_cents=proof.amount.by_cents,
    )
