"""Agents who type: how long after a key the suggestions come, with 20 of them beside one, in one run.

``python -m bench.assist [--agents N] [--seconds N] [--pause-ms N] [--json FILE]``, after `make setup`. It starts a
system of its own on free ports, in a temporary folder. Each agent types the first 40 characters of messages of the
development set, a key every 0.1 to 0.3 s, reads for a second, and types the next, until the seconds are over. As a page
would, it asks for suggestions when no key has followed for ``--pause-ms``, with a sequence number that grows, and shows
an answer only if none with a higher number was shown.

Told are the times from a request to its answer, for the texts that were whole and for all that were not superseded, and
from the last key of a text to its suggestions (the pause more). One agent types before the others and once more after
them, for a third of the time: what the machine does meanwhile shows in the difference. The whole takes the time of
starting the system, and twice the seconds less a third.

It ends with 1 when an answer was missing, or when with all agents the suggestions for whole texts came more than 300 ms
after the last key at the 95th percentile.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

import h11

from bench.burst import System, serving
from bench.measure import ROOT, messages, percentile, without_settings
from ndihma.engine_client.connections import Connections
from ndihma.progress import Terminal

__all__ = ["Agent", "main", "typing"]

_KEY_S: Final = (0.1, 0.3)
_READING_S: Final = (0.5, 1.5)
_LONGEST: Final = 40
_PAUSE_MS: Final = 150
_SECONDS: Final = 40
_WARM_UP_S: Final = 5.0
_TARGET_MS: Final = 300.0
"""From the last key to suggestions, at the 95th percentile."""
_TOLD_EVERY_S: Final = 1.0
_SUGGESTIONS: Final = "/api/assist/suggestions"
_LIMIT_S: Final = 15.0
"""The page's own (``web/console/src/api.ts``)."""
_MOST_BYTES: Final = 64 * 1024

Post = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]
"""Asks for suggestions. Raises OSError, ValueError, h11.ProtocolError. Not by a general client: with 20 agents on the
same cores its own work was most of what was measured, and it could stand still."""


@dataclass
class Agent:
    """What one agent asked for and saw. Times in seconds."""

    seat: str
    pause_s: float = _PAUSE_MS / 1000
    whole_s: list[float] = field(default_factory=list)
    """From the request for a whole text to its answer."""
    all_s: list[float] = field(default_factory=list)
    """The same of every text that was not superseded."""
    superseded: int = 0
    unavailable: int = 0
    stale: int = 0
    """Answers that came after one with a higher number, and were not shown."""
    failed: int = 0
    """Requests without an answer, or with a refusal."""
    shown: int = -1

    async def type(self, post: Post, texts: Iterable[str], chance: random.Random, until: float = math.inf) -> None:
        """``until``: of ``time.perf_counter``; a text that is not whole then is left."""
        sequence = 0
        for text in texts:
            asking: list[asyncio.Task[None]] = []
            for length in range(1, len(text) + 1):
                if time.perf_counter() >= until:
                    break
                pause = chance.uniform(*_KEY_S) if length < len(text) else self.pause_s
                await asyncio.sleep(min(pause, self.pause_s))
                if pause >= self.pause_s and text[:length].strip():
                    sequence += 1
                    whole = length == len(text)
                    asking.append(asyncio.create_task(self._ask(post, text[:length], sequence, whole=whole)))
                await asyncio.sleep(max(0.0, pause - self.pause_s))
            await asyncio.gather(*asking)
            if time.perf_counter() >= until:
                return
            await asyncio.sleep(chance.uniform(*_READING_S))

    async def _ask(self, post: Post, text: str, sequence: int, *, whole: bool) -> None:
        began = time.perf_counter()
        body = {"text": text, "sequence": sequence, "client": self.seat}
        try:
            answer = await post(body)
        except (OSError, ValueError, h11.ProtocolError):
            self.failed += 1
            return
        took = time.perf_counter() - began
        if answer["reason"] == "superseded":
            self.superseded += 1
            return
        self.unavailable += answer["reason"] == "unavailable"
        self.all_s.append(took)
        if whole:
            self.whole_s.append(took)
        if answer["sequence"] < self.shown:
            self.stale += 1
        self.shown = max(self.shown, answer["sequence"])


async def typing(
    base: str, token: str, seated: list[Agent], seconds: float, told: Callable[[str], None]
) -> list[Agent]:
    """Let agents type so long, all at once. ``told`` hears how it goes."""
    agents = len(seated)
    known = [text[:_LONGEST] for text in messages(400)]
    connections = Connections(base, {"Authorization": f"Bearer {token}"})
    began = time.perf_counter()

    async def tell() -> None:
        while True:
            answers = sum(len(agent.all_s) for agent in seated)
            told(f"{agents} typing: {time.perf_counter() - began:.0f} of {seconds:.0f} s, {answers} answers")
            await asyncio.sleep(_TOLD_EVERY_S)

    async def post(body: dict[str, Any]) -> dict[str, Any]:
        async with asyncio.timeout(_LIMIT_S):
            status, answer = await connections.post(_SUGGESTIONS, json.dumps(body).encode(), at_most=_MOST_BYTES)
        if status != HTTPStatus.OK:
            raise OSError(f"refused with {status}")
        return dict(json.loads(answer))

    telling = asyncio.create_task(tell())
    await asyncio.gather(
        *(
            agent.type(post, islice(cycle(known), n * 31 % len(known), None), random.Random(n), began + seconds)  # noqa: S311
            for n, agent in enumerate(seated)
        )
    )
    telling.cancel()
    connections.close()
    return seated


def figures(agents: list[Agent]) -> dict[str, Any]:
    """Milliseconds and counts of one phase."""
    whole = [took for agent in agents for took in agent.whole_s]
    every = [took for agent in agents for took in agent.all_s]
    return {
        "agents": len(agents),
        "answers": len(every),
        "whole_texts": _ms(whole),
        "all_texts": _ms(every),
        "last_key_to_suggestions": _ms([took + agent.pause_s for agent in agents for took in agent.whole_s]),
        "superseded": sum(agent.superseded for agent in agents),
        "unavailable": sum(agent.unavailable for agent in agents),
        "failed": sum(agent.failed for agent in agents),
        "old_after_new": sum(agent.stale for agent in agents),
    }


def _ms(values: list[float]) -> dict[str, float] | None:
    if not values:
        return None
    return {
        "p50": round(1000 * statistics.median(values), 1),
        "p95": round(1000 * percentile(values, 95), 1),
        "max": round(1000 * max(values), 1),
    }


def _token(system: System, folder: Path) -> str:
    made = subprocess.run(
        [sys.executable, "-m", "ndihma", "staff", "token", "add", "bench", "--scope", "suggest"],
        cwd=ROOT,
        env=without_settings() | {"NDIHMA_VAR_DIR": str(folder / "var")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert system.processes
    return made.stdout.strip()


def _table(phases: dict[str, dict[str, Any]]) -> str:
    names = list(next(iter(phases.values())))
    rows = [["", *phases], ["---"] * (len(phases) + 1)]
    for name in names:
        values = [phase[name] for phase in phases.values()]
        cells = [f"{v['p50']} · {v['p95']} · {v['max']}" if isinstance(v, dict) else str(v) for v in values]
        unit = " (ms: p50 · p95 · max)" if any(isinstance(v, dict) for v in values) else ""
        rows.append([name.replace("_", " ") + unit, *cells])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main() -> int:
    """Run the three phases and print them; 1 when an answer was missing or they came too late."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.assist", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--agents", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=_SECONDS, help="how long all of them type")
    parser.add_argument("--pause-ms", type=int, default=_PAUSE_MS, help="after a key, before suggestions are asked for")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()
    terminal, many = Terminal(sys.stderr), f"{arguments.agents} agents"
    terminal.line("Starting the system …")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # through the blocks that end what was started
    with tempfile.TemporaryDirectory(prefix="ndihma-assist-") as name, serving(Path(name), instant=False) as system:
        token = _token(system, Path(name))

        def phase(agents: int, seconds: float) -> dict[str, Any]:
            seated = [Agent(f"seat-{number}", arguments.pause_ms / 1000) for number in range(agents)]
            return figures(asyncio.run(typing(system.base, token, seated, seconds, terminal.progress)))

        phase(1, _WARM_UP_S)
        load, before = os.getloadavg()[0], system.cpu_s()
        phases = {
            "one agent": phase(1, arguments.seconds / 3),
            many: phase(arguments.agents, arguments.seconds),
            "one agent again": phase(1, arguments.seconds / 3),
        }
        asked = sum(phase["answers"] + phase["superseded"] for phase in phases.values())
        used = {name: round(1000 * (after - before[name]) / asked, 1) for name, after in system.cpu_s().items()}
    terminal.clear()
    result = {"phases": phases, "cores": os.cpu_count(), "load_before": round(load, 1), "cpu_ms_per_request": used}
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(_table(phases))
    print(f"\nload before: {result['load_before']}, cores: {result['cores']}, CPU ms a request: {used}")
    missing = any(phase["unavailable"] or phase["failed"] for phase in phases.values())
    waited = phases[many]["last_key_to_suggestions"]
    late = waited is None or waited["p95"] > _TARGET_MS
    print(f"p95 from the last key with {many}: {waited and waited['p95']} ms, at most {_TARGET_MS:.0f} are wanted")
    return int(missing or late)


if __name__ == "__main__":
    sys.exit(main())
