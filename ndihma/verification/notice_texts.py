"""What the customer's contacts are told about what was done with the account. Albanian; an SMS is one segment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ndihma.accounts.msisdn import Msisdn
from ndihma.formatting import format_moment

__all__ = ["NoticeAbout", "notice_mail", "notice_sms", "notice_subject"]


class NoticeAbout(StrEnum):
    """What contacts are told of."""

    PUK_SHOWN = "puk_shown"
    ACCOUNT_OPENED = "account_opened"
    """A code that went to one contact, not to the line, opened the account's answers."""


@dataclass(frozen=True, slots=True)
class _Texts:
    subject: str
    sms: str
    """70 characters at most with a masked number: ë and ç make the network send it in UCS-2."""
    mail: str


_MAIL: Final = (
    "Përshëndetje,\n\n"
    "{what}\n\n"
    "Nëse e kërkuat ju, mos bëni asgjë. Nëse jo, thirrni menjëherë Qendrën e Thirrjeve, 080010000, pa pagesë.\n\n"
    "Ndihma\n"
)
_TEXTS: Final[Mapping[NoticeAbout, _Texts]] = MappingProxyType(
    {
        NoticeAbout.PUK_SHOWN: _Texts(
            subject="Kodi juaj PUK u shfaq",
            sms="PUK-u i {number} u shfaq. Nëse nuk e kërkuat ju: 080010000, falas.",
            mail="kodi PUK i numrit {number} u shfaq më {moment}, pasi u verifikuan dy kontakte tuaja ose e kërkuat te "
            "një agjent.",
        ),
        NoticeAbout.ACCOUNT_OPENED: _Texts(
            subject="Llogaria juaj u shikua",
            sms="U shikua llogaria e {number}. Nëse nuk ishit ju: 080010000, falas.",
            mail="llogaria e numrit {number} u hap për shikim më {moment}, me një kod që u dërgua te një kontakt i "
            "regjistruar, sepse ky numër nuk merr SMS. Kodi PUK nuk u tregua.",
        ),
    }
)


def notice_subject(about: NoticeAbout) -> str:
    """The subject of the e-mail; it shows on a locked screen and names no number."""
    return _TEXTS[about].subject


def notice_sms(about: NoticeAbout, msisdn: Msisdn) -> str:
    """The SMS about a number; the number is masked (S9)."""
    return _TEXTS[about].sms.format(number=msisdn.masked)


def notice_mail(about: NoticeAbout, msisdn: Msisdn, happened_at: datetime) -> str:
    """The text of the e-mail about a number; the number is masked (S9)."""
    what = _TEXTS[about].mail.format(number=msisdn.masked, moment=format_moment(happened_at))
    return _MAIL.format(what=what)
