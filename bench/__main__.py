"""Measures set-up, training, start, memory and reply times, each beside the stock Rasa default pipeline.

``python -m bench [--setup] [--stock-epochs N] [--no-stock] [--messages N] [--json FILE]``, after `make setup`.
Stock Rasa is the pipeline and the policies of `rasa init` (bench/stock/config.yml), trained on the same data with the
same domain and rules, served by `rasa run` with its REST channel and asked the same messages; both ask the same running
action server. Timings are of this machine at this moment: the ratios are what to read.
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
from pathlib import Path
from typing import Any

import httpx

from bench.measure import (
    ENGINE,
    ROOT,
    Figures,
    ask,
    free_port,
    memory_mib,
    messages,
    percentile,
    processes_below,
    train_stock,
    wait_until,
    without_settings,
)
from bench.report import table

NDIHMA = ROOT / ".venv" / "app" / "bin" / "ndihma"
TOKEN = "bench-token"  # noqa: S105
START_LIMIT_S = 300


def setup_time() -> float:
    """Seconds of `make setup` in a fresh clone: environments, model, database, demo customers."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        started = time.perf_counter()
        subprocess.run(["make", "setup"], cwd=clone, env=without_settings(), check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - started


def train_ours(out: Path) -> float:
    started = time.perf_counter()
    command = [str(ENGINE), "-m", "engine.train", "--out", str(out)]
    subprocess.run(command, cwd=ROOT, env=without_settings(), check=True, capture_output=True)
    return time.perf_counter() - started


def ask_gateway(base: str, texts: list[str]) -> list[float]:
    """Milliseconds from the post to the reply's `done` event on the stream, one message at a time."""
    took: list[float] = []
    with httpx.Client(base_url=base, timeout=30) as client:
        session = client.post("/api/v1/sessions").json()
        path, headers = f"/api/v1/sessions/{session['session_id']}", {"Authorization": f"Bearer {session['token']}"}
        with client.stream("GET", f"{path}/events?after=0", headers=headers) as stream:
            lines = stream.iter_lines()
            for number, text in enumerate(texts):
                started = time.perf_counter()
                sent = client.post(f"{path}/messages", json={"client_id": f"b{number}", "text": text}, headers=headers)
                sent.raise_for_status()
                wanted = sent.json()["message_id"]
                next(line for line in lines if _ends(line, wanted))
                took.append(1000 * (time.perf_counter() - started))
    return took


def _ends(line: str, message_id: str) -> bool:
    """Whether a line of the stream is the `done` event of this message."""
    if not line.startswith("data:"):
        return False
    event = json.loads(line.removeprefix("data:"))
    return bool(event.get("type") == "done" and event.get("in_reply_to") == message_id)


def measure_ours(folder: Path, texts: list[str]) -> Figures:
    ports = {name: free_port() for name in ("GATEWAY", "ENGINE", "ACTIONS")}
    environment = without_settings() | {
        "NDIHMA_VAR_DIR": str(folder),
        "NDIHMA_ENGINE_TOKEN": TOKEN,
        "NDIHMA_SESSION_MESSAGES_PER_MINUTE": "1000000",
        "NDIHMA_ADDRESS_MESSAGES_PER_MINUTE": "1000000",
        **{f"NDIHMA_{name}_PORT": str(port) for name, port in ports.items()},
    }
    subprocess.run([str(NDIHMA), "setup"], cwd=ROOT, env=environment, check=True, capture_output=True)
    started = time.perf_counter()
    with (folder / "serve.out").open("w") as log:
        process = subprocess.Popen([str(NDIHMA), "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log)
    figures = Figures()
    try:
        engine = f"http://127.0.0.1:{ports['ENGINE']}/webhooks/gateway"
        wait_until(f"{engine}/health", START_LIMIT_S, process)
        figures.engine_ready_s = time.perf_counter() - started
        base = f"http://127.0.0.1:{ports['GATEWAY']}"
        wait_until(f"{base}/readyz", START_LIMIT_S, process)
        figures.ready_s = time.perf_counter() - started
        ask_gateway(base, texts[:20])
        figures.gateway_ms = ask_gateway(base, texts)
        figures.engine_ms = ask(f"{engine}/message", "text", texts, {"X-Ndihma-Token": TOKEN})
        figures.memory = {name: memory_mib(pid) for name, pid in processes_below(process.pid).items()}
        figures.stock = measure_stock_beside(folder, texts, ports["ACTIONS"])
    finally:
        process.send_signal(2)
        process.wait(timeout=60)
    return figures


def measure_stock_beside(folder: Path, texts: list[str], actions_port: int) -> Figures | None:
    """Serve the stock model, if there is one, against the same action server."""
    model = folder / "stock" / "stock.tar.gz"
    if not model.is_file():
        return None
    port = free_port()
    environment = without_settings() | {
        "NDIHMA_ACTIONS_URL": f"http://127.0.0.1:{actions_port}",
        "NDIHMA_ENGINE_TOKEN": TOKEN,
    }
    command = [str(ENGINE), "-m", "rasa", "run", "--model", str(model), "--port", str(port), "--interface", "127.0.0.1"]
    command += ["--credentials", "bench/stock/credentials.yml", "--endpoints", "bench/stock/endpoints.yml"]
    started = time.perf_counter()
    with (folder / "stock.out").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    figures = Figures()
    try:
        wait_until(f"http://127.0.0.1:{port}/webhooks/rest/", START_LIMIT_S, process)
        figures.engine_ready_s = figures.ready_s = time.perf_counter() - started
        url = f"http://127.0.0.1:{port}/webhooks/rest/webhook"
        ask(url, "message", texts[:20], {})
        figures.engine_ms = ask(url, "message", texts, {})
        figures.memory = {"engine": memory_mib(process.pid)}
    finally:
        process.terminate()
        process.wait(timeout=60)
    return figures


def summary(ours: Figures, training_s: float, setup_s: float | None, stock_training_s: float | None) -> dict[str, Any]:
    """The figures as plain data: seconds, MiB, milliseconds."""

    def reply(values: list[float]) -> dict[str, float] | None:
        if not values:
            return None
        return {"p50_ms": round(statistics.median(values), 1), "p95_ms": round(percentile(values, 95), 1)}

    stock = ours.stock
    return {
        "machine": {"cores": os.cpu_count(), "messages": len(ours.engine_ms)},
        "ndihma": {
            "setup_s": setup_s and round(setup_s, 1),
            "training_s": round(training_s, 1),
            "engine_ready_s": round(ours.engine_ready_s, 1),
            "all_ready_s": round(ours.ready_s, 1),
            "memory_mib": {name: round(value) for name, value in ours.memory.items()},
            "engine_reply": reply(ours.engine_ms),
            "whole_reply": reply(ours.gateway_ms),
        },
        "stock": stock
        and {
            "training_s": stock_training_s and round(stock_training_s, 1),
            "engine_ready_s": round(stock.engine_ready_s, 1),
            "memory_mib": {name: round(value) for name, value in stock.memory.items()},
            "engine_reply": reply(stock.engine_ms),
        },
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--setup", action="store_true", help="also time `make setup` in a fresh clone (minutes)")
    parser.add_argument(
        "--no-stock", action="store_true", help="leave stock Rasa out (its training takes most of the time)"
    )
    parser.add_argument(
        "--stock-epochs", type=int, default=100, help="epochs of stock Rasa's DIET and TED (its default: 100)"
    )
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    texts = messages(arguments.messages)
    with tempfile.TemporaryDirectory(prefix="ndihma-bench-") as name:
        folder = Path(name)
        setup_s = setup_time() if arguments.setup else None
        print("training ours …", file=sys.stderr)
        training_s = train_ours(folder / "ours.tar.gz")
        stock_s = None
        if not arguments.no_stock:
            print("training stock Rasa …", file=sys.stderr)
            (folder / "stock").mkdir()
            stock_s = train_stock(folder / "stock", arguments.stock_epochs)
        print("serving and asking …", file=sys.stderr)
        figures = measure_ours(folder, texts)
    result = summary(figures, training_s, setup_s, stock_s)
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(table(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
