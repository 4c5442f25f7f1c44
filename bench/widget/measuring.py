"""What is measured of one widget in a real browser."""

from __future__ import annotations

import gzip
import json
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, Response

from bench.widget.peers import Widget
from bench.widget.servers import Server

__all__ = ["Death", "Looked", "look", "when_the_server_dies"]

SLOWER: Final = 4
"""Times that the processor is throttled, about a cheap telephone."""
RUNS: Final = 5
_HELP: Final = (Path(__file__).parent / "browser.js").read_text(encoding="utf-8")
_SETTLED_MS: Final = 2500
_ASK_MS: Final = 100
_SHOWN_MS: Final = 15_000
_WIDTH, _HEIGHT = 1280, 800
_FIRST: Final = "Sa kushton SIM kartela?"
_SECOND: Final = "Po rigjenerimi?"
_COMPLETE: Final = "e plotë"
_AWAY_S: Final = 6
_BACK_S: Final = 40


@dataclass
class Looked:
    """A page as it loads. Sizes in bytes, times in milliseconds after the navigation began, throttled."""

    renders: bool
    gzip_bytes: int
    requests: int
    third_party: int
    launcher_ms: float | None
    interactive_ms: float | None
    violations: dict[str, int]
    axe: dict[str, list[str]] = field(default_factory=dict)
    """By state (closed, open): the rules that are broken, with the number of elements."""


@dataclass
class Death:
    """The server is killed one second after a question, stays away for six, and comes back."""

    question_stays: bool
    told: list[str]
    """What the page newly shows while the server is away."""
    answered_alone: bool
    """The answer comes after the server is back, though the customer does nothing."""
    goes_on: bool
    """The next question is answered, without loading the page anew."""


@contextmanager
def _page(browser: Browser, slower: int = 1) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": _WIDTH, "height": _HEIGHT}, locale="sq")
    context.add_init_script(_HELP)
    page = context.new_page()
    if slower > 1:
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    try:
        yield page
    finally:
        context.close()


def look(browser: Browser, widget: Widget, url: str, axe: str) -> Looked:
    """Load the page once quietly and some times throttled; then ask axe."""
    scripts: dict[str, int] = {}
    hosts: list[str] = []

    def came(response: Response) -> None:
        if response.request.resource_type == "document" or response.url.endswith(".svg"):
            return
        hosts.append(response.url)
        if response.request.resource_type == "script":
            scripts[response.url] = len(gzip.compress(response.body(), 9))

    with _page(browser) as page:
        page.on("requestfinished", lambda request: came(answer) if (answer := request.response()) else None)
        page.goto(url, wait_until="load")
        page.wait_for_timeout(_SETTLED_MS)
        ours = url.partition("/page/")[0]
        looked = Looked(
            renders=False,
            gzip_bytes=sum(size for address, size in scripts.items() if "/start/" not in address),
            requests=sum("/start/" not in address for address in hosts),
            third_party=sum(not address.startswith(ours) for address in hosts),
            launcher_ms=None,
            interactive_ms=None,
            violations={},
        )
        looked.renders = _usable(page, widget.launcher or widget.field)
        if looked.renders:
            looked.axe["closed" if widget.launcher else "open"] = _broken_rules(page, axe)
            looked.renders = _open(page, widget)
        if looked.renders and widget.launcher:
            page.wait_for_timeout(1000)
            looked.axe["open"] = _broken_rules(page, axe)
        looked.violations = dict(Counter(page.evaluate("__bench.violations")))
    if looked.renders:
        races = [race for _ in range(RUNS) if (race := _race(browser, widget, url))]
        if races:
            looked.launcher_ms = statistics.median(race[0] for race in races)
            looked.interactive_ms = statistics.median(race[1] for race in races)
    return looked


def _race(browser: Browser, widget: Widget, url: str) -> tuple[float, float] | None:
    """When the launcher is there, and when a click on it has opened a field to write in."""
    with _page(browser, SLOWER) as page:
        page.add_init_script(f"__bench.race({json.dumps(widget.launcher)}, {json.dumps(widget.field)})")
        page.goto(url, wait_until="commit")
        if not _comes(page, "__bench.interactive !== null", 2 * _SHOWN_MS):
            return None
        interactive = float(page.evaluate("__bench.interactive"))
        return float(page.evaluate("__bench.launcher ?? __bench.interactive")), interactive


def _open(page: Page, widget: Widget) -> bool:
    if widget.launcher and not _usable(page, widget.field):
        page.locator(widget.launcher).first.click()
    return _comes(page, f"__bench.usable({json.dumps(widget.field)}) !== null", _SHOWN_MS)


def _usable(page: Page, selector: str) -> bool:
    return bool(page.evaluate(f"__bench.usable({json.dumps(selector)}) !== null"))


def _comes(page: Page, condition: str, limit_ms: float) -> bool:
    """Asked from outside: Playwright's own waiting uses ``eval`` in the page, which the policy forbids."""
    until = time.monotonic() + limit_ms / 1000
    while not page.evaluate(condition):
        if time.monotonic() > until:
            return False
        page.wait_for_timeout(_ASK_MS)
    return True


def _broken_rules(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found: dict[str, Any] = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    return [f"{rule['id']} ({len(rule['nodes'])})" for rule in found["violations"]]


def when_the_server_dies(browser: Browser, widget: Widget, server: Server) -> Death:
    """Ask, kill, wait, start, and look what the customer sees without doing anything; then ask again."""
    with _page(browser) as page:
        page.goto(server.url, wait_until="load")
        page.wait_for_timeout(_SETTLED_MS)
        if not _open(page, widget):
            raise RuntimeError(f"{widget.name} shows no field")
        page.wait_for_timeout(1000)
        _say(page, widget, _FIRST)
        page.wait_for_timeout(1500)
        before = set(_lines(page))
        server.kill()
        page.wait_for_timeout(1000 * _AWAY_S)
        during = _lines(page)
        server.start()
        answered = _comes(page, f"__bench.lines().join(' ').includes({json.dumps(_COMPLETE)})", 1000 * _BACK_S)
        stays = any(_FIRST in line for line in _lines(page))
        shown = " ".join(_lines(page)).count(_COMPLETE)
        goes_on = _usable(page, widget.field) and _next_is_answered(page, widget, shown)
        new = [line for line in dict.fromkeys(during) if line not in before]
        return Death(stays, new, answered, goes_on)


def _next_is_answered(page: Page, widget: Widget, shown: int) -> bool:
    _say(page, widget, _SECOND)
    wanted = f"__bench.lines().join(' ').split({json.dumps(_COMPLETE)}).length - 1 > {shown}"
    return _comes(page, wanted, 1000 * _BACK_S / 2)


def _say(page: Page, widget: Widget, text: str) -> None:
    page.locator(widget.field).first.click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    time.sleep(0.1)


def _lines(page: Page) -> list[str]:
    return list(page.evaluate("__bench.lines()"))
