"""Which labels are disputed, given confidences; the trainings behind them are the engine's."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ndihma.contentcheck import Severity
from ndihma.contentcheck.labels import findings, read_reviewed, suspects
from ndihma.contentcheck.project import Place, Sentence
from ndihma.failure import Failure

INTENTS = ("greet", "thank", "deny")


def sure(intent: str, share: float) -> dict[str, float]:
    """``share`` for one intent, the rest evenly for the others."""
    return {name: share if name == intent else (1 - share) / 2 for name in INTENTS}


CLEAN: list[tuple[str, Mapping[str, float]]] = [(intent, sure(intent, 0.8)) for intent in INTENTS for _ in range(4)]


def disputed(*rows: tuple[str, Mapping[str, float]]) -> list[tuple[str, str]]:
    """(label, likelier) of the suspects among clean rows and ``rows``."""
    everything = [*CLEAN, *rows]
    found = suspects([label for label, _ in everything], [shares for _, shares in everything])
    return [(everything[each.number][0], each.likelier) for each in found]


def test_a_label_that_every_confidence_bears_out_is_not_disputed() -> None:
    assert disputed() == []


def test_a_label_against_a_confident_model_is_disputed() -> None:
    assert disputed(("greet", sure("thank", 0.97))) == [("greet", "thank")]


def test_a_model_that_merely_leans_elsewhere_disputes_nothing() -> None:
    assert disputed(("greet", sure("thank", 0.5))) == []


def test_the_label_with_the_least_confidence_in_it_comes_first() -> None:
    assert disputed(("greet", sure("thank", 0.9)), ("deny", sure("thank", 0.97))) == [
        ("deny", "thank"),
        ("greet", "thank"),
    ]


@given(st.lists(st.tuples(st.sampled_from(INTENTS), st.sampled_from(INTENTS), st.floats(0.34, 1)), max_size=30))
def test_only_what_the_model_holds_unlikelier_than_another_is_disputed(rows: list[tuple[str, str, float]]) -> None:
    labels = [label for label, _, _ in rows]
    confidences = [sure(intent, share) for _, intent, share in rows]
    for each in suspects(labels, confidences):
        assert each.likelier != labels[each.number]
        assert confidences[each.number][each.likelier] == each.confidence


TRAINING = [
    Sentence("Tung tung", "greet", Place("data/nlu/general.yml", 7)),
    Sentence("flm shumë", "deny", Place("data/nlu/general.yml", 9)),
]


def found_with(reviewed: frozenset[tuple[str, str]], share: float) -> list[tuple[int, Severity]]:
    disputes = suspects(
        [*(label for label, _ in CLEAN), "deny"], [*(shares for _, shares in CLEAN), sure("thank", share)]
    )
    (suspect,) = disputes
    placed = [*[TRAINING[0]] * len(CLEAN), TRAINING[1]]
    return [(each.line, each.severity) for each in findings(placed, [suspect], reviewed)]


def test_a_dispute_that_the_model_is_nearly_sure_of_fails_the_check_and_others_warn() -> None:
    assert found_with(frozenset(), 0.99) == [(9, Severity.ERROR)]
    assert found_with(frozenset(), 0.9) == [(9, Severity.WARNING)]


def test_a_reviewed_sentence_is_not_disputed_again_until_its_label_changes(tmp_path: Path) -> None:
    file = tmp_path / "reviewed.tsv"
    file.write_text("# looked at by a person\n\nFLM, shume!\tdeny\n", encoding="utf-8")
    assert found_with(read_reviewed(file), 0.99) == []
    file.write_text("flm shumë\tthank\n", encoding="utf-8")
    assert found_with(read_reviewed(file), 0.99) == [(9, Severity.ERROR)]


def test_a_reviewed_line_without_a_label_is_one_line_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "reviewed.tsv"
    file.write_text("flm\tdeny\nflm shumë\n", encoding="utf-8")
    with pytest.raises(Failure, match=r"reviewed\.tsv:2: no tab"):
        read_reviewed(file)
