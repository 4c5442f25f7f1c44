"""Two agents in two consoles, two customers in two widgets and one in Telegram, all at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from pydantic import SecretStr

from ndihma.telegram.words_sq import ALBANIAN
from tests.e2e.widget.conftest import Widget
from tests.integration.gateway.live_gateway import Gateway
from tests.integration.gateway.running import gateways
from tests.integration.gateway.scripted_desk import eventually
from tests.support.telegram.fake import FakeBotApi

from .conftest import LIMIT_MS, Console, OpenConsole

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.e2e]
CHAT = 880
ASKS_AGENT = "Fol me një agjent"


@pytest.fixture
def bot_api() -> AsyncIterator[FakeBotApi]:
    with FakeBotApi().running() as api:
        yield api
    assert api.complaints == []


@pytest_asyncio.fixture(loop_scope="session")
async def gateway(tmp_path: Path, migrated: Path, bot_api: FakeBotApi) -> AsyncIterator[Gateway]:
    """With the Telegram bot."""
    expect.set_options(timeout=LIMIT_MS)
    async with gateways(tmp_path, migrated) as make:
        yield await make(telegram_token=SecretStr(bot_api.token), telegram_api_url=bot_api.base_url)


@pytest_asyncio.fixture(loop_scope="session")
async def widgets(gateway: Gateway, browser: Browser) -> AsyncIterator[tuple[Widget, Widget]]:
    """Two customers at the gateway's page, in browsers of their own."""
    async with AsyncExitStack() as stack:

        async def opened() -> Widget:
            context = await browser.new_context(locale="sq", viewport={"width": 800, "height": 720})
            stack.push_async_callback(context.close)
            page = await context.new_page()
            await page.goto(gateway.settings.origin)
            widget = Widget(page, context)
            await widget.ready()
            return widget

        yield await opened(), await opened()


async def _conversation(gateway: Gateway, question: str) -> str:
    """Where a question was asked, as the engine was told."""

    async def heard() -> list[str]:
        return [body["sender"].partition(".")[0] for body in gateway.engine.heard if body["text"] == question]

    return (await eventually(heard))[0]


async def _open(console: Console, view: str, conversation: str) -> None:
    await console.view(view).click()
    await console.page.locator(f"[data-entry='{conversation}']").click()
    await expect(console.log).to_be_visible()


async def _take(console: Console, conversation: str) -> None:
    await _open(console, "Në pritje", conversation)
    await console.button("Merr bisedën").click()
    await expect(console.state).to_contain_text("te ju")


async def test_two_agents_serve_three_customers_at_once(
    gateway: Gateway, widgets: tuple[Widget, Widget], bot_api: FakeBotApi, open_console: OpenConsole
) -> None:
    one, two = widgets
    anita = await open_console("anita", name="Anita Krasniqi")
    besa = await open_console("besa", name="Besa Gashi")
    await asyncio.gather(anita.available(), besa.available())

    # All ask the assistant, then for a person.
    await asyncio.gather(one.say("pyetja një"), two.say("pyetja dy"), bot_api.message(CHAT, "pyetja tre"))
    await expect(one.replies.last).to_contain_text("Përgjigje: pyetja një")
    await expect(two.replies.last).to_contain_text("Përgjigje: pyetja dy")
    await bot_api.said(CHAT, "Përgjigje: pyetja tre")
    first, second, third = [await _conversation(gateway, f"pyetja {n}") for n in ("një", "dy", "tre")]
    await asyncio.gather(one.say(ASKS_AGENT), two.say(ASKS_AGENT), bot_api.message(CHAT, "/agjenti"))
    for console in (anita, besa):
        await expect(console.view("Në pritje")).to_contain_text("3")

    # Both claim the first customer at the same moment: one has them.
    for console in (anita, besa):
        await _open(console, "Në pritje", first)
    await asyncio.gather(*(console.button("Merr bisedën").click(no_wait_after=True) for console in (anita, besa)))
    for console in (anita, besa):
        await expect(console.state).to_contain_text("te ")
        await expect(console.button("Merr bisedën")).to_have_count(0)
    mine = [console for console in (anita, besa) if "te ju" in (await console.state.inner_text())]
    assert len(mine) == 1
    names = {id(anita): "Anita Krasniqi", id(besa): "Besa Gashi"}
    winner, loser = mine[0], besa if mine[0] is anita else anita
    await expect(loser.state).to_contain_text(f"te {names[id(winner)]}")

    # The other takes the second, the first one the customer in Telegram; all are answered at the same time.
    await asyncio.gather(_take(loser, second), _take(winner, third))
    await _open(winner, "Të miat", first)
    await asyncio.gather(winner.say("Mirëdita, e para."), loser.say("Mirëdita, e dyta."))
    await _open(winner, "Të miat", third)
    await winner.say("Mirëdita, i treti.")
    for widget, text, agent in ((one, "Mirëdita, e para.", winner), (two, "Mirëdita, e dyta.", loser)):
        await expect(widget.replies.filter(has_text=text)).to_contain_text(names[id(agent)].split()[0])
        assert await widget.log.get_by_text("Mirëdita,").count() == 1
    post = await bot_api.said(CHAT, "Mirëdita, i treti")
    assert post.text.startswith(names[id(winner)].split()[0])
    assert [text for text in bot_api.texts(CHAT) if "Mirëdita" in text] == [post.text]

    # Customers answer: each is read where their agent is, and nobody else answers.
    await asyncio.gather(one.say("faleminderit një"), two.say("faleminderit dy"), bot_api.message(CHAT, "/menu"))
    await loser.see("faleminderit dy")
    await _open(winner, "Të miat", first)
    await winner.see("faleminderit një")
    assert await winner.log.get_by_text("faleminderit dy").count() == 0
    told = ALBANIAN.with_agent_named.format(name=names[id(winner)])
    await bot_api.until(lambda: bot_api.texts(CHAT).count(told) == 2, "who answers, told again")
    assert ALBANIAN.menu not in bot_api.texts(CHAT)
    assert len(gateway.engine.heard) == 3

    # Back to the assistant, from both at once.
    await asyncio.gather(*(console.button("Ktheje te asistenti").click() for console in (winner, loser)))
    await asyncio.gather(*(expect(console.state).to_contain_text("te asistenti") for console in (winner, loser)))
    await _open(winner, "Të miat", third)
    await winner.button("Ktheje te asistenti").click()
    await bot_api.said(CHAT, ALBANIAN.hand_back[:20])
    await asyncio.gather(one.say("prapë një"), two.say("prapë dy"), bot_api.message(CHAT, "prapë tre"))
    await expect(one.replies.last).to_contain_text("Përgjigje: prapë një")
    await expect(two.replies.last).to_contain_text("Përgjigje: prapë dy")
    await bot_api.said(CHAT, "Përgjigje: prapë tre")
    assert len(gateway.engine.heard) == 6
