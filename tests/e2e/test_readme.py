"""The README's commands, run as typed."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import ROOT, System, free_port, stop_process

pytestmark = pytest.mark.e2e

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line.strip()
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
    if line.strip() and not line.startswith("#")
]
MAKE = {"make run", "make test"}


def shell(command: str, system: System, stdin: str = "") -> str:
    done = subprocess.run(  # noqa: S602  (the README's own line, as a person types it)
        command, shell=True, cwd=ROOT, env=system.environment, input=stdin, capture_output=True, text=True, timeout=180,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


EXPECTED: dict[str, Callable[[str], bool]] = {
    "ask": lambda out: out.strip() == "SIM kartela kushton 7 €.",
    "chat": lambda out: "7 €" in out,
    "classify": lambda out: '"ask_puk_code"' in out,
    "evaluate": lambda out: "%" in out,
    "accounts": lambda out: "Inactive" in out,
    "check": lambda out: "0 errors" in out,
}


def test_the_two_commands_come_first_and_the_rest_is_known() -> None:
    assert COMMANDS[:2] == ["make run", "make test"]
    assert len(COMMANDS) == 2 + len(EXPECTED)


@pytest.mark.parametrize("command", [c for c in COMMANDS if c not in MAKE])
def test_a_readme_command_works(system: System, command: str) -> None:
    verb = re.search(r"bin/ndihma (\w+)", command)
    assert verb
    assert EXPECTED[verb.group(1)](
        shell(command, system, "sa kushton sim kartela\n" if verb.group(1) == "chat" else "")
    )


def test_make_run_starts_everything_and_ctrl_c_stops_it(system: System, tmp_path: Path) -> None:
    """`make test` is the command that runs this test; `make run` is run here, and a second time it trains nothing."""
    ports = {f"NDIHMA_{name}_PORT": str(free_port()) for name in ("GATEWAY", "ENGINE", "ACTIONS")}
    environment = {**system.environment, **ports, "NDIHMA_VAR_DIR": str(tmp_path / "var")}
    address = f"http://127.0.0.1:{ports['NDIHMA_GATEWAY_PORT']}"
    output = tmp_path / "out"
    with output.open("w") as sink:
        process = subprocess.Popen(
            ["make", "run"], cwd=ROOT, env=environment, stdout=sink, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        deadline = time.monotonic() + 240
        while address not in output.read_text() and time.monotonic() < deadline:
            assert process.poll() is None, output.read_text()
            time.sleep(0.3)
        assert httpx.get(f"{address}/readyz", timeout=5).status_code == 200
        assert "Ndihma" in httpx.get(address, timeout=5).text
    finally:
        stop_process(process)
    said = output.read_text()
    assert "training" not in said
    assert "Traceback" not in said
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/healthz", timeout=2)


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(((?!http)[^)#]+)\)", README))))
def test_a_readme_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


def test_make_help_lists_the_verbs() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert all(f"make {verb}" in listed for verb in ("run", "test", "setup", "help", "bench", "check"))
