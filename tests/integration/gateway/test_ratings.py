"""Ratings: one for a conversation, redacted like a message, summed up by week."""

from __future__ import annotations

import asyncio
import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from ndihma.cli import app
from ndihma.clock import BELGRADE, FixedClock, SystemClock
from ndihma.db import Database
from ndihma.desk.ids import new_id
from ndihma.desk.ratings import RatingService
from ndihma.desk.store import ConversationStore
from ndihma.desk.tables import RatingRow

from .api_support import assert_error
from .live_gateway import Customer
from .scripted_desk import NOW, Desk


async def rate(customer: Customer, **rating: object):
    return await customer.call("POST", "/rating", json=rating)


# --- over HTTP -----------------------------------------------------------------------------------------------


async def test_the_first_rating_is_created_and_a_later_one_takes_its_place(customer):
    first = await rate(customer, score=2, comment="Zgjati shumë.")
    assert (first.status_code, first.json()) == (201, {"score": 2, "comment": "Zgjati shumë."})
    second = await rate(customer, score=5)
    assert (second.status_code, second.json()) == (200, {"score": 5, "comment": None})


async def test_the_session_tells_of_its_end_and_rating(customer):
    async def state() -> tuple[bool, object]:
        read = (await customer.call("GET")).json()
        return read["ended"], read["rating"]

    assert await state() == (False, None)
    await rate(customer, score=2, comment="044 123 456")
    assert await state() == (False, {"score": 2, "comment": "<msisdn>"})
    await customer.call("POST", "/end")
    assert (await state())[0] is True


async def test_a_rating_is_taken_after_the_end_while_the_session_lives(gateway, customer):
    await customer.call("POST", "/end")
    assert (await rate(customer, score=4)).status_code == 201
    gateway.clock.advance(timedelta(minutes=31))
    assert_error(await rate(customer, score=1), 401, "session_ended")


async def test_no_rating_after_the_session_was_closed(customer):
    await customer.call("DELETE")
    assert_error(await rate(customer, score=4), 401, "session_ended")


@pytest.mark.parametrize("score", [0, 6, -1, 10**30, 4.5, 4.0, "4", True, None, [], {}])
async def test_a_score_is_a_whole_number_from_1_to_5(customer, score):
    assert assert_error(await rate(customer, score=score), 422, "invalid_field")["field"] == "score"


@pytest.mark.parametrize("score", [1, 2, 3, 4, 5])
async def test_every_score_from_1_to_5_is_taken(customer, score):
    assert (await rate(customer, score=score)).json()["score"] == score


async def test_a_comment_has_at_most_500_characters_once_it_is_normalised(customer):
    assert (await rate(customer, score=3, comment="ë" * 500 + "\u200b\n  ")).json()["comment"] == "ë" * 500
    assert_error(await rate(customer, score=5, comment="ë" * 501), 422, "text_too_long")
    assert_error(await rate(customer, score=5, comment=7), 422, "invalid_field")
    assert (await rate(customer, score=3)).status_code == 200


@pytest.mark.parametrize("comment", ["", "   ", "\n\t", "\u200b", None])
async def test_a_blank_comment_is_none(customer, comment):
    assert (await rate(customer, score=3, comment=comment)).json()["comment"] is None


async def test_s6_a_comment_is_redacted_before_it_is_stored(gateway, customer):
    response = await rate(customer, score=1, comment="Më thirrni në 044 123 456, kodi 731946, arta@example.com")
    comment = response.json()["comment"]
    for secret in ("044 123 456", "123", "731946", "arta@example.com"):
        assert secret not in comment
    assert "<msisdn>" in comment
    for file in gateway.settings.var.rglob("*"):
        if file.is_file():
            assert b"arta@example.com" not in file.read_bytes()


async def test_ratings_count_against_the_limit_of_messages(make_gateway):
    gateway = await make_gateway(session_messages_per_minute=2)
    customer = await gateway.customer()
    statuses = [(await rate(customer, score=3)).status_code for _ in range(3)]
    assert statuses == [201, 200, 429]


# --- on both databases ---------------------------------------------------------------------------------------


async def test_a_conversation_has_one_rating_whoever_writes_it(desk: Desk) -> None:
    conversation = await desk.service.open()
    ratings = RatingService(desk.database, desk.clock)
    assert await ratings.rate(conversation, 3, None)
    assert not await ratings.rate(conversation, 4, "Mirë")
    async with desk.database.session() as session:
        assert await session.scalar(select(func.count()).select_from(RatingRow)) == 1
    with pytest.raises(ValueError, match="1 to 5"):
        await ratings.rate(conversation, 6, None)


async def test_weeks_begin_on_monday_in_kosovo(desk: Desk) -> None:
    """22 November 2026 is a Sunday; at 23:30 UTC of a Sunday it is Monday in Kosovo."""
    moments = [
        (datetime(2026, 11, 15, 23, 59, tzinfo=BELGRADE), 1, None),
        (datetime(2026, 11, 16, 0, 0, tzinfo=BELGRADE), 2, "E para."),
        (datetime(2026, 11, 22, 23, 59, tzinfo=BELGRADE), 5, "E fundit."),
        (datetime(2026, 11, 23, 0, 30, tzinfo=BELGRADE), 4, None),
    ]
    for moment, score, comment in moments:
        await RatingService(desk.database, FixedClock(moment)).rate(await desk.service.open(), score, comment)
    ratings = RatingService(desk.database, FixedClock(datetime(2026, 11, 25, 12, tzinfo=BELGRADE)))
    summary = await ratings.summary(weeks=2, comments=10)
    assert [(week.monday, week.count, week.average) for week in summary.weeks] == [
        (date(2026, 11, 23), 1, 4.0),
        (date(2026, 11, 16), 2, 3.5),
    ]
    assert summary.weeks[1].by_score == {1: 0, 2: 1, 3: 0, 4: 0, 5: 1}
    assert [comment.text for comment in summary.comments] == ["E fundit.", "E para."]
    assert len((await ratings.summary(weeks=3, comments=1)).comments) == 1
    assert (await ratings.summary(weeks=3, comments=0)).comments == ()
    assert len((await ratings.summary(weeks=3, comments=0)).weeks) == 3


# --- the command ---------------------------------------------------------------------------------------------


def test_the_command_prints_weeks_and_comments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NDIHMA_VAR_DIR", str(tmp_path))
    runner = CliRunner()
    assert "No ratings in the last 12 weeks." in runner.invoke(app, ["ratings"]).output
    _rate_now(tmp_path, [(5, "Shumë mirë [bold]faleminderit[/bold]"), (4, None)])
    shown = runner.invoke(app, ["ratings"])
    assert shown.exit_code == 0
    assert "4.50" in shown.output
    assert "Shumë mirë [bold]faleminderit[/bold]" in shown.output
    printed = json.loads(runner.invoke(app, ["ratings", "--json", "--weeks", "1"]).output)
    (week,) = printed["weeks"]
    assert (week["count"], week["average"], week["by_score"]["5"]) == (2, 4.5, 1)
    (comment,) = printed["comments"]
    assert comment["score"] == 5
    assert runner.invoke(app, ["ratings", "--weeks", "0"]).exit_code == 2


def _rate_now(var: Path, ratings: list[tuple[int, str | None]]) -> None:
    async def store() -> None:
        database = Database(f"sqlite+aiosqlite:///{var / 'ndihma.db'}")
        for score, comment in ratings:
            conversation = new_id()
            await ConversationStore(database).create(conversation, NOW, (), ())
            await RatingService(database, SystemClock()).rate(conversation, score, comment)
        await database.close()

    asyncio.run(store())
