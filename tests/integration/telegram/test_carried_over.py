"""A conversation of the web chat goes on in Telegram by a one-time link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ndihma.telegram.effects import Effects, Ledger
from ndihma.telegram.inbox import StoredUpdate
from ndihma.telegram.typing import TypingSigns
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


@pytest.fixture
def unsettled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first end of an update that could be stored is not, as when the process dies before it."""
    settle, failures = Ledger.settle, iter([RuntimeError("died")])

    async def settling(self: Ledger, stored: StoredUpdate, effects: Effects) -> None:
        for failure in failures:
            raise failure
        await settle(self, stored, effects)

    monkeypatch.setattr(Ledger, "settle", settling)


async def arrives(bot: LivingBot, text: str) -> list[str]:
    """What the chat shows of a message that is worked on twice."""
    await bot.api.message(CHAT, text)

    async def done() -> bool:
        bot.clock.advance(timedelta(seconds=1))
        return await bot.rows("SELECT state FROM telegram_updates") == [("done",)] and not await bot.open_work(CHAT)

    await bot.eventually(done, "worked on again")
    return bot.api.texts(CHAT)


async def test_who_is_carried_over_in_a_crash_is_told_once(bot: LivingBot, unsettled: None) -> None:
    session = await web(bot)
    texts = await arrives(bot, f"/start {await link(bot, session)}")
    assert texts == [ALBANIAN.carried]
    assert await bot.conversation_of(CHAT) == session["conversation_id"]


async def test_who_comes_by_an_old_link_in_a_crash_is_told_so(bot: LivingBot, unsettled: None) -> None:
    texts = await arrives(bot, "/start abc")
    assert [text for text in texts if text == ALBANIAN.link_over] == [ALBANIAN.link_over]
    assert len(texts) == 2, "after the greeting"


async def test_what_is_said_in_the_web_chat_alone_is_nothing_for_the_bot(
    bot: LivingBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(TypingSigns, "show", lambda _, conversation: shown.append(conversation))
    session = await web(bot)
    message = {"client_id": "x1", "text": "sa kushton"}
    answer = await bot.http.post(f"{session['path']}/messages", headers=session["headers"], json=message)
    assert answer.status_code == 202
    await bot.say(CHAT, "sa kushton")
    assert set(shown) == {await bot.conversation_of(CHAT)}
