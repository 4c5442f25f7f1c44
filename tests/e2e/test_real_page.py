"""A customer in a real browser on the real system: asks, proves the number with the code, is told about the account.

`NDIHMA_UPDATE_SCREENSHOTS=1` writes what the browser showed to docs/images, for the README.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from ndihma.clock import SystemClock, local_date
from ndihma.formatting import format_day
from ndihma.messages import INVALID_FIELDS
from tests.e2e.browsing import ANSWER_MS, ask, open_browser, prove_number
from tests.e2e.conftest import REPLY_LIMIT_S, ROOT, System, start_system, stop_system

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


def held_by(page: Page) -> str:
    """What the browser keeps for the page, without the random ids and tokens, which may hold any digits."""
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    return re.sub(r'"(id|token|spare)":"[^"]*"', "", stored.replace('\\"', '"'))


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
    expect(page.get_by_label("Numri i telefonit")).to_be_visible(timeout=ANSWER_MS)
    shot(page, "verification", tmp_path)
    prove_number(system, page, "044 100 119")
    expect(page.get_by_role("log")).to_contain_text("23,40 €", timeout=ANSWER_MS)
    expect(page.get_by_role("log")).to_contain_text("044 ••• •19")
    shot(page, "chat", tmp_path)
    assert problems == []

    page.reload()
    expect(page.get_by_role("log")).to_contain_text("23,40 €", timeout=ANSWER_MS)
    context.close()


def test_a_proof_with_its_amount_and_day_reaches_the_staff(system: System, browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, locale="sq")
    page = context.new_page()
    page.goto(system.base)
    expect(page.get_by_role("log")).to_contain_text("Mirë se vini", timeout=ANSWER_MS)
    ask(page, "e kam paguar faturën, qe dëshmia", "Dëshminë mund ta marr edhe unë këtu")
    page.get_by_role("button", name="Po, dërgo dëshminë").last.click()
    prove_number(system, page, "044 100 119")
    amount, day = page.get_by_label("Shuma e paguar (€)"), page.get_by_label("Data e pagesës")
    expect(amount).to_be_visible(timeout=ANSWER_MS)
    picture = tmp_path / "pagesa.png"
    Image.new("RGB", (60, 90), "white").save(picture)
    page.locator("#proof").set_input_files(picture)
    paid_on = local_date(SystemClock().now()) - timedelta(days=2)
    amount.fill("23,40")
    day.fill((paid_on - timedelta(days=400)).isoformat())
    page.get_by_role("button", name="Dërgo dëshminë").last.click()
    expect(page.locator("#paid_on-error")).to_have_text(INVALID_FIELDS["paid_on"], timeout=ANSWER_MS)
    page.screenshot(path=tmp_path / "proof.png")
    day.fill(paid_on.isoformat())
    page.get_by_role("button", name="Dërgo dëshminë").last.click()
    expect(page.get_by_role("log")).to_contain_text("E morëm dëshminë e pagesës.", timeout=ANSWER_MS)
    expect(page.locator("#proof")).to_have_count(0)
    page.screenshot(path=tmp_path / "received.png")
    context.close()

    listed = system.command("requests", "list").stdout
    assert "matches" in listed
    deadline = time.monotonic() + REPLY_LIMIT_S
    while not (mails := list((system.var / "outbox-mail").glob("*.eml"))) and time.monotonic() < deadline:
        time.sleep(0.05)
    mail = message_from_bytes(mails[0].read_bytes(), policy=policy.default).get_body().get_content()
    assert "Shuma sipas klientit: 23,40 €" in mail
    assert f"Data e pagesës sipas klientit: {format_day(paid_on)}" in mail


def test_the_page_holds_no_personal_data_in_the_browser(system: System, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(system.base)
    expect(page.get_by_role("log")).to_contain_text("Mirë se vini", timeout=ANSWER_MS)
    ask(page, "numri im është 044 123 456", "numri im")
    # Until the gateway has it the tab holds what was written (a reload loses no word): what counts is what stays.
    deadline = time.monotonic() + REPLY_LIMIT_S
    while "123" in (kept := held_by(page)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert "123" not in kept
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
