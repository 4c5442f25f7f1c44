"""Ratings: what customers thought of their conversations, one each, and what the weeks' ratings come to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from ndihma.clock import BELGRADE, Clock, local_date
from ndihma.db import Database
from ndihma.desk.tables import RatingRow

__all__ = ["SCORES", "Comment", "Rating", "RatingService", "RatingSummary", "Week"]

SCORES: Final = range(1, 6)
_RATINGS: Final = cast("Table", RatingRow.__table__)
_CHANGE: Final = (
    update(_RATINGS)
    .where(_RATINGS.c.conversation_id == bindparam("of"))
    .values(score=bindparam("given"), comment=bindparam("said"), rated_at=bindparam("at"))
)
_INSERT: Final = insert(_RATINGS)
_SELECT: Final = select(_RATINGS.c.score, _RATINGS.c.comment).where(_RATINGS.c.conversation_id == bindparam("of"))


@dataclass(frozen=True, slots=True)
class Rating:
    """``score`` is 1 to 5; the comment is redacted."""

    score: int
    comment: str | None


@dataclass(frozen=True, slots=True)
class Week:
    """The ratings of one week, Monday to Sunday in Kosovo's time; weeks without any do not exist."""

    monday: date
    by_score: Mapping[int, int]
    """How often each score from 1 to 5 was given."""

    @property
    def count(self) -> int:
        return sum(self.by_score.values())

    @property
    def average(self) -> float:
        return sum(score * times for score, times in self.by_score.items()) / self.count


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote with a rating, redacted."""

    rated_at: datetime
    score: int
    text: str


@dataclass(frozen=True, slots=True)
class RatingSummary:
    """Weeks and comments, the latest first."""

    weeks: tuple[Week, ...]
    comments: tuple[Comment, ...]


class RatingService:
    """Takes ratings and sums them up."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def rate(self, conversation_id: str, score: int, comment: str | None) -> bool:
        """Store a conversation's rating (1 to 5) and its comment, redacted by the caller, in place of an earlier one.

        True when it is the first.
        """
        if score not in SCORES:
            raise ValueError("a score is 1 to 5")
        now = self._clock.now()

        def work(connection: Connection) -> bool:
            changed = connection.execute(_CHANGE, {"of": conversation_id, "given": score, "said": comment, "at": now})
            if changed.rowcount:
                return False
            row = {"conversation_id": conversation_id, "score": score, "comment": comment, "rated_at": now}
            connection.execute(_INSERT, row)
            return True

        try:
            return await self._database.transact(work)
        except IntegrityError:  # another process stored one between our two statements
            return await self._database.transact(work)

    async def of(self, conversation_id: str) -> Rating | None:
        """What a conversation was rated, if it was."""

        def work(connection: Connection) -> Rating | None:
            row = connection.execute(_SELECT, {"of": conversation_id}).first()
            return None if row is None else Rating(row.score, row.comment)

        return await self._database.transact(work)

    async def summary(self, weeks: int, comments: int) -> RatingSummary:
        """The last ``weeks`` weeks, this one among them, and in them the last ``comments`` comments."""
        today = local_date(self._clock.now())
        first = _monday(today) - timedelta(weeks=weeks - 1)
        since = datetime(first.year, first.month, first.day, tzinfo=BELGRADE)
        scores = select(RatingRow.rated_at, RatingRow.score).where(RatingRow.rated_at >= since)
        said = (
            select(RatingRow.rated_at, RatingRow.score, RatingRow.comment)
            .where(RatingRow.rated_at >= since, RatingRow.comment.is_not(None))
            .order_by(RatingRow.rated_at.desc(), RatingRow.conversation_id)
            .limit(comments)
        )
        async with self._database.session() as session:
            by_week: dict[date, Counter[int]] = defaultdict(Counter)
            for row in await session.execute(scores):
                by_week[_monday(local_date(row.rated_at))][row.score] += 1
            latest = tuple(Comment(row.rated_at, row.score, row.comment or "") for row in await session.execute(said))
        return RatingSummary(
            tuple(
                Week(monday, {score: by_week[monday][score] for score in SCORES})
                for monday in sorted(by_week, reverse=True)
            ),
            latest,
        )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
