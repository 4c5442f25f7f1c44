"""The sentences of the console's API that are no errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from ndihma.assist.canned_variables import Variable
from ndihma.assist.model import Reason
from ndihma.formatting import format_moment_after
from ndihma.puk.model import PukRefusal, PukRefused

__all__ = ["CALL", "PUK_REASON", "PUK_REFUSALS", "REASONS", "REJECTION_REASON", "puk_refused", "unknown_variables"]

CALL: Final = "thirrje"
"""Why an account is read without a conversation, in the audit trail."""
PUK_REASON: Final = "Shkruani arsyen me së paku 10 shenja: pse i duhet klientit kodi PUK dhe si e verifikuat."
REJECTION_REASON: Final = "Shkruani arsyen me 3 deri në 299 shenja; klienti e lexon ashtu siç është."

PUK_REFUSALS: Final[Mapping[PukRefusal, str]] = MappingProxyType(
    {
        PukRefusal.NO_CODE: (
            "Kodi PUK i kësaj kartele nuk është i ruajtur te ne. Drejtojeni klientin te kartela e madhe."
        ),
        PukRefusal.RECENT_CHANGE: (
            "Kodi PUK nuk tregohet deri më {moment}, sepse SIM kartela, pronari ose operatori i numrit ka ndryshuar më "
            "pak se 72 orë më parë."
        ),
        PukRefusal.SHOWN_TODAY: (
            "Kodi PUK tregohet një herë në 24 orë dhe është shfaqur tashmë. Mund të shfaqet përsëri pas datës {moment}."
        ),
        PukRefusal.SHOWN_OFTEN: (
            "Kodi PUK tregohet së shumti tri herë në 30 ditë dhe është shfaqur tri herë. Mund të shfaqet përsëri pas "
            "datës {moment}."
        ),
        PukRefusal.NO_OTHER_CONTACT: "Kodi PUK nuk tregohet, sepse klienti nuk ka kontakt tjetër të regjistruar.",
        PukRefusal.CONTACT_TOO_NEW: (
            "Kodi PUK nuk tregohet deri më {moment}, sepse kontakti tjetër është regjistruar më pak se 72 orë më parë."
        ),
        PukRefusal.NOT_PROVED: "Kodi PUK nuk tregohet, sepse klienti nuk është verifikuar.",
        PukRefusal.IN_A_GROUP: "Kodi PUK nuk tregohet në një bisedë që e lexojnë edhe të tjerë.",
    }
)
"""Why an agent is shown no PUK now (S8)."""


def puk_refused(refused: PukRefused) -> str:
    """The refusal in words, with the moment from which it works again where there is one."""
    moment = "" if refused.until is None else format_moment_after(refused.until)
    return PUK_REFUSALS[refused.reason].format(moment=moment)


REASONS: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.NONE_CONFIDENT: "Nuk ka përgjigje të sigurt.",
        Reason.UNAVAILABLE: "Sugjerimet nuk janë të mundshme tani. Kërkoni te përgjigjet.",
        Reason.SUPERSEDED: "Është shkruar një tekst më i ri.",
    }
)
"""Why there is no suggestion."""
_UNKNOWN_VARIABLES: Final = "Në kllapa mund të qëndrojnë vetëm: {known}. Nuk njihet: {unknown}."
_MOST_NAMED: Final = 3
_LONGEST_NAMED: Final = 32


def unknown_variables(names: Sequence[str]) -> str:
    """What is told of a canned reply with variables that are none. ``names``: what the supervisor wrote in braces."""
    unknown = ", ".join(f"„{name[:_LONGEST_NAMED]}“" for name in names[:_MOST_NAMED])
    return _UNKNOWN_VARIABLES.format(known=", ".join(each.value for each in Variable), unknown=unknown)
