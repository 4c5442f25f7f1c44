"""How long the engine takes to be ready, and what it holds in memory: stock Rasa, Rasa under our pipeline, light.

``python -m bench.start [--runs N] [--stock-model FILE] [--no-stock] [--messages N] [--json FILE]``, after `make setup`.
Three engines by turns, each alone: *stock* is the pipeline of `rasa init` (bench/stock/config.yml), served by `rasa
run` (one epoch unless a model is given: its start does not depend on the epochs); *full* is our model in an engine that
imports everything Rasa imports (NDIHMA_ENGINE_FULL=1); *light* is the same model in the engine as it is. Ready is the
first 200 from its health page. The middle of the runs counts; on a machine that does other work, CPU seconds say more
than the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from bench.measure import ENGINE, ROOT, ask, free_port, memory_mib, messages, train_stock, wait_until, without_settings
from ndihma.config import Settings
from ndihma.modelstore import ModelStore
from ndihma.progress import Quiet

__all__ = ["Start", "main", "table"]

TOKEN = "bench-token"  # noqa: S105
START_LIMIT_S = 300


@dataclass(frozen=True)
class Start:
    """One start: seconds until ready, CPU seconds until then, MiB when ready and after the messages."""

    ready_s: float
    cpu_s: float
    ready_mib: float
    used_mib: float


def start_ours(model: Path, folder: Path, texts: list[str], *, full: bool) -> Start:
    port = free_port()
    environment = without_settings() | {
        "NDIHMA_ENGINE_FULL": "1" if full else "0",
        "NDIHMA_MODEL": str(model),
        "NDIHMA_ENGINE_PORT": str(port),
        "NDIHMA_ENGINE_TOKEN": TOKEN,
        "NDIHMA_ACTIONS_URL": "http://127.0.0.1:9",
        "NDIHMA_TRACKER_DB": f"sqlite:///{folder}/tracker-{port}.db",
    }
    base = f"http://127.0.0.1:{port}/webhooks/gateway"
    headers = {"X-Ndihma-Token": TOKEN}
    return _start(
        ["-m", "engine.serve"], environment, f"{base}/health", lambda: ask(f"{base}/message", "text", texts, headers)
    )


def start_stock(model: Path, texts: list[str]) -> Start:
    port = free_port()
    environment = without_settings() | {"NDIHMA_ACTIONS_URL": "http://127.0.0.1:9", "NDIHMA_ENGINE_TOKEN": TOKEN}
    command = ["-m", "rasa", "run", "--model", str(model), "--port", str(port), "--interface", "127.0.0.1"]
    command += ["--credentials", "bench/stock/credentials.yml", "--endpoints", "bench/stock/endpoints.yml"]
    base = f"http://127.0.0.1:{port}/webhooks/rest"
    return _start(command, environment, f"{base}/", lambda: ask(f"{base}/webhook", "message", texts, {}))


def _start(command: list[str], environment: dict[str, str], health: str, use: Any) -> Start:
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(ENGINE), *command], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(health, START_LIMIT_S, process)
        ready_s = time.perf_counter() - began
        cpu_s = sum(psutil.Process(process.pid).cpu_times()[:2])
        ready_mib = memory_mib(process.pid)
        use()
        return Start(ready_s, cpu_s, ready_mib, memory_mib(process.pid))
    finally:
        process.terminate()
        process.wait(timeout=60)


def middle(starts: list[Start]) -> Start:
    columns = zip(*(asdict(start).values() for start in starts), strict=True)
    return Start(*(round(statistics.median(column), 2) for column in columns))


def table(figures: dict[str, Start]) -> str:
    """The middles as Markdown, and how many times the light engine's each is."""
    lines = ["| engine | ready, s | CPU until ready, s | memory when ready, MiB | after the messages, MiB |"]
    lines.append("|---|---|---|---|---|")
    light = asdict(figures["light"])
    for name, start in figures.items():
        cells = [
            f"{value:.1f}" if name == "light" else f"{value:.1f} ({value / light[column]:.1f}×)"
            for column, value in asdict(start).items()
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.start", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="starts of each engine (default: 5)")
    parser.add_argument("--stock-model", type=Path, help="a trained stock model; without it one is trained (minutes)")
    parser.add_argument("--no-stock", action="store_true", help="leave stock Rasa out")
    parser.add_argument("--messages", type=int, default=100)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    texts = messages(arguments.messages)
    model = ModelStore(Settings(home=ROOT)).ensure(Quiet())
    with tempfile.TemporaryDirectory(prefix="ndihma-bench-") as name:
        folder = Path(name)
        stock: Path | None = arguments.stock_model
        if stock is None and not arguments.no_stock:
            print("training stock Rasa …", file=sys.stderr)
            train_stock(folder, 1)
            stock = folder / "stock.tar.gz"
        starts: dict[str, list[Start]] = {"stock": [], "full": [], "light": []}
        for number in range(arguments.runs):
            print(f"run {number + 1} of {arguments.runs} …", file=sys.stderr)
            if stock is not None:
                starts["stock"].append(start_stock(stock.resolve(), texts))
            starts["full"].append(start_ours(model.resolve(), folder, texts, full=True))
            starts["light"].append(start_ours(model.resolve(), folder, texts, full=False))
    figures = {name: middle(runs) for name, runs in starts.items() if runs}
    if arguments.json:
        result = {"cores": os.cpu_count(), "runs": arguments.runs, **{name: asdict(of) for name, of in figures.items()}}
        arguments.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
