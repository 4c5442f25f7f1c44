"""A whole file: wholly read or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ndihma.accounts.importer.cells import Cells
from ndihma.accounts.importer.columns import check_header
from ndihma.accounts.importer.lines import Lines
from ndihma.accounts.importer.problems import Problem, Reason
from ndihma.accounts.importer.reading import decode, read_rows
from ndihma.accounts.model import Line

__all__ = ["Parsed", "parse_accounts"]


@dataclass(frozen=True, slots=True)
class Parsed:
    """Either ``lines`` or ``problems``, never both: a file with one faulty row gives no lines at all."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]


def parse_accounts(data: bytes, now: datetime) -> Parsed:
    """Read an export: UTF-8, a byte order mark or none, ``;`` or ``,`` between the cells, a header first.

    ``now`` (aware) is the time of the export: what has happened after it is a problem.
    """
    problems: list[Problem] = []
    rows = read_rows(decode(data, problems), problems)
    header = next(rows, None)
    if header is None:
        if not problems:
            problems.append(Problem(1, "", Reason.EMPTY_FILE))
        return Parsed((), tuple(problems))
    columns = [name.strip().lower() for name in header.cells]
    known_header = check_header(header.line, columns, problems)
    lines = Lines()
    read = 0
    for row in rows:
        read += 1
        if len(row.cells) != len(columns):
            problems.append(
                Problem(row.line, "", Reason.CELL_COUNT, {"found": len(row.cells), "expected": len(columns)})
            )
        elif known_header:
            cells = Cells(row.line, dict(zip(columns, (cell.strip() for cell in row.cells), strict=True)), now)
            lines.add(cells)
            problems.extend(cells.problems)
    if not read and not problems:
        problems.append(Problem(header.line, "", Reason.NO_ROWS))
    if problems:
        return Parsed((), tuple(sorted(problems, key=lambda problem: problem.line)))
    return Parsed(tuple(lines.complete), ())
