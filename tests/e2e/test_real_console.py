"""The staff in a real browser on the real system, filled by `ndihma demo`: what an agent, a supervisor, an auditor see.

`NDIHMA_UPDATE_SCREENSHOTS=1` writes the pictures of docs/console.md and the README.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browsing import ANSWER_MS, open_browser
from tests.e2e.conftest import ROOT, System, start_system, stop_system

pytestmark = pytest.mark.e2e

DOCUMENT = (ROOT / "docs" / "console.md").read_text(encoding="utf-8")
PASSWORD = "lumi mali guri 84 pisha"
LINK = re.compile(r"^(demo\.\w+) \(\w+\) sets up an account at (\S+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system of its own: the demo's conversations would be in others' way."""
    running = start_system(tmp_path_factory.mktemp("console"))
    yield running
    stop_system(running)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def links(system: System) -> dict[str, str]:
    """How each of the demo's staff sets an account up, by user name."""
    filled = system.command("demo", "--leave")
    assert filled.returncode == 0, filled.stderr
    assert "left out" not in filled.stdout + filled.stderr
    assert "a proof of payment that waits: " in filled.stdout
    return dict(LINK.findall(filled.stdout))


def enter(browser: Browser, link: str) -> Page:
    """Set the account up as its owner does, and go in."""
    context = browser.new_context(
        locale="sq", viewport={"width": 1280, "height": 720}, color_scheme="light", reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(link)
    secret = page.locator(".secret").inner_text(timeout=ANSWER_MS).replace(" ", "")
    page.get_by_label("Fjalëkalimi").fill(PASSWORD)
    page.get_by_label("Kodi i aplikacionit").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Hap llogarinë").click()
    page.get_by_label("I kam ruajtur kodet rezervë").check(timeout=ANSWER_MS)
    page.get_by_role("button", name="Vazhdo te bisedat").click()
    return page


def shot(page: Page, name: str, folder: Path) -> None:
    """A picture that the document shows."""
    assert f"images/{name}.png" in DOCUMENT
    page.screenshot(path=folder / f"{name}.png")
    if os.environ.get("NDIHMA_UPDATE_SCREENSHOTS"):
        page.screenshot(path=ROOT / "docs" / "images" / f"{name}.png")


def test_an_agent_answers_with_what_the_assistant_knows(
    system: System, browser: Browser, links: dict[str, str], tmp_path: Path
) -> None:
    page = enter(browser, links["demo.anita"])
    page.get_by_label("Prania juaj").select_option("available", timeout=ANSWER_MS)
    page.get_by_role("navigation").get_by_role("button", name=re.compile("^Të miat")).click()
    page.locator("[data-entry]").filter(has_text="e kam ne telefon").click()
    log = page.get_by_role("log")
    expect(log).to_contain_text("Mirëdita! E keni dëshminë e pagesës?", timeout=ANSWER_MS)
    suggested = page.get_by_role("region", name="Sugjerimet")
    expect(suggested).to_contain_text("Dërgimi i dëshmisë së pagesës", timeout=ANSWER_MS)
    shot(page, "console-inbox", tmp_path)

    page.get_by_role("button", name="Llogaritë").click()
    page.get_by_label("Numri i telefonit").fill("+383 44 100 107")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Cikli jetësor")).to_be_visible(timeout=ANSWER_MS)
    expect(page.get_by_text("044 ••• •07", exact=True)).to_be_visible()
    expect(page.get_by_role("region", name="Kredia dhe mbushjet")).to_contain_text("50 €")
    page.locator("main").evaluate("main => main.focus()")
    shot(page, "console-accounts", tmp_path)

    page.get_by_role("button", name="Asistenca").click()
    page.get_by_label("Çfarë thotë klienti").press_sequentially("kl. e ka humb kartelen, don te ren me numrin e vet")
    expect(page.get_by_role("region", name="Sugjerimet")).to_contain_text("kushton 2 €", timeout=ANSWER_MS)
    shot(page, "console-assist", tmp_path)
    page.context.close()


def test_a_supervisor_sees_the_floor(browser: Browser, links: dict[str, str], tmp_path: Path) -> None:
    page = enter(browser, links["demo.drita"])
    page.get_by_role("button", name="Mbikëqyrja").click()
    expect(page.locator("[data-talk]").filter(has_text="Anita Krasniqi").first).to_be_visible(timeout=ANSWER_MS)
    expect(page.locator("main")).to_contain_text("Besa Gashi")
    shot(page, "console-supervision", tmp_path)
    page.context.close()


def test_an_auditor_sees_who_did_what(browser: Browser, links: dict[str, str], tmp_path: Path) -> None:
    page = enter(browser, links["demo.agim"])
    expect(page.locator("[data-chain]")).to_contain_text("I paprekur", timeout=ANSWER_MS)
    expect(page.get_by_role("table")).to_contain_text("Pa llogarinë", timeout=ANSWER_MS)
    expect(page.locator("main")).not_to_contain_text("044 100 1")
    shot(page, "console-audit", tmp_path)
    page.context.close()
