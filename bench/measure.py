"""What the benches share: messages, stock Rasa, ports, waiting, memory, percentiles."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
import yaml

__all__ = [
    "ENGINE",
    "ROOT",
    "Figures",
    "ask",
    "free_port",
    "memory_mib",
    "messages",
    "percentile",
    "processes_below",
    "train_stock",
    "wait_until",
    "without_settings",
]

ROOT = Path(__file__).resolve().parent.parent
ENGINE = ROOT / ".venv" / "engine" / "bin" / "python"
TURNS_PER_TRACKER = 40
"""Every system gets a fresh tracker as often as the gateway begins one: a long tracker slows Rasa for any model."""


@dataclass
class Figures:
    """Raw measurements of one system: seconds, milliseconds a message, MiB a process."""

    engine_ready_s: float = 0.0
    ready_s: float = 0.0
    engine_ms: list[float] = field(default_factory=list)
    gateway_ms: list[float] = field(default_factory=list)
    memory: dict[str, float] = field(default_factory=dict)
    stock: Figures | None = None


def without_settings() -> dict[str, str]:
    """The environment less this project's settings, with Rasa's telemetry off."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NDIHMA_")}
    return kept | {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}


def messages(count: int) -> list[str]:
    """Real messages of all registers, in the order of the development set."""
    rows = (ROOT / "tests" / "nlu" / "dev.tsv").read_text(encoding="utf-8").splitlines()[1:]
    step = max(1, len(rows) // count)
    return [row.split("\t")[0] for row in rows[::step]][:count]


def train_stock(folder: Path, epochs: int) -> float:
    config = yaml.safe_load((ROOT / "bench" / "stock" / "config.yml").read_text(encoding="utf-8"))
    for component in config["pipeline"] + config["policies"]:
        if "epochs" in component:
            component["epochs"] = epochs
    path = folder / "config.yml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    started = time.perf_counter()
    command = [
        str(ENGINE),
        "-m",
        "rasa",
        "train",
        "--config",
        str(path),
        "--out",
        str(folder),
        "--fixed-model-name",
        "stock",
    ]
    with (folder / "train.log").open("w") as log:
        subprocess.run(command, cwd=ROOT, env=without_settings(), check=True, stdout=log, stderr=log)
    return time.perf_counter() - started


def ask(url: str, body: str, texts: list[str], headers: dict[str, str]) -> list[float]:
    """Milliseconds of one POST a message; ``body`` names the field of the text."""
    took: list[float] = []
    with httpx.Client(timeout=30) as client:
        for number, text in enumerate(texts):
            sender = f"bench.{number // TURNS_PER_TRACKER}"
            started = time.perf_counter()
            client.post(url, json={"sender": sender, body: text}, headers=headers).raise_for_status()
            took.append(1000 * (time.perf_counter() - started))
    return took


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(url: str, limit_s: float, process: subprocess.Popen[bytes]) -> None:
    """Wait for a 200. Raises RuntimeError when the process ends or the limit passes."""
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the process behind {url} ended with {process.returncode}")
        try:
            if httpx.get(url, timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"{url} was not ready in {limit_s:.0f} s")


def memory_mib(pid: int) -> float:
    """Resident memory of a process and its children, in MiB."""
    process = psutil.Process(pid)
    return float(sum(p.memory_info().rss for p in [process, *process.children(recursive=True)])) / 2**20


def processes_below(pid: int) -> dict[str, int]:
    """The supervised programs below a process, by name: engine, actions, gateway."""
    marks = {"engine.serve": "engine", "actions": "actions", "ndihma.gateway": "gateway"}
    found: dict[str, int] = {}
    for child in psutil.Process(pid).children(recursive=True):
        command = child.cmdline()
        for mark, name in marks.items():
            if mark in command:
                found.setdefault(name, child.pid)
    return found


def percentile(values: list[float], share: float) -> float:
    """The nearest-rank percentile; ``share`` is 0 to 100."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share / 100 * len(ordered)) - 1))]
