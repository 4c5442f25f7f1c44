"""The widget on the operator's demo site, with the real system behind it: asks, moves on, proves the number, ends.

`NDIHMA_UPDATE_SCREENSHOTS=1` writes what the browser showed to docs/images, for the README.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import ANSWER_MS, ask, open_browser, prove_number
from tests.e2e.conftest import ROOT, System, start_system, stop_system

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system of its own: here the suspended customer has not filed anything yet."""
    running = start_system(tmp_path_factory.mktemp("widget"))
    yield running
    stop_system(running)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


def shot(page: Page, name: str, folder: Path) -> None:
    keep = os.environ.get("NDIHMA_UPDATE_SCREENSHOTS")
    page.screenshot(path=(ROOT / "docs" / "images" if keep else folder) / f"{name}.png")


def test_a_customer_is_helped_on_the_operators_site(system: System, browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, locale="sq", color_scheme="light", reduced_motion="reduce"
    )
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(f"{system.base}/demo/")
    page.get_by_role("button", name="Hap bisedën").click()
    log = page.get_by_role("log")
    expect(log).to_contain_text("Mirë se vini", timeout=ANSWER_MS)
    ask(page, "sa kushton kartela sim", "7 €")
    expect(log).to_contain_text("Burimi:")
    shot(page, "widget", tmp_path)

    page.goto(f"{system.base}/demo/mbushjet")
    expect(log).to_contain_text("7 €", timeout=ANSWER_MS)
    page.get_by_role("button", name="Fol me një agjent").click()
    expect(log).to_contain_text("080010000", timeout=ANSWER_MS)

    ask(page, "sa e kam borxhin", "")
    prove_number(system, page, "044 100 119")
    expect(log).to_contain_text("23,40 €", timeout=ANSWER_MS)

    page.get_by_role("button", name="Veprimet e bisedës").click()
    page.get_by_role("button", name="Përfundo bisedën").click()
    page.get_by_role("button", name="Përfundo", exact=True).click()
    expect(log).to_contain_text("Biseda përfundoi.", timeout=ANSWER_MS)
    page.locator("label[for=score-5]").click()
    page.get_by_role("button", name="Dërgo vlerësimin").click()
    expect(page.get_by_text("Faleminderit për vlerësimin.").last).to_be_visible()
    assert problems == []
    context.close()


def test_on_a_phone_it_fills_the_screen(system: System, browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        color_scheme="dark",
        locale="sq",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{system.base}/demo/")
    page.get_by_role("button", name="Hap bisedën").tap()
    expect(page.get_by_role("log")).to_contain_text("Mirë se vini", timeout=ANSWER_MS)
    ask(page, "kom harru pukun", "Burimi:")
    shot(page, "widget-phone", tmp_path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
