"""The life of a prepaid number as it is drawn: gapless stretches that say what the rules say of each day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ndihma.accounts.lifecycle import ContradictoryLife, LifeStatus, forecast, lifecycle_state
from ndihma.accounts.model import PrepaidLife, Reactivation
from ndihma.accounts.timeline import timeline

VALID, ACTIVE, INACTIVE, DEACTIVE, VOID = LifeStatus
TODAY = date(2026, 11, 22)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@st.composite
def lives(draw: st.DrawFn) -> PrepaidLife:
    """Records whose events lie behind today."""
    bought = draw(st.integers(0, 500))
    if draw(st.booleans()):
        return PrepaidLife(ago(bought))
    activated = draw(st.integers(0, bought))
    until = draw(st.none() | st.integers(-200, activated).map(ago))
    if draw(st.booleans()):
        return PrepaidLife(ago(bought), ago(activated), until)
    option = draw(st.sampled_from(Reactivation))
    return PrepaidLife(ago(bought), ago(activated), until, ago(draw(st.integers(0, activated))), option)


@given(lives())
def test_stretches_are_gapless_and_say_what_the_rules_say(life: PrepaidLife) -> None:
    stretches = timeline(life, TODAY)
    for one, following in pairwise(stretches):
        assert one.last_day is not None
        assert one.first_day <= one.last_day
        assert one.last_day + timedelta(days=1) == following.first_day
        assert one.status is not following.status
    assert (stretches[-1].status, stretches[-1].last_day) == (VOID, None)
    assert stretches[0].first_day == (life.reactivated_on or life.purchased_on)
    for stretch in stretches:
        for day in {stretch.first_day, stretch.last_day or stretch.first_day + timedelta(days=400)}:
            assert lifecycle_state(life, day).status is stretch.status


@given(lives())
def test_exactly_one_stretch_holds_today_and_what_follows_is_the_forecast(life: PrepaidLife) -> None:
    stretches = timeline(life, TODAY)
    [now] = [place for place, stretch in enumerate(stretches) if stretch.holds(TODAY)]
    ahead = [(stretch.status, stretch.last_day) for stretch in stretches[now:]]
    assert ahead == [(state.status, state.last_day) for state in forecast(life, TODAY)]


@pytest.mark.parametrize(
    ("life", "expected"),
    [
        (PrepaidLife(ago(3)), [(VALID, ago(3)), (VOID, ago(-98))]),
        (
            PrepaidLife(ago(40), ago(30)),
            [(VALID, ago(40)), (ACTIVE, ago(30)), (INACTIVE, ago(-61)), (DEACTIVE, ago(-77)), (VOID, ago(-92))],
        ),
        (PrepaidLife(ago(120)), [(VALID, ago(120)), (VOID, ago(19))]),
        (
            PrepaidLife(ago(400), ago(390), None, ago(2), Reactivation.KEEP_CREDIT),
            [(INACTIVE, ago(2)), (VOID, ago(-6))],
        ),
        (  # activated late, as a courtesy
            PrepaidLife(ago(130), ago(10)),
            [
                (VALID, ago(130)),
                (VOID, ago(29)),
                (ACTIVE, ago(10)),
                (INACTIVE, ago(-81)),
                (DEACTIVE, ago(-97)),
                (VOID, ago(-112)),
            ],
        ),
    ],
)
def test_where_each_status_begins(life: PrepaidLife, expected: list[tuple[LifeStatus, date]]) -> None:
    assert [(stretch.status, stretch.first_day) for stretch in timeline(life, TODAY)] == expected


def test_a_record_that_contradicts_itself_has_no_line() -> None:
    with pytest.raises(ContradictoryLife):
        timeline(PrepaidLife(ago(10), ago(20)), TODAY)
