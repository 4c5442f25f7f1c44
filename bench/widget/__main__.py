"""Our chat widget beside those that npm offers, on bare pages under one strict policy, in one run.

``python -m bench.widget [--only NAME …] [--json FILE]``. The peers come from npm into ``var/bench/widget`` (checked by
their integrity), Chromium must be there. Each is loaded as it is built, in one script; measured are the gzip size of
all scripts, requests, the time until a click on the launcher has opened a field to write in (median of some loads on a
processor throttled four times; of widgets without a launcher: until the field is there), rules that axe finds broken,
what the policy stopped, and what a customer sees when the server is killed in the middle of an answer. A widget that
shows nothing under the policy is looked at without it, too, and its figures are then marked so.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, sync_playwright

from bench.widget.measuring import RUNS, SLOWER, Death, Looked, look, when_the_server_dies
from bench.widget.npm import install
from bench.widget.peers import OWN, PEERS, POLICY, Widget
from bench.widget.servers import serving

_ROOT: Final = Path(__file__).resolve().parents[2]
_FOLDER: Final = _ROOT / "var" / "bench" / "widget"
_CHROMIUM: Final = "/usr/bin/chromium"


def measure(browser: Browser, widget: Widget, axe: str) -> dict[str, Any]:
    """Everything about one widget, as JSON."""
    with serving(widget, _FOLDER, POLICY) as server:
        strict = look(browser, widget, server.url, axe)
    policy = POLICY if strict.renders else ""
    loose: Looked | None = None
    if not strict.renders:
        with serving(widget, _FOLDER, "") as server:
            loose = look(browser, widget, server.url, axe)
    died: Death | None = None
    if strict.renders or (loose is not None and loose.renders):
        with serving(widget, _FOLDER, policy) as server:
            died = when_the_server_dies(browser, widget, server)
    return {
        "name": widget.name,
        "version": widget.version,
        "strict": asdict(strict),
        "without_policy": asdict(loose) if loose else None,
        "server_dies": {"under_policy": strict.renders, **asdict(died)} if died else None,
    }


def table(results: list[dict[str, Any]]) -> str:
    """The figures as a Markdown table, a column for each widget."""
    rows: list[tuple[str, list[str]]] = [
        ("scripts, kB gzip", [f"{_seen(r)['gzip_bytes'] / 1000:.1f}{_mark(r)}" for r in results]),
        ("requests (third party)", [f"{_seen(r)['requests']} ({_seen(r)['third_party']}){_mark(r)}" for r in results]),
        ("usable under the policy", [_usable(r["strict"]) for r in results]),
        ("what the policy stopped", [_counts(r["strict"]["violations"]) for r in results]),
        (f"launcher there, ms at 1/{SLOWER} speed", [_ms(r, "launcher_ms") for r in results]),
        ("its click has opened the field, ms", [_ms(r, "interactive_ms") for r in results]),
        ("axe, closed", [_axe(r, "closed") for r in results]),
        ("axe, open", [_axe(r, "open") for r in results]),
        ("server killed: the question stays", [_died(r, "question_stays") for r in results]),
        ("… the customer is told", [_told(r) for r in results]),
        ("… the answer comes by itself", [_died(r, "answered_alone") for r in results]),
        ("… the next question is answered", [_died(r, "goes_on") for r in results]),
    ]
    names = [f"{r['name']} {r['version']}".strip() for r in results]
    lines = [f"| | {' | '.join(names)} |", f"|{'---|' * (len(names) + 1)}"]
    lines += [f"| {label} | {' | '.join(cells)} |" for label, cells in rows]
    lines.append(f"\n* without the policy, because under it nothing usable is shown. Medians of {RUNS} loads.")
    return "\n".join(lines)


def _usable(strict: dict[str, Any]) -> str:
    if not strict["renders"]:
        return "no"
    unstyled = any(name.startswith("style-src") for name in strict["violations"])
    return "yes, but without its styles" if unstyled else "yes"


def _seen(result: dict[str, Any]) -> dict[str, Any]:
    seen: dict[str, Any] = result["without_policy"] or result["strict"]
    return seen


def _mark(result: dict[str, Any]) -> str:
    return "*" if result["without_policy"] else ""


def _counts(counted: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counted.items())) or "nothing"


def _ms(result: dict[str, Any], name: str) -> str:
    value = _seen(result)[name]
    return "never" if value is None else f"{value:.0f}{_mark(result)}"


def _axe(result: dict[str, Any], state: str) -> str:
    rules = _seen(result)["axe"].get(state)
    return "–" if rules is None else f"{', '.join(rules) or '0'}{_mark(result)}"


def _died(result: dict[str, Any], name: str) -> str:
    died = result["server_dies"]
    return "–" if died is None else f"{'yes' if died[name] else 'no'}{_mark(result)}"


def _told(result: dict[str, Any]) -> str:
    died = result["server_dies"]
    return "–" if died is None else f"{'; '.join(died['told'])[:160].replace('|', '/') or 'no'}{_mark(result)}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.widget", description=__doc__.splitlines()[0])
    every = {widget.name: widget for widget in (OWN, *PEERS)}
    parser.add_argument("--only", nargs="+", choices=every, default=list(every), help="measure these alone")
    parser.add_argument("--json", type=Path, default=_FOLDER / "result.json", help="where the figures go")
    chosen = parser.parse_args()
    if not Path(_CHROMIUM).exists():
        print("bench.widget: there is no Chromium at", _CHROMIUM, file=sys.stderr)
        return 1
    install(_FOLDER)
    axe = (_FOLDER / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    results = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        for name in chosen.only:
            print(f"measuring {name} …", file=sys.stderr)
            results.append(measure(browser, every[name], axe))
        browser.close()
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    text = table(results)
    chosen.json.with_suffix(".md").write_text(text + "\n", encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
