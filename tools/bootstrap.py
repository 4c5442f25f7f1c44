"""Builds the project's two Python environments from hash-locked requirements.

    python3 tools/bootstrap.py [--dev] [--force]

Standard library only, Python 3.8 or newer. It finds a Python 3.10 for the engine and a Python 3.11 or newer for the
app, makes .venv/engine and .venv/app (side by side), and writes a stamp into each. An environment whose stamp fits
its requirements is left alone; one without a stamp was interrupted and is made anew. ``--dev`` adds what the checks
need to .venv/app. The whole output of pip goes to var/log/setup.log.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import functools
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Callable, Iterator, NamedTuple, Sequence, TextIO

try:
    import fcntl
except ImportError:  # Windows
    sys.exit("setup: this project runs on Linux and macOS (on Windows use WSL)")

STAMP_VERSION = 1
STAMP = "ndihma-stamp.json"
DEV_STAMP = "ndihma-dev-stamp.json"
NEEDED_BYTES = 3 * 1024**3
"""Both environments together take 2.2 GB while pip unpacks them."""
PROBE_TIMEOUT_S = 20
PLAIN_PROGRESS_EVERY_S = 15.0

PROBE = (
    "import sys, json, venv, ensurepip, ssl, sqlite3, ctypes;"
    "print(json.dumps([list(sys.version_info[:3]), sys.implementation.name, sys.executable]))"
)


class SetupError(Exception):
    """An expected failure: one sentence for the engineer at the terminal."""


class Candidate(NamedTuple):
    """A Python that ran and can make virtual environments."""

    path: str
    version: tuple[int, int, int]

    def shown(self) -> str:
        return "Python {} ({})".format(".".join(map(str, self.version)), self.path)


class Environment(NamedTuple):
    """What one of the two environments is made from."""

    name: str
    accepts: tuple[tuple[int, int], ...]
    wanted: str
    """How a person would say which Python it needs."""
    dev: str
    """The requirements of the checks that run in it."""


ENGINE = Environment("engine", ((3, 10),), "Python 3.10", "engine-dev")
APP = Environment("app", ((3, 11), (3, 12), (3, 13), (3, 14)), "Python 3.11 or newer", "dev")


# ---------------------------------------------------------------- finding interpreters


def command_names(environment: Environment) -> list[str]:
    """Commands and files to try, the best first. Names in PATH may be shims that do not run."""
    home = Path.home()
    names = []
    for major, minor in environment.accepts:
        version = f"{major}.{minor}"
        names.append("python" + version)
        for folder in (
            Path(os.environ.get("PYENV_ROOT") or home / ".pyenv") / "versions",
            Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or home / ".local" / "share" / "uv" / "python"),
        ):
            for pattern in (version + ".*", "cpython-" + version + ".*"):
                names += [str(found / "bin" / "python3") for found in sorted(folder.glob(pattern), key=_by_patch)]
        names += [
            "/usr/bin/python" + version,
            "/usr/local/bin/python" + version,
            "/opt/homebrew/bin/python" + version,
            f"/Library/Frameworks/Python.framework/Versions/{version}/bin/python3",
        ]
    return [*names, "python3", "python", sys.executable]


def _by_patch(folder: Path) -> tuple[int, ...]:
    numbers = re.findall(r"\d+", folder.name)
    return tuple(-int(number) for number in numbers[:3])


def probe(command: str) -> tuple[Candidate | None, str]:
    """Run ``command``: what it is, or why it cannot be used ("" when it simply is not there)."""
    path = shutil.which(command)
    if path is None:
        return None, ""
    try:
        # From "/" no .python-version file of a version manager's can bend the answer.
        done = subprocess.run(
            [path, "-I", "-c", PROBE],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=PROBE_TIMEOUT_S,
            cwd="/",
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None, ""
    if done.returncode != 0:
        missing = re.search(rb"No module named '?(\w+)", done.stderr)
        return None, f"{path} lacks the module {missing.group(1).decode()}" if missing else ""
    try:
        version, implementation, executable = json.loads(done.stdout.decode("utf-8", "replace").splitlines()[-1])
    except (ValueError, IndexError):
        return None, ""
    if implementation != "cpython":
        return None, ""
    return Candidate(executable or path, (version[0], version[1], version[2])), ""


def find_python(environment: Environment) -> Candidate:
    """The Python for ``environment``. Raises SetupError."""
    problems = []
    forced = os.environ.get("NDIHMA_PYTHON_" + environment.name.upper())
    for command in [forced] if forced else command_names(environment):
        candidate, problem = probe(command)
        if candidate and candidate.version[:2] in environment.accepts:
            return candidate
        if problem and problem not in problems:
            problems.append(problem)
    message = f"no {environment.wanted} was found for the {environment.name}"
    if forced:
        message = f"NDIHMA_PYTHON_{environment.name.upper()}={forced} is no usable {environment.wanted}"
    if problems:
        message += " ({}; on Debian and Ubuntu install the -venv package)".format("; ".join(problems))
    else:
        example = environment.accepts[0]
        message += "; install it (for example: pyenv install {0}.{1}, or uv python install {0}.{1})".format(*example)
    raise SetupError(message)


# ---------------------------------------------------------------- progress


class Progress:
    """A line for each finished step; between them a line that is rewritten (without a terminal, one every 15 s)."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._lock = threading.Lock()
        self._doing: dict[str, str] = {}
        self._began = time.monotonic()
        self._last_plain = self._began

    def doing(self, name: str, what: str) -> None:
        """``what`` ``name`` is at; empty when it is at nothing."""
        with self._lock:
            self._doing[name] = what
            if not what:
                del self._doing[name]

    def done(self, name: str, line: str) -> None:
        with self._lock:
            self._doing.pop(name, None)
            self._write(("\r\033[K" if self._live else "") + line + "\n")

    def tick(self) -> None:
        with self._lock:
            if not self._doing:
                return
            elapsed = time.monotonic() - self._began
            text = " · ".join("{}: {}".format(*item) for item in self._doing.items())
            line = f"  {text} … {elapsed:.0f} s"
            if self._live:
                width = shutil.get_terminal_size().columns - 1
                self._write("\r\033[K" + line[:width])
            elif time.monotonic() - self._last_plain >= PLAIN_PROGRESS_EVERY_S:
                self._last_plain = time.monotonic()
                self._write(line + "\n")

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()


# ---------------------------------------------------------------- installing


PIP_PROBLEMS = (
    (
        r"THESE PACKAGES DO NOT MATCH THE HASHES[\s\S]*?\n\s+(\S+)",
        "a downloaded package has another hash than the locked one: {0}",
    ),
    (r"No space left on device", "the disk is full"),
    (r"(?:Permission denied|Read-only file system)[^\n]*", "no permission to write: {0}"),
    (
        r"NewConnectionError|NameResolutionError|name resolution|Network is unreachable|ConnectTimeout|ReadTimeout"
        r"|ProxyError|Connection refused|Connection reset|SSLError|Max retries exceeded",
        "the package index cannot be reached; check the network (the proxy, pip's settings) and run the same again",
    ),
    (r"No matching distribution found for (\S+)", "the package index has no file of {0} for this Python and machine"),
    (r"(?m)^ERROR: (.*)$", "{0}"),
)


def explain_pip(output: str) -> str:
    """The one sentence that ``output`` of a failed pip comes down to."""
    for pattern, sentence in PIP_PROBLEMS:
        found = re.search(pattern, output)
        if found:
            groups = found.groups() or (found.group(0),)
            return sentence.format(groups[0][:200])
    lines = [line for line in output.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "pip said nothing"


def fingerprint(requirements: Path, candidate_version: Sequence[int]) -> str:
    digest = hashlib.sha256(requirements.read_bytes())
    digest.update(repr((STAMP_VERSION, tuple(candidate_version)[:2])).encode())
    return digest.hexdigest()


def read_stamp(path: Path) -> dict[str, str]:
    try:
        stamp = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(path: Path, **content: str) -> None:
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(content), encoding="utf-8")
    temporary.replace(path)


class Builder:
    """Builds the environments of one checkout."""

    def __init__(self, root: Path, progress: Progress) -> None:
        self.root = root
        self.venvs = root / ".venv"
        self.log = root / "var" / "log" / "setup.log"
        self.progress = progress
        self._children: list[subprocess.Popen[bytes]] = []
        self._stopping = False
        self._log_is_open = False

    # -- is there anything to do?

    def python(self, environment: Environment) -> Path:
        return self.venvs / environment.name / "bin" / "python"

    def requirements(self, name: str) -> Path:
        return self.root / "requirements" / (name + ".txt")

    def is_current(self, environment: Environment) -> bool:
        stamp = read_stamp(self.venvs / environment.name / STAMP)
        version = [int(part) for part in stamp.get("python", "0").split(".")]
        return (
            stamp.get("root") == str(self.root)  # an environment does not survive being moved
            and stamp.get("requirements") == fingerprint(self.requirements(environment.name), version)
            and os.access(str(self.python(environment)), os.X_OK)
        )

    def dev_is_current(self, environment: Environment) -> bool:
        stamp = read_stamp(self.venvs / environment.name / DEV_STAMP)
        return stamp.get("requirements") == fingerprint(self.requirements(environment.dev), (0, 0))

    # -- doing it

    def open_log(self) -> None:
        """Start the log of this set-up, once."""
        if self._log_is_open:
            return
        self._log_is_open = True
        (self.root / "var").mkdir(mode=0o700, exist_ok=True)  # customers' data will be in it
        self.log.parent.mkdir(exist_ok=True)
        self.log.write_text("", encoding="utf-8")

    def build(self, environment: Environment, candidate: Candidate) -> None:
        """Make ``environment`` from nothing. Raises SetupError."""
        name = environment.name
        folder = self.venvs / name
        began = time.monotonic()
        self.progress.doing(name, "making the environment")
        if folder.exists():
            shutil.rmtree(str(folder))
        self._run(name, [candidate.path, "-m", "venv", str(folder)], candidate.path + " cannot make an environment")
        self._install(name, name)
        if environment is APP:
            self.progress.doing(name, "installing the command ndihma")
            self._pip(name, ["--no-deps", "--no-build-isolation", "--editable", str(self.root)])
        write_stamp(
            folder / STAMP,
            root=str(self.root),
            python=".".join(map(str, candidate.version)),
            requirements=fingerprint(self.requirements(name), candidate.version),
        )
        self.progress.done(
            name, f"  {name:<6} environment built ({time.monotonic() - began:.0f} s), {candidate.shown()}"
        )

    def add_dev(self, environment: Environment) -> None:
        """Add the tools of the checks to ``environment``. Raises SetupError."""
        began = time.monotonic()
        name = environment.name
        self._install(name, environment.dev)
        requirements = fingerprint(self.requirements(environment.dev), (0, 0))
        write_stamp(self.venvs / name / DEV_STAMP, requirements=requirements)
        self.progress.done(
            name, f"  {name:<6} environment: tools of the checks added ({time.monotonic() - began:.0f} s)"
        )

    def _install(self, name: str, what: str) -> None:
        requirements = self.requirements(what)
        total = len(re.findall(r"(?m)^[A-Za-z0-9].*==", requirements.read_text(encoding="utf-8")))
        seen = 0
        self.progress.doing(name, f"0 of {total} packages")

        def watch(line: str) -> None:
            nonlocal seen
            if line.startswith("Collecting ") or line.startswith("Requirement already satisfied"):
                seen += 1
                self.progress.doing(name, f"{min(seen, total)} of {total} packages")
            elif line.startswith("Installing collected packages"):
                self.progress.doing(name, f"unpacking {total} packages")

        self._pip(name, ["--require-hashes", "--no-deps", "--requirement", str(requirements)], watch)

    def _pip(self, name: str, arguments: list[str], watch: Callable[[str], None] | None = None) -> None:
        python = str(self.venvs / name / "bin" / "python")
        options = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--retries", "3"]
        self._run(name, [python, "-m", "pip", "install", *options, *arguments], f"the {name} packages", watch)

    def _run(self, name: str, argv: list[str], what: str, watch: Callable[[str], None] | None = None) -> None:
        environment = {
            key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
        }
        environment["PYTHONUNBUFFERED"] = "1"
        child = subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=str(self.root),
            env=environment,
            start_new_session=True,
        )
        self._children.append(child)
        if self._stopping:
            self.stop()
        lines = []
        with child, self.log.open("a", encoding="utf-8") as log:
            log.write("--- {}: {}\n".format(name, " ".join(argv)))
            for raw in child.stdout or ():
                line = raw.decode("utf-8", "replace")
                lines.append(line)
                log.write(f"[{name}] {line}")
                if watch:
                    watch(line)
        code = child.wait()
        self._children.remove(child)
        if self._stopping:
            raise SetupError(f"{what}: interrupted")
        if code != 0:
            raise SetupError("{}: {} (log: var/log/setup.log)".format(what, explain_pip("".join(lines))))

    def stop(self) -> None:
        """End every child; the environments they worked on have no stamp and will be made anew."""
        self._stopping = True
        for child in list(self._children):
            with contextlib.suppress(OSError):
                os.killpg(child.pid, signal.SIGTERM)


def run_at_once(builder: Builder, steps: Sequence[Callable[[], None]]) -> None:
    """Run ``steps`` side by side with progress shown; raises the first error after all of them have ended."""
    failures: list[BaseException] = []
    builder.open_log()

    def run(step: Callable[[], None]) -> None:
        try:
            step()
        except BaseException as error:  # raised again below, in the main thread
            failures.append(error)
            builder.stop()

    threads = [threading.Thread(target=run, args=(step,), daemon=True) for step in steps]
    for thread in threads:
        thread.start()
    try:
        while any(thread.is_alive() for thread in threads):
            builder.progress.tick()
            time.sleep(0.25)
    except BaseException:
        builder.stop()
        for thread in threads:
            thread.join(5)
        raise
    if failures:
        raise failures[0]


@contextlib.contextmanager
def only_one(folder: Path, progress: Progress) -> Iterator[None]:
    """One set-up of this checkout at a time; a second waits."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                progress.doing("setup", "waiting for another set-up of this folder")
                progress.tick()
                time.sleep(0.5)
        progress.doing("setup", "")
        yield


def set_up(root: Path, *, dev: bool, force: bool, progress: Progress) -> None:
    """Everything. Raises SetupError or OSError."""
    builder = Builder(root, progress)
    with only_one(builder.venvs, progress):
        wanted = [environment for environment in (ENGINE, APP) if force or not builder.is_current(environment)]
        if wanted:
            work = [(environment, find_python(environment)) for environment in wanted]
            free = shutil.disk_usage(str(root)).free
            if free < NEEDED_BYTES:
                raise SetupError(f"the disk is too full: {free >> 20} MB free, {NEEDED_BYTES >> 20} MB are needed")
            run_at_once(builder, [functools.partial(builder.build, *item) for item in work])
        lacking = [environment for environment in (ENGINE, APP) if dev and not builder.dev_is_current(environment)]
        if lacking:
            run_at_once(builder, [functools.partial(builder.add_dev, environment) for environment in lacking])


def one_line(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "the disk is full"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"no permission to write: {error.filename}"
    return f"{error.strerror}: {error.filename}"


def interrupt(signum: int, _frame: object) -> None:
    raise KeyboardInterrupt(signum)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="bootstrap", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--dev", action="store_true", help="add what the checks need")
    parser.add_argument("--force", action="store_true", help="make both environments anew")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, interrupt)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup stays nohup
        signal.signal(signal.SIGHUP, interrupt)  # the terminal is closed: pip, in a session of its own, would go on
    root = Path(__file__).resolve().parent.parent
    progress = Progress(sys.stdout)
    try:
        set_up(root, dev=options.dev, force=options.force, progress=progress)
    except SetupError as error:
        progress.done("", f"setup: {error}")
        return 1
    except OSError as error:
        progress.done("", f"setup: {one_line(error)}")
        return 1
    except KeyboardInterrupt:
        progress.done("", "setup: interrupted; the same command starts it again")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
