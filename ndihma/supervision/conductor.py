"""One run of the system: supervisord keeps the programs alive, the conductor knows what that means.

Before the first time everything is healthy an exit is final: the cause is in the code, the model or the
settings, and trying again hides it. Later an exit is an accident: supervisord starts the program again, the
conductor says so, and gives up when it happens too often. A program that hangs is made to end (``watchdog``), and
then is one that has ended.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Final

from ndihma.failure import Failure, from_os_error, last_error_line
from ndihma.progress import Reporter
from ndihma.supervision.config import RunFiles, render
from ndihma.supervision.control import ProgramState, SupervisorControl, SupervisorGoneError
from ndihma.supervision.leftovers import end_leftovers, end_processes, remember
from ndihma.supervision.program import Program
from ndihma.supervision.watchdog import Limits, Watchdog

__all__ = ["Conductor", "home_relative", "report_leftovers"]

_POLL_S: Final = 0.25
_WATCH_S: Final = 0.5
_HEALTH_TIMEOUT_S: Final = 2.0
_SUPERVISOR_START_S: Final = 15.0
_SUPERVISOR_STOP_S: Final = 4.0
_HUNG_STOP_S: Final = 2.0
_MAX_RESTARTS: Final = 5
_RESTART_WINDOW_S: Final = 600.0


@dataclass
class _Track:
    """What the conductor remembers of one program."""

    program: Program
    log_from: int
    watchdog: Watchdog
    pid: int = 0
    ready: bool = False
    told: bool = False
    """Whether its coming end has been reported already."""
    started: float = field(default_factory=time.monotonic)
    restarts: deque[float] = field(default_factory=deque)


class Conductor:
    """A context manager: programs run inside the ``with`` block and have all ended after it."""

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        home: Path,
        files: RunFiles,
        environment: Mapping[str, str],
        reporter: Reporter,
        shown: Callable[[Path], str] = str,
        limits: Limits | None = None,
    ) -> None:
        self._programs = programs
        self._home = home
        self._files = files
        self._environment = dict(environment)
        self._reporter = reporter
        self._shown = shown
        self._limits = limits or Limits()
        self._control = SupervisorControl(files.socket)
        self._daemon: subprocess.Popen[bytes] | None = None
        self._tracks: dict[str, _Track] = {}
        self._supervisor_log_from = 0

    def __enter__(self) -> Conductor:
        try:
            self._start()
        except OSError as error:
            raise from_os_error(error, "start the system") from error
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stop()

    # ------------------------------------------------------------------ start

    def _start(self) -> None:
        self._files.prepare()
        report_leftovers(self._files, self._reporter)
        self._files.clear()
        config = self._files.config
        config.touch(mode=0o600)
        config.write_text(render(self._programs, home=self._home, files=self._files), encoding="utf-8")
        for program in self._programs:
            log = self._files.log(program.name)
            log_from = log.stat().st_size if log.exists() else 0
            self._tracks[program.name] = _Track(program, log_from, Watchdog(self._limits))
        with self._files.supervisor_log.open("ab") as log_stream:
            self._supervisor_log_from = log_stream.tell()
            self._daemon = subprocess.Popen(
                [sys.executable, "-m", "ndihma.supervision.daemon", str(config)],
                stdin=subprocess.PIPE,  # held open as long as this process lives: see daemon.py
                stdout=subprocess.DEVNULL,
                stderr=log_stream,
                cwd=self._home,
                env=self._environment,
                start_new_session=True,  # Ctrl-C is for this process, which then stops supervisord in order
            )

    def wait_until_healthy(self) -> float:
        """Return the seconds it took until every program is healthy. Raises Failure."""
        began = time.monotonic()
        while not self._control.is_running():
            if self._daemon_ended() or time.monotonic() - began > _SUPERVISOR_START_S:
                raise self._supervisor_failure("supervisord did not start")
            time.sleep(_POLL_S / 4)
        while True:
            self._look_at_processes(starting=True)
            waiting = self._look_at_health()
            if not waiting:
                return time.monotonic() - began
            elapsed = time.monotonic() - began
            for track in waiting:
                if elapsed > track.program.start_within_s:
                    raise self._start_failure(track, f"was not healthy within {track.program.start_within_s:.0f} s")
            names = ", ".join(track.program.name for track in waiting)
            self._reporter.progress(f"  starting {names} … {elapsed:.0f} s")
            time.sleep(_POLL_S)

    # ------------------------------------------------------------------ watch

    def watch(self) -> None:
        """Stay until something is beyond repair. Raises Failure."""
        while True:
            time.sleep(_WATCH_S)
            self._look_at_processes(starting=False)
            for track in self._look_at_health():
                self._end_what_never_gets_ready(track)
            self._look_for_silence()

    def _look_at_processes(self, *, starting: bool) -> None:
        try:
            states = self._control.states()
        except SupervisorGoneError as error:
            if self._daemon_ended() or not self._control.is_running():
                raise self._supervisor_failure("supervisord has ended unexpectedly") from error
            return  # busy for a moment
        changed = False
        for state in states:
            track = self._tracks[state.name]
            ended = track.pid not in (0, state.pid)
            never_ran = track.pid == 0 and state.state in ("BACKOFF", "EXITED", "FATAL")
            changed = changed or state.pid != track.pid
            if starting and (ended or never_ran):
                raise self._start_failure(track, f"ended while starting{_how(state)}")
            if state.given_up:
                raise self._start_failure(track, "ended again and again and was given up")
            if ended:
                self._note_restart(track, state)
            track.pid = state.pid
        if changed:
            self._remember()

    def _note_restart(self, track: _Track, state: ProgramState) -> None:
        now = time.monotonic()
        track.ready = False
        track.started = now
        track.restarts.append(now)
        while now - track.restarts[0] > _RESTART_WINDOW_S:
            track.restarts.popleft()
        if len(track.restarts) > _MAX_RESTARTS:
            raise self._start_failure(
                track, f"ended {len(track.restarts)} times in {_RESTART_WINDOW_S / 60:.0f} minutes and was given up"
            )
        if not track.told:
            self._tell(track, f"ended{_how(state)}")
        track.told = False

    def _tell(self, track: _Track, what: str) -> None:
        log = self._shown(self._files.log(track.program.name))
        self._reporter.line(f"! {track.program.name} {what} and is started again; log: {log}")

    def _look_at_health(self) -> list[_Track]:
        waiting = []
        for track in self._tracks.values():
            if track.ready:
                continue
            if track.pid and _status(track.program.health_url, _HEALTH_TIMEOUT_S) == HTTPStatus.OK:
                track.ready = True
                now = time.monotonic()
                track.watchdog.started(now)
                took = now - track.started
                again = " again" if track.restarts else ""
                self._reporter.line(f"  {track.program.name:<8} is ready{again} ({took:.1f} s)")
            else:
                waiting.append(track)
        return waiting

    def _look_for_silence(self) -> None:
        for track in self._tracks.values():
            asked = time.monotonic()
            if not track.ready or not track.watchdog.is_due(asked):
                continue
            if _status(track.program.health_url, self._limits.answer_within_s) is not None:
                track.watchdog.answered(time.monotonic())
                continue
            silent_s = track.watchdog.stayed_silent(asked, time.monotonic())
            if silent_s is not None:
                self._end_hung(track, f"lives but has not answered for {silent_s:.0f} s")

    def _end_what_never_gets_ready(self, track: _Track) -> None:
        waited = time.monotonic() - track.started
        if track.pid and not track.told and waited > track.program.start_within_s:
            track.watchdog.hung(time.monotonic())
            self._end_hung(track, f"was not healthy within {track.program.start_within_s:.0f} s")

    def _end_hung(self, track: _Track, why: str) -> None:
        """End the program with its process group; supervisord, whose child it is, starts it again."""
        try:
            states = {state.name: state for state in self._control.states()}
        except SupervisorGoneError:
            return  # the next look at the processes says what that means
        if states[track.program.name].pid != track.pid:
            return  # it ended by itself while it was being asked
        self._tell(track, why)
        track.told = True
        end_processes([track.pid], grace_s=_HUNG_STOP_S)

    # ------------------------------------------------------------------ stop

    def _stop(self) -> None:
        daemon = self._daemon
        if daemon is None:
            return
        self._remember()
        if daemon.stdin:
            with contextlib.suppress(OSError):
                daemon.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            daemon.terminate()
        patience = max(program.stop_within_s for program in self._programs) + _SUPERVISOR_STOP_S
        with contextlib.suppress(subprocess.TimeoutExpired):
            daemon.wait(patience)
        # Nothing is left in a good run; after a crash of supervisord its programs are.
        end_leftovers(self._files.processes, grace_s=2.0)
        if daemon.poll() is None:
            end_processes([daemon.pid], grace_s=1.0)
            daemon.kill()
            daemon.wait()
        self._files.clear()

    def _remember(self) -> None:
        if self._daemon:
            pids = [self._daemon.pid, *(track.pid for track in self._tracks.values() if track.pid)]
            with contextlib.suppress(OSError):
                remember(self._files.processes, pids)

    # ------------------------------------------------------------------ failures

    def _daemon_ended(self) -> bool:
        return self._daemon is None or self._daemon.poll() is not None

    def _start_failure(self, track: _Track, what: str) -> Failure:
        time.sleep(_POLL_S)  # the last words of the program reach its log through supervisord
        log = self._files.log(track.program.name)
        reason = last_error_line(log, from_byte=track.log_from)
        return Failure(f"{track.program.name} {what}{f': {reason}' if reason else ''} (log: {self._shown(log)})")

    def _supervisor_failure(self, what: str) -> Failure:
        log = self._files.supervisor_log
        reason = last_error_line(log, from_byte=self._supervisor_log_from)
        return Failure(f"{what}{f': {reason}' if reason else ''} (log: {self._shown(log)})")


def _how(state: ProgramState) -> str:
    if state.exit_status > 0:
        return f" (exit code {state.exit_status})"
    return " (killed by a signal)" if state.exit_status < 0 else ""


def _status(url: str, timeout_s: float) -> int | None:
    """The HTTP status that ``url`` answers with; None when there is no answer in time."""
    # Health addresses are this machine's own; a proxy setting of the environment is not for them.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=timeout_s) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except (OSError, ValueError, http.client.HTTPException):  # URLError is an OSError
        return None


def report_leftovers(files: RunFiles, reporter: Reporter) -> None:
    """End what an earlier run in these files left behind, and say so."""
    if ended := end_leftovers(files.processes):
        reporter.line(f"ended {ended} processes that an earlier, killed run had left behind")


def home_relative(home: Path) -> Callable[[Path], str]:
    """Shows a path below ``home`` without it."""

    def shown(path: Path) -> str:
        return os.path.relpath(path, home) if path.is_relative_to(home) else str(path)

    return shown
