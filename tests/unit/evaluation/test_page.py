"""The report's page: whole, self-contained, and harmless whatever customers wrote."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime
from html.parser import HTMLParser

from ndihma.clock import BELGRADE
from ndihma.evaluation import Report, evaluate, parse
from ndihma.evaluation.explanation import Explanation
from ndihma.evaluation.learning import Learned
from ndihma.evaluation.page import About, misreadings, render

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style><style>*{display:none}</style>",
    "${open('/etc/passwd').read()} <% import os %> % if x:",
    "javascript:alert(1) http://evil.example/x.png",
    "\u202eprapa\u202c dhe \u0007 zile",
    "&lt;b&gt; &#x3c;",
)
ABOUT = About("dev.tsv", "ndihma-0.tar.gz", datetime(2026, 11, 22, 16, 5, tzinfo=BELGRADE), {"threshold": 0.35})
LOADING = {"src", "style", "srcset", "action"}
VOID = {"meta", "br", "link", "img", "input", "hr"}


class Reader(HTMLParser):
    """What a page holds: its elements, what it would load, its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def report(*rows: tuple[str, str, str, float], style: str = "short") -> Report:
    """Rows of (text, intent, predicted, confidence)."""
    data = "".join(f"{text}\t{intent}\t{style}\n" for text, intent, _, _ in rows).encode()
    examples, malformed = parse(data)
    rankings = [[(predicted, sure), ("greet", 1 - sure)] for _, _, predicted, sure in rows]
    return evaluate(examples, [(predicted, sure) for _, _, predicted, sure in rows], malformed, rankings)


def page_of(measured: Report, learned: tuple[Learned, ...] = ()) -> str:
    explained = [
        Explanation(tuple((word, 1.0) for word in each.example.text.split()), (("<u>", 0.5), ("a", -0.2)))
        for each in misreadings(measured)
    ]
    return render(measured, ABOUT, explained, learned)


def test_every_chart_has_its_table_and_its_name() -> None:
    measured = report(("tung", "greet", "greet", 0.9), ("moti", "out_of_scope", "ask_puk_code", 0.8))
    page = Reader(page_of(measured, (Learned(5, 100, 0.7, 0.7, 0.6), Learned(10, 200, 0.8, 0.8, 0.7))))
    charts = page.all("svg")
    assert len(charts) == 6
    assert all(chart["role"] == "img" and chart["aria-label"] for chart in charts)
    assert len(page.all("table")) == len(charts) + 3  # intents, matrix, confusions
    assert page.open == []
    assert page.all("html")[0]["lang"] == "sq"


def test_without_a_learning_curve_its_section_is_left_out() -> None:
    page = Reader(page_of(report(("tung", "greet", "greet", 0.9))))
    assert not [each for each in page.all("section") if each.get("id") == "learning"]


def test_nothing_is_loaded_run_or_styled_from_within_the_content() -> None:
    page = Reader(page_of(report(*((text, "greet", "ask_puk_code", 0.9) for text in HOSTILE), style="<b>stil")))
    assert not {name for name, _ in page.elements} & {"script", "img", "link", "iframe", "object", "form", "base", "b"}
    loading = [
        (tag, name, value)
        for tag, attributes in page.elements
        for name, value in attributes.items()
        if name in {"src", "style", "srcset", "action"}
        or name.startswith("on")
        or (name == "href" and value[:1] != "#")
    ]
    assert loading == []
    assert page.open == []


def test_what_customers_wrote_is_shown_as_they_wrote_it() -> None:
    page = Reader(page_of(report(*((text, "greet", "ask_puk_code", 0.9) for text in HOSTILE), style="<b>stil")))
    words = " ".join(page.words.split())
    for text in HOSTILE:
        assert " ".join(text.split()) in words
    assert "<b>stil" in words


def test_the_policy_allows_the_style_sheet_and_nothing_else() -> None:
    page = page_of(report(("tung", "greet", "greet", 0.9)))
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = [each["content"] for each in Reader(page).all("meta") if "http-equiv" in each]
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_a_file_of_one_kind_only_makes_a_page_too() -> None:
    for row in (("moti", "out_of_scope", "out_of_scope", 0.8), ("tung", "greet", "greet", 1.0)):
        assert Reader(page_of(report(row))).open == []


def test_the_surest_misreadings_come_first_and_right_but_unsure_ones_are_only_counted() -> None:
    measured = evaluate(
        parse(b"a\tgreet\nb\tgreet\nc\tgreet\n")[0],
        [("thank", 0.6), ("thank", 0.9), ("nlu_fallback", 0.3)],
        rankings=[[("thank", 0.6)], [("thank", 0.9)], [("nlu_fallback", 0.3), ("greet", 0.3)]],
    )
    assert [each.example.text for each in misreadings(measured)] == ["b", "a"]
    assert "Edhe 1 mesazhe" in page_of(measured)
