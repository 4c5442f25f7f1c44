"""``ndihma canned``: canned replies as a YAML file, to be written elsewhere, kept with other texts, and put back."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer
import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from ndihma.assist.canned import CannedReplies, InvalidCanned, NewCanned, TooManyCanned, UnknownVariables
from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import SystemClock
from ndihma.config import Settings
from ndihma.db import Database
from ndihma.desk.errors import LinkRefused
from ndihma.desk.handoff.links import only_allowed_links
from ndihma.failure import Failure, from_os_error
from ndihma.operator_commands import operator, with_database
from ndihma.secrets import audit_key
from ndihma.yaml_files import read_yaml

__all__ = ["app"]

app = typer.Typer(help="Canned replies of the agents (docs/operations.md).", no_args_is_help=True, add_completion=False)
_T = TypeVar("_T")


class _Entry(BaseModel):
    """One reply in a file."""

    model_config = ConfigDict(extra="forbid", strict=True)

    shortcut: str
    title: str
    text: str
    team: str | None = None


_FILE: Final = TypeAdapter(list[_Entry])


@app.command("export")
def export_command(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it there; a new file.")] = None,
) -> None:
    """Write every team's replies as YAML, by shortcut."""
    found = _on_replies(context, lambda replies: replies.all())
    rows = [_Entry(shortcut=e.shortcut, title=e.title, text=e.text, team=e.team) for e in found]
    text = yaml.safe_dump([row.model_dump(exclude_none=True) for row in rows], allow_unicode=True, sort_keys=False)
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise from_os_error(error, "write the replies") from error


@app.command("import")
def import_command(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="As `ndihma canned export` writes it.")]
) -> None:
    """Add the replies of a file, each in the place of the one with its team and shortcut; removes none."""
    try:
        entries = _FILE.validate_python(read_yaml(file))
    except OSError as error:
        raise from_os_error(error, f"read {file}") from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise Failure(f"{file} is no YAML") from error
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"])) or "the file"
        raise Failure(f"{file}: {place} is not as `ndihma canned export` writes it") from None
    new = [NewCanned(entry.shortcut, entry.title, entry.text, entry.team) for entry in entries]
    try:
        added, changed = _on_replies(context, lambda replies: replies.put(new, operator()))
    except UnknownVariables as error:
        raise Failure(f"{file}: no variable is called {', '.join(error.names)}; nothing was stored") from None
    except InvalidCanned as error:
        raise Failure(f"{file}: {error} of one reply; nothing was stored") from None
    except LinkRefused:
        raise Failure(f"{file}: a reply leads to a host that is not in NDIHMA_LINK_HOSTS; nothing was stored") from None
    except TooManyCanned:
        raise Failure("there are as many replies as there may be; those before are stored") from None
    typer.echo(f"{added} added, {changed} changed, {len(new) - added - changed} as they were.")


def _on_replies(context: typer.Context, work: Callable[[CannedReplies], Awaitable[_T]]) -> _T:
    """What ``work`` gives on the configured database. Raises Failure."""
    read: Callable[[], Settings] = context.obj
    settings, clock = read(), SystemClock()
    hosts = frozenset(settings.link_hosts)

    async def run(database: Database) -> _T:
        audit = SqlAuditTrail(database, clock, audit_key(settings))
        return await work(CannedReplies(database, clock, audit, lambda text: only_allowed_links(text, hosts)))

    return with_database(settings, run)
