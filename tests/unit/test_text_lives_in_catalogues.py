"""Sentences that people read stand in domain.yml or in a catalogue, where they can be edited; logic holds none.

Albanian is known by its letters ë and ç. Docstrings and comments are not looked at.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

CATALOGUES = {
    "ndihma/messages.py": "the edges' sentences",
    "ndihma/desk/handoff/messages.py": "what customers are told of hand-off",
    "ndihma/console/messages.py": "the console's sentences",
    "ndihma/demo/messages.py": "what the demo's customers and agents say",
    "ndihma/assist/messages.py": "the next best action",
    "ndihma/desk/messages.py": "the staff's decision and the mail to them",
    "ndihma/evaluation/messages.py": "the page that `ndihma evaluate --report` writes",
    "ndihma/telegram/words_sq.py": "the Telegram bot's own sentences",
    "ndihma/verification/notice_texts.py": "what contacts are told about the account",
    "ndihma/verification/messages.py": "the text of a one-time code",
}
NO_SENTENCES = {
    "ndihma/formatting.py": "the unit after a number of days",
    "ndihma/accounts/demo.py": "a demo customer's name",
    "engine/albanian/gheg.py": "forms of words, for understanding",
    "engine/albanian/entities.py": "forms of words, for understanding",
    "engine/albanian/spelling.py": "forms of words, for understanding",
    "engine/albanian/tokenization.py": "forms of words, for understanding",
}


def texts(tree: ast.AST) -> Iterator[ast.Constant]:
    """The string constants of a module without those that stand alone as a statement (docstrings)."""
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node


def albanian(path: Path) -> list[int]:
    """The lines of a file with Albanian text."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.lineno for node in texts(tree) if isinstance(node.value, str) and set("ëçËÇ") & set(node.value)]


def test_no_logic_holds_albanian_text() -> None:
    places = [
        f"{name}:{line}"
        for package in ("ndihma", "actions", "engine")
        for path in sorted((ROOT / package).rglob("*.py"))
        if (name := path.relative_to(ROOT).as_posix()) not in CATALOGUES.keys() | NO_SENTENCES.keys()
        for line in albanian(path)
    ]
    assert not places


def test_the_catalogues_are_where_this_test_takes_them_to_be() -> None:
    assert all(albanian(ROOT / name) for name in CATALOGUES)
    assert all((ROOT / name).is_file() for name in NO_SENTENCES)
