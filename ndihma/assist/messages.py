"""The sentences of the next best action: the fact first, then what the agent does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from ndihma.assist.next_action import ActionKey, Money, NextAction, Value
from ndihma.formatting import format_day, format_money

__all__ = ["NEXT_ACTIONS", "action_sentence"]

NEXT_ACTIONS: Final[Mapping[ActionKey, str]] = MappingProxyType(
    {
        ActionKey.PROOF_WAITS: (
            "Dëshmia e pagesës pret vendim: kërkesa {reference} – shikojeni dhe konfirmojeni ose refuzojeni."
        ),
        ActionKey.CONTRADICTORY: (
            "Regjistrimet e numrit nuk përputhen mes vete – kontrollojini në sistemin e llogarive para se t’i "
            "përgjigjeni klientit."
        ),
        ActionKey.ASK_FOR_PROOF: "I ndërprerë për mospagesë: {amount} – kërkoni dëshminë e pagesës.",
        ActionKey.PROOF_WANTED: (
            "I ndërprerë për mospagesë: {amount}, kërkesa {reference} është e hapur pa dëshmi – kërkoni dëshminë e "
            "pagesës."
        ),
        ActionKey.SIM_LOCKED: (
            "SIM kartela është e bllokuar dhe kërkon kodin PUK – pyetni për kartelën e madhe; nëse klienti nuk e ka, "
            "verifikojeni dhe shfaqeni kodin PUK."
        ),
        ActionKey.SIM_LOST: "SIM kartela është shënuar si e humbur – ofroni rigjenerimin e kartelës.",
        ActionKey.DEACTIVE: (
            "Deaktiv: riaktivizohet deri më {last_day} – opsioni 1 ({keep_price}): kredia ruhet, mbushje deri më "
            "{keep_until}; opsioni 2 ({fresh_price}): Aktiv deri më {fresh_until} me {fresh_credit} kredi."
        ),
        ActionKey.INACTIVE_KEPT_CREDIT: (
            "Inaktiv pas riaktivizimit, deri më {last_day} – ofroni mbushje me çfarëdo vlere, përndryshe numri bëhet "
            "i pavlefshëm."
        ),
        ActionKey.INACTIVE: (
            "Inaktiv deri më {last_day} – ofroni mbushje prej {least} deri në {most}, përndryshe numri bëhet Deaktiv."
        ),
        ActionKey.VOID: "I pavlefshëm që nga {since} – ofroni një SIM kartelë të re.",
        ActionKey.PAYMENT_BOOKED: (
            "Pagesa është regjistruar, por linja ende është e ndërprerë – sistemi e rikyç vetë; për aktivizim brenda "
            "disa minutave kërkoni dëshminë e pagesës."
        ),
        ActionKey.OVERDUE: (
            "Afati i pagesës kaloi më {due_on}: {amount} – kërkoni pagesën, që shërbimet të mos ndërpriten."
        ),
        ActionKey.ACTIVE_ENDS: "Aktiv deri më {last_day} – ofroni mbushje, përndryshe numri bëhet Inaktiv.",
        ActionKey.VALID_ENDS: (
            "Valid deri më {last_day}, ende pa asnjë thirrje – kërkoni që të bëhet thirrja e parë, përndryshe kartela "
            "bëhet e pavlefshme."
        ),
        ActionKey.BILL_OPEN: "Për pagesë {amount} deri më {due_on} – kujtojani klientit afatin.",
        ActionKey.SELFCARE_LOCKED: (
            "Llogaria në portalin Selfcare është e bllokuar – zhbllokojeni pasi ta verifikoni klientin."
        ),
        ActionKey.SELFCARE_NOT_REGISTERED: (
            "Në portalin Selfcare ende nuk është kyçur askush – udhëzojeni klientin: numri është emri i përdoruesit "
            "dhe, vetëm herën e parë, edhe fjalëkalimi."
        ),
        ActionKey.CLUB_CONTRACTS_MISSING: (
            "Klubi „{club}“: kontrata mujore {contracts} nga {required}, mungojnë {missing} – te pika e shitjes "
            "kalohen anëtarë në kontratë mujore ose shtohen anëtarë të rinj."
        ),
        ActionKey.CLUB_NONE: "Biznesi nuk është në asnjë klub – ofroni klubin e biznesit te pika e shitjes.",
    }
)


def action_sentence(action: NextAction) -> str:
    """What the agent reads."""
    return NEXT_ACTIONS[action.key].format(**{name: _written(value) for name, value in action.values.items()})


def _written(value: Value) -> str:
    if isinstance(value, Money):
        return format_money(value.cents)
    return format_day(value) if isinstance(value, date) else str(value)
