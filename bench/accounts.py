"""Measures an account's answer beside a plain FAQ answer in the same run: accounts in SQL, and over TM Forum APIs.

``python -m bench.accounts [--messages N] [--json FILE]``, after `make setup`. The newest model is served; the engine is
asked directly, a FAQ question and a verified customer's question in turn, so that both meet the same machine. The TM
Forum APIs are the tests' made-up operator on this machine: what is measured is our side and loopback, no operator's.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import insert

from bench.measure import ENGINE, ROOT, TURNS_PER_TRACKER, free_port, percentile, wait_until, without_settings
from ndihma.accounts.adapters.sql import SqlAccountWriter
from ndihma.accounts.demo import demo_customers, load_demo
from ndihma.clock import SystemClock
from ndihma.config import Mode
from ndihma.db import Database, migrate
from ndihma.verification.model import AssuranceLevel
from ndihma.verification.tables import IdentityRow

TOKEN = "bench-token"  # noqa: S105
START_LIMIT_S = 120
WARM_UP = 10
SOURCES = ("sql", "tmforum")
FAQ, ACCOUNT = "faq", "account"
INTENTS = {FAQ: "ask_contact", ACCOUNT: "check_account"}


def questions(intent: str) -> list[str]:
    """Real messages of the development set that ask this."""
    rows = (ROOT / "tests" / "nlu" / "dev.tsv").read_text(encoding="utf-8").splitlines()[1:]
    cells = [row.split("\t") for row in rows]
    return [row[0] for row in cells if row[1] == intent]


def conversation(kind: str, turn: int) -> str:
    """A fresh one as often as the gateway would begin a new tracker."""
    return f"bench-{kind}-{turn // TURNS_PER_TRACKER}"


async def prepare(var: Path, conversations: Sequence[str]) -> None:
    """Demo customers, and each conversation verified as one of them."""
    database, now = Database(f"sqlite+aiosqlite:///{var / 'ndihma.db'}"), datetime.now(UTC)
    try:
        await migrate(database)
        await load_demo(SqlAccountWriter(database), Mode.DEVELOPMENT, SystemClock())
        customers = demo_customers(now)
        rows = [
            {
                "conversation_id": name,
                "msisdn": customers[place % len(customers)].line.msisdn.e164,
                "level": AssuranceLevel.CODE_CONFIRMED,
                "verified_at": now,
                "expires_at": now + timedelta(hours=1),
            }
            for place, name in enumerate(conversations)
        ]
        async with database.session() as session:
            await session.execute(insert(IdentityRow), rows)
    finally:
        await database.close()


@contextmanager
def running(commands: Mapping[str, Sequence[str]], environment: Mapping[str, str], log: Path) -> Iterator[None]:
    """The processes by the address that tells that each is ready."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        with log.open("wb") as stream:
            for command in commands.values():
                processes.append(  # noqa: PERF401  (those that were started are ended, also when the next cannot be)
                    subprocess.Popen(command, cwd=ROOT, env=dict(environment), stdout=stream, stderr=stream)
                )
        for url, process in zip(commands, processes, strict=True):
            wait_until(url, START_LIMIT_S, process)
        yield
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(timeout=30)


def serve(folder: Path, source: str, conversations: Sequence[str]) -> tuple[int, AbstractContextManager[None]]:
    """The engine's port, and the running of engine, actions and, for TM Forum, the operator."""
    ports = {name: free_port() for name in ("ENGINE", "ACTIONS", "OPERATOR")}
    operator = f"http://127.0.0.1:{ports['OPERATOR']}"
    model = max((ROOT / "models").glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    environment = without_settings() | {
        "NDIHMA_VAR_DIR": str(folder),
        "NDIHMA_HOME": str(ROOT),
        "NDIHMA_ENGINE_TOKEN": TOKEN,
        "NDIHMA_ENGINE_PORT": str(ports["ENGINE"]),
        "NDIHMA_ACTIONS_PORT": str(ports["ACTIONS"]),
        "NDIHMA_ACTIONS_URL": f"http://127.0.0.1:{ports['ACTIONS']}",
        "NDIHMA_TRACKER_DB": f"sqlite:///{folder}/tracker.db",
        "NDIHMA_MODEL": str(model),
        "NDIHMA_ACCOUNTS": source,
        "NDIHMA_TMF_URL": operator,
        "NDIHMA_ACCOUNTS_STALE_S": "0",
    }
    asyncio.run(prepare(folder, conversations))
    commands = {
        f"http://127.0.0.1:{ports['ACTIONS']}/health": [sys.executable, "-m", "actions"],
        f"http://127.0.0.1:{ports['ENGINE']}/webhooks/gateway/health": [str(ENGINE), "-m", "engine.serve"],
    }
    if source == "tmforum":
        ready = f"{operator}/tmf-api/productInventory/v4/product"
        commands[ready] = [sys.executable, "-m", "tests.support.tmforum", str(ports["OPERATOR"])]
    return ports["ENGINE"], running(commands, environment, folder / "serve.out")


def measure(port: int, texts: Mapping[str, Sequence[str]], count: int) -> dict[str, list[float]]:
    """Milliseconds of each answer that was of its kind; others (misunderstood messages) are left out."""
    took: dict[str, list[float]] = {kind: [] for kind in texts}
    with httpx.Client(
        base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False, headers={"X-Ndihma-Token": TOKEN}
    ) as client:
        for turn in range(-WARM_UP, count):
            for kind, asked in texts.items():
                body = {"sender": f"{conversation(kind, max(turn, 0))}.0", "text": asked[turn % len(asked)]}
                started = time.perf_counter()
                answer = client.post("/webhooks/gateway/message", json=body).raise_for_status().json()
                passed = 1000 * (time.perf_counter() - started)
                if turn >= 0 and _kind(answer) == kind:
                    took[kind].append(passed)
    return took


def _kind(answer: Mapping[str, Any]) -> str | None:
    """Whether an account was told, or a plain FAQ answer; None for anything else."""
    said = [str((m.get("metadata") or {}).get("utter_action") or "") for m in answer["messages"]]
    told = [name for name in said if name.startswith("utter_account_") and name != "utter_account_unavailable"]
    return ACCOUNT if told else FAQ if said == [f"utter_{INTENTS[FAQ]}"] else None


def summary(took: Mapping[str, list[float]]) -> dict[str, Any]:
    return {
        kind: {
            "answers": len(values),
            "p50_ms": round(statistics.median(values), 1) if values else None,
            "p95_ms": round(percentile(values, 95), 1) if values else None,
        }
        for kind, values in took.items()
    }


def table(result: Mapping[str, Any]) -> str:
    lines = ["| accounts in | answer | answers | p50 ms | p95 ms |", "|---|---|---|---|---|"]
    for source, kinds in result["sources"].items():
        for kind, figures in kinds.items():
            lines.append(f"| {source} | {kind} | " + " | ".join(str(value) for value in figures.values()) + " |")
    return "\n".join(lines)


def main() -> int:
    """Print the table; 1 when a source answered nothing of a kind."""
    parser = argparse.ArgumentParser(prog="python -m bench.accounts", description=__doc__)
    parser.add_argument("--messages", type=int, default=200, help="of each kind and source")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    texts = {kind: questions(intent) for kind, intent in INTENTS.items()}
    verified = sorted({conversation(ACCOUNT, turn) for turn in range(arguments.messages)})
    result: dict[str, Any] = {"cores": os.cpu_count(), "load_before": round(os.getloadavg()[0], 1), "sources": {}}
    for source in SOURCES:
        with tempfile.TemporaryDirectory(prefix="ndihma-bench-") as name:
            port, processes = serve(Path(name), source, verified)
            with processes:
                result["sources"][source] = summary(measure(port, texts, arguments.messages))
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(table(result))
    return 0 if all(f["answers"] for kinds in result["sources"].values() for f in kinds.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
