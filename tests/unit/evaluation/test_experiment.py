"""Which rows are trained on and which are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ndihma.evaluation.authors import CrossValidation
from ndihma.evaluation.experiment import Row, folds_by_author, samples_per_intent
from ndihma.evaluation.labelled import Example
from ndihma.evaluation.scores import evaluate
from ndihma.failure import Failure

authors = st.lists(st.sampled_from("abcdefgh"), min_size=2, max_size=60).filter(lambda each: len(set(each)) > 1)


def rows_of(names: list[str]) -> list[Row]:
    return [Row(f"text {number}", "greet", name) for number, name in enumerate(names)]


@given(authors, st.integers(2, 10) | st.none())
def test_each_row_is_read_once_by_a_model_that_never_saw_its_author(names: list[str], folds: int | None) -> None:
    rows = rows_of(names)
    runs = folds_by_author(rows, folds)
    assert len(runs) == min(len(set(names)), folds or len(names))
    assert sorted(number for run in runs for number in run.test) == list(range(len(rows)))
    for run in runs:
        assert not {rows[number].author for number in run.train} & {rows[number].author for number in run.test}
        assert sorted([*run.train, *run.test]) == list(range(len(rows)))


@pytest.mark.parametrize(("names", "folds"), [(["a"], None), ([], None), (["a", "a"], 5), (["a", "b"], 1)])
def test_one_author_or_one_fold_is_refused(names: list[str], folds: int | None) -> None:
    with pytest.raises(Failure, match="two"):
        folds_by_author(rows_of(names), folds)


@given(st.lists(st.sampled_from(["greet", "thank", "deny"]), min_size=1, max_size=80))
def test_a_larger_sample_holds_the_smaller_and_the_largest_holds_all(intents: list[str]) -> None:
    rows = [Row(str(number), intent) for number, intent in enumerate(intents)]
    samples = [set(sample) for sample in samples_per_intent(rows, (1, 3, 80))]
    assert samples[0] <= samples[1] <= samples[2] == set(range(len(rows)))
    assert {rows[number].intent for number in samples[0]} == set(intents)
    assert samples_per_intent(rows, (3,)) == samples_per_intent(rows, (3,))


def test_the_weakest_author_and_register_come_first() -> None:
    rows = (Row("x", "greet", "a1", "gheg"), Row("y", "greet", "a2", "gheg"), Row("z", "thank", "a2", ""))
    examples = [Example(number, row.text, row.intent) for number, row in enumerate(rows, 1)]
    report = evaluate(examples, [("greet", 1.0), ("deny", 1.0), ("thank", 1.0)])
    result = CrossValidation(report, rows, 2)
    assert {name: each.accuracy for name, each in result.by_author().items()} == {"a2": 0.5, "a1": 1.0}
    assert list(result.by_register()) == ["gheg", "–"]
    stored = result.as_json()
    assert stored["folds"] == 2
    assert stored["per_author"]["a2"] == {"examples": 2, "accuracy": 0.5, "in_scope": 0.5, "out_of_scope_recall": None}
