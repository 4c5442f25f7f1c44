"""Finding interpreters, stamps, and what a failed pip comes down to."""

from __future__ import annotations

import ast
import importlib.util
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = ROOT / "tools" / "bootstrap.py"


@pytest.fixture(scope="module")
def bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["bootstrap"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose requirements need nothing."""
    (tmp_path / "requirements").mkdir()
    for name in ("engine", "app", "dev", "engine-dev"):
        (tmp_path / "requirements" / f"{name}.txt").write_text("")
    return tmp_path


def fake_python(folder: Path, name: str, script: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_it_is_written_for_python_3_8() -> None:
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 8))


def test_a_shim_that_does_not_run_is_passed_over(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = fake_python(tmp_path, "python3.11", "echo 'pyenv: python3.11: command not found' >&2; exit 127")
    good = fake_python(tmp_path, "good", f'exec "{sys.executable}" "$@"')
    monkeypatch.setattr(bootstrap, "command_names", lambda _environment: [str(broken), str(good)])
    environment = bootstrap.APP._replace(accepts=(sys.version_info[:2],))
    assert bootstrap.find_python(environment).version == sys.version_info[:3]


def test_a_missing_interpreter_is_one_line_that_says_what_to_install(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "command_names", lambda _environment: [str(tmp_path / "none"), sys.executable])
    monkeypatch.delenv("NDIHMA_PYTHON_ENGINE", raising=False)
    with pytest.raises(bootstrap.SetupError, match=r"no Python 3\.10 was found for the engine; install it"):
        bootstrap.find_python(bootstrap.ENGINE._replace(accepts=((3, 7),)))


def test_a_python_without_venv_is_named(bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare = fake_python(tmp_path, "bare", "echo \"ModuleNotFoundError: No module named 'ensurepip'\" >&2; exit 1")
    monkeypatch.setattr(bootstrap, "command_names", lambda _environment: [str(bare)])
    with pytest.raises(bootstrap.SetupError, match="lacks the module ensurepip; on Debian"):
        bootstrap.find_python(bootstrap.APP)


def test_a_named_interpreter_of_the_wrong_version_is_refused(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NDIHMA_PYTHON_ENGINE", sys.executable)
    with pytest.raises(bootstrap.SetupError, match=r"NDIHMA_PYTHON_ENGINE=.* is no usable Python 3\.10"):
        bootstrap.find_python(bootstrap.ENGINE)


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\n    httpx==1 from http…:\n",
            "a downloaded package has another hash than the locked one: httpx==1",
        ),
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n",
            "the disk is full",
        ),
        (
            "WARNING: Retrying … NewConnectionError('… Failed to establish a new connection')\n"
            "ERROR: No matching distribution found for httpx==1\n",
            "the package index cannot be reached",
        ),
        ("ERROR: No matching distribution found for httpx==1\n", "the package index has no file of httpx==1"),
        ("ERROR: [Errno 13] Permission denied: '/x/y'\n", "no permission to write: Permission denied: '/x/y'"),
        ("something odd\n\n", "something odd"),
        ("", "pip said nothing"),
    ],
)
def test_the_cause_of_a_failed_installation_is_one_sentence(bootstrap: ModuleType, output: str, sentence: str) -> None:
    explained = bootstrap.explain_pip(output)
    assert explained.startswith(sentence)
    assert "\n" not in explained


def test_an_environment_is_current_only_for_its_requirements_its_python_and_its_place(
    bootstrap: ModuleType, checkout: Path
) -> None:
    builder = bootstrap.Builder(checkout, bootstrap.Progress(io.StringIO()))
    folder = checkout / ".venv" / "app"
    (folder / "bin").mkdir(parents=True)
    fake_python(folder / "bin", "python", "exit 0")
    assert not builder.is_current(bootstrap.APP)  # interrupted: there is no stamp

    def stamp(root: Path, python: str = "3.11.7") -> None:
        fingerprint = bootstrap.fingerprint(builder.requirements("app"), (3, 11, 7))
        bootstrap.write_stamp(folder / bootstrap.STAMP, root=str(root), python=python, requirements=fingerprint)

    stamp(checkout)
    assert builder.is_current(bootstrap.APP)
    stamp(checkout, python="3.12.1")
    assert not builder.is_current(bootstrap.APP)
    stamp(checkout / "moved")
    assert not builder.is_current(bootstrap.APP)
    stamp(checkout)
    (checkout / "requirements" / "app.txt").write_text("httpx==1\n")
    assert not builder.is_current(bootstrap.APP)


def test_a_failing_environment_is_not_stamped_and_its_error_arrives(bootstrap: ModuleType, checkout: Path) -> None:
    builder = bootstrap.Builder(checkout, bootstrap.Progress(io.StringIO()))
    builder.open_log()
    broken = fake_python(checkout, "python", "echo 'OSError: [Errno 28] No space left on device'; exit 1")
    candidate = bootstrap.Candidate(str(broken), (3, 11, 7))
    with pytest.raises(bootstrap.SetupError, match=r"the disk is full \(log: var/log/setup.log\)"):
        bootstrap.run_at_once(builder, [lambda: builder.build(bootstrap.APP, candidate)])
    assert not builder.is_current(bootstrap.APP)
    assert "Errno 28" in (checkout / "var" / "log" / "setup.log").read_text()


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGHUP])
def test_a_set_up_that_is_ended_or_loses_its_terminal_leaves_nothing_at_work(
    checkout: Path, signum: signal.Signals
) -> None:
    (checkout / "tools").mkdir()
    script = shutil.copy(SCRIPT, checkout / "tools")
    answer = '[[3, {}, 0], "cpython", "{}"]'
    pythons = {
        name: fake_python(
            checkout,
            name,
            f"if [ \"$1\" = -I ]; then echo '{answer.format(minor, checkout / name)}'; exit; fi\n"
            f"echo $$ > '{checkout}/{name}.pid.tmp'; mv '{checkout}/{name}.pid.tmp' '{checkout}/{name}.pid'\n"
            "exec sleep 300",
        )
        for name, minor in (("engine", 10), ("app", 11))
    }
    chosen = {f"NDIHMA_PYTHON_{name.upper()}": str(path) for name, path in pythons.items()}
    running = subprocess.Popen(
        [sys.executable, script], env={**os.environ, **chosen}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    pids = [int(_content_of(checkout / f"{name}.pid")) for name in pythons]
    running.send_signal(signum)
    said, _ = running.communicate(timeout=30)
    assert b"setup: interrupted" in said
    assert running.returncode == 130
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def _content_of(path: Path) -> str:
    while not path.exists():
        time.sleep(0.05)
    return path.read_text()


def test_a_folder_that_cannot_be_written_is_one_line(bootstrap: ModuleType) -> None:
    assert bootstrap.one_line(PermissionError(13, "Permission denied", "/x")) == "no permission to write: /x"
    assert bootstrap.one_line(OSError(28, "No space left on device", "/x")) == "the disk is full"


def test_without_a_terminal_progress_is_plain_lines(bootstrap: ModuleType) -> None:
    out = io.StringIO()
    progress = bootstrap.Progress(out)
    progress.doing("app", "1 of 2 packages")
    progress.tick()
    progress.done("app", "done")
    assert out.getvalue() == "done\n"


def test_the_shell_finds_a_python_although_the_first_are_broken(tmp_path: Path) -> None:
    fake_python(tmp_path, "python3", "exit 127")
    fake_python(tmp_path, "python3.12", f'exec "{sys.executable}" "$@"')
    path = f"{tmp_path}:/usr/bin:/bin"
    done = subprocess.run(
        [str(ROOT / "tools" / "bootstrap.sh"), "--help"],
        env={"PATH": path, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "--dev" in done.stdout


def test_the_shell_says_in_one_line_that_there_is_no_python(tmp_path: Path) -> None:
    (tmp_path / "dirname").symlink_to("/usr/bin/dirname")
    done = subprocess.run(
        ["/bin/sh", str(ROOT / "tools" / "bootstrap.sh")],
        env={"PATH": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "no Python was found" in done.stderr


def test_the_lock_files_hold_no_addresses() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        content = path.read_text(encoding="utf-8")
        assert "://" not in content, path.name
        assert "--hash=sha256:" in content, path.name


def test_npm_locks_hold_hashes_and_no_addresses() -> None:
    """`npm install` writes `resolved` and sponsors' addresses; they are taken out again, the integrity hashes stay."""
    locks = [path for path in ROOT.rglob("package-lock.json") if not {"node_modules", "var"} & set(path.parts)]
    assert locks
    for path in locks:
        content = path.read_text(encoding="utf-8")
        assert "://" not in content, path
        packages = json.loads(content)["packages"]
        assert all("integrity" in package for name, package in packages.items() if name), path


def test_make_help_lists_every_verb() -> None:
    done = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]}
    )
    for verb in ("run", "test", "setup", "train", "check", "lint", "lock", "bench", "clean"):
        assert f"make {verb}" in done.stdout
