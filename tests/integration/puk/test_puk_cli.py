"""``ndihma puk``, as it is called."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path


def run(var: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ndihma", *arguments],
        env={**os.environ, "NDIHMA_VAR_DIR": str(var), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_import_and_rotation_from_the_command_line(tmp_path: Path) -> None:
    assert run(tmp_path, "accounts", "demo").returncode == 0
    old, new = (f"{name}:{base64.b64encode(os.urandom(32)).decode()}" for name in ("old", "new"))
    file = tmp_path / "puk.csv"
    file.write_text("msisdn,puk1\n044100105,12345678\n044999999,87654321\n", encoding="utf-8")
    refused = run(tmp_path, "puk", "import", str(file), NDIHMA_PUK_KEYS=old)
    assert refused.returncode == 1
    assert "line 3: no account has this number" in refused.stderr
    assert "nothing was stored" in refused.stderr
    file.write_text("msisdn,puk1\n044100105,12345678\n", encoding="utf-8")
    stored = run(tmp_path, "puk", "import", str(file), NDIHMA_PUK_KEYS=old)
    assert (stored.returncode, stored.stdout) == (0, "1 PUK codes were stored, encrypted.\n")
    lost = run(tmp_path, "puk", "rotate", NDIHMA_PUK_KEYS=new)
    assert lost.returncode == 1
    assert "open with no key" in lost.stderr
    rotated = run(tmp_path, "puk", "rotate", NDIHMA_PUK_KEYS=f"{new},{old}")
    assert (rotated.returncode, rotated.stdout) == (0, "1 PUK codes were encrypted with the current key.\n")
    told = "".join(each.stdout + each.stderr for each in (refused, stored, lost, rotated))
    assert not [secret for secret in ("12345678", "87654321", "44100105", old[4:], new[4:]) if secret in told]
    for path in tmp_path.glob("ndihma.db*"):
        assert b"12345678" not in path.read_bytes()


def test_keys_that_cannot_be_used_are_one_sentence(tmp_path: Path) -> None:
    refused = run(tmp_path, "puk", "rotate", NDIHMA_PUK_KEYS="2026:short")
    assert refused.returncode == 1
    assert refused.stderr == "ndihma: NDIHMA_PUK_KEYS: key 1 is not 32 bytes in base64\n"
