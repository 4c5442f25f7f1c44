"""Every Albanian sentence the edge itself says: greeting, apologies, errors. The dialogue's own are in ``domain.yml``.

Standard Albanian with ë and ç, polite *ju*, the fact first, then the next step (docs/content.md, glossary).
A sentence never repeats what the customer typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ndihma.formatting import format_moment_after
from ndihma.verification.model import Purpose

__all__ = [
    "ACCOUNT_UNAVAILABLE",
    "CODE_BELONGS_IN_ITS_FIELD",
    "CODE_SENT",
    "CODE_USED_UP",
    "ERRORS",
    "GREETING",
    "INVALID_FIELDS",
    "NO_CODE",
    "REFUSED_UNTIL",
    "STARTERS",
    "UNAVAILABLE",
    "ErrorCode",
    "Starter",
    "refused_until",
]


@dataclass(frozen=True, slots=True)
class Starter:
    """A topic offered when a conversation opens: the button's title and the intent behind it."""

    title: str
    intent: str


GREETING: Final = (
    "Mirë se vini! Jam asistenti Ndihma. Ju përgjigjem për rikyçjen, SIM kartelën, kodet PIN dhe PUK, "
    "portalin Selfcare dhe klubin e biznesit. Zgjidhni një temë ose shkruani pyetjen tuaj."
)
STARTERS: Final[tuple[Starter, ...]] = (
    Starter("Gjendja e llogarisë sime", "check_account"),
    Starter("Rikyçja pas mospagesës", "ask_reconnection"),
    Starter("Statuset e numrit me mbushje", "ask_sim_lifecycle"),
    Starter("Çmimi i SIM kartelës", "ask_sim_price"),
    Starter("Kodi PUK", "ask_puk_code"),
)
UNAVAILABLE: Final = (
    "Sistemi ynë nuk u përgjigj, por mesazhi juaj është ruajtur. "
    "Provoni përsëri pas pak ose thirrni 080010000, pa pagesë."
)
ACCOUNT_UNAVAILABLE: Final = "Llogarinë tuaj nuk mund ta shikoj për momentin. Provoni përsëri pas pak."
CODE_BELONGS_IN_ITS_FIELD: Final = (
    "Kodi nuk u përdor dhe nuk u ruajt, sepse u shkrua në bisedë. Shkruajeni në fushën e kodit që është e hapur."
)
CODE_SENT: Final[Mapping[Purpose, str]] = MappingProxyType(
    {
        Purpose.ACCOUNT: (
            "Nëse ky numër është në rrjetin tonë, kodi njëpërdorimësh po ju vjen me SMS; nëse numri nuk merr SMS "
            "(linjë fikse, Deaktiv, SIM kartelë e bllokuar ose e humbur), po dërgohet te një kontakt i regjistruar. "
            "Shkruajeni në fushën e kodit. Nëse nuk vjen, thirrni 080010000, pa pagesë, ose ejani në sportelet e Valës."
        ),
        Purpose.PUK: (
            "Nëse ky numër është në rrjetin tonë, kodi njëpërdorimësh po dërgohet te një kontakt i regjistruar. "
            "Shkruajeni në fushën e kodit. Nëse nuk vjen, kërkoni një kod të ri: shkon te kontakti tjetër."
        ),
    }
)
NO_CODE: Final[Mapping[Purpose, str]] = MappingProxyType(
    {
        Purpose.ACCOUNT: (
            "Nëse kodi nuk po ju vjen: për linjën fikse, numrin Deaktiv dhe SIM kartelën e bllokuar ose të humbur "
            "dërgohet vetëm te një numër ose e-mail i regjistruar më shumë se 72 orë më parë. Kërkoni një kod të ri, "
            "që shkon te kontakti tjetër, thirrni 080010000, pa pagesë, ose ejani në sportelet e Valës."
        ),
        Purpose.PUK: (
            "Nëse kodi nuk po ju vjen: dërgohet vetëm te kontaktet e regjistruara më shumë se 72 orë "
            "më parë. Kërkoni një kod të ri, që shkon te kontakti tjetër, ose thirrni 080010000, pa pagesë."
        ),
    }
)
"""Said beside the usual sentence when a message is not understood while a code is awaited. The same for every number:
it tells nothing of this one (S17)."""
CODE_USED_UP: Final = "Kodi nuk vlen më, sepse u shkrua gabim shumë herë. Kërkoni një kod të ri."


class ErrorCode(StrEnum):
    """The ``code`` of an API error; a client may branch on it, the sentence may change."""

    MALFORMED_REQUEST = "malformed_request"
    INVALID_FIELD = "invalid_field"
    WRONG_CONTENT_TYPE = "wrong_content_type"
    BODY_TOO_LARGE = "body_too_large"
    EMPTY_TEXT = "empty_text"
    TEXT_TOO_LONG = "text_too_long"
    UNKNOWN_CHOICE = "unknown_choice"
    UNAUTHORIZED = "unauthorized"
    TOKEN_EXPIRED = "token_expired"  # noqa: S105  (a name, not a secret)
    SESSION_ENDED = "session_ended"
    CONVERSATION_ENDED = "conversation_ended"
    ORIGIN_REFUSED = "origin_refused"
    RATE_LIMITED = "rate_limited"
    TOO_MANY_PENDING = "too_many_pending"
    TOO_MANY_STREAMS = "too_many_streams"
    BUSY = "busy"
    INVALID_MSISDN = "invalid_msisdn"
    NO_VERIFICATION = "no_verification"
    WRONG_CODE = "wrong_code"
    CODE_EXPIRED = "code_expired"
    TOO_MANY_CODES = "too_many_codes"
    TOO_MANY_WRONG_CODES = "too_many_wrong_codes"
    CODES_UNAVAILABLE = "codes_unavailable"
    VERIFICATION_LOCKED = "verification_locked"
    NO_OPEN_REQUEST = "no_open_request"
    TOO_MANY_ATTACHMENTS = "too_many_attachments"
    ATTACHMENT_TOO_LARGE = "attachment_too_large"
    ATTACHMENT_TYPE = "attachment_type"
    REVEAL_OVER = "reveal_over"
    REVEAL_REFUSED = "reveal_refused"
    NOT_SIGNED_IN = "not_signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGN_IN_LOCKED = "sign_in_locked"
    STAFF_CODE_REFUSED = "staff_code_refused"
    CONFIRMATION_NEEDED = "confirmation_needed"
    ROLE_REFUSED = "role_refused"
    CSRF_REFUSED = "csrf_refused"
    SETUP_OVER = "setup_over"
    PROVIDER_REFUSED = "provider_refused"
    PROVIDER_UNAVAILABLE = "provider_unavailable"
    PASSWORD_TOO_SHORT = "password_too_short"  # noqa: S105
    PASSWORD_TOO_LONG = "password_too_long"  # noqa: S105
    PASSWORD_GUESSABLE = "password_guessable"  # noqa: S105
    HANDOFF_CHANGED = "handoff_changed"
    HANDOFF_NOT_POSSIBLE = "handoff_not_possible"
    NOT_THEIRS = "not_theirs"
    AGENT_NOT_ON_DUTY = "agent_not_on_duty"
    LINK_REFUSED = "link_refused"
    NO_CONVERSATION = "no_conversation"
    NO_CALLBACK = "no_callback"
    EXPORT_TOO_LARGE = "export_too_large"
    NO_ACCOUNT = "no_account"
    NO_VERIFIED_NUMBER = "no_verified_number"
    ACCOUNT_OVER = "account_over"
    ACCOUNTS_UNAVAILABLE = "accounts_unavailable"
    FIELD_GONE = "field_gone"
    PROOF_GONE = "proof_gone"
    PROOF_CAME_LATER = "proof_came_later"
    REQUEST_DECIDED = "request_decided"
    NO_CANNED = "no_canned"
    CANNED_CHANGED = "canned_changed"
    SHORTCUT_TAKEN = "shortcut_taken"
    TOO_MANY_CANNED = "too_many_canned"
    UNKNOWN_VARIABLES = "unknown_variables"
    PERSONAL_DATA = "personal_data"
    NO_CALL = "no_call"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    INTERNAL = "internal"


ERRORS: Final[Mapping[ErrorCode, str]] = MappingProxyType(
    {
        ErrorCode.MALFORMED_REQUEST: "Kërkesa nuk mund të lexohej. Provoni përsëri.",
        ErrorCode.INVALID_FIELD: "Një fushë e kërkesës mungon ose nuk është e vlefshme.",
        ErrorCode.WRONG_CONTENT_TYPE: "Lloji i përmbajtjes nuk pranohet në këtë adresë.",
        ErrorCode.BODY_TOO_LARGE: "Mesazhi është tepër i madh. Shkurtojeni dhe dërgojeni përsëri.",
        ErrorCode.EMPTY_TEXT: "Mesazhi është i zbrazët. Shkruani pyetjen tuaj.",
        ErrorCode.TEXT_TOO_LONG: "Mesazhi është tepër i gjatë. Shkurtojeni dhe dërgojeni përsëri.",
        ErrorCode.UNKNOWN_CHOICE: "Kjo zgjedhje nuk vlen më. Shkruani pyetjen tuaj.",
        ErrorCode.UNAUTHORIZED: "Biseda nuk u gjet. Filloni një bisedë të re.",
        ErrorCode.TOKEN_EXPIRED: "Qasja në bisedë ka skaduar. Rifreskoni faqen.",
        ErrorCode.SESSION_ENDED: "Biseda ka përfunduar. Filloni një bisedë të re.",
        ErrorCode.CONVERSATION_ENDED: "Ju e keni mbyllur këtë bisedë. Për një pyetje tjetër filloni një bisedë të re.",
        ErrorCode.ORIGIN_REFUSED: "Kërkesa nga kjo faqe nuk lejohet.",
        ErrorCode.RATE_LIMITED: "Keni dërguar shumë kërkesa për pak kohë. Prisni pak dhe provoni përsëri.",
        ErrorCode.TOO_MANY_PENDING: "Mesazhet e mëparshme ende presin përgjigje. Prisni pak dhe provoni përsëri.",
        ErrorCode.TOO_MANY_STREAMS: "Biseda është e hapur në shumë dritare. Mbyllni njërën dhe provoni përsëri.",
        ErrorCode.BUSY: "Sistemi është i mbingarkuar. Provoni përsëri pas pak ose thirrni 080010000, pa pagesë.",
        ErrorCode.INVALID_MSISDN: "Ky nuk është numër telefoni i Kosovës. Shkruajeni kështu: 044 123 456.",
        ErrorCode.NO_VERIFICATION: "Nuk ka verifikim të hapur. Kërkoni së pari një kod.",
        ErrorCode.WRONG_CODE: "Kodi nuk është i saktë. Shikoni mesazhin me kodin dhe shkruajeni përsëri.",
        ErrorCode.CODE_EXPIRED: "Kodi ka skaduar. Kërkoni një kod të ri.",
        ErrorCode.CODES_UNAVAILABLE: "Kodet nuk mund të dërgohen tani. Thirrni 080010000, pa pagesë.",
        ErrorCode.NO_OPEN_REQUEST: "Nuk ka kërkesë të hapur për rikyçje. Shkruani së pari se doni ta dërgoni dëshminë.",
        ErrorCode.TOO_MANY_ATTACHMENTS: "Në këtë bisedë janë pranuar tre skedarë; më shumë nuk pranohen.",
        ErrorCode.ATTACHMENT_TOO_LARGE: "Skedari është më i madh se 5 MB. Dërgoni një më të vogël.",
        ErrorCode.ATTACHMENT_TYPE: "Skedari nuk pranohet. Dërgoni një foto (JPG, PNG) ose një PDF të padëmtuar.",
        ErrorCode.REVEAL_OVER: "Kjo mundësi për ta parë kodin PUK ka skaduar ose është përdorur. Kërkojeni përsëri.",
        ErrorCode.REVEAL_REFUSED: "Kodi PUK nuk mund të tregohet tani. Thirrni 080010000, pa pagesë.",
        ErrorCode.NOT_SIGNED_IN: "Nuk jeni të kyçur ose kyçja juaj ka skaduar. Kyçuni përsëri.",
        ErrorCode.SIGN_IN_REFUSED: "Emri i përdoruesit ose fjalëkalimi nuk është i saktë.",
        ErrorCode.SIGN_IN_LOCKED: "Kyçja është ndalur përkohësisht pas disa provave të gabuara. Provoni më vonë.",
        ErrorCode.STAFF_CODE_REFUSED: (
            "Kodi nuk është i saktë ose është përdorur. Prisni kodin e radhës në aplikacion dhe shkruajeni atë."
        ),
        ErrorCode.CONFIRMATION_NEEDED: "Për këtë veprim shkruani përsëri kodin nga aplikacioni i vërtetimit.",
        ErrorCode.ROLE_REFUSED: "Roli juaj nuk e lejon këtë veprim.",
        ErrorCode.CSRF_REFUSED: "Kërkesa nuk u pranua. Rifreskoni faqen dhe provoni përsëri.",
        ErrorCode.SETUP_OVER: "Kjo ftesë nuk vlen më. Kërkoni një ftesë të re nga administratori.",
        ErrorCode.PROVIDER_REFUSED: "Kyçja me llogarinë e ndërmarrjes nuk u lejua. Drejtojuni administratorit.",
        ErrorCode.PROVIDER_UNAVAILABLE: "Kyçja me llogarinë e ndërmarrjes nuk është e mundur tani. Provoni më vonë.",
        ErrorCode.PASSWORD_TOO_SHORT: "Fjalëkalimi është tepër i shkurtër. Shkruani së paku 12 shenja.",
        ErrorCode.PASSWORD_TOO_LONG: "Fjalëkalimi është tepër i gjatë. Shkruani së shumti 128 shenja.",
        ErrorCode.PASSWORD_GUESSABLE: "Fjalëkalimi gjendet lehtë. Zgjidhni disa fjalë që nuk lidhen me njëra-tjetrën.",
        ErrorCode.HANDOFF_CHANGED: "Biseda ka ndryshuar ndërkohë. Shikojeni përsëri para se të vazhdoni.",
        ErrorCode.HANDOFF_NOT_POSSIBLE: "Ky veprim nuk është i mundur në gjendjen e tanishme të bisedës.",
        ErrorCode.NOT_THEIRS: "Bisedën e ka një agjent tjetër. Merreni së pari, nëse ju lejohet.",
        ErrorCode.AGENT_NOT_ON_DUTY: "Ky agjent nuk është në punë. Zgjidhni një tjetër ose ktheni bisedën në radhë.",
        ErrorCode.LINK_REFUSED: "Mesazhi ka një adresë që nuk lejohet. Lejohen vetëm faqet tona me https.",
        ErrorCode.NO_CONVERSATION: "Biseda nuk u gjet.",
        ErrorCode.EXPORT_TOO_LARGE: "Janë më shumë se 100 000 shënime. Zgjidhni një periudhë më të shkurtër.",
        ErrorCode.NO_CALLBACK: "Kërkesa për thirrje nuk u gjet ose është kryer.",
        ErrorCode.NO_ACCOUNT: "Asnjë llogari nuk e ka këtë numër.",
        ErrorCode.NO_VERIFIED_NUMBER: (
            "Klienti i kësaj bisede nuk ka numër të verifikuar ose verifikimi ka skaduar. Kërkoni llogarinë me numër."
        ),
        ErrorCode.ACCOUNT_OVER: "Llogaria u hap para më shumë se një ore ose në një kyçje tjetër. Hapeni përsëri.",
        ErrorCode.ACCOUNTS_UNAVAILABLE: "Sistemi i llogarive nuk përgjigjet tani. Provoni përsëri pas pak.",
        ErrorCode.FIELD_GONE: "Kjo e dhënë nuk është më në llogari. Hapeni llogarinë përsëri.",
        ErrorCode.PROOF_GONE: "Dëshmia nuk u gjet. Hapeni llogarinë përsëri.",
        ErrorCode.PROOF_CAME_LATER: "Ndërkohë arriti një dëshmi tjetër. Shikojeni atë para se të vendosni.",
        ErrorCode.REQUEST_DECIDED: "Kërkesa është mbyllur ndërkohë. Këtu është gjendja e saj; nuk u bë asnjë ndryshim.",
        ErrorCode.NO_CANNED: "Kjo përgjigje e gatshme nuk gjendet më.",
        ErrorCode.CANNED_CHANGED: "Dikush e ndryshoi këtë përgjigje ndërkohë. Hapeni përsëri dhe shkruani mbi të renë.",
        ErrorCode.SHORTCUT_TAKEN: "Kjo shkurtore përdoret tashmë në këtë ekip. Zgjidhni një tjetër.",
        ErrorCode.TOO_MANY_CANNED: "Ka tashmë 500 përgjigje të gatshme. Fshini disa që nuk përdoren.",
        ErrorCode.UNKNOWN_VARIABLES: "Teksti ka një ndryshore që nuk njihet.",
        ErrorCode.PERSONAL_DATA: "Teksti ka një numër ose një adresë që nuk i dërgohet klientit. Hiqeni.",
        ErrorCode.NO_CALL: "Thirrja nuk u gjet, nuk ka numër ose është kryer.",
        ErrorCode.NOT_FOUND: "Faqja nuk u gjet.",
        ErrorCode.METHOD_NOT_ALLOWED: "Kjo metodë nuk lejohet në këtë adresë.",
        ErrorCode.INTERNAL: "Ndodhi një gabim te ne. Provoni përsëri pas pak ose thirrni 080010000, pa pagesë.",
    }
)

REFUSED_UNTIL: Final[Mapping[ErrorCode, str]] = MappingProxyType(
    {
        ErrorCode.TOO_MANY_CODES: (
            "U kërkuan shumë kode për pak kohë. Kodin tjetër mund ta kërkoni pas datës {moment}. "
            "Për ndihmë thirrni 080010000, pa pagesë."
        ),
        ErrorCode.TOO_MANY_WRONG_CODES: (
            "Nga rrjeti juaj u shkruan shumë kode të gabuara, prandaj verifikimi prej tij është ndalur deri më "
            "{moment}. Provoni pas kësaj, nga një rrjet tjetër, ose thirrni 080010000, pa pagesë."
        ),
        ErrorCode.VERIFICATION_LOCKED: (
            "Verifikimi i këtij numri është ndalur për arsye sigurie deri më {moment}. "
            "Provoni përsëri pas kësaj ose thirrni 080010000, pa pagesë."
        ),
    }
)


def refused_until(code: ErrorCode, until: datetime) -> str:
    """The sentence of a refusal that ends at a moment (aware); the code is one of the three of ``REFUSED_UNTIL``.

    The moment follows from what was asked and guessed, known numbers and unknown ones alike (S17).
    """
    return REFUSED_UNTIL[code].format(moment=format_moment_after(until))


INVALID_FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "file": "Skedari mungon ose është bosh. Zgjidhni fotografinë ose dokumentin e pagesës.",
        "amount": "Shuma nuk është e vlefshme. Shkruani një shumë nga 0,01 deri në 10 000 €, për shembull 23,40.",
        "paid_on": "Data e pagesës nuk është e vlefshme: nuk mund të jetë në të ardhmen ose më e vjetër se një vit.",
    }
)
"""What ``INVALID_FIELD`` says about a field that a person fills in, instead of its own sentence."""
