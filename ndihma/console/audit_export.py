"""Entries of the audit trail as a file: CSV for a spreadsheet, JSON Lines for a program."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Callable
from typing import Final

from ndihma.audit.browsing import SUBJECT_CHARS
from ndihma.audit.chain import StoredEntry
from ndihma.clock import BELGRADE

__all__ = ["CSV", "JSON_LINES", "exported", "harmless"]

CSV: Final = "text/csv; charset=utf-8"
JSON_LINES: Final = "application/jsonl; charset=utf-8"
_HEADER: Final = ("sequence", "at", "actor_kind", "actor", "action", "subject", "fields", "reason")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_AT_ONCE: Final = 200


async def exported(entries: AsyncIterator[StoredEntry], *, as_csv: bool) -> AsyncIterator[bytes]:
    """The pieces of the file, some two hundred entries each; CSV begins with a byte-order mark, for Excel."""
    if as_csv:
        yield b"\xef\xbb\xbf" + _row(_HEADER).encode()
    line: Callable[[StoredEntry], str] = _csv_line if as_csv else _json_line
    piece: list[str] = []
    async for entry in entries:
        piece.append(line(entry))
        if len(piece) == _AT_ONCE:
            yield "".join(piece).encode()
            piece.clear()
    if piece:
        yield "".join(piece).encode()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _csv_line(entry: StoredEntry) -> str:
    fields = " | ".join(entry.fields)
    cells = (
        _moment(entry),
        entry.actor_kind,
        entry.actor_id,
        entry.action,
        _subject(entry) or "",
        fields,
        entry.reason,
    )
    return _row((str(entry.sequence), *(harmless(cell) for cell in cells)))


def _json_line(entry: StoredEntry) -> str:
    described = {
        "sequence": entry.sequence,
        "at": _moment(entry),
        "actor": {"kind": entry.actor_kind, "id": entry.actor_id},
        "action": entry.action,
        "subject": _subject(entry),
        "fields": list(entry.fields),
        "reason": entry.reason,
    }
    return json.dumps(described, ensure_ascii=False) + "\n"


def _row(cells: tuple[str, ...]) -> str:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


def _moment(entry: StoredEntry) -> str:
    return entry.at.astimezone(BELGRADE).isoformat(timespec="seconds")


def _subject(entry: StoredEntry) -> str | None:
    return None if entry.subject is None else entry.subject[:SUBJECT_CHARS]
