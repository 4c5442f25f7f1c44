"""Processes that outlived the run which started them, because it was killed.

A run writes down the ids of its processes with the moment each began. The next run ends those that still
live and are still the same: a process id alone may belong to a stranger by then.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

__all__ = ["end_leftovers", "end_processes", "remember"]

_POLL_S: Final = 0.05
_LINUX_STAT_STATE: Final = 0
_LINUX_STAT_START: Final = 19


def _identity(pid: int) -> str | None:
    """Tells one process from another with the same id; None when there is none (or only its shell, a zombie)."""
    if Path("/proc/self/stat").exists():
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        fields = stat.rpartition(")")[2].split()  # the name before ")" may hold spaces
        return None if fields[_LINUX_STAT_STATE] in "ZX" else fields[_LINUX_STAT_START]
    shown = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.split(maxsplit=1)
    return None if not shown or shown[0].startswith("Z") else shown[-1].strip()


def remember(file: Path, pids: Iterable[int]) -> None:
    """Write the living ones of ``pids`` to ``file``, in one step."""
    known = {str(pid): identity for pid in pids if (identity := _identity(pid)) is not None}
    temporary = file.with_suffix(".tmp")
    temporary.write_text(json.dumps(known), encoding="utf-8")
    temporary.replace(file)


def end_leftovers(file: Path, *, grace_s: float = 5.0) -> int:
    """End what ``file`` remembers and still lives; returns how many processes that were."""
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
        alive = [int(pid) for pid, identity in known.items() if _identity(int(pid)) == identity]
    except (OSError, ValueError, AttributeError):
        return 0
    end_processes(alive, grace_s=grace_s)
    file.unlink(missing_ok=True)
    return len(alive)


def end_processes(pids: Iterable[int], *, grace_s: float = 5.0) -> None:
    """SIGTERM, then SIGKILL after ``grace_s``, to each process and its group."""
    waiting = {pid: identity for pid in pids if (identity := _identity(pid)) is not None}
    for signum in (signal.SIGTERM, signal.SIGKILL):
        for pid in waiting:
            _signal_group(pid, signum)
        deadline = time.monotonic() + grace_s
        while waiting and time.monotonic() < deadline:
            time.sleep(_POLL_S)
            waiting = {pid: identity for pid, identity in waiting.items() if _identity(pid) == identity}
        if not waiting:
            return


def _signal_group(pid: int, signum: signal.Signals) -> None:
    try:
        if os.getpgid(pid) == pid:
            os.killpg(pid, signum)
        else:
            os.kill(pid, signum)
    except (ProcessLookupError, PermissionError):
        return
