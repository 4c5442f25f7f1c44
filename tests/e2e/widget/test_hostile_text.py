"""Text is text: whatever server, customer or file name hold, nothing is parsed, run or linked that should not be."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from .conftest import Widget
from .fake_api import FakeApi

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]

HOSTILE = [
    "<script>window.hacked = true</script>",
    '<img src="x" onerror="window.hacked = true">',
    '<a href="javascript:window.hacked = true">këtu</a> javascript:alert(1)',
    '"><svg onload=window.hacked=true> {{7*7}} ${window.hacked=true} &lt;b&gt; &amp;',
    "https://kosovotelecom.com@evil.example/ https://kosovotelecom.com.evil.example/ http://kosovotelecom.com/",
    "https://evil.example/kosovotelecom.com evilkosovotelecom.com kosovotelecom.com.evil.example data:text/html,x",
    "https://kosovotelecom.com:8443/x https://user:secret@kosovotelecom.com/ x@evil.example x@kosovotelecom.com.evil",
    "\u202egnp.exe\u202c \u0000\u0007 😀 end",
]

MORE = [
    "<iframe srcdoc='<script>parent.hacked=true</script>'></iframe><math><mtext></mtext></math>",
    "[këtu](javascript:window.hacked=true) ![x](https://evil.example/x.png)",
    "<slot name=x></slot><template shadowrootmode=open><style>*{display:none}</style></template>",
    "${window.hacked=true} {{constructor.constructor('window.hacked=true')()}} \\u003cscript\\u003e",
]


async def unhurt(widget: Widget) -> None:
    assert await widget.page.evaluate("window.hacked") is None
    assert await widget.log.locator("script, img, iframe, object, embed, style, template, slot, math").count() == 0
    assert await widget.log.locator("svg:not(.icon)").count() == 0


@pytest.mark.parametrize("text", [*HOSTILE, *MORE])
async def test_hostile_text_from_the_server_is_shown_as_text(api: FakeApi, widget: Widget, text: str) -> None:
    source = {"text": text, "reviewed": text}
    author = {"kind": "agent", "name": text}
    api.replies["pyetje"] = {
        "text": text,
        "source": source,
        "buttons": [{"id": "c_x", "title": text}],
        "author": author,
    }
    await widget.say("pyetje")
    reply = widget.replies.nth(1)
    await expect(reply.locator(".source")).to_contain_text("Burimi")
    paragraphs = await reply.locator(".bubble p:not(.source)").all_text_contents()
    assert "".join(paragraphs) == text
    assert await reply.locator(".choice").text_content() == text
    assert await widget.log.locator("a").count() == 0
    api.handoff("agent", agent=text)
    await expect(widget.log.locator(".notice")).to_contain_text("Agjenti u kyç")
    await unhurt(widget)


@pytest.mark.parametrize("text", [*HOSTILE[:4], *MORE])
async def test_hostile_text_from_the_customer_is_shown_as_text(api: FakeApi, widget: Widget, text: str) -> None:
    await widget.say(text)
    await expect(widget.mine.last).to_contain_text("u dërgua")
    assert await widget.mine.last.locator(".bubble p").text_content() == text
    await widget.page.reload()
    await expect(widget.mine.last).to_contain_text("u dërgua")
    assert await widget.mine.last.locator(".bubble p").text_content() == text
    await unhurt(widget)


async def test_malformed_events_do_no_harm(api: FakeApi, widget: Widget) -> None:
    api.store(api.session, "surprise", text="<b>e panjohur</b>")
    api.store(api.session, "reply", text=None, in_reply_to=None)
    api.store(api.session, "handoff", state="<b>", position="x", agent=7)
    await widget.ask("ende këtu?")


async def test_only_the_operators_addresses_become_links(api: FakeApi, widget: Widget) -> None:
    text = "Hapni kosovotelecom.com/selfcare.php, shkruani te business@kosovotelecom.com ose telefononi 080010000."
    api.replies["ku?"] = {"text": text}
    await widget.say("ku?")
    links = widget.replies.last.get_by_role("link")
    await expect(links).to_have_count(3)
    hrefs = [await link.get_attribute("href") for link in await links.all()]
    assert hrefs == ["https://kosovotelecom.com/selfcare.php", "mailto:business@kosovotelecom.com", "tel:080010000"]
    assert await links.first.get_attribute("rel") == "noopener noreferrer"


async def test_placeholders_of_what_was_taken_out_are_told_in_words(api: FakeApi, widget: Widget) -> None:
    api.stored_text["numri im 044123456"] = "numri im <msisdn> <constructor>"
    api.replies["numri im 044123456"] = {"text": "Faleminderit."}
    await widget.say("numri im 044123456")
    await expect(widget.mine.last).to_contain_text("numri im [numër telefoni] <constructor>")
    assert "044123456" not in await widget.host.evaluate("node => node.shadowRoot.innerHTML")
    await expect(widget.mine.last).to_contain_text("Për sigurinë tuaj, një pjesë e mesazhit u fsheh.")
