"""``ndihma staff token``: tokens for other systems of the operator's. A token is printed once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import BELGRADE, SystemClock
from ndihma.config import Settings
from ndihma.db import Database
from ndihma.failure import Failure
from ndihma.operator_commands import operator, with_database
from ndihma.secrets import audit_key
from ndihma.staff.model import InvalidStaff
from ndihma.staff.tokens import Scope, StaffTokens

__all__ = ["token_app"]

token_app = typer.Typer(
    help="Tokens for other systems, such as a contact centre's desktop (docs/api.md).",
    no_args_is_help=True,
    add_completion=False,
)
_PIPE_WIDTH = 200
_T = TypeVar("_T")
_Name = Annotated[str, typer.Argument(help="What the token is called, as a user name is.")]


@token_app.command("add")
def add_command(
    context: typer.Context,
    name: _Name,
    scope: Annotated[list[Scope], typer.Option("--scope", help="What it is good for; more than once for more.")],
) -> None:
    """Make a token and print it, once."""
    typer.echo(_carry_out(context, lambda tokens: tokens.add(name, set(scope), by=operator())))


@token_app.command("list")
def list_command(context: typer.Context) -> None:
    """Show every token by name: scopes, last use (to the hour), whether it is revoked."""
    table = Table("name", "scopes", "made", "last used", "revoked")
    for token in _carry_out(context, StaffTokens.all):
        scopes = ", ".join(sorted(token.scopes))
        table.add_row(token.name, scopes, _shown(token.created_at), _shown(token.used_at), _shown(token.revoked_at))
    console = Console(highlight=False)
    (console if console.is_terminal else Console(highlight=False, width=_PIPE_WIDTH)).print(table)


@token_app.command("revoke")
def revoke_command(context: typer.Context, name: _Name) -> None:
    """End a token at once. Its name is not given again."""
    _carry_out(context, lambda tokens: tokens.revoke(name, by=operator()))
    typer.echo(f"{name} is revoked.")


def _shown(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(BELGRADE).strftime("%Y-%m-%d %H:%M")


def _carry_out(context: typer.Context, work: Callable[[StaffTokens], Awaitable[_T]]) -> _T:
    """What ``work`` gives on the configured database. Raises Failure."""
    read: Callable[[], Settings] = context.obj
    settings, clock = read(), SystemClock()

    async def run(database: Database) -> _T:
        return await work(StaffTokens(database, clock, SqlAuditTrail(database, clock, audit_key(settings))))

    try:
        return with_database(settings, run)
    except InvalidStaff as error:
        raise Failure(str(error)) from error
