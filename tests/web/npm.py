"""The tools of web/widget and web/console (TypeScript, esbuild, axe-core), installed when a test needs them."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

__all__ = ["CONSOLE", "WIDGET", "console_tools", "npm", "widget_tools"]

ROOT: Final = Path(__file__).resolve().parents[2]
WIDGET: Final = ROOT / "web" / "widget"
CONSOLE: Final = ROOT / "web" / "console"
_LIMIT_S: Final = 300


def npm(*arguments: str, folder: Path = WIDGET) -> subprocess.CompletedProcess[str]:
    """``npm …`` in a folder."""
    return subprocess.run(
        ["npm", *arguments], cwd=folder, capture_output=True, text=True, timeout=_LIMIT_S, check=False
    )


def widget_tools() -> Path:
    """The widget's ``node_modules`` as locked; skips the test (fails it in CI) where npm is missing."""
    return _tools(WIDGET)


def console_tools() -> Path:
    """The console's, in the same way."""
    return _tools(CONSOLE)


def _tools(folder: Path) -> Path:
    if shutil.which("npm") is None:
        reason = f"npm is not installed (apt-get install npm): the {folder.name} was not built or tested"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    modules = folder / "node_modules"
    mark = modules / ".ndihma-lock"
    wanted = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    with (folder / ".npm.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several pytest runs at once share the folder
        if not mark.exists() or mark.read_text(encoding="utf-8") != wanted:
            done = npm("ci", "--no-fund", "--no-audit", folder=folder)
            assert done.returncode == 0, done.stdout + done.stderr
            mark.write_text(wanted, encoding="utf-8")
    return modules
