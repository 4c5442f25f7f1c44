"""Commands about what is held of customers, from accounts to the audit trail, and about the staff."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from ndihma.cli.settings import load_settings

__all__ = ["app"]

app = typer.Typer()

_PASSED_ON: Final[dict[str, Any]] = {
    "allow_extra_args": True,
    "ignore_unknown_options": True,
    "help_option_names": [],
}
"""Every argument goes to a command line of the package that the command belongs to, ``--help`` too."""


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def accounts(context: typer.Context) -> None:
    """Import, show and list customer accounts (`ndihma accounts --help`)."""
    from ndihma.accounts.cli import app as accounts_app

    accounts_app(args=list(context.args), prog_name="ndihma accounts")


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def requests(context: typer.Context) -> None:
    """List, show, confirm and reject reconnection requests (`ndihma requests --help`)."""
    from ndihma.desk.cli import app as requests_app

    requests_app(args=list(context.args), prog_name="ndihma requests", obj=load_settings)


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def callbacks(context: typer.Context) -> None:
    """List, show and finish requests for a call (`ndihma callbacks --help`)."""
    from ndihma.desk.handoff.callbacks_cli import app as callbacks_app

    callbacks_app(args=list(context.args), prog_name="ndihma callbacks", obj=load_settings)


@app.command()
def demo(
    stay: Annotated[
        bool, typer.Option("--stay/--leave", help="Keep the demo agents on duty until Ctrl-C, so that the queue lives.")
    ] = True,
) -> None:
    """Fill a running development system with staff and a dozen conversations, more at each run."""
    from ndihma.demo.command import run

    run(load_settings(), stay=stay)


@app.command()
def ratings(
    weeks: Annotated[int, typer.Option("--weeks", min=1, max=520, help="How many weeks, this one among them.")] = 12,
    comments: Annotated[int, typer.Option("--comments", min=0, max=1000, help="How many comments at most.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """How customers rated their conversations: counts and averages by week, the latest comments."""
    from ndihma.desk.ratings_cli import show_ratings

    show_ratings(load_settings(), weeks=weeks, comments=comments, as_json=as_json)


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def puk(context: typer.Context) -> None:
    """Store PUK codes encrypted, renew their encryption (`ndihma puk --help`)."""
    from ndihma.puk.cli import app as puk_app

    puk_app(args=list(context.args), prog_name="ndihma puk", obj=load_settings)


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def audit(context: typer.Context) -> None:
    """Verify and list the audit trail (`ndihma audit --help`)."""
    from ndihma.audit.cli import app as audit_app

    audit_app(args=list(context.args), prog_name="ndihma audit", obj=load_settings)


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def staff(context: typer.Context) -> None:
    """Add, list, disable and reset the accounts of the staff (`ndihma staff --help`)."""
    from ndihma.staff.cli import app as staff_app

    staff_app(args=list(context.args), prog_name="ndihma staff", obj=load_settings)


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def feedback(context: typer.Context) -> None:
    """What agents made of suggested answers (`ndihma feedback --help`)."""
    from ndihma.assist.cli import app as feedback_app

    feedback_app(args=list(context.args), prog_name="ndihma feedback", obj=load_settings)


@app.command(context_settings=_PASSED_ON, add_help_option=False)
def canned(context: typer.Context) -> None:
    """Write and read the agents' canned replies (`ndihma canned --help`)."""
    from ndihma.assist.canned_cli import app as canned_app

    canned_app(args=list(context.args), prog_name="ndihma canned", obj=load_settings)


@app.command()
def erase(
    msisdn: Annotated[list[str], typer.Argument(help="The number, in any form.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show how much is held.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the audit trail.")] = "",
) -> None:
    """Erase everything held about a number, in every store; the audit trail keeps a hash (S11)."""
    from ndihma.privacy.cli import erase as run
    from ndihma.privacy.cli import parse_number

    run(load_settings(), parse_number(msisdn), dry_run=dry_run, sure=yes, reason=reason)


@app.command()
def export(
    msisdn: Annotated[list[str], typer.Argument(help="The number, in any form.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it there, for you alone.")] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the audit trail.")] = "",
) -> None:
    """Write everything held about a number as one JSON document, without codes and PUKs (S11)."""
    from ndihma.privacy.cli import export as run
    from ndihma.privacy.cli import parse_number

    run(load_settings(), parse_number(msisdn), out=out, reason=reason)
