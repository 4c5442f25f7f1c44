"""Reads an operator's export of its lines (CSV, described in docs/accounts-csv.md), wholly or not at all.

Pure: bytes in, lines or problems out, every problem of the file at once. A problem says where and of what sort; it
never holds what was in the cell, because cells hold numbers and names. The sentences are in ``accounts.messages``.
"""

from ndihma.accounts.importer.file import Parsed, parse_accounts
from ndihma.accounts.importer.problems import Problem, Reason

__all__ = ["Parsed", "Problem", "Reason", "parse_accounts"]
