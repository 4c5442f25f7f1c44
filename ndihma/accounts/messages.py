"""Every Albanian sentence of ``ndihma accounts``, for the operator's staff; the words are the glossary's."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ndihma.accounts.clubs import ClubKind
from ndihma.accounts.demo import DemoKey
from ndihma.accounts.importer import Problem, Reason
from ndihma.accounts.lifecycle import LifeStatus
from ndihma.accounts.model import LineKind
from ndihma.accounts.puk import PukKind
from ndihma.accounts.reconnection import ReconnectionKind
from ndihma.accounts.selfcare import SelfcareState
from ndihma.database_trouble import Trouble

__all__ = [
    "CLUBS",
    "DATABASE_TROUBLES",
    "DEMO_DESCRIPTIONS",
    "IMPORT_REASONS",
    "LINE_KINDS",
    "PUKS",
    "RECONNECTIONS",
    "SELFCARES",
    "STATUSES",
    "import_problem",
]

# The command's help -----------------------------------------------------------------------------------------------
HELP: Final = "Llogaritë e klientëve: importimi, shikimi dhe klientët shembull."
HELP_IMPORT: Final = "Importon llogaritë nga një skedar CSV: të gjitha ose asnjërën."
HELP_SHOW: Final = "Tregon gjendjen e një numri; numrat shfaqen të maskuar."
HELP_DEMO: Final = "Krijon ose rifreskon klientët shembull (jo në prodhim)."
HELP_FILE: Final = "Skedari CSV (docs/accounts-csv.md)."
HELP_MSISDN: Final = "Numri i telefonit, p.sh. 044 100 105."
HELP_DRY_RUN: Final = "Vetëm kontrollo skedarin, mos ruaj asgjë."
HELP_JSON: Final = "Shkruaj JSON në vend të tabelës."
HELP_LIST: Final = "Vetëm trego klientët shembull, mos ruaj asgjë."
HELP_TODAY: Final = "Dita nga e cila llogariten datat (VVVV-MM-DD); zakonisht sot."

# Results and errors -----------------------------------------------------------------------------------------------
IMPORTED: Final = "U importuan {rows} llogari: {added} të reja, {updated} të përditësuara."
DRY_RUN_FINE: Final = "Skedari është në rregull: {rows} llogari. Asgjë nuk u ruajt (--dry-run)."
DEMO_LOADED: Final = "U ruajtën {rows} klientë shembull: {added} të rinj, {updated} të rifreskuar."

ERROR: Final = "Gabim: {sentence}"
IMPORT_FAILED: Final = "Asgjë nuk u importua. Gabime në skedar: {problems}."
BAD_MSISDN: Final = "ky nuk është numër telefoni i Kosovës."
UNKNOWN_MSISDN: Final = "numri {masked} nuk gjendet në llogari."
OPERATOR_UNAVAILABLE: Final = "sistemet e operatorit nuk dhanë përgjigje që mund të përdoret ({reason})."
BAD_TODAY: Final = "dita duhet të shkruhet si VVVV-MM-DD."
UNREADABLE_FILE: Final = "skedari nuk mund të lexohej. Kontrolloni emrin dhe të drejtat e tij."
DATABASE_TROUBLES: Final[Mapping[Trouble, str]] = MappingProxyType(
    {
        Trouble.DISK_FULL: "disku i bazës së të dhënave është plot ({place}). Lironi vend dhe provoni përsëri.",
        Trouble.NOT_WRITABLE: "në bazën e të dhënave nuk mund të shkruhet ({place}). Kontrolloni nëse ekziston dosja, "
        "nëse disku është vetëm për lexim dhe nëse i keni të drejtat.",
        Trouble.DISK_FAULTY: "disku i bazës së të dhënave ({place}) nuk lexohet ose nuk shkruhet. Kontrolloni diskun.",
        Trouble.BROKEN: "{place} nuk është bazë e të dhënave ose është e dëmtuar. Kthejeni nga kopja rezervë.",
        Trouble.BUSY: "baza e të dhënave ({place}) është e zënë nga një program tjetër. Provoni përsëri.",
        Trouble.UNREACHABLE: "nuk ka lidhje me bazën e të dhënave. Kontrolloni {place} dhe provoni përsëri.",
    }
)
CONTRADICTORY: Final = "të dhënat e numrit {masked} bien në kundërshtim njëra me tjetrën. Importojini përsëri."
DEMO_REFUSED: Final = "klientët shembull nuk lejohen në prodhim (NDIHMA_MODE=production)."
BAD_SETTINGS: Final = "konfigurimi nuk është i vlefshëm: {names}."

# What a line is and how it stands ---------------------------------------------------------------------------------
LINE_KINDS: Final[Mapping[LineKind, str]] = MappingProxyType(
    {
        LineKind.PREPAID: "me mbushje (prepaid)",
        LineKind.POSTPAID: "me kontratë (postpaid)",
        LineKind.FIXED: "linjë fikse",
    }
)
STATUSES: Final[Mapping[LifeStatus, str]] = MappingProxyType(
    {
        LifeStatus.VALID: "Valid",
        LifeStatus.ACTIVE: "Aktiv",
        LifeStatus.INACTIVE: "Inaktiv",
        LifeStatus.DEACTIVE: "Deaktiv",
        LifeStatus.VOID: "i pavlefshëm",
    }
)
STATUS_UNTIL: Final = "{status} deri më {last_day} (edhe {days}), pastaj {next}"
STATUS_LAST_DAY: Final = "{status} edhe sot, dita e fundit; nga nesër {next}"
STATUS_SINCE: Final = "{status}, u bë më {since}"
RECONNECTIONS: Final[Mapping[ReconnectionKind, str]] = MappingProxyType(
    {
        ReconnectionKind.NOT_APPLICABLE: "nuk ka fatura",
        ReconnectionKind.NOTHING_DUE: "asgjë për pagesë",
        ReconnectionKind.BILL_OPEN: "shuma për pagesë {amount}, afati i pagesës {due_on}",
        ReconnectionKind.SUSPENDED: "i ndërprerë për mospagesë më {since}, shuma për pagesë {amount}",
        ReconnectionKind.AWAITING_RECONNECTION: "i ndërprerë më {since}, pagesa është bërë, pritet rikyçja",
        ReconnectionKind.REQUEST_FILED: "i ndërprerë më {since}, kërkesa për rikyçje {reference}",
    }
)
OVERDUE: Final = " (ka kaluar)"
SELFCARES: Final[Mapping[SelfcareState, str]] = MappingProxyType(
    {
        SelfcareState.NOT_REGISTERED: "ende pa u kyçur asnjëherë",
        SelfcareState.REGISTERED: "i regjistruar",
        SelfcareState.LOCKED: "i bllokuar",
        SelfcareState.PREPAID: "nuk vlen për numrat me mbushje",
        SelfcareState.FIXED_LINE: "PIN-i regjistrohet në Qendrën e Kujdesit për Konsumatorë",
    }
)
CLUBS: Final[Mapping[ClubKind, str]] = MappingProxyType(
    {
        ClubKind.NOT_A_BUSINESS: "nuk është biznes",
        ClubKind.NO_CLUB: "biznes pa klub",
        ClubKind.COMPLETE: "{club}: kushti i kontratave mujore është plotësuar",
        ClubKind.MISSING_CONTRACTS: "{club}: kontrata mujore që mungojnë: {missing}",
    }
)
PUKS: Final[Mapping[PukKind, str]] = MappingProxyType(
    {
        PukKind.IN_USE: "në përdorim",
        PukKind.PUK_LOCKED: "e bllokuar, kërkon kodin PUK",
        PukKind.LOST: "e humbur",
        PukKind.NO_SIM: "pa SIM kartelë",
    }
)
CODE_BY_SMS: Final[Mapping[bool, str]] = MappingProxyType({True: "arrin", False: "nuk arrin"})

# Labels of the tables ---------------------------------------------------------------------------------------------
LABEL_NUMBER: Final = "Numri"
LABEL_KIND: Final = "Lloji"
LABEL_DESCRIPTION: Final = "Përshkrimi"
LABEL_SUBSCRIBER: Final = "Pajtimtari"
LABEL_STATUS: Final = "Statusi"
LABEL_CREDIT: Final = "Kredia"
LABEL_BILLS: Final = "Faturat"
LABEL_SELFCARE: Final = "Portali Selfcare"
LABEL_CLUB: Final = "Klubi i biznesit"
LABEL_SIM: Final = "SIM kartela"
LABEL_CODE: Final = "Kodi njëpërdorimësh me SMS"
LABEL_CONTACTS: Final = "Kontaktet e tjera"
LABEL_AS_OF: Final = "Gjendja sipas importit"
NOTHING: Final = "–"

# The import -------------------------------------------------------------------------------------------------------
PLACE: Final = "rreshti {line}"
PLACE_COLUMN: Final = "rreshti {line}, kolona {column}"
IMPORT_REASONS: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.EMPTY_FILE: "skedari është bosh",
        Reason.NO_ROWS: "skedari nuk ka asnjë llogari",
        Reason.NOT_UTF8: "teksti nuk është në UTF-8",
        Reason.BROKEN_QUOTES: "thonjëza të gabuara ose të pambyllura; leximi u ndal këtu",
        Reason.MISSING_COLUMN: "kolona e detyrueshme mungon",
        Reason.UNKNOWN_COLUMN: "emri i kolonës nuk njihet",
        Reason.PUK_COLUMN: "kodi PUK nuk ruhet kurrë; hiqeni këtë kolonë",
        Reason.DUPLICATE_COLUMN: "kolona përsëritet",
        Reason.CELL_COUNT: "ka {found} fusha, duhen {expected}",
        Reason.VALUE_MISSING: "vlera mungon",
        Reason.NEEDED_BY: "vlera mungon; duhet bashkë me kolonën {other}",
        Reason.NOT_FOR_KIND: "duhet të jetë bosh për llojin {kind}",
        Reason.NOT_FOR_PRIVATE: "klubin mund ta ketë vetëm një biznes (kolona business)",
        Reason.BAD_NUMBER: "nuk është numër telefoni i Kosovës",
        Reason.NUMBER_OF_OTHER_KIND: "numri nuk i përgjigjet llojit të linjës (mobile ose fikse)",
        Reason.BAD_CHOICE: "vlerë e palejuar; lejohen: {allowed}",
        Reason.BAD_DAY: "nuk është datë si 2026-11-22 ose 22.11.2026",
        Reason.BAD_MOMENT: "nuk është datë me orë si 2026-11-22T16:05",
        Reason.IN_FUTURE: "data është në të ardhmen",
        Reason.TOO_EARLY: "data është para asaj në kolonën {other}",
        Reason.BAD_AMOUNT: "nuk është shumë në euro si 23,40",
        Reason.BAD_COUNT: "nuk është numër i plotë",
        Reason.BAD_ICCID: "duhen 19 ose 20 shifra",
        Reason.BAD_EMAIL: "nuk është adresë e-maili",
        Reason.TOO_LONG: "teksti është më i gjatë se {limit} shenja",
        Reason.BAD_CHARACTERS: "teksti ka shenja të palejuara",
        Reason.DUPLICATE_MSISDN: "numri {masked} përsëritet; gjendet edhe në rreshtin {first}",
        Reason.DUPLICATE_ICCID: "SIM kartela përsëritet; gjendet edhe në rreshtin {first}",
        Reason.DUPLICATE_BILL: "numri i faturës përsëritet",
        Reason.SUBSCRIBER_DIFFERS: "të dhënat e pajtimtarit dallojnë nga ato në rreshtin {first}",
    }
)
NEAREST_COLUMN: Final = "; a e kishit fjalën për {nearest}?"


def import_problem(problem: Problem) -> str:
    """One line about one fault: where, then what. Holds nothing of the cell but a masked number."""
    place = PLACE_COLUMN if problem.column else PLACE
    reason = IMPORT_REASONS[problem.reason].format_map(problem.details)
    hint = NEAREST_COLUMN.format_map(problem.details) if "nearest" in problem.details else ""
    return f"{place.format(line=problem.line, column=problem.column)}: {reason}{hint}"


# The demo customers -----------------------------------------------------------------------------------------------
DEMO_DESCRIPTIONS: Final[Mapping[DemoKey, str]] = MappingProxyType(
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
