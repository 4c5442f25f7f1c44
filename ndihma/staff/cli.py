"""``ndihma staff``: the accounts of the console. Mounted by the main command. No password is ever typed here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import BELGRADE, SystemClock
from ndihma.config import Settings
from ndihma.db import Database
from ndihma.failure import Failure
from ndihma.operator_commands import operator, with_database
from ndihma.secrets import audit_key, staff_key
from ndihma.staff.directory import StaffDirectory
from ndihma.staff.model import Invitation, Role
from ndihma.staff.token_cli import token_app
from ndihma.staff.vault import StaffVault

__all__ = ["app"]

app = typer.Typer(
    help="Accounts of the staff, for the console (docs/operations.md).", no_args_is_help=True, add_completion=False
)
app.add_typer(token_app, name="token")
_PIPE_WIDTH = 200
_T = TypeVar("_T")
_Username = Annotated[str, typer.Argument(help="The user name.")]


@app.command("add")
def add_command(
    context: typer.Context,
    username: Annotated[str, typer.Argument(help="A letter, then a-z, 0-9, '.', '_', '-'; it can never be changed.")],
    *,
    name: Annotated[str, typer.Option("--name", help="As customers read it.")],
    role: Annotated[Role, typer.Option("--role", help="What they may do.")],
    team: Annotated[str | None, typer.Option("--team", help="For the queue and canned replies.")] = None,
    oidc: Annotated[
        bool,
        typer.Option("--oidc", help="They sign in at NDIHMA_OIDC_ISSUER, under this user name; no link."),
    ] = False,
) -> None:
    """Add an account and print the link that sets it up, once, within 24 hours."""
    if oidc:
        issuer = _settings(context).oidc_issuer
        if not issuer:
            raise Failure("--oidc needs NDIHMA_OIDC_ISSUER")
        _carry_out(context, lambda staff: staff.add_federated(username, name, role, team, issuer=issuer, by=operator()))
        typer.echo(f"{username} ({role.value}) signs in at {issuer}.")
        return
    invitation = _carry_out(context, lambda staff: staff.add(username, name, role, team, by=operator()))
    _show_invitation(context, invitation)


@app.command("list")
def list_command(context: typer.Context) -> None:
    """Show every account: role, team, state, last sign-in."""
    table = Table("user name", "name", "role", "team", "state", "last sign-in")
    for record in _carry_out(context, StaffDirectory.records):
        member = record.member
        last = record.signed_in_at
        table.add_row(
            member.username,
            Text(member.name),
            member.role.value,
            Text(member.team or ""),
            record.state.value,
            last.astimezone(BELGRADE).strftime("%Y-%m-%d %H:%M") if last else "never",
        )
    console = Console(highlight=False)
    (console if console.is_terminal else Console(highlight=False, width=_PIPE_WIDTH)).print(table)


@app.command("change")
def change_command(
    context: typer.Context,
    username: _Username,
    *,
    name: Annotated[str | None, typer.Option("--name", help="As customers read it.")] = None,
    role: Annotated[Role | None, typer.Option("--role", help="What they may do.")] = None,
    team: Annotated[str | None, typer.Option("--team", help="An empty one takes the team away.")] = None,
) -> None:
    """Give somebody another name, role or team; it holds at once, in open sessions too."""
    member = _carry_out(context, lambda staff: staff.change(username, name=name, role=role, team=team, by=operator()))
    typer.echo(f"{member.username}: {member.name}, {member.role.value}, {member.team or 'no team'}.")


@app.command("reset")
def reset_command(context: typer.Context, username: _Username) -> None:
    """Take password, second factor and sessions away; print a new link (a lost telephone, a forgotten password)."""
    _show_invitation(context, _carry_out(context, lambda staff: staff.reset(username, by=operator())))


@app.command("disable")
def disable_command(
    context: typer.Context,
    username: _Username,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the audit trail.")] = "",
) -> None:
    """Let somebody in no more, at once. The account stays, because the audit trail names it."""
    member = _carry_out(context, lambda staff: staff.disable(username, by=operator(), reason=reason))
    typer.echo(f"{member.username} is disabled; every session has ended.")


@app.command("enable")
def enable_command(context: typer.Context, username: _Username) -> None:
    """Let somebody in again; also ends a lock after wrong tries."""
    member = _carry_out(context, lambda staff: staff.enable(username, by=operator()))
    typer.echo(f"{member.username} is enabled.")


def _show_invitation(context: typer.Context, invitation: Invitation) -> None:
    """The token stands behind ``#``: browsers send that to no server, so that no log has it."""
    until = invitation.expires_at.astimezone(BELGRADE).strftime("%Y-%m-%d %H:%M")
    member = invitation.member
    typer.echo(f"{member.username} ({member.role.value}) sets the account up with this link, once, until {until}:")
    typer.echo(f"{_settings(context).origin}/console/setup#{invitation.token}")


def _carry_out(context: typer.Context, work: Callable[[StaffDirectory], Awaitable[_T]]) -> _T:
    """What ``work`` gives on the configured database. Raises Failure."""
    settings, clock = _settings(context), SystemClock()

    async def run(database: Database) -> _T:
        audit = SqlAuditTrail(database, clock, audit_key(settings))
        vault = StaffVault(staff_key(settings))
        return await work(StaffDirectory(database=database, clock=clock, audit=audit, vault=vault))

    try:
        return with_database(settings, run)
    except ValueError as error:  # InvalidStaff, or a reason that the audit trail does not take
        raise Failure(str(error)) from error


def _settings(context: typer.Context) -> Settings:
    """What the main command handed over: read when it is needed, so that ``--help`` needs no settings."""
    read: Callable[[], Settings] = context.obj
    return read()
