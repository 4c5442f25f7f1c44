"""The trained models: one archive for each state of what it is made from.

A model's name holds a fingerprint of configuration, domain, training data, the engine's code and its locked
packages. The model of the present fingerprint is either there or has to be trained; it is never "probably new enough".
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ndihma.children import engine_environment, engine_python, run_logged
from ndihma.config import Settings
from ndihma.failure import Failure, from_os_error
from ndihma.progress import Reporter

__all__ = ["ModelStore"]

_KEPT: Final = 3
_DIGITS: Final = 12
_LOCK_POLL_S: Final = 0.5


class ModelStore:
    """The models of one checkout, in ``<home>/models``."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._home = settings.home
        self._folder = settings.home / "models"
        self._pipeline = self._folder / "sq_ndihma"
        self._pipeline_stamp = self._folder / "sq_ndihma.fingerprint"

    def fingerprint(self) -> str:
        """Changes exactly when the model would. Raises Failure when a part is missing."""
        home = self._home
        parts = [home / "config.yml", home / "domain.yml", *sorted((home / "data").rglob("*.yml"))]
        return _digest(home, [*parts, *self._engine_parts()])

    def current(self) -> Path | None:
        """The model of the present fingerprint, if it has been trained and can still be run."""
        path = self._path(self.fingerprint())
        return path if path.is_file() and self._pipeline_is_current() else None

    def ensure(self, reporter: Reporter, *, force: bool = False) -> Path:
        """The model of the present fingerprint, trained now when it is missing or with ``force``. Raises Failure."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with self._only_one_trainer(reporter):
                fingerprint = self.fingerprint()
                path = self._path(fingerprint)
                self._build_pipeline(reporter, force=force)
                if path.is_file() and not force:
                    path.touch()  # the newest is the one in use
                    return path
                self._train(path, fingerprint, reporter)
                self._prune(path)
                return path
        except OSError as error:
            raise from_os_error(error, "train the model") from error

    def _path(self, fingerprint: str) -> Path:
        return self._folder / f"ndihma-{fingerprint}.tar.gz"

    def _engine_parts(self) -> list[Path]:
        engine = self._home / "engine"
        files = [
            path
            for path in sorted(engine.rglob("*"))
            if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
        ]
        return [*files, self._home / "requirements" / "engine.txt"]

    # The pipeline is built by code and read by every model from the same folder, so it must fit the code as it is now.

    def _pipeline_is_current(self) -> bool:
        try:
            stamp = self._pipeline_stamp.read_text(encoding="ascii")
        except (OSError, ValueError):
            return False
        return self._pipeline.is_dir() and stamp == _digest(self._home, self._engine_parts())

    def _build_pipeline(self, reporter: Reporter, *, force: bool) -> None:
        if self._pipeline_is_current() and not force:
            return
        fingerprint = _digest(self._home, self._engine_parts())
        self._pipeline_stamp.unlink(missing_ok=True)
        began = time.monotonic()
        self._run_engine(
            ["engine.build_pipeline", str(self._pipeline)],
            "build the spaCy pipeline",
            lambda seconds: reporter.progress(f"  building the Albanian spaCy pipeline … {seconds:.0f} s"),
        )
        self._pipeline_stamp.write_text(fingerprint, encoding="ascii")
        reporter.line(f"  spaCy pipeline built ({time.monotonic() - began:.1f} s)")

    def _train(self, path: Path, fingerprint: str, reporter: Reporter) -> None:
        for abandoned in self._folder.glob(".training-*"):
            abandoned.unlink()
        temporary = self._folder / f".training-{path.name}"
        began = time.monotonic()
        try:
            self._run_engine(
                ["engine.train", "--out", str(temporary)],
                "train the model",
                lambda seconds: reporter.progress(f"  training the model … {seconds:.0f} s"),
            )
            if not temporary.is_file():
                raise Failure(f"cannot train the model: the trainer wrote none (log: {self._shown(self._log)})")
            if self.fingerprint() != fingerprint:
                raise Failure("the training data changed while the model was trained; start again")
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        size = path.stat().st_size / 2**20
        reporter.line(f"  model trained ({time.monotonic() - began:.1f} s, {size:.1f} MB): {self._shown(path)}")

    def _run_engine(self, module: list[str], doing: str, tick: Callable[[float], None]) -> None:
        run_logged(
            [str(engine_python(self._settings)), "-m", *module],
            doing=doing,
            log=self._log,
            cwd=self._home,
            environment=engine_environment(),
            tick=tick,
        )

    def _prune(self, in_use: Path) -> None:
        models = sorted(self._folder.glob("ndihma-*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in [path for path in models if path != in_use][_KEPT - 1 :]:
            old.unlink()

    @property
    def _log(self) -> Path:
        return self._settings.var / "log" / "train.log"

    def _shown(self, path: Path) -> str:
        return os.path.relpath(path, self._home)

    @contextmanager
    def _only_one_trainer(self, reporter: Reporter) -> Iterator[None]:
        with (self._folder / ".lock").open("w", encoding="ascii") as lock:
            began = time.monotonic()
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    waited = time.monotonic() - began
                    reporter.progress(f"  waiting for a training that is under way … {waited:.0f} s")
                    time.sleep(_LOCK_POLL_S)
            yield


def _digest(home: Path, parts: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in parts:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise Failure(f"{os.path.relpath(path, home)} is missing or cannot be read") from error
        name = path.relative_to(home).as_posix().encode()
        for piece in (name, content):  # lengths keep (name, content) pairs apart
            digest.update(len(piece).to_bytes(8, "big") + piece)
    return digest.hexdigest()[:_DIGITS]
