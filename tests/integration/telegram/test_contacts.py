"""S12: a shared contact is a person's number only when it is their own, shared by themselves, in private."""

from __future__ import annotations

import pytest

from ndihma.accounts.demo import DemoKey
from ndihma.telegram.words_sq import ALBANIAN
from tests.integration.gateway.live_gateway import said
from tests.support.telegram.fake import FakeBotApi

from .living import LivingBot, number_of, verify

CHAT = 700
OWN = number_of(DemoKey.ACTIVE_BY_TOP_UP)
WRITTEN = f"+383{OWN.replace(' ', '').removeprefix('0')}"
MASKED = f"{OWN[:3]} ••• •{OWN[-2:]}"


@pytest.fixture
async def asked(bot: LivingBot) -> LivingBot:
    """The person was asked for a number."""
    bot.script.answers |= {"sa kredi kam": verify, "/check_account": lambda: said("Gjendja juaj.")}
    posts = await bot.say(CHAT, "sa kredi kam")
    (button,) = posts[-1].keyboard
    assert button == {"text": ALBANIAN.share_number, "request_contact": True}
    return bot


async def level(bot: LivingBot) -> int:
    identity = await bot.services.assurance.identity(await bot.conversation_of(CHAT))
    return 0 if identity is None else int(identity.level)


@pytest.mark.parametrize("written", [WRITTEN, WRITTEN.removeprefix("+")])
async def test_s12_ones_own_contact_is_level_1_and_the_keyboard_goes(asked: LivingBot, written: str) -> None:
    posts = await asked.after(CHAT, asked.api.contact(CHAT, written))
    assert await level(asked) == 1
    assert posts[0].text == ALBANIAN.matched.format(masked=MASKED)
    assert posts[0].markup == {"remove_keyboard": True}
    assert posts[-1].text == "Gjendja juaj."
    assert asked.outbox() == []


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"user_id": 701}, ALBANIAN.contact_not_own),
        ({"user_id": None}, ALBANIAN.contact_not_own),
        ({"forwarded": True}, ALBANIAN.contact_forwarded),
        ({"user_id": 701, "forwarded": True}, ALBANIAN.contact_forwarded),
    ],
)
async def test_s12_any_other_contact_proves_nothing(
    asked: LivingBot, options: dict[str, object], sentence: str
) -> None:
    posts = await asked.after(CHAT, asked.api.contact(CHAT, WRITTEN, **options))  # type: ignore[arg-type]
    assert [post.text for post in posts] == [sentence]
    assert await level(asked) == 0
    assert "/check_account" not in asked.heard


async def test_s12_a_contact_in_a_group_proves_nothing(asked: LivingBot, bot_api: FakeBotApi) -> None:
    group = bot_api.group()
    await bot_api.contact(group, WRITTEN, user=CHAT)
    await bot_api.message(group, f"@{bot_api.username} sa kushton", user=CHAT)
    await bot_api.said(group, "7 €")
    assert await level(asked) == 0
    assert await asked.rows("SELECT level FROM verification_identities") == []


async def test_a_foreign_number_is_told_what_is_wanted(asked: LivingBot) -> None:
    posts = await asked.after(CHAT, asked.api.contact(CHAT, "+491701234567"))
    assert [post.text for post in posts] == [ALBANIAN.contact_not_kosovo]
    assert await level(asked) == 0


async def test_s12_level_1_does_not_open_what_needs_a_code(asked: LivingBot) -> None:
    await asked.after(CHAT, asked.api.contact(CHAT, WRITTEN))
    asked.script.answers["sa borxh kam"] = verify
    posts = await asked.say(CHAT, "sa borxh kam")
    assert ALBANIAN.send_code_to in posts[-1].titles
    assert MASKED in posts[-1].text
    before = len(asked.outbox())
    await asked.press(posts[-1], ALBANIAN.send_code_to)
    code = await asked.code_after(before)
    await asked.say(CHAT, code)
    assert await level(asked) == 2


async def test_a_contact_that_nobody_asked_for_is_taken_all_the_same(bot: LivingBot) -> None:
    bot.script.answers["/check_account"] = lambda: said("Gjendja juaj.")
    posts = await bot.after(CHAT, bot.api.contact(CHAT, WRITTEN))
    assert ALBANIAN.matched.format(masked=MASKED) in [post.text for post in posts]
    assert posts[-1].text == "Gjendja juaj."
    assert await level(bot) == 1


async def test_s10_the_number_of_a_contact_is_in_no_event_and_reaches_no_engine(asked: LivingBot) -> None:
    await asked.after(CHAT, asked.api.contact(CHAT, WRITTEN))
    events = await asked.rows("SELECT payload FROM events")
    digits = OWN.replace(" ", "")[1:]
    assert not [row for row in events if digits in str(row)]
    assert not [text for text in asked.heard if digits in text]
    updates = await asked.rows("SELECT update_id, sealed FROM telegram_updates WHERE sealed IS NOT NULL")
    assert updates == []
