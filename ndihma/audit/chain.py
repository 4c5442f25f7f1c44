"""The chain of the audit trail: what is hashed, with which key, and how a change is found (S10). Standard library only.

Every row holds an HMAC over its own content and the hash before it. Whoever can write to the database but has not the
key can neither change a row, take one out, add one, nor put two in another order without a hash that does not fit;
the head, one sealed row with the number and hash of the last entry, shows rows cut off the end. What no hash inside
the same database can show is the whole database put back to an earlier state of its own: for that,
``ndihma audit verify`` prints the last entry's number and hash, to be kept elsewhere and given to it later.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from pydantic import SecretStr

from ndihma.accounts.msisdn import Msisdn

__all__ = ["GENESIS", "Break", "Chain", "ChainWalk", "Checkpoint", "Head", "Problem", "StoredEntry", "find_break"]

GENESIS: Final = "0" * 64
"""The hash before the first entry."""


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """A row of the trail. ``sequence`` counts from 1 without gaps; ``at`` is aware; ``subject`` is a keyed hash."""

    sequence: int
    at: datetime
    actor_kind: str
    actor_id: str
    action: str
    subject: str | None
    fields: tuple[str, ...]
    reason: str
    previous: str
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends."""

    sequence: int = 0
    hash: str = GENESIS
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where the chain begins after the retention job took the entries up to ``sequence`` away (audit 12 months)."""

    sequence: int
    hash: str
    at: datetime
    removed: int
    seal: str = ""


class Problem(StrEnum):
    """What is wrong where the chain does not hold."""

    CHECKPOINT = "a checkpoint was not made by the retention job"
    MISSING = "an entry is missing"
    MOVED = "an entry does not follow the one before it"
    CHANGED = "an entry was changed"
    CUT_OFF = "entries are missing at the end"
    END_CHANGED = "the end of the trail was changed"
    ANCHOR_GONE = "the entry that was written down stands here no more"


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry at which the chain does not hold, and what is wrong there."""

    sequence: int
    problem: Problem


class Chain:
    """Hashes and seals with keys derived from the server's audit key; one for each use."""

    def __init__(self, key: SecretStr) -> None:
        master = key.get_secret_value().encode()
        self._entry_key = _derive(master, b"ndihma audit entry")
        self._head_key = _derive(master, b"ndihma audit head")
        self._checkpoint_key = _derive(master, b"ndihma audit checkpoint")
        self._subject_key = _derive(master, b"ndihma audit subject")

    def subject(self, msisdn: Msisdn) -> str:
        """The name under which a number stands in the trail: 64 hex digits that nobody without the key can guess."""
        return _mac(self._subject_key, msisdn.e164)

    def entry_hash(self, entry: StoredEntry) -> str:
        """The hash of an entry, its own ``hash`` apart."""
        return _mac(
            self._entry_key,
            entry.sequence,
            _instant(entry.at),
            entry.actor_kind,
            entry.actor_id,
            entry.action,
            entry.subject,
            list(entry.fields),
            entry.reason,
            entry.previous,
        )

    def head_seal(self, sequence: int, last_hash: str) -> str:
        return _mac(self._head_key, sequence, last_hash)

    def checkpoint_seal(self, checkpoint: Checkpoint) -> str:
        """The seal of a checkpoint, its own ``seal`` apart."""
        return _mac(
            self._checkpoint_key, checkpoint.sequence, checkpoint.hash, _instant(checkpoint.at), checkpoint.removed
        )

    def holds(self, head: Head) -> bool:
        """Whether a head is one that was sealed with this key, or the one before the first entry."""
        if head == Head():
            return True
        return hmac.compare_digest(self.head_seal(head.sequence, head.hash), head.seal)

    def linked(self, head: Head, entries: Sequence[StoredEntry]) -> Iterator[StoredEntry]:
        """The entries with their place in the chain after ``head``: sequence, previous hash, hash."""
        sequence, previous = head.sequence, head.hash
        for entry in entries:
            sequence += 1
            content = (entry.at, entry.actor_kind, entry.actor_id, entry.action, entry.subject, entry.fields)
            unsigned = StoredEntry(sequence, *content, entry.reason, previous)
            previous = self.entry_hash(unsigned)
            yield StoredEntry(sequence, *content, entry.reason, unsigned.previous, previous)


class ChainWalk:
    """Goes along the chain in the order of its entries, from the last checkpoint on, as far as it holds."""

    def __init__(self, chain: Chain, checkpoints: Iterable[Checkpoint]) -> None:
        """``checkpoints`` come in ascending order of their sequence."""
        self._chain = chain
        self._previous = GENESIS
        self.sequence = 0
        """Of the last entry that held."""
        self.broken: Break | None = None
        for checkpoint in checkpoints:
            if not hmac.compare_digest(chain.checkpoint_seal(checkpoint), checkpoint.seal):
                self.broken = Break(checkpoint.sequence, Problem.CHECKPOINT)
                return
            self.sequence, self._previous = checkpoint.sequence, checkpoint.hash

    def take(self, entries: Iterable[StoredEntry]) -> Break | None:
        """Go on with the next entries; the break that was found, now or before."""
        for entry in entries if self.broken is None else ():
            problem = _problem_of(self._chain, entry, self.sequence, self._previous)
            if problem is not None:
                self.broken = Break(self.sequence + 1, problem)
                break
            self.sequence, self._previous = entry.sequence, entry.hash
        return self.broken

    def end(self, head: Head) -> Break | None:
        """There are no more entries, and the trail says that it ends at ``head``."""
        if self.broken is None and head.sequence > self.sequence:
            self.broken = Break(self.sequence + 1, Problem.CUT_OFF)
        elif self.broken is None and (
            head.sequence < self.sequence or head.hash != self._previous or not self._chain.holds(head)
        ):
            self.broken = Break(min(head.sequence, self.sequence) + 1, Problem.END_CHANGED)
        return self.broken


def find_break(
    chain: Chain, head: Head | None, checkpoints: Iterable[Checkpoint], entries: Iterable[StoredEntry]
) -> Break | None:
    """The first place where the trail is not as it was written, or None.

    ``checkpoints`` and ``entries`` come in ascending order of their sequence, entries up to the head's. Without
    ``head`` only the beginning of the trail is looked at, as far as ``entries`` go.
    """
    walk = ChainWalk(chain, checkpoints)
    broken = walk.take(entries)
    return broken if head is None else walk.end(head)


def _problem_of(chain: Chain, entry: StoredEntry, sequence: int, previous: str) -> Problem | None:
    """What is wrong with an entry that should follow ``sequence``."""
    if entry.sequence != sequence + 1:
        return Problem.MISSING
    if not hmac.compare_digest(entry.previous, previous):
        return Problem.MOVED
    if not hmac.compare_digest(chain.entry_hash(entry), entry.hash):
        return Problem.CHANGED
    return None


def _derive(master: bytes, label: bytes) -> bytes:
    return hmac.digest(master, label, hashlib.sha256)


def _mac(key: bytes, *values: object) -> str:
    """HMAC-SHA256 over the values in one canonical form: JSON in ASCII, without spaces."""
    text = json.dumps(values, ensure_ascii=True, separators=(",", ":"))
    return hmac.new(key, text.encode("ascii"), hashlib.sha256).hexdigest()


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
