"""The e-mail address value type: what SMTP carries without extensions, shown masked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

__all__ = ["EmailAddress", "InvalidEmailAddress"]

_MAX_CHARS: Final = 254
_MAX_LOCAL_CHARS: Final = 64
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS: Final = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@({_LABEL}(?:\.{_LABEL})+)")
"""RFC 5321 dot-string and domain: no quoted local parts, no address literals, ASCII only (no SMTPUTF8 is asked for)."""


class InvalidEmailAddress(ValueError):
    """The text is not an e-mail address. The message never repeats the text."""


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """An address such as ``arta@example.com``, its domain in lower case. ``repr`` and ``str`` are masked (S9)."""

    address: str

    @classmethod
    def parse(cls, text: str) -> EmailAddress:
        """Read an address; surrounding white space is dropped. Raises InvalidEmailAddress."""
        found = _ADDRESS.fullmatch(text.strip())
        if found is None or len(found.group()) > _MAX_CHARS or len(found.group(1)) > _MAX_LOCAL_CHARS:
            raise InvalidEmailAddress("not an e-mail address")
        return cls(f"{found.group(1)}@{found.group(2).lower()}")

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    @property
    def masked(self) -> str:
        """The form shown to people (S9): ``a•••@e•••.com``."""
        local, _, domain = self.address.rpartition("@")
        return f"{local[0]}•••@{domain[0]}•••.{domain.rpartition('.')[2]}"

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"EmailAddress({self.masked})"
