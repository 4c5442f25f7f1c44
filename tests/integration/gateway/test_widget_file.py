"""The widget's file for pages of any site, and the operator's site of development that holds it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from ndihma.content import Content
from ndihma.gateway.app import create_app
from ndihma.gateway.errors import EXCEPTION_HANDLERS
from ndihma.gateway.middleware import SecurityHeaders
from ndihma.gateway.widget import WidgetFiles

from .api_support import assert_error
from .live_gateway import Gateway

SCRIPT = 'export const hi = "përshëndetje";\n' * 200
PRODUCTION = {
    "mode": "production",
    "verification_key": "k" * 40,
    "audit_key": "a" * 40,
    "staff_key": "s" * 40,
    "puk_keys": f"one:{base64.b64encode(bytes(32)).decode()}",
    "public_origin": "https://chat.example.com",
}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    path = tmp_path / "widget.js"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


@pytest.fixture
async def http(built: Path) -> AsyncIterator[httpx.AsyncClient]:
    files = WidgetFiles(built.parent, max_age_s=600)
    app = SecurityHeaders(
        Starlette(
            routes=files.routes(),
            exception_handlers=dict(EXCEPTION_HANDLERS),
        ),
        https=False,
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
        yield client


async def test_any_page_may_load_the_widget(http):
    response = await http.get("/widget.js", headers={"Origin": "https://any.example"})
    assert response.status_code == 200
    assert response.text == SCRIPT
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert response.headers["cache-control"] == "public, max-age=600"
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("accepted", ["gzip", "deflate, gzip;q=1.0, *;q=0.5", "br, GZIP ; q=0.1", "*", "x-gzip"])
async def test_it_travels_compressed_to_whom_it_may(http, accepted):
    async with http.stream("GET", "/widget.js", headers={"Accept-Encoding": accepted}) as response:
        raw = b"".join([chunk async for chunk in response.aiter_raw()])
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["vary"] == "Accept-Encoding"
    assert int(response.headers["content-length"]) == len(raw)
    assert gzip.decompress(raw).decode() == SCRIPT


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "gzip; q=0.000", "gzipped"])
async def test_it_travels_plain_to_everybody_else(http, accepted):
    response = await http.get("/widget.js", headers={"Accept-Encoding": accepted})
    assert "content-encoding" not in response.headers
    assert response.headers["vary"] == "Accept-Encoding"
    assert response.text == SCRIPT


async def test_a_page_that_has_it_is_not_sent_it_again(http, built):
    first = await http.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    etag = first.headers["etag"]
    for asked in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = await http.get("/widget.js", headers={"Accept-Encoding": "gzip", "If-None-Match": asked})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
        assert again.headers["access-control-allow-origin"] == "*"
    plain = await http.get("/widget.js", headers={"Accept-Encoding": "", "If-None-Match": etag})
    assert plain.status_code == 200  # the other encoding has a tag of its own
    built.write_text("export {};", encoding="utf-8")
    os.utime(built, (1, 1))
    newer = await http.get("/widget.js", headers={"Accept-Encoding": "gzip", "If-None-Match": etag})
    assert (newer.status_code, newer.text) == (200, "export {};")


async def test_what_pins_it_is_true(http):
    about = (await http.get("/widget.json")).json()
    script = (await http.get("/widget.js")).content
    assert about["integrity"] == f"sha384-{base64.b64encode(hashlib.sha384(script).digest()).decode()}"
    assert about["bytes"] == len(script)
    async with http.stream("GET", "/widget.js", headers={"Accept-Encoding": "gzip"}) as response:
        assert about["gzip_bytes"] == int(response.headers["content-length"])
    assert about.keys() == {"integrity", "bytes", "gzip_bytes", "files"}


async def test_each_language_has_its_file_and_what_pins_it(http, built):
    (built.parent / "widget.sr.js").write_text("export const hi = 'zdravo';", encoding="utf-8")
    about = (await http.get("/widget.json")).json()
    assert about["files"].keys() == {"widget.js", "widget.sr.js"}
    assert about["files"]["widget.js"] == {name: about[name] for name in ("integrity", "bytes", "gzip_bytes")}
    for name, pinned in about["files"].items():
        script = (await http.get(f"/{name}")).content
        assert pinned["integrity"] == f"sha384-{base64.b64encode(hashlib.sha384(script).digest()).decode()}"
    assert_error(await http.get("/widget.en.js"), 404, "not_found")


async def test_without_a_built_file_there_is_nothing(http, built):
    built.unlink()
    for path in ("/widget.js", "/widget.json"):
        assert_error(await http.get(path), 404, "not_found")
    built.write_text(SCRIPT, encoding="utf-8")
    assert (await http.get("/widget.js")).status_code == 200


async def test_the_gateway_serves_it(gateway: Gateway):
    assert create_app(gateway.settings, widget=Path("nowhere"))  # the file is looked for when it is asked for
    response = await gateway.http.get("/widget.js")
    if response.status_code == 200:
        assert response.headers["cache-control"] == "public, max-age=0"
    else:
        assert_error(response, 404, "not_found")
    assert_error(await gateway.http.post("/widget.js"), 405, "method_not_allowed")


# --- the operator's site -------------------------------------------------------------------------------------

PAGES = ("/demo/", "/demo/mbushjet", "/demo/ndihma")


class Page(HTMLParser):
    """What a page loads, links and says."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def values(self, name: str) -> list[str]:
        return [value for _, attributes in self.elements if (value := attributes.get(name)) is not None]


@pytest.mark.parametrize("path", PAGES)
async def test_a_demo_page_is_strict_and_holds_the_widget_by_its_one_tag(gateway, path):
    response = await gateway.http.get(path)
    assert response.status_code == 200
    assert response.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "require-trusted-types-for 'script'"
    )
    page = Page(response.text)
    scripts = [attributes for tag, attributes in page.elements if tag == "script"]
    assert scripts == [{"type": "module", "src": "/widget.js", "data-gateway": "/"}]
    current = [attributes["href"] for tag, attributes in page.elements if attributes.get("aria-current") == "page"]
    assert current == [path]
    assert [tag for tag, _ in page.elements].count("title") == 1
    assert not page.values("style")
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert not [tag for tag, _ in page.elements if tag in ("style", "iframe", "form")]
    loaded = page.values("src") + [a["href"] for tag, a in page.elements if tag == "link" and a.get("href")]
    assert all(str(address).startswith("/") and not str(address).startswith("//") for address in loaded)
    for address in loaded:
        if address != "/widget.js":
            assert (await gateway.http.get(str(address))).status_code == 200, address


async def test_the_demo_pages_link_to_each_other_and_to_places_that_exist(gateway):
    pages = {path: Page((await gateway.http.get(path)).text) for path in PAGES}
    for path, page in pages.items():
        links = [str(a.get("href")) for tag, a in page.elements if tag == "a"]
        assert set(PAGES) <= {link.partition("#")[0] for link in links}, path
        for link in links:
            target, _, fragment = link.partition("#")
            if target in pages or not target:
                assert not fragment or fragment in pages[target or path].values("id"), link
            else:
                assert link.startswith(("tel:080010000", "mailto:", "https://kosovotelecom.com/")), link


async def test_every_figure_on_the_demo_pages_is_one_of_the_faq(gateway):
    faq = " ".join(answer.text for answer in Content.load(gateway.settings.home / "domain.yml") if answer.source)
    known = set(re.findall(r"\d+(?:,\d+)?", faq))
    for path in PAGES:
        page = Page((await gateway.http.get(path)).text)
        body = " ".join(page.words).partition("Opsioni 1")
        figures = set(re.findall(r"\d+(?:,\d+)?", body[0] + re.sub(r"Opsioni \d", "", body[2])))
        assert figures
        assert figures <= known, (path, figures - known)


async def test_production_has_no_demo_site(make_gateway):
    production = await make_gateway(**PRODUCTION)
    for path in ("/demo", *PAGES, "/demo/demo.css"):
        assert_error(await production.http.get(path), 404, "not_found")


async def test_the_short_address_leads_to_the_first_page_of_this_host(gateway):
    response = await gateway.http.get("/demo", headers={"Host": "evil.example"})
    assert response.status_code == 307
    assert response.headers["location"] == "/demo/"
    for path in ("/demo/x", "/demo/../app.py", "/demo/%2e%2e/app.py", "/demo/index.html", "/demo/template.html"):
        assert_error(await gateway.http.get(path), 404, "not_found")
