"""Counting found entities against a labelled file."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from rich.console import Console

from ndihma.evaluation.entities import EntityReport, LabelledMessage, Mention, parse_entities, report_on
from ndihma.evaluation.entity_command import show_entities

HEADER = "text\tentities\twritten_at\thalf\n"
WHEN = "2026-11-20T10:30:00+01:00"


def entity(label: str, start: int, end: int, value: Any) -> dict[str, Any]:
    return {"entity": label, "start": start, "end": end, "value": value}


def message(text: str, *entities: dict[str, Any], half: str = "test", line: int = 2) -> LabelledMessage:
    return LabelledMessage(line, text, WHEN, half, tuple(Mention.of(each) for each in entities))


def report(found: list[dict[str, Any]], *gold: dict[str, Any]) -> EntityReport:
    return report_on([message("pagova dje 10 euro", *gold)], [found])


DAY = entity("date", 7, 10, "2026-11-19")
MONEY = entity("amount", 11, 18, {"cents": 1000, "currency": "EUR"})


def test_the_columns_stand_in_any_order() -> None:
    row = json.dumps([DAY])
    data = f"half\tauthor\ttext\twritten_at\tentities\r\ndev\tf01\tpagova dje\t{WHEN}\t{row}\r\n".encode()
    assert parse_entities(data) == ([LabelledMessage(2, "pagova dje", WHEN, "dev", (Mention.of(DAY),))], [])


def test_a_file_without_a_column_is_refused() -> None:
    with pytest.raises(ValueError, match="written_at"):
        parse_entities(b"text\tentities\thalf\n")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("dje", "entities"),
        (f"dje\tno json\t{WHEN}\tdev", "Expecting value"),
        (f'dje\t[{{"entity": "date"}}]\t{WHEN}\tdev', "start"),
        ("dje\t[]\t2026-11-20\tdev", "offset"),
        (f'dje\t[{{"entity": "date", "start": 0, "end": 9, "value": ""}}]\t{WHEN}\tdev', "outside"),
    ],
)
def test_a_line_that_cannot_be_used_is_told_with_its_reason(row: str, reason: str) -> None:
    messages, malformed = parse_entities((HEADER + row + "\n\n").encode())
    assert messages == []
    assert [(each.line, reason in each.reason) for each in malformed] == [(2, True)]


def test_only_the_exact_span_and_label_count() -> None:
    shorter = entity("amount", 11, 13, {"cents": 1000, "currency": "EUR"})
    figures = report([DAY, shorter], DAY, MONEY).halves()["test"]
    assert figures["all"] | {"value_accuracy": None} == {
        "precision": 0.5, "recall": 0.5, "f1": 0.5, "value_accuracy": None,
        "gold": 2, "found": 2, "right": 1, "right_values": 1,
    }  # fmt: skip
    assert figures["amount"]["recall"] == 0.0
    assert figures["date"]["f1"] == 1.0


def test_a_value_is_counted_apart_from_its_span() -> None:
    figures = report([entity("date", 7, 10, "2026-11-18")], DAY).halves()["test"]["all"]
    assert (figures["f1"], figures["value_accuracy"]) == (1.0, 0.0)


def test_nothing_to_find_and_nothing_found_has_no_share() -> None:
    assert report([]).halves()["test"]["all"]["f1"] is None


def test_halves_are_counted_apart() -> None:
    messages = [message("dje", half="dev"), message("dje", entity("date", 0, 3, "x"), half="test")]
    halves = report_on(messages, [[], []]).halves()
    assert list(halves) == ["dev", "test"]
    assert (halves["dev"]["all"]["gold"], halves["test"]["all"]["gold"]) == (0, 1)


def test_every_wrong_find_is_told_with_its_kind() -> None:
    found = [entity("date", 7, 10, "2026-11-18"), entity("count", 11, 13, 10)]
    kinds = {(row["kind"], row["entity"], row["surface"]) for row in report(found, DAY, MONEY).wrong()}
    assert kinds == {("value", "date", "dje"), ("missed", "amount", "10 euro"), ("invented", "count", "10")}


def test_the_terminal_shows_figures_and_what_was_wrong() -> None:
    shown = io.StringIO()
    show_entities(report([DAY], DAY, MONEY), Console(file=shown))
    assert "66.7 %" in shown.getvalue()
    assert "10 euro" in shown.getvalue()
    json.dumps(report([DAY], DAY, MONEY).as_json())
