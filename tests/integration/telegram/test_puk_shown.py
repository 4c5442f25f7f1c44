"""S8 in Telegram: a PUK is shown once, protected, for a minute, in private; a refused deletion is audited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from pydantic import SecretStr
from starlette.responses import Response

from ndihma.accounts.adapters.sql import SqlAccountDirectory
from ndihma.accounts.demo import DemoKey
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.puk import can_receive_code
from ndihma.audit.trail import SqlAuditTrail
from ndihma.instructions import Reveal
from ndihma.puk.cipher import PukCipher, card_hash
from ndihma.puk.keys import keyring
from ndihma.puk.model import PukCodes, PukOffer
from ndihma.puk.offers import PukOffers
from ndihma.puk.store import StoredCode, put_codes
from ndihma.telegram.words_sq import ALBANIAN
from ndihma.verification.channels import ChannelRules
from ndihma.verification.identities import IdentityReader
from tests.integration.gateway.live_gateway import said
from tests.support.telegram.chats import Post

from .living import LivingBot, number_of, verify

CHAT = 810
NUMBER = number_of(DemoKey.PUK_LOCKED_WITH_CONTACT)
PUK = "73915264"


@dataclass
class Covered:
    """The message that covers a PUK."""

    bot: LivingBot
    post: Post

    async def open(self) -> Post:
        """Press, and wait for the code; its message."""
        await self.bot.api.press(self.post, ALBANIAN.puk_show)
        return await self.bot.api.said(CHAT, PUK)


async def offer(bot: LivingBot) -> Response:
    """What the action does when both contacts are proved."""
    directory = SqlAccountDirectory(bot.database)
    offers = PukOffers(
        database=bot.database,
        assurance=IdentityReader(bot.database, bot.clock),
        rules=ChannelRules(directory, can_receive_code, lambda _: True),
        audit=SqlAuditTrail(bot.database, bot.clock, SecretStr("a" * 64)),
        clock=bot.clock,
    )
    line = await directory.find(Msisdn.parse(NUMBER))
    assert line is not None
    outcome = await offers.offer(await bot.conversation_of(CHAT), line)
    assert isinstance(outcome, PukOffer)
    reveal = Reveal(reference=outcome.reference, expires_at=outcome.expires_at)
    return said("Kodi është gati.", custom=reveal.model_dump(mode="json"))


@pytest.fixture
async def covered(bot: LivingBot) -> Covered:
    """A locked SIM's owner, both contacts proved."""
    line = await SqlAccountDirectory(bot.database).find(Msisdn.parse(NUMBER))
    assert line is not None
    assert line.sim is not None
    sealed = PukCipher(keyring(bot.settings)).seal(PukCodes.of(PUK), line.msisdn, card_hash(line.sim))
    async with bot.database.session() as session:
        await put_codes(session, [StoredCode(line.msisdn, card_hash(line.sim), sealed)], bot.clock.now())
    bot.script.answers["më duhet kodi puk"] = lambda: verify("puk", "ask_puk_code")
    posts = await bot.say(CHAT, "më duhet kodi puk")
    assert posts[-1].text == ALBANIAN.number_ask_puk
    await bot.say(CHAT, NUMBER)
    first = await bot.code_after(0)
    posts = await bot.say(CHAT, first)
    assert "Kodi i dytë" in posts[-1].text
    second = await bot.code_after(1)
    respond = bot.script.respond

    async def with_offer(body: dict[str, str]) -> Response:
        return await (offer(bot) if body["text"] == "/ask_puk_code" else respond(body))

    bot.engine.respond = with_offer
    posts = await bot.say(CHAT, second)
    assert posts[-1].text == ALBANIAN.puk_cover
    assert PUK not in str(bot.api.texts(CHAT))
    return Covered(bot, posts[-1])


async def test_s8_shown_protected_and_gone_after_a_minute(covered: Covered) -> None:
    shown = await covered.open()
    assert shown.protected
    assert "60" in shown.text
    await covered.bot.settled(CHAT)
    covered.bot.clock.advance(timedelta(seconds=61))
    await covered.bot.api.until(lambda: shown.deleted, "the PUK deleted")
    assert PUK not in str([post.text for post in covered.bot.api.shown(CHAT)])


async def test_s8_a_note_beneath_counts_the_seconds_and_goes_with_the_code(covered: Covered) -> None:
    bot = covered.bot
    await covered.open()
    note = await bot.api.said(CHAT, ALBANIAN.puk_countdown.format(seconds=60))
    await bot.settled(CHAT)
    for passed, left in ((16, 45), (15, 30), (15, 15), (10, 5)):
        bot.clock.advance(timedelta(seconds=passed))
        told = ALBANIAN.puk_countdown.format(seconds=left)
        await bot.api.until(lambda told=told: note.text == told, told)
    assert PUK not in str(note.earlier)
    bot.clock.advance(timedelta(seconds=5))
    await bot.api.until(lambda: note.deleted, "the note deleted")

    async def forgotten() -> bool:
        return not await bot.rows("SELECT * FROM telegram_deletions")

    await bot.eventually(forgotten, "its row gone too")


async def test_s8_without_its_note_the_code_goes_all_the_same(covered: Covered) -> None:
    bot = covered.bot
    shown = await covered.open()
    note = await bot.api.said(CHAT, ALBANIAN.puk_countdown.format(seconds=60))
    await bot.settled(CHAT)
    bot.api.fail_next("editMessageText", 400, "Bad Request: message to edit not found")
    bot.clock.advance(timedelta(seconds=40))
    await bot.api.until(lambda: bot.api.cloud.faults.left == 0, "the note told anew")
    bot.clock.advance(timedelta(seconds=21))
    await bot.api.until(lambda: shown.deleted and note.deleted, "both deleted")


async def test_s8_not_before_the_minute_is_over(covered: Covered) -> None:
    shown = await covered.open()
    await covered.bot.settled(CHAT)
    covered.bot.clock.advance(timedelta(seconds=50))
    await covered.bot.say(CHAT, "ende aty?")
    assert not shown.deleted


async def test_s8_a_second_press_shows_nothing(covered: Covered) -> None:
    await covered.open()
    await covered.bot.settled(CHAT)
    await covered.bot.api.press(covered.post, ALBANIAN.puk_show)
    await covered.bot.api.said(CHAT, ALBANIAN.puk_over[:20])
    await covered.bot.settled(CHAT)
    assert sum(PUK in post.text for post in covered.bot.api.sent(CHAT)) == 1


async def test_s8_a_refused_deletion_is_in_the_audit_trail_and_the_code_is_taken_out(covered: Covered) -> None:
    shown = await covered.open()
    await covered.bot.settled(CHAT)
    covered.bot.api.fail_next("deleteMessage", 400, "Bad Request: message can't be deleted for everyone")
    covered.bot.clock.advance(timedelta(seconds=61))
    await covered.bot.api.until(lambda: PUK not in shown.text, "the code taken out")
    assert shown.text == ALBANIAN.puk_hidden
    found = await covered.bot.audited("message_left")
    assert len(found) == 1
    assert "puk" in str(found)
    assert PUK not in str(found)


async def test_s8_an_outage_of_telegram_delays_the_deletion(covered: Covered) -> None:
    shown = await covered.open()
    await covered.bot.settled(CHAT)
    covered.bot.api.fail_next("deleteMessage", 502)
    covered.bot.clock.advance(timedelta(seconds=61))
    await covered.bot.api.until(lambda: covered.bot.api.cloud.faults.left == 0, "the deletion tried")
    covered.bot.clock.advance(timedelta(seconds=30))
    await covered.bot.api.until(lambda: shown.deleted, "the PUK deleted")


async def test_s8_a_forwarded_button_shows_nothing_elsewhere(covered: Covered) -> None:
    api, data = covered.bot.api, covered.post.buttons[0]["callback_data"]
    group = api.group()
    await api.add_bot(group, user=CHAT)
    greeting = await api.said(group, "përmendni")
    other = (await covered.bot.say(CHAT + 1, "/start"))[-1]
    for post, user in ((greeting, CHAT), (other, None)):
        callback = await api.press(post, data=data, user=user)
        await api.until(lambda c=callback: c.answer)
        await covered.bot.settled(post.chat.id)
    assert not [post for chat in (group, CHAT + 1) for post in api.sent(chat) if PUK in post.text]
    assert PUK in (await covered.open()).text, "and it is not used up"


async def test_s6_the_code_stands_in_no_table_and_reached_no_engine(covered: Covered) -> None:
    await covered.open()
    await covered.bot.settled(CHAT)
    for table in ("events", "turns", "telegram_updates", "telegram_sent", "telegram_deletions", "audit_entries"):
        assert PUK not in str(await covered.bot.rows(f"SELECT * FROM {table}")), table  # noqa: S608
    assert PUK not in str(covered.bot.heard)


async def test_s8_a_code_whose_edit_lost_its_answer_counts_as_shown(covered: Covered) -> None:
    """The next try changes nothing, and Telegram says so: the code is there, and goes after its minute."""
    covered.bot.api.drop_next("editMessageText", done=True)
    shown = await covered.open()
    await covered.bot.settled(CHAT)
    texts = covered.bot.api.texts(CHAT)
    assert ALBANIAN.puk_unavailable not in texts
    covered.bot.clock.advance(timedelta(seconds=61))
    await covered.bot.api.until(lambda: shown.deleted, "the PUK deleted")
