"""``ndihma puk``: import codes, encrypt them with a new key. Mounted by the main command. No code is ever printed."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer
from sqlalchemy.exc import SQLAlchemyError

from ndihma.accounts.adapters.opening import open_accounts
from ndihma.accounts.ports import AccountsUnavailable, InvalidAccountSettings
from ndihma.audit.model import Actor, ActorKind
from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import Clock, SystemClock
from ndihma.config import Settings
from ndihma.database_trouble import place_of
from ndihma.db import Database, migrate
from ndihma.failure import Failure, from_os_error
from ndihma.progress import Terminal
from ndihma.puk import importing, rotation
from ndihma.puk.cipher import PukCipher
from ndihma.puk.keys import keyring
from ndihma.secrets import SecretError, audit_key

__all__ = ["app"]

app = typer.Typer(help="PUK codes, kept encrypted (docs/operations.md).", no_args_is_help=True, add_completion=False)

_FAULTS_SHOWN: Final = 20
_T = TypeVar("_T")


@app.command("import")
def import_command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV with the columns msisdn, puk1 and, if there is one, puk2.")],
) -> None:
    """Store the codes of a file, encrypted: all of them or none. Codes of the same numbers are replaced."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise from_os_error(error, "read the file") from error
    rows, faults = importing.read_codes(data)
    _refuse(faults)
    terminal = Terminal()

    settings = _settings(context)

    async def store(database: Database, audit: SqlAuditTrail, cipher: PukCipher, clock: Clock) -> int:
        def progress(done: int) -> None:
            terminal.progress(f"  {done} of {len(rows)} numbers looked up")

        accounts = open_accounts(settings, database, clock, may_be_stale=False)
        try:
            codes, unknown = await importing.seal_rows(rows, cipher, accounts.exact.find, progress)
        finally:
            await accounts.close()
        terminal.clear()
        _refuse(unknown)
        await importing.store_codes(database, audit, codes, actor=_operator(), now=clock.now())
        return len(codes)

    terminal.line(f"{_with_database(context, store)} PUK codes were stored, encrypted.")


@app.command("rotate")
def rotate_command(context: typer.Context) -> None:
    """Encrypt every code with the first key of NDIHMA_PUK_KEYS. Broken off, it can be called again."""
    terminal = Terminal()

    async def renew(database: Database, audit: SqlAuditTrail, cipher: PukCipher, _clock: Clock) -> rotation.Rotated:
        def progress(done: int, total: int) -> None:
            terminal.progress(f"  {done} of {total} codes")

        return await rotation.rotate(database, audit, cipher, actor=_operator(), progress=progress)

    rotated = _with_database(context, renew)
    terminal.clear()
    terminal.line(f"{rotated.renewed} PUK codes were encrypted with the current key.")
    if rotated.unreadable:
        raise Failure(
            f"{rotated.unreadable} codes open with no key of NDIHMA_PUK_KEYS and were left as they are; "
            "add the key they were stored with, or import them again"
        )


def _refuse(faults: list[importing.FileFault]) -> None:
    if not faults:
        return
    for fault in faults[:_FAULTS_SHOWN]:
        typer.echo(f"line {fault.line}: {fault.reason}", err=True)
    more = f" ({_FAULTS_SHOWN} shown)" if len(faults) > _FAULTS_SHOWN else ""
    raise Failure(f"nothing was stored; faults in the file: {len(faults)}{more}")


def _settings(context: typer.Context) -> Settings:
    """What the main command handed over: read when it is needed, so that ``--help`` needs no settings."""
    read: Callable[[], Settings] = context.obj
    return read()


def _operator() -> Actor:
    return Actor(ActorKind.OPERATOR, getpass.getuser())


def _with_database(
    context: typer.Context, work: Callable[[Database, SqlAuditTrail, PukCipher, Clock], Awaitable[_T]]
) -> _T:
    """Run ``work`` on the configured database, brought to the newest schema first. Raises Failure."""
    settings, clock = _settings(context), SystemClock()

    async def run(cipher: PukCipher) -> _T:
        database = Database(settings.sqlalchemy_url)
        try:
            await migrate(database)
            return await work(database, SqlAuditTrail(database, clock, audit_key(settings)), cipher, clock)
        finally:
            await database.close()

    try:
        return asyncio.run(run(PukCipher(keyring(settings))))
    except (SecretError, InvalidAccountSettings) as error:
        raise Failure(str(error)) from error
    except AccountsUnavailable as error:
        raise Failure("the account system cannot be asked now; nothing was stored") from error
    except (SQLAlchemyError, OSError) as error:
        raise Failure(f"the database ({place_of(settings.sqlalchemy_url)}) cannot be used now") from error
