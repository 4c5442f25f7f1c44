"""What npm gives for the comparison, below ``var/bench/widget``: nothing of it belongs to the project."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from pathlib import Path
from typing import Final

from bench.widget.peers import PEERS, Widget

__all__ = ["install"]

_HERE: Final = Path(__file__).parent
_LIMIT_S: Final = 300


def install(folder: Path) -> None:
    """Fetch what is missing. Raises RuntimeError when npm gives something else than what was looked at."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_HERE / name, folder / name)
    if not (folder / "node_modules" / "socket.io").exists():
        _npm(folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    (folder / "peers").mkdir(exist_ok=True)
    for peer in PEERS:
        target = folder / "peers" / f"{peer.name}.js"
        if not target.exists():
            _fetch(peer, folder, target)


def _fetch(peer: Widget, folder: Path, target: Path) -> None:
    """One script out of a package's archive: its dependencies are in it, and hundreds of packages stay away."""
    told = json.loads(_npm(folder, "pack", f"{peer.name}@{peer.version}", "--json", "--ignore-scripts"))
    if told[0]["integrity"] != peer.integrity:
        raise RuntimeError(f"{peer.name} {peer.version} is not what was compared before: {told[0]['integrity']}")
    archive = folder / told[0]["filename"]
    with tarfile.open(archive) as opened:
        content = opened.extractfile(peer.script)
        if content is None:
            raise RuntimeError(f"{peer.name} has no {peer.script}")
        target.write_bytes(content.read())
    archive.unlink()


def _npm(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["npm", *arguments], cwd=folder, check=True, capture_output=True, text=True, timeout=_LIMIT_S)
    return done.stdout
