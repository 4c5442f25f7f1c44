"""The uploaded files themselves: outside the web root, under random names, for the app's user alone (security S15)."""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

__all__ = ["AttachmentFiles"]

_ORPHANED_AFTER: Final = timedelta(hours=1)
"""A file is stored before its row; the transaction in between takes seconds."""


class AttachmentFiles:
    """The files in ``directory`` (made on first use, mode 0700). Every method blocks; raises OSError."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def write(self, name: str, content: bytes) -> None:
        """A new file; it survives the machine's sudden end once this returns."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.path(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        directory = os.open(self._directory, os.O_RDONLY)
        try:
            os.fsync(directory)  # the name too
        finally:
            os.close(directory)

    def read(self, name: str) -> bytes:
        return self.path(name).read_bytes()

    def remove(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)

    def path(self, name: str) -> Path:
        return self._directory / name

    def names(self) -> list[str]:
        """All files; none while there is no directory."""
        return [path.name for path in self._directory.iterdir()] if self._directory.exists() else []

    def remove_orphans(self, known: Collection[str], names: Collection[str], now: datetime) -> int:
        """Remove those of ``names`` that no row knows and that are old enough; how many went."""
        removed = 0
        for name in names:
            path = self.path(name)
            try:
                if name not in known and now.timestamp() - path.stat().st_mtime > _ORPHANED_AFTER.total_seconds():
                    path.unlink()
                    removed += 1
            except FileNotFoundError:  # another process sweeps too
                continue
        return removed
