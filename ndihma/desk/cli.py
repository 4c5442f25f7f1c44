"""``ndihma requests``: what customers asked to be reconnected, their proofs, and the staff's decision."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, Final, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import BELGRADE, SystemClock
from ndihma.config import Settings
from ndihma.db import Database
from ndihma.desk.claims import AmountCheck, AmountFinding
from ndihma.desk.files import AttachmentFiles
from ndihma.desk.mail_outbox import MailOutbox
from ndihma.desk.operator_tickets import OperatorTickets
from ndihma.desk.reconnections import ReconnectionRequest, UnknownRequest
from ndihma.desk.tables import MailState, OperatorTicketState
from ndihma.desk.ticket_reading import OperatorTicket, Proof, Ticket
from ndihma.desk.tickets import InvalidDecision, TicketService
from ndihma.failure import Failure
from ndihma.formatting import plain_moment, plain_money
from ndihma.operator_commands import operator, with_database
from ndihma.secrets import audit_key

__all__ = ["app"]

app = typer.Typer(
    help="Reconnection requests with their proofs of payment.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_PIPE_WIDTH: Final = 160
_T = TypeVar("_T")

Reference = Annotated[str, typer.Argument(help="Such as RK-7F3K9Q.")]
By = Annotated[str | None, typer.Option("--by", help="Who decides; default: the system's user.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@app.command("list")
def list_command(
    context: typer.Context,
    closed_too: Annotated[bool, typer.Option("--all", help="Decided ones too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Open requests and those whose mail failed, longest waiting first; numbers are masked."""
    found = _with_service(context, lambda service, _: service.tickets(closed_too=closed_too))
    if as_json:
        typer.echo(json.dumps([_as_json(ticket, masked=True) for ticket in found], ensure_ascii=False, indent=2))
        return
    with_operator = any(ticket.operator is not None for ticket in found)
    columns = ("Reference", "Number", "State", "Filed", "Due", "Claimed", "Proofs", "Mail")
    table = Table(*columns, *(["Operator's ticket"] if with_operator else []))
    for ticket in found:
        request = ticket.request
        last = ticket.proofs[-1] if ticket.proofs else None
        table.add_row(
            request.reference,
            request.msisdn.masked,
            request.state,
            plain_moment(request.created_at),
            _money(request.due_cents),
            _check(last.amount) if last else "",
            str(len(ticket.proofs)),
            Text(_worst_mail(ticket)),
            *([Text(_operator_ticket(ticket.operator))] if with_operator else []),
        )
    _console().print(table)


@app.command("show")
def show_command(context: typer.Context, reference: Reference, as_json: AsJson = False) -> None:
    """One request with its number in clear and the places of its files; audited."""
    ticket = _with_service(context, lambda service, _: service.show(reference.upper(), operator()), reference)
    if as_json:
        typer.echo(json.dumps(_as_json(ticket, masked=False), ensure_ascii=False, indent=2))
        return
    files = AttachmentFiles(_settings(context).var / "uploads")
    request = ticket.request
    table = Table(show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for label, value in (
        ("Reference", request.reference),
        ("Number", request.msisdn.national),
        ("State", request.state),
        ("Filed", plain_moment(request.created_at)),
        ("Amount due", _money(request.due_cents)),
        *_decision(request),
        *_operator_rows(ticket.operator),
        *(row for proof in ticket.proofs for row in _proof_rows(proof, str(files.path(proof.name)))),
    ):
        table.add_row(label, Text(value))
    _console().print(table)


@app.command("confirm")
def confirm_command(context: typer.Context, reference: Reference, by: By = None) -> None:
    """The line is on again: close the request and tell the customer."""
    name = by or operator().id
    done = _with_service(context, lambda service, _: service.confirm(reference.upper(), name), reference)
    typer.echo(f"{done.reference} is confirmed by {done.decided_by}; the customer is told.")


@app.command("reject")
def reject_command(
    context: typer.Context,
    reference: Reference,
    reason: Annotated[str, typer.Option("--reason", help="Why, in Albanian: the customer reads it.")],
    by: By = None,
) -> None:
    """The proof proves nothing: close the request and tell the customer why."""
    name = by or operator().id
    done = _with_service(context, lambda service, _: service.reject(reference.upper(), name, reason), reference)
    typer.echo(f"{done.reference} is rejected by {done.decided_by}; the customer is told: {done.reason}")


@app.command("resend")
def resend_command(context: typer.Context, reference: Reference) -> None:
    """Queue what failed of a request anew, its mails and the operator's ticket; the gateway sends them."""

    async def again(_: TicketService, database: Database) -> int:
        mails = await MailOutbox(database, SystemClock()).queue_again(reference.upper())
        return mails + await OperatorTickets(database, SystemClock()).queue_again(reference.upper())

    queued = _with_service(context, again)
    if not queued:
        raise Failure(f"{reference} has no mail and no ticket that failed")
    typer.echo(f"{queued} queued.")


def _settings(context: typer.Context) -> Settings:
    """As the main command reads them: it hands its reader over."""
    read: Callable[[], Settings] = context.obj
    return read()


def _with_service(
    context: typer.Context, work: Callable[[TicketService, Database], Awaitable[_T]], reference: str = ""
) -> _T:
    settings = _settings(context)

    async def run(database: Database) -> _T:
        clock = SystemClock()
        audit = SqlAuditTrail(database, clock, audit_key(settings))
        return await work(TicketService(database, clock, audit), database)

    try:
        return with_database(settings, run)
    except UnknownRequest:
        raise Failure(f"there is no open request {reference}; `ndihma requests list --all` shows all") from None
    except InvalidDecision as error:
        raise Failure(str(error)) from None


def _decision(request: ReconnectionRequest) -> list[tuple[str, str]]:
    if request.closed_at is None:
        return []
    rows = [("Decided", f"{plain_moment(request.closed_at)} by {request.decided_by or 'unknown'}")]
    return [*rows, ("Reason", request.reason)] if request.reason else rows


def _proof_rows(proof: Proof, path: str) -> list[tuple[str, str]]:
    claim = proof.claim
    day = claim.paid_on.isoformat() if claim.paid_on else "not given"
    return [
        ("Proof", f"{plain_moment(proof.received_at)}, {proof.media_type}, {proof.size} bytes"),
        ("  File", path),
        ("  Claimed amount", f"{_money(claim.amount_cents, 'not given')}: {_check(proof.amount)}"),
        ("  Claimed day", day),
        ("  Mail", _mail(proof)),
    ]


def _check(check: AmountCheck) -> str:
    match check.finding:
        case AmountFinding.LESS:
            return f"{_money(check.by_cents)} less than due"
        case AmountFinding.MORE:
            return f"{_money(check.by_cents)} more than due"
        case AmountFinding.NOTHING_DUE:
            return "nothing is due any more"
        case AmountFinding.DUE_UNKNOWN:
            return "the amount due is not known"
        case other:
            return other.value.replace("_", " ")


def _mail(proof: Proof) -> str:
    mail = proof.mail
    if mail is None:
        return "none"
    if mail.state is MailState.SENT and mail.sent_at is not None:
        return f"sent {plain_moment(mail.sent_at)}"
    error = f" ({mail.last_error})" if mail.last_error else ""
    if mail.state is MailState.FAILED:
        return f"FAILED after {mail.attempts} tries{error}"
    return f"waits, next try {plain_moment(mail.next_try_at)}, {mail.attempts} made{error}"


def _operator_rows(ticket: OperatorTicket | None) -> list[tuple[str, str]]:
    return [] if ticket is None else [("Operator's ticket", _operator_ticket(ticket))]


def _operator_ticket(ticket: OperatorTicket | None) -> str:
    if ticket is None:
        return "none"
    error = f" ({ticket.last_error})" if ticket.last_error else ""
    match ticket.state:
        case OperatorTicketState.QUEUED:
            return f"waits, next try {plain_moment(ticket.next_try_at)}, {ticket.attempts} made{error}"
        case OperatorTicketState.FAILED:
            return f"FAILED after {ticket.attempts} tries{error}"
        case OperatorTicketState.CLOSING:
            return (
                f"to be told the decision, next try {plain_moment(ticket.next_try_at)}, {ticket.attempts} made{error}"
            )
        case OperatorTicketState.MADE | OperatorTicketState.ENDED:
            if ticket.id is None or ticket.seen_at is None:
                return "not needed any more"
            return f"{ticket.id}: {ticket.status or 'unknown'}, seen {plain_moment(ticket.seen_at)}{error}"


def _worst_mail(ticket: Ticket) -> str:
    order = {MailState.FAILED: 0, MailState.QUEUED: 1, MailState.SENT: 2}
    mailed = [proof for proof in ticket.proofs if proof.mail is not None]
    worst = min(mailed, key=lambda proof: order[proof.mail.state] if proof.mail else 0, default=None)
    return _mail(worst) if worst else ""


def _as_json(ticket: Ticket, *, masked: bool) -> dict[str, Any]:
    request = ticket.request
    return {
        "reference": request.reference,
        "number": request.msisdn.masked if masked else request.msisdn.national,
        "state": request.state,
        "filed_at": _iso(request.created_at),
        "closed_at": _iso(request.closed_at),
        "decided_by": request.decided_by,
        "reason": request.reason,
        "due_cents": request.due_cents,
        "operator_ticket": ticket.operator
        and {
            "state": ticket.operator.state,
            "id": ticket.operator.id,
            "status": ticket.operator.status,
            "seen_at": _iso(ticket.operator.seen_at),
            "error": ticket.operator.last_error,
        },
        "proofs": [
            {
                "file": proof.name,
                "media_type": proof.media_type,
                "size": proof.size,
                "received_at": _iso(proof.received_at),
                "claimed_cents": proof.claim.amount_cents,
                "claimed_on": proof.claim.paid_on.isoformat() if proof.claim.paid_on else None,
                "amount": proof.amount.finding,
                "apart_cents": proof.amount.by_cents,
                "mail": proof.mail and proof.mail.state,
                "mail_error": proof.mail and proof.mail.last_error,
            }
            for proof in ticket.proofs
        ],
    }


def _money(cents: int | None, otherwise: str = "not known") -> str:
    return otherwise if cents is None else plain_money(cents)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(BELGRADE).isoformat(timespec="seconds")


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_PIPE_WIDTH)
