"""Reading the file of PUK codes: ``msisdn,puk1[,puk2]``, wholly or not at all. No fault ever repeats a cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ndihma.accounts.model import Line
from ndihma.accounts.msisdn import InvalidMsisdn, Msisdn
from ndihma.audit.model import Actor, AuditAction, AuditEntry, TransactionalAuditTrail
from ndihma.db import Database
from ndihma.puk import store
from ndihma.puk.cipher import PukCipher, card_hash
from ndihma.puk.model import InvalidPuk, PukCodes
from ndihma.puk.store import StoredCode

__all__ = ["FileFault", "PukRow", "read_codes", "seal_rows", "store_codes"]

_REQUIRED: Final = ("msisdn", "puk1")
_COLUMNS: Final = (*_REQUIRED, "puk2")
_MAX_CELL_CHARS: Final = 64


@dataclass(frozen=True, slots=True)
class FileFault:
    """``line`` is the file's (1 is the header), ``reason`` a sentence in English that holds nothing of the file."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class PukRow:
    line: int
    msisdn: Msisdn
    codes: PukCodes


def read_codes(data: bytes) -> tuple[list[PukRow], list[FileFault]]:
    """The rows of a file, or its faults; never both. UTF-8; ``;`` or ``,`` between the cells, as in the header."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [FileFault(1, "the file is not UTF-8")]
    header = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in header else ",", strict=True)
    rows: list[PukRow] = []
    faults: list[FileFault] = []
    first_lines: dict[Msisdn, int] = {}
    try:
        columns = [cell.strip().lower() for cell in next(reader, [])]
        if set(columns) - set(_COLUMNS) or not set(_REQUIRED) <= set(columns) or len(set(columns)) < len(columns):
            return [], [FileFault(1, "the first line must name the columns msisdn, puk1 and, if there is one, puk2")]
        for cells in reader:
            if any(cells):
                _read_row(reader.line_num, columns, cells, rows, faults)
    except csv.Error:
        return [], [FileFault(reader.line_num, "quotation marks are not closed")]
    for row in rows:
        first = first_lines.setdefault(row.msisdn, row.line)
        if first != row.line:
            faults.append(FileFault(row.line, f"the number stands in line {first} already"))
    if not rows and not faults:
        faults.append(FileFault(1, "the file has no rows"))
    return ([], sorted(faults, key=lambda fault: fault.line)) if faults else (rows, [])


def _read_row(
    line: int, columns: Sequence[str], cells: Sequence[str], rows: list[PukRow], faults: list[FileFault]
) -> None:
    if len(cells) != len(columns) or any(len(cell) > _MAX_CELL_CHARS for cell in cells):
        faults.append(FileFault(line, f"the line needs {len(columns)} short cells"))
        return
    value = dict(zip(columns, (cell.strip() for cell in cells), strict=True))
    try:
        rows.append(PukRow(line, Msisdn.parse(value["msisdn"]), PukCodes.of(value["puk1"], value.get("puk2", ""))))
    except InvalidMsisdn:
        faults.append(FileFault(line, "msisdn is no number of Kosovo"))
    except InvalidPuk:
        faults.append(FileFault(line, "a PUK has eight digits"))


async def seal_rows(
    rows: Sequence[PukRow],
    cipher: PukCipher,
    find: Callable[[Msisdn], Awaitable[Line | None]],
    progress: Callable[[int], None] = lambda _: None,
) -> tuple[list[StoredCode], list[FileFault]]:
    """Encrypt each row's code for the card that its number has now; never both results. Raises AccountsUnavailable."""
    codes: list[StoredCode] = []
    faults: list[FileFault] = []
    for done, row in enumerate(rows, start=1):
        line = await find(row.msisdn)
        if line is None:
            faults.append(FileFault(row.line, "no account has this number"))
        elif line.sim is None:
            faults.append(FileFault(row.line, "the number has no SIM card"))
        else:
            card = card_hash(line.sim)
            codes.append(StoredCode(row.msisdn, card, cipher.seal(row.codes, row.msisdn, card)))
        progress(done)
    return ([], faults) if faults else (codes, [])


async def store_codes(
    database: Database, audit: TransactionalAuditTrail, codes: Sequence[StoredCode], *, actor: Actor, now: datetime
) -> None:
    """Store all codes and the entry about it, or nothing. Raises SQLAlchemyError."""
    entry = AuditEntry(actor, AuditAction.PUK_STORED, fields=("puk",), reason=f"{len(codes)} codes")
    async with database.session() as session:
        await store.put_codes(session, codes, now)
        await audit.append(session, entry)
