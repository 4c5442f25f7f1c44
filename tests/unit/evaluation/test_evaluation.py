"""Reading labelled files and counting what the model got right."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from ndihma.evaluation import Example, Malformed, Report, evaluate, parse
from ndihma.evaluation.terminal import show

INTENTS = frozenset({"greet", "ask_puk_code", "ask_sim_price", "out_of_scope"})


def report(*rows: tuple[str, str | None], style: str | None = None) -> Report:
    """Rows of (intent, predicted)."""
    examples = [Example(line, f"text {line}", intent, style) for line, (intent, _) in enumerate(rows, start=1)]
    return evaluate(examples, [(predicted, 0.9) for _, predicted in rows])


def test_a_file_without_a_header_has_text_intent_and_style_in_this_order() -> None:
    assert parse(b"tung\tgreet\nku e gjej PUK-un\task_puk_code\tgheg\n") == (
        [Example(1, "tung", "greet"), Example(2, "ku e gjej PUK-un", "ask_puk_code", "gheg")],
        [],
    )


def test_a_header_names_the_columns_in_any_order_and_others_are_ignored() -> None:
    data = b"author\tintent\tstyle\ttext\ne1\tgreet\tshort\ttung\n"
    assert parse(data) == ([Example(2, "tung", "greet", "short")], [])


def test_byte_order_mark_windows_line_ends_and_empty_lines_do_no_harm() -> None:
    data = b"\xef\xbb\xbftext\tintent\r\n\r\ntung\tgreet\r\n"
    assert parse(data) == ([Example(3, "tung", "greet")], [])


def test_a_unicode_line_separator_does_not_end_a_line() -> None:
    examples, malformed = parse("a\u2028b\x85c\tgreet\n".encode())
    assert (len(examples), malformed) == (1, [])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"no tab here", "no tab between text and intent"),
        (b"\tgreet", "no text"),
        (b"tung\t", "no intent"),
        (b"tung\tgret", "no such intent: gret"),
        (b"\xff\xfe\tgreet", "not UTF-8"),
    ],
)
def test_a_malformed_line_is_reported_by_number_and_the_others_are_used(line: bytes, reason: str) -> None:
    examples, malformed = parse(b"tung\tgreet\n" + line + b"\nmir\tgreet\n", INTENTS)
    assert malformed == [Malformed(2, reason)]
    assert [example.line for example in examples] == [1, 3]


def test_nlu_fallback_and_nothing_count_as_out_of_scope() -> None:
    result = report(("out_of_scope", "nlu_fallback"), ("out_of_scope", None), ("out_of_scope", "greet"))
    assert result.out_of_scope_recall == pytest.approx(2 / 3)
    assert parse(b"a\tnlu_fallback\n", INTENTS)[0][0].intent == "out_of_scope"


def test_the_totals() -> None:
    result = report(
        ("greet", "greet"), ("greet", "nlu_fallback"), ("ask_puk_code", "greet"), ("out_of_scope", "out_of_scope")
    )
    assert result.accuracy == pytest.approx(0.5)
    assert result.in_scope_accuracy == pytest.approx(1 / 3)
    assert result.out_of_scope_recall == pytest.approx(1.0)
    assert result.false_rejections == pytest.approx(1 / 3)


def test_what_cannot_be_counted_is_none_and_not_zero() -> None:
    assert report(("greet", "greet")).out_of_scope_recall is None
    assert report(("out_of_scope", "greet")).false_rejections is None
    assert evaluate([], []).accuracy is None


def test_precision_recall_and_f1_by_intent_with_the_weakest_first() -> None:
    rows = report(("greet", "greet"), ("greet", "greet"), ("ask_puk_code", "greet")).per_intent()
    assert list(rows) == ["ask_puk_code", "greet"]
    assert rows["greet"] == {"precision": pytest.approx(2 / 3), "recall": 1.0, "f1": pytest.approx(0.8), "examples": 2}
    assert rows["ask_puk_code"] == {"precision": None, "recall": 0.0, "f1": 0.0, "examples": 1}


def test_accuracy_by_style_only_where_the_file_names_styles() -> None:
    assert report(("greet", "greet")).per_style() == {}
    assert report(("greet", "greet"), ("greet", None), style="gheg").per_style() == {
        "gheg": {"accuracy": 0.5, "examples": 2}
    }


def test_the_most_frequent_confusion_comes_first_with_its_messages() -> None:
    confusions = report(("greet", "ask_puk_code"), ("ask_puk_code", "greet"), ("ask_puk_code", "greet")).confusions()
    assert [(each["intent"], each["predicted"], each["count"]) for each in confusions] == [
        ("ask_puk_code", "greet", 2),
        ("greet", "ask_puk_code", 1),
    ]
    assert confusions[0]["examples"][0] == {"line": 2, "text": "text 2", "confidence": 0.9}


def test_the_report_as_json_and_as_a_table_hold_the_same_totals() -> None:
    result = report(("greet", "greet"), ("greet", "[red]odd"), style="gheg")
    assert json.loads(json.dumps(result.as_json()))["accuracy"] == 0.5
    shown = io.StringIO()
    show(result, Console(file=shown, width=160))
    assert "50.0 %" in shown.getvalue()
    assert "text 2" in shown.getvalue()
