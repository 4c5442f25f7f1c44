"""The texts of the messages that carry a one-time code: an SMS of one segment, and an e-mail. Albanian.

A letter outside the GSM alphabet (ë, ç) makes the network send the whole SMS in UCS-2, 70 characters to a segment.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["DEFAULT_LOCALE", "SEGMENT_CHARS", "code_mail_subject", "code_mail_text", "code_sms"]

DEFAULT_LOCALE: Final = "sq"
SEGMENT_CHARS: Final = 70

_CODE_SMS: Final[Mapping[str, str]] = MappingProxyType(
    {"sq": "Ndihma: kodi juaj është {code}. Vlen 5 minuta. Mos ia tregoni askujt."}
)
_CODE_MAIL_SUBJECT: Final[Mapping[str, str]] = MappingProxyType({"sq": "Kodi juaj njëpërdorimësh"})
_CODE_MAIL_TEXT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "sq": "Përshëndetje,\n\n"
        "kodi juaj njëpërdorimësh është: {code}\n\n"
        "Kodi vlen 5 minuta. Shkruajeni në fushën e kodit, në bisedën ku e kërkuat. Mos ia tregoni askujt: "
        "punonjësit tanë nuk e kërkojnë kurrë.\n\n"
        "Nëse nuk e kërkuat ju, mos bëni asgjë; për pyetje thirrni 080010000, pa pagesë.\n\n"
        "Ndihma\n"
    }
)


def code_sms(code: str, locale: str = DEFAULT_LOCALE) -> str:
    """The SMS that carries ``code``; in Albanian when there is no text in ``locale``."""
    return _CODE_SMS.get(locale, _CODE_SMS[DEFAULT_LOCALE]).format(code=code)


def code_mail_subject(locale: str = DEFAULT_LOCALE) -> str:
    """The subject of the e-mail that carries a code; it shows on a locked screen, so the code is not in it."""
    return _CODE_MAIL_SUBJECT.get(locale, _CODE_MAIL_SUBJECT[DEFAULT_LOCALE])


def code_mail_text(code: str, locale: str = DEFAULT_LOCALE) -> str:
    """The text of the e-mail that carries ``code``; in Albanian when there is none in ``locale``."""
    return _CODE_MAIL_TEXT.get(locale, _CODE_MAIL_TEXT[DEFAULT_LOCALE]).format(code=code)
