"""What the page of answers (docs/account-answers.md) calls demo customers, statuses and lines, in Albanian."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ndihma.accounts.demo import DemoKey
from ndihma.accounts.lifecycle import LifeStatus
from ndihma.accounts.model import LineKind

__all__ = ["LINE_NAMES", "STATE_NAMES", "STATUS_NAMES"]

STATE_NAMES: Final[Mapping[DemoKey, str]] = MappingProxyType(
    {
        DemoKey.VALID_FRESH: "Valid, i blerë para 3 ditësh",
        DemoKey.VALID_ENDING: "Valid edhe 2 ditë",
        DemoKey.VOID_NEVER_USED: "I pavlefshëm, nuk u aktivizua brenda 100 ditësh",
        DemoKey.ACTIVE_BY_ACTIVATION: "Aktiv, i aktivizuar para 30 ditësh",
        DemoKey.ACTIVE_BY_TOP_UP: "Aktiv pas mbushjes, 12,40 € kredi",
        DemoKey.ACTIVE_ENDING: "Aktiv edhe 3 ditë",
        DemoKey.INACTIVE: "Inaktiv, dita e 5-të nga 15",
        DemoKey.INACTIVE_LAST_DAY: "Inaktiv, dita e fundit",
        DemoKey.DEACTIVE: "Deaktiv, dita e 5-të nga 14",
        DemoKey.DEACTIVE_LAST_DAY: "Deaktiv, dita e fundit për riaktivizim",
        DemoKey.VOID_AFTER_DEACTIVE: "I pavlefshëm, nuk u riaktivizua",
        DemoKey.KEEP_CREDIT_WAITING: "I riaktivizuar me opsionin 1, pret mbushjen",
        DemoKey.KEEP_CREDIT_TOPPED_UP: "I riaktivizuar me opsionin 1 dhe i mbushur, Aktiv",
        DemoKey.KEEP_CREDIT_MISSED: "I pavlefshëm, opsioni 1 pa mbushje brenda 7 ditësh",
        DemoKey.FRESH_START: "I riaktivizuar me opsionin 2, Aktiv",
        DemoKey.PAID: "Të gjitha faturat janë paguar",
        DemoKey.BILL_NOT_DUE: "Faturë e papaguar, afati nuk ka kaluar",
        DemoKey.OVERDUE: "Faturë me afat të kaluar, shërbimi ende punon",
        DemoKey.SUSPENDED: "I ndërprerë për mospagesë, 23,40 €",
        DemoKey.AWAITING_RECONNECTION: "I ndërprerë, pagesa është bërë, pret rikyçjen",
        DemoKey.SELFCARE_NEVER: "Portali Selfcare: ende pa u kyçur asnjëherë",
        DemoKey.SELFCARE_REGISTERED: "Portali Selfcare: i regjistruar",
        DemoKey.SELFCARE_LOCKED: "Portali Selfcare: i bllokuar",
        DemoKey.FIXED: "Linjë fikse, faturë e papaguar, afati nuk ka kaluar",
        DemoKey.FIXED_SUSPENDED: "Linjë fikse e ndërprerë për mospagesë",
        DemoKey.CLUB_COMPLETE: "Biznes në klub, kushti i plotësuar",
        DemoKey.CLUB_MISSING: "Biznes në klub, mungojnë 2 kontrata mujore",
        DemoKey.BUSINESS_WITHOUT_CLUB: "Biznes pa klub",
        DemoKey.PUK_LOCKED_WITH_CONTACT: "SIM kartela kërkon kodin PUK, ka kontakt tjetër",
        DemoKey.PUK_LOCKED_ALONE: "SIM kartela kërkon kodin PUK, pa kontakt tjetër",
        DemoKey.SIM_LOST: "SIM kartelë e humbur",
        DemoKey.ACTIVE_LAST_DAY: "Aktiv, dita e fundit",
        DemoKey.SELFCARE_SIM_LOST: "Portali Selfcare: i regjistruar, SIM kartela e humbur",
        DemoKey.CLUB_MISSING_ONE: "Biznes në klub, mungon 1 kontratë mujore",
    }
)
LINE_NAMES: Final[Mapping[LineKind, str]] = MappingProxyType(
    {
        LineKind.PREPAID: "me mbushje (prepaid)",
        LineKind.POSTPAID: "me kontratë (postpaid)",
        LineKind.FIXED: "linjë fikse",
    }
)
STATUS_NAMES: Final[Mapping[LifeStatus, str]] = MappingProxyType(
    {
        LifeStatus.VALID: "Valid",
        LifeStatus.ACTIVE: "Aktiv",
        LifeStatus.INACTIVE: "Inaktiv",
        LifeStatus.DEACTIVE: "Deaktiv",
        LifeStatus.VOID: "i pavlefshëm",
    }
)
