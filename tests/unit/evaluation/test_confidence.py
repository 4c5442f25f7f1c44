"""Calibration and rejection: rules over confidences."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ndihma.evaluation import Prediction, evaluate, parse
from ndihma.evaluation.calibration import bins, expected_error
from ndihma.evaluation.labelled import Example
from ndihma.evaluation.rejection import curve, recall_within

shares = st.floats(0, 1)
read = st.lists(st.tuples(shares, st.booleans()), min_size=1, max_size=60)
scores = st.lists(st.floats(-1, 1), min_size=1, max_size=40)


def test_the_error_is_the_weighted_distance_of_confidence_and_accuracy() -> None:
    reliability = bins([(0.9, True), (0.9, True), (0.9, False), (0.5, True)], 10)
    assert expected_error(reliability) == pytest.approx(0.75 * abs(0.9 - 2 / 3) + 0.25 * 0.5)
    assert expected_error(bins([])) is None


@given(read)
def test_every_message_is_in_one_bin_and_the_error_is_a_share(messages: list[tuple[float, bool]]) -> None:
    reliability = bins(messages)
    assert sum(each.count for each in reliability) == len(messages)
    error = expected_error(reliability)
    assert error is not None
    assert 0 <= error <= 1


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_a_model_as_sure_as_it_is_right_has_no_error(right: list[bool]) -> None:
    confidence = sum(right) / len(right)
    assert expected_error(bins((confidence, each) for each in right)) == pytest.approx(0, abs=1e-9)


@given(scores, scores)
def test_turning_away_more_finds_more_and_costs_more(ours: list[float], others: list[float]) -> None:
    points = curve(ours, others)
    assert (points[0].false_rejections, points[0].recall) == (0, 0)
    assert (points[-1].false_rejections, points[-1].recall) == (1, 1)
    for earlier, later in pairwise(points):
        assert later.false_rejections >= earlier.false_rejections
        assert later.recall >= earlier.recall


@given(scores, scores, shares)
def test_the_recall_within_a_budget_is_reached_by_a_threshold(
    ours: list[float], others: list[float], budget: float
) -> None:
    recall = recall_within(curve(ours, others), budget)
    reached = [
        sum(score >= threshold for score in others) / len(others)
        for threshold in [*ours, *others, 2.0]
        if sum(score >= threshold for score in ours) / len(ours) <= budget
    ]
    assert recall == pytest.approx(max(reached))


def test_without_messages_of_both_kinds_there_is_no_curve() -> None:
    assert curve([], [0.5]) == []
    assert recall_within([], 0.02) is None


def test_the_model_takes_a_message_for_out_of_scope_from_a_score_of_zero_on() -> None:
    example = Example(1, "x", "greet")
    ranking = (("out_of_scope", 0.6), ("greet", 0.3))
    assert Prediction(example, "out_of_scope", 0.6, ranking).rejection_score == pytest.approx(0.3)
    assert Prediction(example, "greet", 0.6, (("greet", 0.6), ("out_of_scope", 0.3))).rejection_score < 0
    assert Prediction(example, "greet", 0.7).rejection_score == pytest.approx(-0.7)
    assert Prediction(example, "out_of_scope", 0.7).rejection_score == pytest.approx(0.7)


def test_the_fallback_changes_what_is_answered_and_not_what_the_model_was_sure_of() -> None:
    report = evaluate(
        parse(b"a\tgreet\n")[0], [("nlu_fallback", 0.35)], rankings=[[("nlu_fallback", 0.35), ("greet", 0.3)]]
    )
    assert report.accuracy == 0
    assert report.predictions[0].likeliest == ("greet", 0.3)
    assert report.calibration_error == pytest.approx(0.7)
