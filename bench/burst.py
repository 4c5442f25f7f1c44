"""Many customers at the same moment: what a burst costs, and whether every message is answered once and in order.

``python -m bench.burst [--sessions N] [--messages N] [--instant-engine] [--limit-s S] [--json FILE]``, after `make
setup`. It starts a system of its own on free ports of this machine, in a temporary folder and with the rate limits out
of the way, and goes through the public API only: every session opens its event stream, then posts its messages one
after another without waiting for answers. A refused message (a conversation's queue holds 8) is sent again with the
same client id once an answer has come, or after Retry-After.

``--instant-engine`` puts a fixed answer in the engine's place: what is left is the gateway's own ceiling.
Reply time is from the accepted POST to the message's ``done`` event. CPU milliseconds are of each process: on a machine
that does other work they say more than the clock.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import httpx
import psutil

from bench.measure import free_port, memory_mib, percentile, processes_below, wait_until, without_settings
from ndihma.config import Settings
from ndihma.preparation import prepare_data
from ndihma.progress import Quiet

__all__ = ["Conversation", "System", "burst", "main", "summary"]

ROOT: Final = Path(__file__).resolve().parent.parent
_PYTHON: Final = sys.executable
_TOKEN: Final = "burst-token-of-a-system-that-lives-for-a-minute"  # noqa: S105
_START_LIMIT_S: Final = 300
_SAMPLE_S: Final = 0.5
_OFF: Final = "1000000"
MOST_SESSIONS: Final = 500
MOST_MESSAGES: Final = 100
MOST_SECONDS: Final = 1800
WARM_UP: Final = 20


@dataclass
class System:
    """A running system: where it is, and its processes by name."""

    base: str
    processes: dict[str, int]
    peak_mib: dict[str, float] = field(default_factory=dict)

    def sample_memory(self) -> None:
        for name, pid in self.processes.items():
            self.peak_mib[name] = max(self.peak_mib.get(name, 0.0), memory_mib(pid))

    def cpu_s(self) -> dict[str, float]:
        """CPU seconds, user and system, each process has used so far."""
        return {name: sum(psutil.Process(pid).cpu_times()[:2]) for name, pid in self.processes.items()}


@dataclass
class Conversation:
    """What one session sent and heard. Times are of ``time.perf_counter``, in seconds."""

    sent: list[str] = field(default_factory=list)
    """Message ids in the order in which they were accepted."""
    first_tried: dict[str, float] = field(default_factory=dict)
    accepted_at: dict[str, float] = field(default_factory=dict)
    done_at: dict[str, float] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    cursors: list[int] = field(default_factory=list)
    apologies: int = 0
    refused: int = 0

    def hear(self, event: dict[str, Any], now: float) -> None:
        self.cursors.append(event["cursor"])
        if event["type"] == "reply" and event["outcome"] == "unavailable":
            self.apologies += 1
        if event["type"] == "done":
            self.done.append(event["in_reply_to"])
            self.done_at.setdefault(event["in_reply_to"], now)

    @property
    def lost(self) -> int:
        """Accepted messages without an end, and events missing on the stream."""
        unanswered = len(set(self.sent) - set(self.done))
        missing = len(set(range(1, max(self.cursors, default=0) + 1)) - set(self.cursors))
        return unanswered + missing

    @property
    def twice(self) -> int:
        """Answers and events that came more than once."""
        return sum(count - 1 for count in (Counter(self.done) + Counter(map(str, self.cursors))).values())

    @property
    def reordered(self) -> int:
        """Answers that did not come in the order of their messages, and events out of their cursors' order."""
        place = {message_id: number for number, message_id in enumerate(self.sent)}
        answered = [place[message_id] for message_id in self.done if message_id in place]
        return sum(later < earlier for row in (answered, self.cursors) for earlier, later in pairwise(row))


async def _listen(http: httpx.AsyncClient, path: str, heard: Conversation, news: asyncio.Event, count: int) -> None:
    async with http.stream("GET", f"{path}/events?after=0") as stream:
        stream.raise_for_status()
        async for line in stream.aiter_lines():
            if not line.startswith("data:"):
                continue
            event = json.loads(line.removeprefix("data:"))
            if "cursor" not in event:  # typing
                continue
            heard.hear(event, time.perf_counter())
            if event["type"] == "done":
                news.set()
            if len(heard.done) >= count:
                return


async def _post(
    http: httpx.AsyncClient, path: str, body: dict[str, str], heard: Conversation, news: asyncio.Event
) -> None:
    tried = time.perf_counter()
    while True:
        news.clear()
        started = time.perf_counter()
        answer = await http.post(f"{path}/messages", json=body)
        if answer.status_code in (429, 503):
            heard.refused += 1
            try:
                async with asyncio.timeout(float(answer.headers["retry-after"])):
                    await news.wait()
            except TimeoutError:
                pass
            continue
        answer.raise_for_status()
        message_id = answer.json()["message_id"]
        heard.sent.append(message_id)
        heard.first_tried[message_id] = tried
        heard.accepted_at[message_id] = started
        return


async def _converse(base: str, texts: list[str], begin: asyncio.Event, heard: Conversation) -> None:
    async with httpx.AsyncClient(base_url=base, timeout=httpx.Timeout(60, read=None), trust_env=False) as http:
        opened = (await http.post("/api/v1/sessions")).raise_for_status().json()
        http.headers["Authorization"] = f"Bearer {opened['token']}"
        path, news = f"/api/v1/sessions/{opened['session_id']}", asyncio.Event()
        listening = asyncio.create_task(_listen(http, path, heard, news, len(texts)))
        await begin.wait()
        for number, text in enumerate(texts):
            await _post(http, path, {"client_id": f"b{number}", "text": text}, heard, news)
        await listening


async def burst(
    system: System, texts: list[str], sessions: int, count: int, limit_s: float
) -> tuple[list[Conversation], float]:
    """Let ``sessions`` conversations say ``count`` messages each, all at once; what they heard, and seconds it took.

    A conversation that is not through after ``limit_s`` seconds is cut off: what it misses counts as lost.
    """
    begin, heard = asyncio.Event(), [Conversation() for _ in range(sessions)]
    tasks = [
        asyncio.create_task(
            _converse(system.base, [texts[(n + place) % len(texts)] for place in range(count)], begin, conversation)
        )
        for n, conversation in enumerate(heard)
    ]
    while any(not conversation.cursors for conversation in heard):  # each stream has told its greeting
        if any(task.done() for task in tasks):
            break
        await asyncio.sleep(0.05)
    started = time.perf_counter()
    begin.set()
    left, ended = set(tasks), started
    while left and time.perf_counter() - started < limit_s:
        _, left = await asyncio.wait(left, timeout=_SAMPLE_S)
        system.sample_memory()
        ended = time.perf_counter()
    for task in left:
        task.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            print(f"a session ended early: {type(outcome).__name__}: {outcome}", file=sys.stderr)
    last = max((at for conversation in heard for at in conversation.done_at.values()), default=ended)
    return heard, last - started


@contextmanager
def serving(folder: Path, *, instant: bool) -> Iterator[System]:
    """The whole system, or with ``instant`` the gateway alone before an engine that answers at once."""
    ports = {name: free_port() for name in ("GATEWAY", "ENGINE", "ACTIONS")}
    if instant:
        ports["ACTIONS"] = ports["ENGINE"]
    environment = without_settings() | {
        "NDIHMA_VAR_DIR": str(folder / "var"),
        "NDIHMA_ENGINE_TOKEN": _TOKEN,
        "NDIHMA_SESSION_MESSAGES_PER_MINUTE": _OFF,
        "NDIHMA_ADDRESS_MESSAGES_PER_MINUTE": _OFF,
        **{f"NDIHMA_{name}_PORT": str(port) for name, port in ports.items()},
    }
    database = Settings(var_dir=folder / "var", database_url="")
    prepare_data(database, Quiet())
    commands = [["-m", "ndihma", "serve"]]
    if instant:
        commands = [["-m", "bench.instant_engine", str(ports["ENGINE"])], ["-m", "ndihma.gateway"]]
    running: list[subprocess.Popen[bytes]] = []
    with (folder / "serve.out").open("w") as log:
        try:
            running.extend(
                subprocess.Popen([_PYTHON, *command], cwd=ROOT, env=environment, stdout=log, stderr=log)
                for command in commands
            )
            base = f"http://127.0.0.1:{ports['GATEWAY']}"
            wait_until(f"{base}/readyz", _START_LIMIT_S, running[-1])
            processes = {"gateway": running[-1].pid} if instant else processes_below(running[0].pid)
            yield System(base, processes)
        finally:
            for process in reversed(running):
                process.terminate()
                process.wait(timeout=60)


def _times(values: list[float]) -> dict[str, float] | None:
    if not values:
        return None
    return {
        "p50": round(statistics.median(values), 3),
        "p95": round(percentile(values, 95), 3),
        "max": round(max(values), 3),
    }


def summary(
    heard: list[Conversation], took_s: float, cpu_s: dict[str, float], peak_mib: dict[str, float], wanted: int
) -> dict[str, Any]:
    """The figures: seconds, counts, CPU milliseconds a message and MiB at most by process.

    ``wanted`` messages were to be sent; one that was never accepted counts as lost.
    """
    answered = sum(len(set(conversation.done)) for conversation in heard)
    never_sent = wanted - sum(len(conversation.sent) for conversation in heard)

    def since(start: str) -> list[float]:
        return [
            at - getattr(conversation, start)[message_id]
            for conversation in heard
            for message_id, at in conversation.done_at.items()
            if message_id in getattr(conversation, start)
        ]

    return {
        "sessions": len(heard),
        "messages": wanted,
        "cores": os.cpu_count(),
        "seconds": round(took_s, 2),
        "messages_per_s": round(answered / took_s, 1) if took_s else None,
        "reply_s": _times(since("accepted_at")),
        "from_first_try_s": _times(since("first_tried")),
        "apologies": sum(conversation.apologies for conversation in heard),
        "lost": never_sent + sum(conversation.lost for conversation in heard),
        "twice": sum(conversation.twice for conversation in heard),
        "reordered": sum(conversation.reordered for conversation in heard),
        "refused_and_sent_again": sum(conversation.refused for conversation in heard),
        "cpu_ms_per_message": {name: round(1000 * used / max(1, answered), 1) for name, used in cpu_s.items()},
        "peak_memory_mib": {name: round(mib) for name, mib in peak_mib.items()},
    }


def _table(result: dict[str, Any]) -> str:
    def line(name: str, value: object) -> str:
        if isinstance(value, dict):
            value = ", ".join(f"{key} {part}" for key, part in value.items())
        return f"| {name.replace('_', ' ')} | {value} |"

    return "\n".join(["| | |", "|---|---|", *(line(name, value) for name, value in result.items())])


def _bounded(most: int) -> Any:
    def read(text: str) -> int:
        number = int(text)
        if not 1 <= number <= most:
            raise argparse.ArgumentTypeError(f"1 to {most}")
        return number

    return read


def main() -> int:
    """Run a burst and print it; 1 when a message was lost, answered twice or out of order."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.burst", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sessions", type=_bounded(MOST_SESSIONS), default=50, help=f"1 to {MOST_SESSIONS}")
    parser.add_argument(
        "--messages", type=_bounded(MOST_MESSAGES), default=20, help=f"per session, 1 to {MOST_MESSAGES}"
    )
    parser.add_argument("--instant-engine", action="store_true", help="a fixed answer in the engine's place")
    parser.add_argument("--limit-s", type=_bounded(MOST_SECONDS), default=300, help="cut the burst off after this")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # through the blocks that end what was started
    texts = messages()
    with (
        tempfile.TemporaryDirectory(prefix="ndihma-burst-") as name,
        serving(Path(name), instant=arguments.instant_engine) as system,
    ):
        asyncio.run(burst(system, texts, 1, WARM_UP, arguments.limit_s))
        load, before, mine = os.getloadavg()[0], system.cpu_s(), time.process_time()
        heard, took_s = asyncio.run(burst(system, texts, arguments.sessions, arguments.messages, arguments.limit_s))
        used = {name: after - before[name] for name, after in system.cpu_s().items()}
        used["bench"] = time.process_time() - mine
    wanted = arguments.sessions * arguments.messages
    result = summary(heard, took_s, used, system.peak_mib, wanted) | {"load_before": round(load, 1)}
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(_table(result))
    return 1 if result["lost"] or result["twice"] or result["reordered"] else 0


def messages() -> list[str]:
    """Real messages of all registers: the development set's."""
    rows = (ROOT / "tests" / "nlu" / "dev.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [row.split("\t")[0] for row in rows]


if __name__ == "__main__":
    sys.exit(main())
