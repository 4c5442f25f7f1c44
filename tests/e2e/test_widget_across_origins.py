"""The widget on a site of another origin, the real system behind it: a whole conversation, and a site nobody listed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ndihma.gateway.widget import BUILT_WIDGET
from tests.e2e.browsing import ANSWER_MS, ask, open_browser, prove_number
from tests.e2e.conftest import System, start_system, stop_system

pytestmark = pytest.mark.e2e


class Site(ThreadingHTTPServer):
    """An operator's site with the strictest policy; its pages hold the tag and are told the gateway later."""

    gateway = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Pages)
        self.port = self.server_address[1]


class _Pages(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        gateway = self.server.gateway
        if self.path == "/widget.js":
            content, kind = (BUILT_WIDGET / "widget.js").read_bytes(), "text/javascript"
        else:
            tag = f'<script type="module" src="/widget.js" data-gateway="{gateway}"></script>'
            links = '<h1>Vala</h1><a href="/tjeter">Tjetër</a>'
            html = f'<!doctype html><html lang="sq"><title>Vala</title>{tag}<body><main>{links}</main></body></html>'
            content, kind = html.encode(), "text/html; charset=utf-8"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; "
            f"connect-src {gateway}; require-trusted-types-for 'script'",
        )
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def served() -> Iterator[Site]:
    with Site() as site:
        thread = threading.Thread(target=site.serve_forever)
        thread.start()
        yield site
        site.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with served() as running:
        yield running


@pytest.fixture(scope="module")
def system(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    origins = f"http://localhost:{site.port}"
    running = start_system(tmp_path_factory.mktemp("origins"), NDIHMA_WIDGET_ORIGINS=origins)
    site.gateway = running.base
    yield running
    stop_system(running)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


def at(browser: Browser, address: str) -> tuple[Page, list[str]]:
    """The site's page, and what went wrong on it."""
    context = browser.new_context(locale="sq", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.goto(address)
    return page, problems


def test_a_whole_conversation_goes_over_another_origin(
    system: System, site: Site, browser: Browser, tmp_path: Path
) -> None:
    page, problems = at(browser, f"http://localhost:{site.port}/")
    page.get_by_role("button", name="Hap bisedën").click()
    log = page.get_by_role("log")
    expect(log).to_contain_text("Mirë se vini", timeout=ANSWER_MS)
    ask(page, "sa kushton kartela sim", "7 €")
    expect(log).to_contain_text("Burimi:")
    page.get_by_role("link", name="Tjetër").click()
    expect(log).to_contain_text("7 €", timeout=ANSWER_MS)

    ask(page, "sa e kam borxhin", "")
    prove_number(system, page, "044 100 119")
    expect(log).to_contain_text("23,40 €", timeout=ANSWER_MS)
    page.reload()
    expect(log).to_contain_text("23,40 €", timeout=ANSWER_MS)

    ask(page, "e kam paguar faturën, qe dëshmia", "Ngarkoni këtu dëshminë e pagesës")
    field = page.locator("#proof")
    expect(field).to_be_attached(timeout=ANSWER_MS)
    proof = tmp_path / "pagesa.png"
    page.screenshot(path=proof)
    field.set_input_files(proof)
    page.get_by_role("button", name="Dërgo dëshminë").last.click()
    expect(log).to_contain_text("E morëm dëshminë e pagesës.", timeout=ANSWER_MS)

    page.get_by_role("button", name="Veprimet e bisedës").click()
    page.get_by_role("button", name="Përfundo bisedën").click()
    page.get_by_role("button", name="Përfundo", exact=True).click()
    expect(log).to_contain_text("Biseda përfundoi.", timeout=ANSWER_MS)
    page.locator("label[for=score-5]").click()
    page.get_by_role("button", name="Dërgo vlerësimin").click()
    expect(page.get_by_text("Faleminderit për vlerësimin.").last).to_be_visible(timeout=ANSWER_MS)
    assert problems == []
    page.context.close()


def test_on_a_site_that_nobody_listed_it_says_what_to_do_instead(system: System, site: Site, browser: Browser) -> None:
    page, _ = at(browser, f"http://127.0.0.1:{site.port}/")
    page.get_by_role("button", name="Hap bisedën").click()
    expect(page.locator("#problem")).to_contain_text("080010000", timeout=ANSWER_MS)
    expect(page.get_by_role("log")).to_have_text("")
    page.context.close()
