"""What the API says to a person when it refuses, in the widget's other languages: Serbian (Latin letters), English.

Albanian is the first language and stands in ``ndihma.messages``; each sentence of the chat API has its like here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ndihma.messages import CODE_USED_UP, ErrorCode

__all__ = ["TRANSLATIONS", "Language"]

_SR: Final[Mapping[ErrorCode, str]] = {
    ErrorCode.MALFORMED_REQUEST: "Zahtev nije mogao da se pročita. Pokušajte ponovo.",
    ErrorCode.INVALID_FIELD: "Jedno polje zahteva nedostaje ili nije ispravno.",
    ErrorCode.WRONG_CONTENT_TYPE: "Ova vrsta sadržaja se ne prima na ovoj adresi.",
    ErrorCode.BODY_TOO_LARGE: "Poruka je prevelika. Skratite je i pošaljite ponovo.",
    ErrorCode.EMPTY_TEXT: "Poruka je prazna. Napišite svoje pitanje.",
    ErrorCode.TEXT_TOO_LONG: "Poruka je preduga. Skratite je i pošaljite ponovo.",
    ErrorCode.UNKNOWN_CHOICE: "Ovaj izbor više ne važi. Napišite svoje pitanje.",
    ErrorCode.UNAUTHORIZED: "Razgovor nije pronađen. Započnite novi razgovor.",
    ErrorCode.TOKEN_EXPIRED: "Pristup razgovoru je istekao. Osvežite stranicu.",
    ErrorCode.SESSION_ENDED: "Razgovor je završen. Započnite novi razgovor.",
    ErrorCode.CONVERSATION_ENDED: "Zatvorili ste ovaj razgovor. Za drugo pitanje započnite novi razgovor.",
    ErrorCode.ORIGIN_REFUSED: "Zahtev sa ove stranice nije dozvoljen.",
    ErrorCode.RATE_LIMITED: "Poslali ste previše zahteva za kratko vreme. Sačekajte malo i pokušajte ponovo.",
    ErrorCode.TOO_MANY_PENDING: "Prethodne poruke još čekaju odgovor. Sačekajte malo i pokušajte ponovo.",
    ErrorCode.TOO_MANY_STREAMS: "Razgovor je otvoren u previše prozora. Zatvorite jedan i pokušajte ponovo.",
    ErrorCode.BUSY: "Sistem je preopterećen. Pokušajte ponovo uskoro ili besplatno pozovite 080010000.",
    ErrorCode.INVALID_MSISDN: "Ovo nije broj telefona sa Kosova. Napišite ga ovako: 044 123 456.",
    ErrorCode.NO_VERIFICATION: "Nema otvorene provere. Najpre zatražite kod.",
    ErrorCode.WRONG_CODE: "Kod nije tačan. Pogledajte poruku sa kodom i upišite ga ponovo.",
    ErrorCode.CODE_EXPIRED: "Kod je istekao. Zatražite novi kod.",
    ErrorCode.TOO_MANY_CODES: (
        "Zatraženo je previše kodova za kratko vreme. Pokušajte ponovo kasnije ili besplatno pozovite 080010000."
    ),
    ErrorCode.TOO_MANY_WRONG_CODES: (
        "Sa vaše mreže je upisano previše pogrešnih kodova, pa je provera sa nje privremeno zaustavljena. "
        "Pokušajte sa druge mreže, kasnije, ili besplatno pozovite 080010000."
    ),
    ErrorCode.CODES_UNAVAILABLE: "Kodovi se sada ne mogu poslati. Besplatno pozovite 080010000.",
    ErrorCode.VERIFICATION_LOCKED: (
        "Provera ovog broja je privremeno zaustavljena iz bezbednosnih razloga. "
        "Pokušajte ponovo kasnije ili besplatno pozovite 080010000."
    ),
    ErrorCode.NO_OPEN_REQUEST: (
        "Nema otvorenog zahteva za ponovno uključenje. Najpre napišite da želite da pošaljete dokaz."
    ),
    ErrorCode.TOO_MANY_ATTACHMENTS: "U ovom razgovoru su primljene tri datoteke; više se ne prima.",
    ErrorCode.ATTACHMENT_TOO_LARGE: "Datoteka je veća od 5 MB. Pošaljite manju.",
    ErrorCode.ATTACHMENT_TYPE: "Datoteka se ne prima. Pošaljite fotografiju (JPG, PNG) ili neoštećen PDF.",
    ErrorCode.REVEAL_OVER: "Ova mogućnost da vidite PUK kod je istekla ili je iskorišćena. Zatražite ga ponovo.",
    ErrorCode.REVEAL_REFUSED: "PUK kod se sada ne može prikazati. Besplatno pozovite 080010000.",
    ErrorCode.NOT_FOUND: "Stranica nije pronađena.",
    ErrorCode.METHOD_NOT_ALLOWED: "Ovaj metod nije dozvoljen na ovoj adresi.",
    ErrorCode.INTERNAL: "Kod nas je došlo do greške. Pokušajte ponovo uskoro ili besplatno pozovite 080010000.",
}
_EN: Final[Mapping[ErrorCode, str]] = {
    ErrorCode.MALFORMED_REQUEST: "The request could not be read. Please try again.",
    ErrorCode.INVALID_FIELD: "A field of the request is missing or not valid.",
    ErrorCode.WRONG_CONTENT_TYPE: "This type of content is not accepted at this address.",
    ErrorCode.BODY_TOO_LARGE: "The message is too large. Shorten it and send it again.",
    ErrorCode.EMPTY_TEXT: "The message is empty. Write your question.",
    ErrorCode.TEXT_TOO_LONG: "The message is too long. Shorten it and send it again.",
    ErrorCode.UNKNOWN_CHOICE: "This choice is no longer valid. Write your question.",
    ErrorCode.UNAUTHORIZED: "The conversation was not found. Start a new one.",
    ErrorCode.TOKEN_EXPIRED: "Access to the conversation has expired. Reload the page.",
    ErrorCode.SESSION_ENDED: "The conversation has ended. Start a new one.",
    ErrorCode.CONVERSATION_ENDED: "You closed this conversation. Start a new one for another question.",
    ErrorCode.ORIGIN_REFUSED: "A request from this page is not allowed.",
    ErrorCode.RATE_LIMITED: "You sent too many requests in a short time. Wait a little and try again.",
    ErrorCode.TOO_MANY_PENDING: "Your earlier messages are still waiting for an answer. Wait a little and try again.",
    ErrorCode.TOO_MANY_STREAMS: "The conversation is open in too many windows. Close one and try again.",
    ErrorCode.BUSY: "The system is overloaded. Try again soon or call 080010000 free of charge.",
    ErrorCode.INVALID_MSISDN: "This is not a phone number of Kosovo. Write it like this: 044 123 456.",
    ErrorCode.NO_VERIFICATION: "No verification is open. Ask for a code first.",
    ErrorCode.WRONG_CODE: "The code is not right. Look at the message with the code and enter it again.",
    ErrorCode.CODE_EXPIRED: "The code has expired. Ask for a new one.",
    ErrorCode.TOO_MANY_CODES: (
        "Too many codes were asked for in a short time. Try again later or call 080010000 free of charge."
    ),
    ErrorCode.TOO_MANY_WRONG_CODES: (
        "Too many wrong codes were entered from your network, so verification from it is paused for now. "
        "Try from another network, later, or call 080010000 free of charge."
    ),
    ErrorCode.CODES_UNAVAILABLE: "Codes cannot be sent just now. Call 080010000 free of charge.",
    ErrorCode.VERIFICATION_LOCKED: (
        "Verification of this number is paused for security reasons. Try again later or call 080010000 free of charge."
    ),
    ErrorCode.NO_OPEN_REQUEST: "No request for reconnection is open. Write first that you want to send the proof.",
    ErrorCode.TOO_MANY_ATTACHMENTS: "Three files were accepted in this conversation; no more are taken.",
    ErrorCode.ATTACHMENT_TOO_LARGE: "The file is larger than 5 MB. Send a smaller one.",
    ErrorCode.ATTACHMENT_TYPE: "The file is not accepted. Send a photo (JPG, PNG) or an intact PDF.",
    ErrorCode.REVEAL_OVER: "This chance to see the PUK code has expired or was used. Ask for it again.",
    ErrorCode.REVEAL_REFUSED: "The PUK code cannot be shown just now. Call 080010000 free of charge.",
    ErrorCode.NOT_FOUND: "The page was not found.",
    ErrorCode.METHOD_NOT_ALLOWED: "This method is not allowed at this address.",
    ErrorCode.INTERNAL: "Something went wrong on our side. Try again soon or call 080010000 free of charge.",
}
_FIELDS_SR: Final[Mapping[str, str]] = {
    "file": "Datoteka nedostaje ili je prazna. Izaberite fotografiju ili dokument o uplati.",
    "amount": "Iznos nije ispravan. Upišite iznos od 0,01 do 10.000 €, na primer 23,40.",
    "paid_on": "Datum uplate nije ispravan: ne može biti u budućnosti ni stariji od godinu dana.",
}
_FIELDS_EN: Final[Mapping[str, str]] = {
    "file": "The file is missing or empty. Choose the photo or document of the payment.",
    "amount": "The amount is not valid. Enter an amount from 0.01 to 10,000 €, for example 23.40.",
    "paid_on": "The day of the payment is not valid: it cannot be in the future or more than a year ago.",
}


@dataclass(frozen=True, slots=True)
class Language:
    """One language's sentences, by what the Albanian one is about."""

    errors: Mapping[ErrorCode, str]
    fields: Mapping[str, str]
    used_up: str

    def told(self, code: ErrorCode, field: str | None, albanian: str) -> str | None:
        """What stands for an Albanian sentence; for one that names a moment, what its code says in general.

        None for a code that the chat API never gives.
        """
        if albanian == CODE_USED_UP:
            return self.used_up
        about = self.fields.get(field or "") if code is ErrorCode.INVALID_FIELD else None
        return about or self.errors.get(code)


TRANSLATIONS: Final[Mapping[str, Language]] = MappingProxyType(
    {
        "sr": Language(_SR, _FIELDS_SR, "Kod više ne važi, jer je više puta pogrešno upisan. Zatražite novi kod."),
        "en": Language(
            _EN, _FIELDS_EN, "The code is no longer valid: it was entered wrongly too often. Ask for a new one."
        ),
    }
)
