"""A customer in a real browser on the real system: asks, proves the number with the code, is told about the account.

`NDIHMA_UPDATE_SCREENSHOTS=1` writes what the browser showed to docs/images, for the README.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import ANSWER_MS, ask, next_code, open_browser
from tests.e2e.conftest import ROOT, System, outbox, start_system, stop_system

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system of its own: here the suspended customer has not filed anything yet."""
    running = start_system(tmp_path_factory.mktemp("page"))
    yield running
    stop_system(running)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


def shot(page: Page, name: str, folder: Path) -> None:
    page.screenshot(path=folder / f"{name}.png")
    if os.environ.get("NDIHMA_UPDATE_SCREENSHOTS"):
        target = ROOT / "docs" / "images"
        target.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=target / f"{name}.png")


def test_a_customer_asks_verifies_and_is_told(system: System, browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(
        viewport={"width": 1000, "height": 1240}, locale="sq", color_scheme="light", reduced_motion="reduce"
    )
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(system.base)
    expect(page.get_by_role("log")).to_contain_text("Mirë se vini", timeout=ANSWER_MS)

    ask(page, "ma kan nal linjen se s'e kom pagu, qysh me e kthy ma shpejt", "business@kosovotelecom.com")
    page.get_by_role("button", name="Po, shikoje").last.click()
    number = page.get_by_label("Numri i telefonit")
    expect(number).to_be_visible(timeout=ANSWER_MS)
    shot(page, "verification", tmp_path)
    before = len(outbox(system))
    number.fill("044 100 119")
    number.press("Enter")
    code_field = page.locator("input[autocomplete='one-time-code']")
    expect(code_field).to_be_visible(timeout=ANSWER_MS)
    code_field.fill(next_code(system, before)[1])
    code_field.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("23,40 €", timeout=ANSWER_MS)
    expect(page.get_by_role("log")).to_contain_text("044 ••• •19")
    shot(page, "chat", tmp_path)
    assert problems == []

    page.reload()
    expect(page.get_by_role("log")).to_contain_text("23,40 €", timeout=ANSWER_MS)
    context.close()


def test_the_page_holds_no_personal_data_in_the_browser(system: System, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(system.base)
    expect(page.get_by_role("log")).to_contain_text("Mirë se vini", timeout=ANSWER_MS)
    ask(page, "numri im është 044 123 456", "")
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert "123" not in re.sub(r'"(id|token)":"[^"]*"', "", stored.replace('\\"', '"'))
    context.close()


def test_on_a_phone_the_page_fits(system: System, browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, color_scheme="dark", locale="sq"
    )
    page = context.new_page()
    page.goto(system.base)
    expect(page.get_by_role("log")).to_contain_text("Mirë se vini", timeout=ANSWER_MS)
    ask(page, "sa kushton kartela sim", "7 €")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    shot(page, "phone", tmp_path)
    context.close()
