"""What is no text: a polite sentence; a photo or PDF of a payment: the proof of the open request (S15)."""

from __future__ import annotations

import io
from datetime import timedelta

import pikepdf
import pytest
from PIL import Image

from ndihma.accounts.msisdn import Msisdn
from ndihma.desk.attachments import MAX_BYTES
from ndihma.desk.reconnections import ReconnectionRequests
from ndihma.telegram.words_sq import ALBANIAN
from tests.integration.gateway.live_gateway import said
from tests.integration.gateway.scripted_desk import NOW

from .living import LivingBot

CHAT = 740


def pdf() -> bytes:
    saved = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.save(saved)
    return saved.getvalue()


def photo() -> bytes:
    saved = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(saved, "JPEG")
    return saved.getvalue()


@pytest.fixture
async def reference(bot: LivingBot) -> str:
    """A proof of payment is wanted for this request."""
    await bot.say(CHAT, "/start")
    request = await ReconnectionRequests(bot.database).file(
        await bot.conversation_of(CHAT), Msisdn("+38344123456"), NOW
    )
    wanted = {"kind": "attach_proof", "request_reference": request.reference}
    bot.script.answers["kam paguar"] = lambda: said("Dërgojeni dëshminë.", custom=wanted)
    posts = await bot.say(CHAT, "kam paguar")
    assert posts[-1].text == ALBANIAN.proof_wanted
    return request.reference


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("voice", ALBANIAN.voice),
        ("audio", ALBANIAN.voice),
        ("sticker", ALBANIAN.sticker),
        ("dice", ALBANIAN.sticker),
        ("video", ALBANIAN.video),
        ("video_note", ALBANIAN.video),
        ("animation", ALBANIAN.video),
        ("location", ALBANIAN.location),
        ("venue", ALBANIAN.location),
        ("poll", ALBANIAN.poll),
    ],
)
async def test_a_polite_sentence(bot: LivingBot, kind: str, sentence: str) -> None:
    posts = await bot.after(CHAT, bot.api.media(CHAT, kind))
    assert posts[-1].text == sentence
    assert bot.heard == []
    assert bot.api.calls_of("getFile") == []


@pytest.mark.parametrize("kind", ["photo", "pdf", "image as a file"])
async def test_s15_a_proof_is_taken_for_the_open_request(bot: LivingBot, reference: str, kind: str) -> None:
    if kind == "photo":
        deed = bot.api.photo(CHAT, photo())
    elif kind == "pdf":
        deed = bot.api.document(CHAT, pdf())
    else:
        deed = bot.api.document(CHAT, photo(), "x.jpg", "image/jpeg")
    posts = await bot.after(CHAT, deed)
    assert [post.text for post in posts] == [ALBANIAN.proof_received.format(reference=reference)]
    (file,) = (bot.settings.var / "uploads").iterdir()
    assert file.stat().st_size > 0


async def test_the_caption_tells_the_amount(bot: LivingBot, reference: str) -> None:
    posts = await bot.after(CHAT, bot.api.document(CHAT, pdf(), caption="23,40 €"))
    assert posts[-1].text == ALBANIAN.proof_received.format(reference=reference)
    assert (await bot.rows("SELECT claimed_cents FROM attachments")) == [(2340,)]
    assert bot.heard == ["kam paguar"]


async def test_a_caption_that_is_a_question_is_answered_too(bot: LivingBot, reference: str) -> None:
    posts = await bot.after(CHAT, bot.api.photo(CHAT, photo(), caption="kur më rikyçet numri"))
    assert ALBANIAN.proof_received.format(reference=reference) in [post.text for post in posts]
    assert bot.heard[-1] == "kur më rikyçet numri"


@pytest.mark.parametrize(
    ("name", "mime", "content"),
    [
        ("x.exe", "application/octet-stream", b"MZ" * 50),
        ("x.pdf", "application/pdf", b"#!/bin/sh\n"),
        ("x.zip", "application/zip", b"PK" * 50),
    ],
)
async def test_s15_what_is_no_proof_is_refused(
    bot: LivingBot, reference: str, name: str, mime: str, content: bytes
) -> None:
    posts = await bot.after(CHAT, bot.api.document(CHAT, content, name, mime))
    assert [post.text for post in posts] == [ALBANIAN.proof_type]
    folder = bot.settings.var / "uploads"
    assert not folder.exists() or not list(folder.iterdir())


@pytest.mark.parametrize("claimed", [None, MAX_BYTES])
async def test_s15_a_file_over_5_mb_is_refused_whatever_it_claims(
    bot: LivingBot, reference: str, claimed: int | None
) -> None:
    content = b"%PDF-1.7" + b"0" * MAX_BYTES
    posts = await bot.after(CHAT, bot.api.document(CHAT, content, claimed_size=claimed))
    assert [post.text for post in posts] == [ALBANIAN.proof_too_large]


async def test_a_file_that_telegram_does_not_give(bot: LivingBot, reference: str) -> None:
    bot.api.fail_next("getFile", 400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    posts = await bot.after(CHAT, bot.api.photo(CHAT, photo()))
    assert [post.text for post in posts] == [ALBANIAN.proof_failed]


async def test_a_broken_download_is_tried_again(bot: LivingBot, reference: str) -> None:
    bot.api.drop_next("download")
    await bot.api.photo(CHAT, photo())
    await bot.api.until(lambda: bot.api.cloud.faults.left == 0, "the download tried")
    for _ in range(5):
        bot.clock.advance(timedelta(seconds=30))
    await bot.api.said(CHAT, reference)
    assert bot.api.texts(CHAT).count(ALBANIAN.proof_received.format(reference=reference)) == 1


async def test_a_photo_without_a_request_is_not_fetched(bot: LivingBot) -> None:
    posts = await bot.after(CHAT, bot.api.photo(CHAT, photo()))
    assert posts[-1].text == ALBANIAN.proof_not_wanted
    assert bot.api.calls_of("getFile") == []
