"""A person at the real page in a real browser."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.conftest import REPLY_LIMIT_S, System, outbox
from tests.e2e.page.conftest import ARGS, CHROMIUM

__all__ = ["ANSWER_MS", "ask", "next_code", "open_browser"]

ANSWER_MS: Final = 20_000


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Chromium; without one the test is skipped, on a build server it fails."""
    if not Path(CHROMIUM).exists():
        reason = "Chromium is not installed: the real page was not tested in a browser"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
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
