"""Bytes become rows of cells: UTF-8, ``;`` or ``,``, quotation marks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ndihma.accounts.importer.problems import Problem, Reason

__all__ = ["Row", "decode", "read_rows"]


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    cells: Sequence[str]


def decode(data: bytes, problems: list[Problem]) -> str:
    """The text; each line that is not UTF-8 is a problem, its bad bytes are replaced so that reading can go on."""
    text: list[str] = []
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        try:
            text.append(raw.decode("utf-8"))
        except UnicodeDecodeError:
            problems.append(Problem(number, "", Reason.NOT_UTF8))
            text.append(raw.decode("utf-8", errors="replace"))
    return "\n".join(text)


def read_rows(text: str, problems: list[Problem]) -> Iterator[Row]:
    """The rows that hold anything. Reading stops at a broken quotation: what follows it cannot be told apart."""
    first_line = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = ";" if first_line.count(";") > first_line.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            problems.append(Problem(line, "", Reason.BROKEN_QUOTES))
            return
        if any(cell.strip() for cell in cells):
            yield Row(line, cells)
