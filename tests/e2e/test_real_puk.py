"""S8 in the real system and a real browser: a locked SIM, two codes to two contacts, the PUK once, then nowhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from ndihma.accounts.msisdn import Msisdn
from ndihma.formatting import format_moment_after
from ndihma.puk.demo import demo_puk
from tests.e2e.browsing import ANSWER_MS, ask, next_code, open_browser
from tests.e2e.conftest import System, outbox, start_system, stop_system
from tests.e2e.traces import files, values

pytestmark = pytest.mark.e2e

LOCKED: Final = Msisdn.parse("044 100 129")
"""Demo: its SIM asks for the PUK; another number and an e-mail address are registered."""
CONTACTS: Final = ["044 ••• •99", "d•••@e•••.com"]
CODES: Final = demo_puk(LOCKED)
PUK: Final = CODES.puk1.get_secret_value()
SECRETS: Final = [code.get_secret_value() for code in (CODES.puk1, CODES.puk2) if code is not None]
OPEN_AGAIN: Final = """
async (reference) => {
  const {id, token} = JSON.parse(Object.values(localStorage)[0]);
  const path = `/api/v1/sessions/${id}/reveals/${reference}`;
  return (await fetch(path, {method: "POST", headers: {Authorization: `Bearer ${token}`}})).status;
}
"""


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """At the most talkative level of the log."""
    running = start_system(tmp_path_factory.mktemp("puk"), NDIHMA_LOG_LEVEL="debug")
    yield running
    stop_system(running)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


def prove_two_contacts(system: System, page: Page, folder: Path) -> list[str]:
    """Give the number and both codes; the codes."""
    number = page.get_by_label("Numri i telefonit")
    expect(number).to_be_visible(timeout=ANSWER_MS)
    expect(page.get_by_role("form")).to_contain_text("te kontaktet tuaja të regjistruara më parë")
    page.screenshot(path=folder / "2-number.png")
    before = len(outbox(system))
    number.fill(LOCKED.national)
    number.press("Enter")
    field = page.get_by_label("Kodi me 6 shifra")
    expect(field).to_be_visible(timeout=ANSWER_MS)
    to, first = next_code(system, before)
    assert to == CONTACTS[0]
    assert CONTACTS[0] not in in_the_page(page), "where the first code went is not told (S17)"
    field.fill(first)
    field.press("Enter")
    expect(page.get_by_role("form")).to_contain_text(f"Kodi i dytë po dërgohet te kontakti {CONTACTS[1]}")
    page.screenshot(path=folder / "3-second-code.png")
    to, second = next_code(system, before + 1)
    assert to == CONTACTS[1]
    field.fill(second)
    field.press("Enter")
    return [first, second]


def in_the_page(page: Page) -> str:
    """The whole document with the chat inside, and all that the browser keeps for it."""
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, history.state])")
    chat = page.evaluate("document.querySelector('ndihma-chat').shadowRoot.innerHTML")
    return page.content() + str(chat) + str(kept)


def secrets_in_files(system: System) -> list[tuple[str, str]]:
    return [(name, each) for name, content in files(system).items() for each in SECRETS if each.encode() in content]


def test_s8_a_puk_is_shown_once_to_who_proves_two_contacts_and_is_nowhere_afterwards(
    system: System, browser: Browser, tmp_path: Path
) -> None:
    context = browser.new_context(viewport={"width": 1000, "height": 1000}, locale="sq", reduced_motion="reduce")
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(system.base)
    expect(page.get_by_role("log")).to_contain_text("Mirë se vini", timeout=ANSWER_MS)

    ask(page, "m'u bllokua sim kartela, ku e gjej kodin puk", "kartelën e madhe")
    expect(page.get_by_role("log")).to_contain_text("pasi të konfirmoni dy kontakte", timeout=ANSWER_MS)
    page.screenshot(path=tmp_path / "1-offer.png")
    page.get_by_role("button", name="Po, vazhdo").click()
    codes = prove_two_contacts(system, page, tmp_path)

    show = page.get_by_role("button", name="Shfaq kodin")
    expect(show).to_be_visible(timeout=ANSWER_MS)
    page.screenshot(path=tmp_path / "4-cover.png")
    assert [secret for secret in SECRETS if secret in in_the_page(page)] == []
    page.clock.install()
    with page.expect_response("**/reveals/*") as opened:
        show.click()
    expect(page.locator(".puk").first).to_have_text(f"PUK: {PUK}")
    page.screenshot(path=tmp_path / "5-shown.png")
    assert opened.value.headers["cache-control"] == "no-store"
    page.clock.run_for(61_000)
    expect(page.locator(".puk")).to_have_count(0)
    assert [secret for secret in SECRETS if secret in in_the_page(page)] == []
    reference = opened.value.url.rsplit("/", 1)[-1]
    assert page.evaluate(OPEN_AGAIN, reference) == 410
    page.reload()
    expect(page.get_by_role("log")).to_contain_text("Kodi PUK u shfaq.", timeout=ANSWER_MS)
    assert [secret for secret in SECRETS if secret in in_the_page(page)] == []

    ask(page, "më duhet prapë kodi puk", "Kodi PUK tregohet një herë në 24 orë")
    page.screenshot(path=tmp_path / "6-refused.png")
    trail = audit_trail(system)
    (shown,) = [entry for entry in trail if entry["action"] == "puk_revealed"]
    again_at = datetime.fromisoformat(shown["at"]) + timedelta(hours=24)
    expect(page.get_by_role("log")).to_contain_text(f"përsëri pas datës {format_moment_after(again_at)}")
    expect(page.get_by_role("button", name="Shfaq kodin")).to_have_count(0)
    assert problems == []
    context.close()

    acts = [entry["action"] for entry in trail if entry["action"] not in {"account_read", "puk_stored"}]
    assert acts == ["code_sent", "code_confirmed", "code_sent", "code_confirmed", "puk_revealed", "puk_refused"]
    assert system.command("audit", "verify").returncode == 0
    told = [message["to"] for message in outbox(system) if "u shfaq" in message["text"]]
    assert sorted(told) == sorted(CONTACTS)

    assert secrets_in_files(system) == []
    alone = re.compile(rf"(?<![\w.+-])(?:{'|'.join([*SECRETS, *codes])})(?![\w-])")
    hits = [
        (path.name, table, column)
        for path in (system.var / "ndihma.db", system.var / "tracker.db")
        for table, column, value in values(path)
        if alone.search(value)
    ]
    assert hits == []
    spilt = [name for name, content in files(system).items() if alone.search(content.decode("utf-8", "replace"))]
    assert [name for name in spilt if not name.endswith(".db-wal")] == ["outbox.jsonl"]


def audit_trail(system: System) -> list[dict[str, str]]:
    listed = system.command("audit", "list", "--number", LOCKED.national, "--json")
    assert listed.returncode == 0, listed.stderr
    return [json.loads(line) for line in listed.stdout.splitlines()]
