"""Programs that a command runs to the end: the trainer, the pipeline builder, the classifier."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from ndihma.config import Settings
from ndihma.failure import Failure, Interrupted, from_os_error, last_error_line

__all__ = ["engine_environment", "engine_python", "raise_on_signals", "run_logged"]

_POLL_S: Final = 0.2
_STOP_S: Final = 3.0
_NOT_INHERITED: Final = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PYTHONSTARTUP", "PYTHONINSPECT")


def engine_python(settings: Settings) -> Path:
    """The interpreter of the engine's environment. Raises Failure when it is not built."""
    python = settings.home / ".venv" / "engine" / "bin" / "python"
    if not python.exists():
        raise Failure("the engine's environment is missing; `make setup` builds it")
    return python


def engine_environment() -> dict[str, str]:
    """This process's environment, made fit for a child in either Python environment."""
    environment = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    return {
        **environment,
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "OMP_NUM_THREADS": "1",
        "SANIC_HOST": "127.0.0.1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
    }


def run_logged(
    argv: Sequence[str],
    *,
    doing: str,
    log: Path,
    cwd: Path,
    environment: Mapping[str, str],
    tick: Callable[[float], None] = lambda _seconds: None,
) -> None:
    """Run ``argv`` to its end with its output in ``log``; ``tick`` is told the seconds that have passed.

    Whatever interrupts this, the child ends first. Raises Failure with the child's own reason.
    """
    began = time.monotonic()
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as stream:
            stream.write(f"--- {doing}\n".encode())
            stream.flush()
            from_byte = stream.tell()
            child = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env=environment,
                start_new_session=True,
            )
    except OSError as error:
        raise from_os_error(error, doing) from error
    try:
        while True:
            try:
                code = child.wait(_POLL_S)
                break
            except subprocess.TimeoutExpired:
                tick(time.monotonic() - began)
    except BaseException:
        _end(child)
        raise
    if code != 0:
        reason = last_error_line(log, from_byte=from_byte)
        if "No space left on device" in reason:
            reason = "the disk is full"
        how = f"killed by signal {-code}" if code < 0 else f"exit code {code}"
        shown = log.relative_to(cwd) if log.is_relative_to(cwd) else log
        raise Failure(f"cannot {doing} ({how}){f': {reason}' if reason else ''} (log: {shown})")


def _end(child: subprocess.Popen[bytes]) -> None:
    for signum in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, signum)
            child.wait(_STOP_S)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
        else:
            return


def raise_on_signals() -> None:
    """From now on the first Ctrl-C, SIGTERM or SIGHUP raises Interrupted; later ones are ignored.

    Ignored, because by then the command is ending what it started and must not be disturbed.
    """
    ending = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def handle(signum: int, _frame: object) -> None:
        for each in ending:
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted(signum)

    for signum in ending:
        if signum != signal.SIGHUP or signal.getsignal(signum) != signal.SIG_IGN:  # nohup stays nohup
            signal.signal(signum, handle)
