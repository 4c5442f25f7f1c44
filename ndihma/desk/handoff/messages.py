"""Every Albanian sentence about hand-off that a customer reads, and the words that ask for it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from ndihma.formatting import format_moment

__all__ = [
    "AGENT_REQUEST",
    "ASKED",
    "CALLBACK_BUTTON",
    "CALLBACK_NUMBER",
    "CLOSED",
    "HANDED_BACK",
    "LOST",
    "TO_COLLEAGUE",
    "TO_QUEUE",
    "TO_TEAM",
    "callback_filed",
    "nobody",
    "snoozed",
]

AGENT_REQUEST: Final = "Fol me një agjent"
"""What the edges' button says for the customer. Exactly this asks for a person without the engine."""

ASKED: Final = (
    "Kërkesa juaj u regjistrua: një agjent do t’ju përgjigjet këtu. Ndërkohë mund të shkruani çfarë ju duhet."
)
HANDED_BACK: Final = "Agjenti ma ktheu bisedën. Jam asistenti Ndihma; shkruani pyetjen tuaj."
CLOSED: Final = "Agjenti e mbylli bisedën. Nëse ju duhet edhe diçka, shkruani këtu."
TO_COLLEAGUE: Final = "Agjenti ia kaloi bisedën një kolegu. Çfarë keni shkruar, ai e sheh."
TO_QUEUE: Final = "Agjenti e ktheu bisedën në radhë. Çfarë keni shkruar, e sheh agjenti tjetër."
TO_TEAM: Final = "Agjenti ia kaloi bisedën një ekipi tjetër. Çfarë keni shkruar, e sheh agjenti që e merr."
LOST: Final = "Agjenti u shkëput, prandaj biseda juaj u kthye në radhë. Asgjë nuk humbi."

CALLBACK_BUTTON: Final = "Kërkoj të më thirrni"
CALLBACK_NUMBER: Final = (
    "Shkruani numrin në të cilin t’ju thërrasim, për shembull 044 123 456. Ruhet vetëm për këtë thirrje."
)

_NOBODY: Final = "Tani asnjë agjent nuk është në dispozicion. Thirrni 080010000, pa pagesë, ose kërkoni t’ju thërrasim."
_OUT_OF_HOURS: Final = (
    "Agjentët tani nuk punojnë; janë këtu përsëri më {opens}. Thirrni 080010000, pa pagesë, ose kërkoni t’ju thërrasim."
)
_SNOOZED: Final = "Agjenti do të kthehet te biseda më {until}. Nëse shkruani më herët, biseda kthehet në radhë."
_CALLBACK_FILED: Final = "Kërkesa për thirrje {reference} u ruajt. Do t’ju thërrasim në numrin {number}."


def nobody(opens: datetime | None) -> str:
    """Nobody can take the conversation now; ``opens``: when agents work next, None while they do."""
    return _NOBODY if opens is None else _OUT_OF_HOURS.format(opens=format_moment(opens))


def snoozed(until: datetime) -> str:
    """The agent comes back to it at a moment."""
    return _SNOOZED.format(until=format_moment(until))


def callback_filed(reference: str, number: str) -> str:
    """The call-back request is stored. ``number`` is masked."""
    return _CALLBACK_FILED.format(reference=reference, number=number)
