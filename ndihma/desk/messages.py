"""Every Albanian sentence about a proof of payment outside the dialogue: the staff's decision, what is sent to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from ndihma.accounts.msisdn import Msisdn
from ndihma.desk.claims import AmountCheck, AmountFinding
from ndihma.formatting import format_day, format_moment, format_money

__all__ = [
    "CALL_TICKET_DONE",
    "CALL_TICKET_TITLE",
    "OPERATOR_TICKET_TITLE",
    "PROOF_MAIL_SUBJECT",
    "REFUSED_WITHOUT_REASON",
    "call_ticket",
    "operator_decision",
    "operator_note",
    "operator_ticket",
    "proof_file_name",
    "proof_mail",
    "request_confirmed",
    "request_rejected",
]

# To the customer --------------------------------------------------------------------------------------------------
_CONFIRMED: Final = (
    "Pagesa juaj u konfirmua dhe kërkesa {reference} u mbyll: numri {number} po rikyçet. Nëse shërbimet ende nuk "
    "punojnë pas disa minutave, thirrni 080010000, pa pagesë."
)
_REJECTED: Final = (
    "Kërkesa {reference} për rikyçjen e numrit {number} u refuzua. Arsyeja: {reason} Nëse keni një dëshmi tjetër të "
    "pagesës, shkruani „kam paguar“ dhe dërgojeni këtu. Për ndihmë thirrni 080010000, pa pagesë."
)
REFUSED_WITHOUT_REASON: Final = "Stafi nuk e konfirmoi pagesën; hollësitë i merrni në 080010000, pa pagesë."
"""The reason of a request that was refused in the operator's own system, where none is written for customers."""

# To the staff -----------------------------------------------------------------------------------------------------
PROOF_MAIL_SUBJECT: Final = "Kërkesë për rikyçje {reference}: dëshmi e pagesës"
_PROOF_MAIL: Final = """\
Një klient dërgoi dëshminë e pagesës dhe kërkon rikyçjen e numrit.

Referenca: {reference}
Numri: {number}
Dëshmia arriti: {received}
Shuma për pagesë: {due}
Shuma sipas klientit: {claimed}
Krahasimi: {check}
Data e pagesës sipas klientit: {paid_on}

Numri është i verifikuar me kod njëpërdorimësh. Shuma dhe data sipas klientit nuk janë të verifikuara: shikoni
dëshminë e bashkëngjitur. Pasi ta kryeni punën, konfirmojeni ose refuzojeni kërkesën, që klienti të njoftohet:

    ndihma requests confirm {reference} --by EMRI
    ndihma requests reject {reference} --by EMRI --reason "…"
"""
OPERATOR_TICKET_TITLE: Final = "Kërkesë për rikyçje {reference}: klienti thotë se ka paguar"
_OPERATOR_TICKET: Final = """\
Klienti kërkon rikyçjen e numrit të vet dhe thotë se e ka paguar faturën.

Referenca: {reference}
Kërkesa u bë: {filed}
Dëshmi të pagesës: {proofs}
Shuma për pagesë: {due}
Shuma sipas klientit: {claimed}
Krahasimi: {check}
Data e pagesës sipas klientit: {paid_on}

Klienti është verifikuar me kod njëpërdorimësh. Shuma dhe data sipas klientit nuk janë të verifikuara. Dëshmitë vijnë
me e-mail, me të njëjtën referencë. Kur këtë e zgjidhni ose e refuzoni këtu, klienti njoftohet vetvetiu.
"""
_OPERATOR_NOTE_KEY: Final = "{reference}, dëshmia {place}:"
_OPERATOR_NOTE: Final = """\
{key} arriti më {received}.
Shuma sipas klientit: {claimed}
Krahasimi: {check}
Data e pagesës sipas klientit: {paid_on}
Skedari vjen me e-mail, me të njëjtën referencë."""
_OPERATOR_CONFIRMED: Final = "Pagesa u konfirmua nga stafi te Ndihma; klienti u njoftua."
_OPERATOR_REFUSED: Final = "Kërkesa u refuzua nga stafi te Ndihma. Klientit iu tha: {reason}"
_NO_PROOF: Final = "ende asnjë"
_NOT_SAID: Final = "nuk u tha"
_NOT_KNOWN: Final = "nuk dihet"
_CHECKS: Final[Mapping[AmountFinding, str]] = MappingProxyType(
    {
        AmountFinding.NOT_GIVEN: "klienti nuk e tha shumën",
        AmountFinding.DUE_UNKNOWN: "shuma për pagesë nuk dihet",
        AmountFinding.NOTHING_DUE: "pagesa është regjistruar tashmë në sistem",
        AmountFinding.MATCHES: "shumat përputhen",
        AmountFinding.LESS: "{by} më pak se shuma për pagesë",
        AmountFinding.MORE: "{by} më shumë se shuma për pagesë",
    }
)
CALL_TICKET_TITLE: Final = "Thirrje {reference}: shënim i agjentit"
CALL_TICKET_DONE: Final = "Puna që la thirrja u krye te Ndihma."
_CALL_TICKET: Final = """\
{text}

Referenca: {reference}
Si përfundoi: {disposition}
E shënoi: {agent}, më {noted}
"""
_DISPOSITIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "solved": "u zgjidh",
        "guided": "u udhëzua",
        "request_opened": "u hap kërkesë",
        "call_back": "do të thirret",
        "cut_off": "u ndërpre",
        "other": "tjetër",
    }
)
_FILE_NAME: Final = "deshmia-{reference}.{extension}"


def request_confirmed(reference: str, msisdn: Msisdn) -> str:
    """What the customer is told when the staff has confirmed the request."""
    return _CONFIRMED.format(reference=reference, number=msisdn.masked)


def request_rejected(reference: str, msisdn: Msisdn, reason: str) -> str:
    """What the customer is told when the staff has rejected it. ``reason`` ends like a sentence."""
    return _REJECTED.format(reference=reference, number=msisdn.masked, reason=reason)


def proof_mail(
    *,
    reference: str,
    msisdn: Msisdn,
    received_at: datetime,
    due_cents: int | None,
    claimed_cents: int | None,
    check: AmountCheck,
    paid_on: date | None,
) -> str:
    """The text of the mail to the staff. The number is whole: they reconnect it."""
    return _PROOF_MAIL.format(
        reference=reference,
        number=msisdn.national,
        received=format_moment(received_at),
        due=_NOT_KNOWN if due_cents is None else format_money(due_cents),
        claimed=_NOT_SAID if claimed_cents is None else format_money(claimed_cents),
        check=_CHECKS[check.finding].format(by=format_money(check.by_cents)),
        paid_on=_NOT_SAID if paid_on is None else format_day(paid_on),
    )


def operator_ticket(
    *,
    reference: str,
    filed_at: datetime,
    due_cents: int | None,
    claimed_cents: int | None,
    check: AmountCheck,
    paid_on: date | None,
    proofs: int,
) -> str:
    """The text of the ticket in the operator's system. No number: the ticket refers to the line's own product."""
    return _OPERATOR_TICKET.format(
        reference=reference,
        filed=format_moment(filed_at),
        proofs=proofs or _NO_PROOF,
        due=_NOT_KNOWN if due_cents is None else format_money(due_cents),
        claimed=_NOT_SAID if claimed_cents is None else format_money(claimed_cents),
        check=_CHECKS[check.finding].format(by=format_money(check.by_cents)),
        paid_on=_NOT_SAID if paid_on is None else format_day(paid_on),
    )


def operator_note(
    *,
    reference: str,
    place: int,
    received_at: datetime,
    claimed_cents: int | None,
    check: AmountCheck,
    paid_on: date | None,
) -> tuple[str, str]:
    """What the ticket in the operator's system is told of a proof: how the note begins, and all of it."""
    key = _OPERATOR_NOTE_KEY.format(reference=reference, place=place)
    text = _OPERATOR_NOTE.format(
        key=key,
        received=format_moment(received_at),
        claimed=_NOT_SAID if claimed_cents is None else format_money(claimed_cents),
        check=_CHECKS[check.finding].format(by=format_money(check.by_cents)),
        paid_on=_NOT_SAID if paid_on is None else format_day(paid_on),
    )
    return key, text


def operator_decision(refused_because: str | None) -> str:
    """Why the ticket in the operator's system changes its status; None: the request was confirmed."""
    if refused_because is None:
        return _OPERATOR_CONFIRMED
    return _OPERATOR_REFUSED.format(reason=refused_because)


def proof_file_name(reference: str, extension: str) -> str:
    """The name of the mail's attachment; nothing of the name that the customer's file had."""
    return _FILE_NAME.format(reference=reference, extension=extension)


def call_ticket(reference: str, disposition: str, agent: str, noted_at: datetime, text: str) -> str:
    """What the operator's ticket says of a noted call; ``text`` is redacted."""
    return _CALL_TICKET.format(
        reference=reference,
        disposition=_DISPOSITIONS[disposition],
        agent=agent,
        noted=format_moment(noted_at),
        text=text,
    )
