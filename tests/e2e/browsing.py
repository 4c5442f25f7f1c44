"""A person at the chat in a real browser."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.conftest import REPLY_LIMIT_S, System, outbox

__all__ = ["ANSWER_MS", "ARGS", "ask", "chromium", "next_code", "open_browser", "prove_number"]

ANSWER_MS: Final = 60_000
ARGS: Final = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """Where Chromium is; without one the test is skipped, on a build server it fails."""
    found = os.environ.get("CHROMIUM") or shutil.which("/usr/bin/chromium") or shutil.which("chromium")
    if found is None:
        reason = "Chromium is not installed (apt-get install chromium): the chat was not tested in a browser"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@contextmanager
def open_browser() -> Iterator[Browser]:
    executable = chromium()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=ARGS)
        yield started
        started.close()


def ask(page: Page, text: str, expected: str) -> None:
    """Write a message and wait until the conversation holds ``expected``."""
    field = page.get_by_label("Mesazhi juaj")
    field.fill(text)
    field.press("Enter")
    expect(page.get_by_role("log")).to_contain_text(expected, timeout=ANSWER_MS)


def next_code(system: System, before: int) -> tuple[str, str]:
    """Who was sent the code that follows the outbox's first ``before`` messages, masked, and the code."""
    deadline = time.monotonic() + REPLY_LIMIT_S
    while len(outbox(system)) <= before and time.monotonic() < deadline:
        time.sleep(0.05)
    message = outbox(system)[before]
    return message["to"], re.findall(r"\b\d{6}\b", message["text"])[0]


def prove_number(system: System, page: Page, number: str) -> None:
    """Give the number that is asked for, then the code that was sent to it."""
    field = page.get_by_label("Numri i telefonit")
    expect(field).to_be_visible(timeout=ANSWER_MS)
    before = len(outbox(system))
    field.fill(number)
    field.press("Enter")
    code = page.get_by_label("Kodi me 6 shifra")
    expect(code).to_be_visible(timeout=ANSWER_MS)
    code.fill(next_code(system, before)[1])
    code.press("Enter")
