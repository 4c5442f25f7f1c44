"""The texts of the messages that carry a one-time code. Albanian, one SMS segment each.

A letter outside the GSM alphabet (ë, ç) makes the network send the whole SMS in UCS-2, 70 characters to a segment.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["DEFAULT_LOCALE", "SEGMENT_CHARS", "code_sms"]

DEFAULT_LOCALE: Final = "sq"
SEGMENT_CHARS: Final = 70

_CODE_SMS: Final[Mapping[str, str]] = MappingProxyType(
    {"sq": "Ndihma: kodi juaj është {code}. Vlen 5 minuta. Mos ia tregoni askujt."}
)


def code_sms(code: str, locale: str = DEFAULT_LOCALE) -> str:
    """The SMS that carries ``code``; in Albanian when there is no text in ``locale``."""
    return _CODE_SMS.get(locale, _CODE_SMS[DEFAULT_LOCALE]).format(code=code)
