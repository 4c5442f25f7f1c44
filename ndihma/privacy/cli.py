"""``ndihma erase`` and ``ndihma export``: a person's rights by Law 06/L-082, one command each (S11)."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import typer

from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn
from ndihma.audit.trail import MAX_REASON_CHARS, SqlAuditTrail
from ndihma.clock import SystemClock
from ndihma.config import Mode, Settings
from ndihma.db import Database
from ndihma.failure import Failure, from_os_error
from ndihma.operator_commands import operator, with_database
from ndihma.privacy.files import DevelopmentOutbox, ProofFiles
from ndihma.privacy.model import PersonalDataStore
from ndihma.privacy.service import Erased, PrivacyService
from ndihma.privacy.tracker import TrackerStore
from ndihma.secrets import audit_key, verification_key
from ndihma.verification.senders import FileOutbox

__all__ = ["erase", "export", "parse_number", "stores_beside"]

_T = TypeVar("_T")


def erase(settings: Settings, msisdn: Msisdn, *, dry_run: bool, sure: bool, reason: str) -> None:
    """Show what is held, ask, erase. Raises Failure; typer.Abort when the answer is no."""
    _check_reason(reason)
    held = _with_service(settings, lambda service: service.would_erase(msisdn))
    _tell("Held about" if held.total else "Nothing is held about", msisdn, held)
    if dry_run:
        typer.echo("Nothing was erased: this was a dry run.")
        return
    if not sure:
        typer.confirm("Erase all of it, for good?", abort=True)
    actor = operator()
    erased = _with_service(settings, lambda service: service.erase(msisdn, actor, reason))
    typer.echo(f"Erased: {erased.total} rows and files. The audit trail keeps a hash of the number and this act.")


def export(settings: Settings, msisdn: Msisdn, *, out: Path | None, reason: str) -> None:
    """Write one JSON document of everything held. Raises Failure."""
    _check_reason(reason)
    if out is not None and out.exists():
        raise Failure(f"{out} is there already; an export never replaces a file")
    actor = operator()
    document = _with_service(settings, lambda service: service.export(msisdn, actor, reason))
    text = json.dumps(document, ensure_ascii=False, indent=2)
    if out is None:
        typer.echo(text)
        return
    try:
        _write(out, text + "\n")
    except OSError as error:
        raise from_os_error(error, "write the export") from error
    typer.echo(f"Everything held about {msisdn.masked} is in {out}, readable by you alone.", err=True)


def parse_number(parts: list[str]) -> Msisdn:
    """A number typed in groups needs no quotation marks. Raises Failure, which does not repeat it."""
    try:
        return Msisdn.parse(" ".join(parts))
    except InvalidMsisdn as error:
        raise Failure(str(error)) from None


def stores_beside(settings: Settings) -> tuple[PersonalDataStore, ...]:
    """What holds something of a person outside the app's database. A new store is added here."""
    stores: tuple[PersonalDataStore, ...] = (TrackerStore(settings.tracker_sqlalchemy_url), ProofFiles(settings.var))
    if settings.mode is Mode.DEVELOPMENT:
        stores += (DevelopmentOutbox(FileOutbox(settings.var, settings.mode, SystemClock())),)
    return stores


def _with_service(settings: Settings, work: Callable[[PrivacyService], Awaitable[_T]]) -> _T:
    async def run(database: Database) -> _T:
        clock = SystemClock()
        service = PrivacyService(
            database=database,
            audit=SqlAuditTrail(database, clock, audit_key(settings)),
            verification_key=verification_key(settings),
            beside=stores_beside(settings),
            clock=clock,
        )
        return await work(service)

    try:
        return with_database(settings, run)
    except OSError as error:
        raise from_os_error(error, "read or remove a file; give the command again") from error


def _tell(sentence: str, msisdn: Msisdn, held: Erased) -> None:
    typer.echo(f"{sentence} {msisdn.masked}{':' if held.total else '.'}")
    for name, count in held.counts.items():
        typer.echo(f"  {name}: {count}")


def _check_reason(reason: str) -> None:
    if len(reason) > MAX_REASON_CHARS:
        raise Failure(f"--reason takes at most {MAX_REASON_CHARS} characters")


def _write(out: Path, text: str) -> None:
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
    except BaseException:
        out.unlink(missing_ok=True)  # half an answer would be taken for a whole one
        raise
