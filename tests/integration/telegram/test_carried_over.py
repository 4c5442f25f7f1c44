"""A conversation of the web chat goes on in Telegram by a one-time link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ndihma.telegram.words_sq import ALBANIAN

from .living import TEXT, LivingBot

CHAT = 820


async def web(bot: LivingBot) -> dict[str, Any]:
    """A session that has asked something."""
    session: dict[str, Any] = (await bot.http.post("/api/v1/sessions")).json()
    session["headers"] = {"Authorization": f"Bearer {session['token']}"}
    session["path"] = f"/api/v1/sessions/{session['session_id']}"
    return session


async def link(bot: LivingBot, session: dict[str, Any]) -> str:
    """The token of a fresh link."""
    for _ in range(600):
        answer = await bot.http.post(f"{session['path']}/telegram-link", headers=session["headers"])
        if answer.status_code != 503:
            break
    assert answer.status_code == 201, answer.text
    address, _, token = answer.json()["url"].partition("?start=")
    assert address == f"https://t.me/{bot.api.username}"
    return str(token)


async def test_the_conversation_goes_on_in_telegram(bot: LivingBot) -> None:
    session = await web(bot)
    posts = await bot.say(CHAT, f"/start {await link(bot, session)}")
    assert ALBANIAN.carried in [post.text for post in posts]
    assert await bot.conversation_of(CHAT) == session["conversation_id"]
    assert (await bot.say(CHAT, "sa kushton"))[-1].text == TEXT
    gone = await bot.http.get(session["path"], headers=session["headers"])
    assert gone.status_code in {401, 410}


async def test_s2_a_link_is_good_once(bot: LivingBot) -> None:
    session = await web(bot)
    token = await link(bot, session)
    await bot.say(CHAT, f"/start {token}")
    posts = await bot.say(CHAT + 1, f"/start {token}")
    assert ALBANIAN.link_over in [post.text for post in posts]
    assert await bot.conversation_of(CHAT + 1) != session["conversation_id"]


async def test_s2_a_link_is_over_after_ten_minutes(bot: LivingBot) -> None:
    token = await link(bot, await web(bot))
    bot.clock.advance(timedelta(minutes=10, seconds=1))
    posts = await bot.say(CHAT, f"/start {token}")
    assert ALBANIAN.link_over in [post.text for post in posts]


async def test_s2_the_token_stands_in_no_table_and_reaches_no_engine(bot: LivingBot) -> None:
    token = await link(bot, await web(bot))
    await bot.say(CHAT, f"/start {token}")
    for table in ("telegram_links", "telegram_updates", "events", "turns"):
        assert token not in str(await bot.rows(f"SELECT * FROM {table}")), table  # noqa: S608
    assert bot.heard == []


async def test_a_made_up_token_opens_a_plain_conversation(bot: LivingBot) -> None:
    posts = await bot.say(CHAT, "/start " + "A" * 32)
    assert ALBANIAN.link_over in [post.text for post in posts]
    assert (await bot.say(CHAT, "sa kushton"))[-1].text == TEXT
