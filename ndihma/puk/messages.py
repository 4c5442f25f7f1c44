"""What the customer's contacts are told after a PUK was shown. Albanian; the SMS is one segment of 70 characters."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from ndihma.accounts.msisdn import Msisdn
from ndihma.formatting import format_moment

__all__ = ["NOTICE_SUBJECT", "notice_mail", "notice_sms"]

NOTICE_SUBJECT: Final = "Kodi juaj PUK u shfaq"
_SMS: Final = "PUK-u i {number} u shfaq. Nëse nuk e kërkuat ju: 080010000, falas."
_MAIL: Final = (
    "Përshëndetje,\n\n"
    "kodi PUK i numrit {number} u shfaq më {moment}, pasi u verifikuan dy kontakte tuaja ose e kërkuat te një "
    "agjent.\n\n"
    "Nëse e kërkuat ju, mos bëni asgjë. Nëse jo, thirrni menjëherë Qendrën e Thirrjeve, 080010000, pa pagesë.\n\n"
    "Ndihma\n"
)


def notice_sms(msisdn: Msisdn) -> str:
    """The SMS about a number's PUK; the number is masked (S9)."""
    return _SMS.format(number=msisdn.masked)


def notice_mail(msisdn: Msisdn, shown_at: datetime) -> str:
    """The text of the e-mail about a number's PUK; the number is masked (S9)."""
    return _MAIL.format(number=msisdn.masked, moment=format_moment(shown_at))
