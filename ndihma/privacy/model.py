"""A person, as far as Ndihma knows one: a number, and what was done by whoever proved to own it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ndihma.accounts.msisdn import Msisdn

__all__ = ["Person", "PersonalDataStore"]


@dataclass(frozen=True, slots=True)
class Person:
    """A number and the ids of what belongs to it.

    ``conversations`` are those in which the number was verified. A conversation in which it never was cannot be told
    from anybody else's: numbers are redacted before a message is stored (S6), so nothing in it leads to a person.
    """

    msisdn: Msisdn
    number_subject: str
    """The keyed hash under which verification counts the number."""
    conversations: frozenset[str] = frozenset()
    requests: frozenset[str] = frozenset()
    """References of reconnection requests."""
    attachments: frozenset[str] = frozenset()
    """Proofs of payment of those requests: rows, and files of the same names."""
    mails: frozenset[str] = frozenset()
    """Mails to the staff about those proofs."""
    subscriber: str | None = None
    emails: frozenset[str] = frozenset()


class PersonalDataStore(Protocol):
    """A place outside the app's database that holds something of a person; one more is one more of these.

    What is in the app's database is listed by table in ``holdings`` instead, so that it goes in one transaction.
    Methods raise OSError or SQLAlchemyError when the store cannot be used.
    """

    @property
    def name(self) -> str:
        """What a person at the command line is told."""
        ...

    @property
    def is_found_by_rows(self) -> bool:
        """Whether what is a person's is known by rows of the app's database alone: then it goes before they do."""
        ...

    async def count(self, person: Person) -> int:
        """How much ``erase`` would remove now."""
        ...

    async def erase(self, person: Person) -> int:
        """Remove everything of a person; how much went. Can be repeated after it was broken off."""
        ...

    async def export(self, person: Person) -> Sequence[dict[str, Any]]:
        """Everything of a person as JSON values, without codes, PUKs and hashes of secrets."""
        ...
