"""What ``ndihma accounts show`` tells about a line: as JSON for programs, as label and sentence for people.

Every number, e-mail address and card number in it is masked (S9).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from ndihma.accounts import messages
from ndihma.accounts.clubs import club_state
from ndihma.accounts.lifecycle import LifecycleState, forecast, lifecycle_state
from ndihma.accounts.model import ContactKind, ContactPoint, Line, LineKind, SimCard
from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn
from ndihma.accounts.puk import puk_state
from ndihma.accounts.reconnection import ReconnectionState, reconnection_state
from ndihma.accounts.selfcare import selfcare_state
from ndihma.formatting import plain_moment, plain_money

__all__ = ["masked_contact", "masked_iccid", "summary_json", "summary_rows"]

_HIDDEN = "•••"


def summary_json(line: Line, today: date) -> dict[str, Any]:
    """Codes, cents and ISO days, ready for ``json.dumps``. Raises ContradictoryLife."""
    puk, club, bill_state = puk_state(line, today), club_state(line.subscriber), reconnection_state(line, today)
    life, *ahead = (None,) if line.prepaid is None else forecast(line.prepaid, today)
    return {
        "msisdn": line.msisdn.masked,
        "kind": line.kind.value,
        "subscriber": {
            "id": line.subscriber.id,
            "name": line.subscriber.name,
            "business": line.subscriber.is_business,
        },
        "lifecycle": life
        and {
            "status": life.status.value,
            "since": life.since.isoformat(),
            "last_day": life.last_day and life.last_day.isoformat(),
            "days_left": life.days_left(today),
            "next_status": life.next_status and life.next_status.value,
            "cause": life.cause.value,
            "ahead": [{"status": state.status.value, "since": state.since.isoformat()} for state in ahead],
        },
        "balance_cents": line.balance_cents,
        "reconnection": {
            "kind": bill_state.kind.value,
            "amount_cents": bill_state.amount_cents,
            "due_on": bill_state.due_on and bill_state.due_on.isoformat(),
            "overdue": bill_state.overdue,
            "since": bill_state.since and bill_state.since.isoformat(),
        },
        "selfcare": selfcare_state(line).value,
        "club": {
            "kind": club.kind.value,
            "missing_contracts": club.missing_contracts,
            "new_members_needed": club.new_members_needed,
        },
        "sim": {
            "state": puk.kind.value,
            "iccid": line.sim and masked_iccid(line.sim),
            "changed_on": line.sim and line.sim.changed_on and line.sim.changed_on.isoformat(),
        },
        "code_by_sms": puk.code_by_sms,
        "other_contacts": [
            {"kind": c.kind.value, "value": masked_contact(c), "registered_on": c.registered_on.isoformat()}
            for c in puk.other_contacts
        ],
        "as_of": line.as_of and line.as_of.isoformat(),
    }


def summary_rows(line: Line, today: date) -> Iterator[tuple[str, str]]:
    """Label and value, in the order staff ask for them; what does not apply to the line is left out.

    Raises ContradictoryLife.
    """
    puk, club = puk_state(line, today), club_state(line.subscriber)
    yield messages.LABEL_NUMBER, line.msisdn.masked
    yield messages.LABEL_KIND, messages.LINE_KINDS[line.kind]
    yield messages.LABEL_SUBSCRIBER, f"{line.subscriber.name} ({line.subscriber.id})"
    if line.prepaid is not None:
        yield messages.LABEL_STATUS, _status(lifecycle_state(line.prepaid, today), today)
    if line.balance_cents is not None:
        yield messages.LABEL_CREDIT, plain_money(line.balance_cents)
    if line.kind is not LineKind.PREPAID:
        yield messages.LABEL_BILLS, _bills(reconnection_state(line, today))
        yield messages.LABEL_SELFCARE, messages.SELFCARES[selfcare_state(line)]
    if line.subscriber.is_business:
        name = "" if club.club is None else club.club.name
        yield messages.LABEL_CLUB, messages.CLUBS[club.kind].format(club=name, missing=club.missing_contracts)
    yield messages.LABEL_SIM, messages.PUKS[puk.kind]
    yield messages.LABEL_CODE, messages.CODE_BY_SMS[puk.code_by_sms]
    yield messages.LABEL_CONTACTS, ", ".join(map(masked_contact, puk.other_contacts)) or messages.NOTHING
    if line.as_of is not None:
        yield messages.LABEL_AS_OF, plain_moment(line.as_of)


def _status(state: LifecycleState, today: date) -> str:
    name = messages.STATUSES[state.status]
    left = state.days_left(today)
    if state.last_day is None or state.next_status is None or left is None:
        return messages.STATUS_SINCE.format(status=name, since=state.since)
    if left == 0:
        return messages.STATUS_LAST_DAY.format(status=name, next=messages.STATUSES[state.next_status])
    return messages.STATUS_UNTIL.format(
        status=name,
        last_day=state.last_day,
        days=left,
        next=messages.STATUSES[state.next_status],
    )


def _bills(state: ReconnectionState) -> str:
    sentence = messages.RECONNECTIONS[state.kind].format(
        amount=plain_money(state.amount_cents),
        due_on=state.due_on or "",
        since=state.since or "",
        reference=state.request_reference or "",
    )
    return sentence + (messages.OVERDUE if state.overdue else "")


def masked_iccid(sim: SimCard) -> str:
    """The last four digits of a card's serial number."""
    return f"{_HIDDEN}{sim.iccid[-4:]}"


def masked_contact(contact: ContactPoint) -> str:
    """A contact as it is shown (S9): the first letter and the host of a mailbox, the ends of a number."""
    if contact.kind is ContactKind.EMAIL:
        name, _, host = contact.value.partition("@")
        return f"{name[:1]}{_HIDDEN}@{host}"
    try:
        return Msisdn.parse(contact.value).masked
    except InvalidMsisdn:  # a foreign number
        return f"{_HIDDEN}{contact.value[-2:]}"
