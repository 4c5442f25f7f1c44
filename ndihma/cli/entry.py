"""What all commands share: their list, ``--version``, and how a failure is told."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import Annotated, NoReturn

import typer

from ndihma.cli import conversation, measuring, records, system
from ndihma.failure import Failure, Interrupted, from_os_error

__all__ = ["app", "main"]

app = typer.Typer(
    help="Ndihma, the Albanian support assistant of a Kosovo mobile operator.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print locals, and locals hold what customers wrote
    context_settings={"help_option_names": ["-h", "--help"]},
)
for theme in (system, conversation, measuring, records):
    app.add_typer(theme.app)

_EXIT_INTERRUPTED = 130


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"ndihma {version('ndihma')}")
        except PackageNotFoundError:
            typer.echo("ndihma (not installed)")
        raise typer.Exit


@app.callback()
def _options(
    _version_wanted: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Settings come from the environment (NDIHMA_…; docs/operations.md lists them)."""


def main() -> NoReturn:
    """The console script: expected failures become one line on standard error and an exit code."""
    os.umask(0o077)  # whichever command comes first makes var/, where customers' data will be
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        app(prog_name="ndihma")
        sys.exit(0)
    except Failure as failure:
        _complain(str(failure))
        sys.exit(failure.exit_code)
    except Interrupted:
        sys.exit(_EXIT_INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()  # the reader has had enough; Python would complain at exit
        sys.exit(0)
    except OSError as error:
        _complain(str(from_os_error(error, "go on")))
        sys.exit(1)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # while Python shuts down, Ctrl-C would be a traceback again


def _complain(message: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        print(f"ndihma: {message}", file=sys.stderr)
