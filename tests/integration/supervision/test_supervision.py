"""The real supervisord with tiny programs: start, restart, give up, stop, and what a crash leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ndihma.failure import Failure
from ndihma.supervision.conductor import Conductor, home_relative
from ndihma.supervision.config import RunFiles
from ndihma.supervision.preflight import free_port
from ndihma.supervision.program import Program
from ndihma.supervision.watchdog import Limits

ROOT = Path(__file__).resolve().parents[3]

SERVER = """
import http.server, os, pathlib, signal, sys
port, pid_file = int(sys.argv[1]), pathlib.Path(sys.argv[2])
class Health(http.server.BaseHTTPRequestHandler):
    asked = 0
    def do_GET(self):
        body = os.environ.get("TEST_SECRET", "").encode()
        Health.asked += 1
        if "busy" in sys.argv: pathlib.Path("asked").write_text(str(Health.asked))
        self.send_response(503 if "busy" in sys.argv and Health.asked > 1 else 200)
        self.send_header("Content-Length", str(len(body))); self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_): pass
if pathlib.Path("hang").exists(): signal.pause()  # lives, and never listens
if "stubborn" in sys.argv: signal.signal(signal.SIGTERM, signal.SIG_IGN)
server = http.server.HTTPServer(("127.0.0.1", port), Health)
pid_file.write_text(str(os.getpid()))
server.serve_forever()
"""


class Recorder:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def line(self, text: str) -> None:
        self.lines.append(text)

    def progress(self, text: str) -> None:
        pass

    def has(self, part: str) -> bool:
        return any(part in line for line in self.lines)


class Stage:
    """A folder with dummy programs in it, and the means to run them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = RunFiles(run=folder / "var" / "run", logs=folder / "var" / "log")
        self.said = Recorder()
        (folder / "server.py").write_text(SERVER, encoding="utf-8")

    def server(self, name: str, *flags: str, stop_within_s: int = 3) -> Program:
        port = free_port()
        return Program(
            name,
            (sys.executable, str(self.folder / "server.py"), str(port), str(self.pid_file(name)), *flags),
            f"http://127.0.0.1:{port}/",
            start_within_s=20,
            stop_within_s=stop_within_s,
        )

    def script(self, name: str, source: str, *, start_within_s: float = 20) -> Program:
        url = f"http://127.0.0.1:{free_port()}/"
        return Program(name, (sys.executable, "-c", source), url, start_within_s=start_within_s, stop_within_s=2)

    def pid_file(self, name: str) -> Path:
        return self.folder / f"{name}.pid"

    def pid(self, name: str) -> int:
        return int(self.pid_file(name).read_text())

    def conductor(self, programs: Sequence[Program], *, limits: Limits | None = None, **environment: str) -> Conductor:
        return Conductor(
            programs,
            home=self.folder,
            files=self.files,
            environment={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            reporter=self.said,
            shown=home_relative(self.folder),
            limits=limits,
        )


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def eventually(condition: Callable[[], bool], within_s: float = 15) -> bool:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


@pytest.fixture
def watching() -> Iterator[Callable[[Conductor], list[Failure]]]:
    """Runs ``watch`` in a thread; gives the list where its failure will be."""
    threads = []

    def watch(conductor: Conductor) -> list[Failure]:
        failures: list[Failure] = []

        def run() -> None:
            try:
                conductor.watch()
            except Failure as failure:
                failures.append(failure)

        thread = threading.Thread(target=run)
        thread.start()
        threads.append(thread)
        return failures

    yield watch
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()


def test_programs_are_healthy_inside_the_block_and_gone_after_it(stage: Stage) -> None:
    programs = [stage.server("one"), stage.server("two")]
    with stage.conductor(programs) as conductor:
        conductor.wait_until_healthy()
        pids = [stage.pid("one"), stage.pid("two")]
        assert all(alive(pid) for pid in pids)
    assert not any(alive(pid) for pid in pids)
    assert stage.said.has("one      is ready")
    assert not stage.files.socket.exists()


def test_a_secret_of_the_environment_reaches_programs_and_no_file(stage: Stage) -> None:
    program = stage.server("one")
    with stage.conductor([program], TEST_SECRET="planted-secret") as conductor:
        conductor.wait_until_healthy()
        assert urllib.request.urlopen(program.health_url).read() == b"planted-secret"  # noqa: S310
        written = [path for path in stage.folder.rglob("*") if path.is_file() and path.name != "server.py"]
        assert written
        assert not [path for path in written if b"planted-secret" in path.read_bytes()]
        assert stage.files.config.stat().st_mode & 0o077 == 0


def test_a_program_that_ends_at_once_fails_the_start_with_its_last_error_and_its_log(stage: Stage) -> None:
    broken = stage.script("engine", "print('loading'); raise RuntimeError('the model is broken')")
    with stage.conductor([broken, stage.server("other")]) as conductor, pytest.raises(Failure) as failure:
        conductor.wait_until_healthy()
    assert "engine ended while starting" in str(failure.value)
    assert "RuntimeError: the model is broken" in str(failure.value)
    assert os.path.join("var", "log", "engine.log") in str(failure.value)  # noqa: PTH118
    assert "\n" not in str(failure.value)


def test_a_command_that_does_not_exist_fails_the_start(stage: Stage) -> None:
    missing = Program("engine", (str(stage.folder / "nowhere"),), f"http://127.0.0.1:{free_port()}/")
    with stage.conductor([missing]) as conductor, pytest.raises(Failure, match="engine ended while starting"):
        conductor.wait_until_healthy()


def test_a_program_that_never_becomes_healthy_fails_the_start(stage: Stage) -> None:
    sleepy = stage.script("engine", "import time; time.sleep(60)", start_within_s=2)
    with stage.conductor([sleepy]) as conductor, pytest.raises(Failure, match="not healthy within 2 s"):
        conductor.wait_until_healthy()


def test_a_killed_program_is_started_again_and_one_line_says_so(
    stage: Stage, watching: Callable[[Conductor], list[Failure]]
) -> None:
    with stage.conductor([stage.server("one")]) as conductor:
        conductor.wait_until_healthy()
        failures = watching(conductor)
        time.sleep(3.5)  # past supervisord's startsecs: from here an exit is no failed start
        first = stage.pid("one")
        os.kill(first, signal.SIGKILL)
        assert eventually(lambda: stage.said.has("one      is ready again"))
        assert stage.pid("one") != first
        # supervisord forgets how it ended once it runs again, so that part depends on the moment of asking.
        (line,) = [line for line in stage.said.lines if line.startswith("! one ended")]
        assert "is started again; log: " in line
    assert len(failures) <= 1  # stopping under its eyes looks like supervisord's end to a watcher


IMPATIENT = Limits(every_s=0.1, answer_within_s=0.4, silences=2)


def test_a_program_that_hangs_is_ended_and_started_again_and_one_line_says_so(
    stage: Stage, watching: Callable[[Conductor], list[Failure]]
) -> None:
    with stage.conductor([stage.server("engine"), stage.server("other")], limits=IMPATIENT) as conductor:
        conductor.wait_until_healthy()
        watching(conductor)
        stopped, untouched = stage.pid("engine"), stage.pid("other")
        os.kill(stopped, signal.SIGSTOP)
        assert eventually(lambda: stage.said.has("engine   is ready again"), within_s=40)
        assert not alive(stopped)
        assert stage.pid("engine") != stopped
        assert stage.pid("other") == untouched
        (line,) = [line for line in stage.said.lines if line.startswith("! ")]
        assert "engine lives but has not answered for" in line
        assert "is started again; log: " in line


def test_a_program_that_hangs_while_it_is_started_again_is_ended_too(
    stage: Stage, watching: Callable[[Conductor], list[Failure]]
) -> None:
    # Long enough that a good start on a busy machine is not taken for a hang: each one ended would delay the next.
    program = replace(stage.server("engine"), start_within_s=6)
    with stage.conductor([program], limits=IMPATIENT) as conductor:
        conductor.wait_until_healthy()
        watching(conductor)
        (stage.folder / "hang").touch()
        os.kill(stage.pid("engine"), signal.SIGKILL)
        assert eventually(lambda: stage.said.has("engine was not healthy within 6 s"), within_s=60), stage.said.lines
        (stage.folder / "hang").unlink()
        assert eventually(lambda: stage.said.has("engine   is ready again"), within_s=60), stage.said.lines


def test_a_program_that_says_that_it_is_busy_is_left_alone(
    stage: Stage, watching: Callable[[Conductor], list[Failure]]
) -> None:
    with stage.conductor([stage.server("gateway", "busy")], limits=IMPATIENT) as conductor:
        conductor.wait_until_healthy()
        watching(conductor)
        pid = stage.pid("gateway")
        assert eventually(lambda: int((stage.folder / "asked").read_text() or 0) > 10, within_s=30)
        assert stage.pid("gateway") == pid
        assert not stage.said.has("!")


def test_a_program_that_keeps_ending_is_given_up(stage: Stage, watching: Callable[[Conductor], list[Failure]]) -> None:
    program = stage.server("one")
    with stage.conductor([program]) as conductor:
        conductor.wait_until_healthy()
        failures = watching(conductor)
        (stage.folder / "server.py").write_text("raise SystemExit('bad: out of luck')", encoding="utf-8")
        os.kill(stage.pid("one"), signal.SIGKILL)
        assert eventually(lambda: bool(failures), within_s=30)
    assert "given up" in str(failures[0])


def test_a_program_that_ignores_sigterm_is_killed_in_time(stage: Stage) -> None:
    with stage.conductor([stage.server("one", "stubborn", stop_within_s=1)]) as conductor:
        conductor.wait_until_healthy()
        pid = stage.pid("one")
    assert not alive(pid)


def test_programs_end_when_supervisord_is_killed(stage: Stage) -> None:
    with stage.conductor([stage.server("one")]) as conductor:
        conductor.wait_until_healthy()
        pid = stage.pid("one")
        os.kill(int(stage.files.pid_file.read_text()), signal.SIGKILL)
        with pytest.raises(Failure, match="supervisord has ended"):
            conductor.watch()
    assert eventually(lambda: not alive(pid))


STARTER = """
import os, sys, time
from pathlib import Path
from ndihma.progress import Quiet
from ndihma.supervision.conductor import Conductor
from ndihma.supervision.config import RunFiles
from ndihma.supervision.program import Program
folder, port = Path(sys.argv[1]), sys.argv[2]
program = Program("one", (sys.executable, str(folder / "server.py"), port, str(folder / "one.pid")), f"http://127.0.0.1:{port}/")
files = RunFiles(run=folder / "var" / "run", logs=folder / "var" / "log")
with Conductor([program], home=folder, files=files, environment=os.environ, reporter=Quiet()) as conductor:
    conductor.wait_until_healthy()
    (folder / "healthy").touch()
    conductor.watch()
"""


@pytest.fixture
def starter(stage: Stage) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that runs program "one"."""
    process = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(stage.folder), str(free_port())],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert eventually((stage.folder / "healthy").exists)
    yield process
    process.kill()
    process.wait()


def test_everything_ends_when_the_starter_is_killed(stage: Stage, starter: subprocess.Popen[bytes]) -> None:
    pids = [stage.pid("one"), int(stage.files.pid_file.read_text())]
    starter.kill()
    assert eventually(lambda: not any(alive(pid) for pid in pids))


def test_the_next_run_ends_what_a_wholly_killed_run_left(stage: Stage, starter: subprocess.Popen[bytes]) -> None:
    orphan, daemon = stage.pid("one"), int(stage.files.pid_file.read_text())
    assert eventually(lambda: str(orphan) in json.loads(stage.files.processes.read_text()))
    os.kill(daemon, signal.SIGKILL)
    starter.kill()
    starter.wait()
    if not alive(orphan):
        pytest.skip("the starter had the time to clean up")
    with stage.conductor([stage.server("two")]) as conductor:
        conductor.wait_until_healthy()
        assert not alive(orphan)
    assert stage.said.has("left behind")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_programs_go_on_while_the_disk_is_too_full_for_their_logs(stage: Stage) -> None:
    stage.files.logs.mkdir(parents=True)
    for name in ("supervisord", "one", "chatty"):
        (stage.files.logs / f"{name}.log").symlink_to("/dev/full")
    port = free_port()
    source = (
        f"print('x' * 20_000, flush=True); import http.server as h; h.test(h.SimpleHTTPRequestHandler, port={port})"
    )
    chatty = Program("chatty", (sys.executable, "-c", source), f"http://127.0.0.1:{port}/", start_within_s=20)
    with stage.conductor([stage.server("one"), chatty]) as conductor:
        conductor.wait_until_healthy()
        for _ in range(20):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()  # each is a line of its log
        time.sleep(1)
        assert alive(stage.pid("one"))
        assert alive(int(stage.files.pid_file.read_text()))
    assert not alive(stage.pid("one"))


def test_a_folder_with_spaces_albanian_letters_and_a_long_name_works(tmp_path: Path) -> None:
    folder = tmp_path / "ndihma dhe 'çka' tjetër" / ("x" * 60)
    folder.mkdir(parents=True)
    stage = Stage(folder)
    with stage.conductor([stage.server("one")]) as conductor:
        conductor.wait_until_healthy()
        assert alive(stage.pid("one"))


@pytest.mark.parametrize("name", ["100% ndihma", "ndihma #2", "a ;b"])
def test_a_folder_that_supervisord_cannot_name_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    stage = Stage(folder)
    with pytest.raises(Failure, match="move the project"), stage.conductor([stage.server("one")]):
        pass
