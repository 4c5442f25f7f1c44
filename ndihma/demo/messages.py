"""Who the made-up staff is, what made-up customers and agents say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ndihma.staff.model import Role

__all__ = [
    "CALLED_NUMBER",
    "PROOF",
    "PROOF_BUTTON",
    "SAYINGS",
    "STAFF",
    "TEAM",
    "DemoMember",
    "Fate",
    "Saying",
]

TEAM: Final = "Faturat"


@dataclass(frozen=True, slots=True)
class DemoMember:
    username: str
    name: str
    role: Role
    team: str | None


STAFF: Final = (
    DemoMember("demo.anita", "Anita Krasniqi", Role.AGENT, "Prishtinë"),
    DemoMember("demo.besa", "Besa Gashi", Role.AGENT, TEAM),
    DemoMember("demo.drita", "Drita Berisha", Role.SUPERVISOR, "Prishtinë"),
    DemoMember("demo.agim", "Agim Hoxha", Role.AUDITOR, None),
)
"""The first two are the agents who have the conversations."""


class Fate(StrEnum):
    """What becomes of a conversation."""

    ASSISTANT = "with the assistant"
    WAITING = "waiting"
    LATE = "waiting, late"
    TEAM = "waiting for a team"
    UNANSWERED = "with an agent, who owes an answer"
    LATE_ANSWER = "with an agent, whose answer is late"
    ANSWERED = "with an agent, answered"
    SNOOZED = "snoozed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Saying:
    """What a customer asks the assistant, says to the agent, and hears; ``then`` comes after the agent's reply."""

    fate: Fate
    asks: str
    reply: str = ""
    then: str = ""


SAYINGS: Final = (
    Saying(Fate.ASSISTANT, "sa kushton nje sim kartele e re"),
    Saying(Fate.ASSISTANT, "qysh e gjej kodin puk"),
    Saying(Fate.WAITING, "Ma keni ndal numrin e s’po di pse"),
    Saying(Fate.LATE, "po pres qe nje ore, a ka kush ktu"),
    Saying(Fate.TEAM, "Fatura e muajit të kaluar më ka ardhur dyfish", "Po ju kaloj te ekipi i faturave."),
    Saying(
        Fate.LATE_ANSWER,
        "numri im eshte deaktiv, a mundem me e kthy",
        "Mirëdita, po e shikoj tani.",
        "a ka ndonje lajm?",
    ),
    Saying(
        Fate.UNANSWERED,
        "si rikyqem pasi e pagova faturen",
        "Mirëdita! E keni dëshminë e pagesës?",
        "po, e kam ne telefon. qysh ta dergoj?",
    ),
    Saying(
        Fate.ANSWERED,
        "e humba telefonin, a mund ta mbaj numrin",
        "Po, numri mbetet i juaji. Kartela e re me të njëjtin numër kushton 2 €.",
    ),
    Saying(
        Fate.ANSWERED,
        "qysh anetaresohem ne klubin e biznesit",
        "Në një pikë shitjeje kërkoni modifikimin e kontratës. Jam këtu për çdo pyetje.",
    ),
    Saying(Fate.SNOOZED, "a eshte aktivizu numri jem", "Po e kontrolloj me kolegët dhe ju shkruaj sërish."),
    Saying(
        Fate.CLOSED,
        "selfcare nuk po me len me hy",
        "Shtypni GET PIN dhe shkruani PIN-in që ju vjen me SMS.",
        "u rregullu, flm",
    ),
    Saying(
        Fate.CLOSED,
        "sa dite me duhet me prit per rikyqje",
        "Asnjë: pas pagesës rikyçja është automatike; me dëshmi të pagesës, brenda disa minutave.",
        "shume mire",
    ),
)
CALLED_NUMBER: Final = "045 200 300"
PROOF: Final = "dua ta dergoj deshmine e pageses per rikyqje"
PROOF_BUTTON: Final = "Po, dërgo dëshminë"
