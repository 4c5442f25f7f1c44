"""Ctrl-C at any moment of a command's start ends it without a word."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import Checkout

COMMAND = Path(sys.executable).parent / "ndihma"
"""The installed command: it is what protects the interpreter's own start."""

OFFSETS_MS = range(5, 500, 30)
INTERRUPTED = {130, -signal.SIGINT}
"""The second is the shell's own end, before Python runs; to whoever typed the command it is 130 too."""


@pytest.mark.parametrize(
    "arguments", [("--version",), ("accounts", "demo"), ("check",), ("serve",), ("ask", "sa kushton kartela?")]
)
def test_ctrl_c_at_any_moment_of_the_start_is_no_traceback(checkout: Checkout, arguments: tuple[str, ...]) -> None:
    interrupted = 0
    for offset in OFFSETS_MS:
        process = subprocess.Popen(
            [str(COMMAND), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=checkout.environment,
            start_new_session=True,
        )
        time.sleep(offset / 1000)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
        if process.returncode in INTERRUPTED:
            interrupted += 1
            # What had been done by then may stand there (a start that needs a model tells of it), and nothing else.
            assert all(line.startswith(b"  ") for line in errors.splitlines()), f"after {offset} ms: {errors!r}"
        else:  # it was done, or had begun to end in order
            assert b"Traceback" not in errors, f"after {offset} ms"
            assert process.returncode in (0, 1), f"after {offset} ms"
    assert interrupted > 0


def test_ctrl_c_while_it_waits_for_input_ends_the_classifier_too(checkout: Checkout) -> None:
    assert checkout.run("train").returncode == 0
    process = subprocess.Popen(
        [str(COMMAND), "classify"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=checkout.environment,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"sa kushton kartela?\n")
    process.stdin.flush()
    assert b"ask_sim_price" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)  # ends only when nobody holds its pipes, the classifier included
    assert (process.returncode, errors) == (130, b"")
