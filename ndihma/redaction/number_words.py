"""The words for numbers that customers dictate in: Albanian with its Gheg forms, Serbian, English, German, Turkish.

A word is read as a chain of *morphemes* of one language (``njëqindenjëzet`` is një-qind-e-njëzet), each of which has a
value: 0 to 9, 10 to 19, tens, tens with a unit (German ``vierundvierzig``), 100 and its multiples, 1,000, 1,000,000.
Words are lower case without diacritics.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import Final

__all__ = ["AND", "ARTICLES", "BETWEEN", "MULTIPLIERS", "REPEATS", "UNITS_OF_MEASURE", "values"]


def _words(text: str) -> list[str]:
    return text.split()


_SQ_UNITS: Final = {
    1: _words("nje nji ni njo nej"),
    2: _words("dy dyj"),
    3: _words("tre tri"),
    4: _words("kater katter katr katerr kater"),
    5: _words("pese pes"),
    6: _words("gjashte gjasht gjash xhashte xhasht gjasthe"),
    7: _words("shtate shtat"),
    8: _words("tete tet"),
    9: _words("nente nent nante nant nan"),
}
_SQ_TEEN_ENDINGS: Final = [
    f"{m}{d}" for m, d in product(_words("mbe mb m me"), _words("dhjete dhjet dhete dhet dhit dhite djete djet dhejte"))
]
_SQ_TENS_ENDINGS: Final = _words("dhjete dhjet dhete dhet djete djet dhite dhit")
_SQ_MULTIPLIERS: Final = dict.fromkeys(_words("qind qinde qin cind cinde"), 100) | dict.fromkeys(
    _words("mije mij"), 1000
)
_SQ_NOUN_ENDINGS: Final = _words("sh she sha shi")
"""``dysh``, ``pesëshe``: the numeral as a thing, as in "tri njëshe"."""


def _albanian() -> dict[str, int]:
    table = dict.fromkeys(_words("zero zer zeros zerro zeroja null nul nulla nulle"), 0)
    for unit, spellings in _SQ_UNITS.items():
        for spelling in spellings:
            table[spelling] = unit
            table |= dict.fromkeys((spelling + ending for ending in _SQ_NOUN_ENDINGS), unit)
            table |= dict.fromkeys((spelling + ending for ending in _SQ_TEEN_ENDINGS), 10 + unit)
            if unit > 2:  # noqa: PLR2004  (20 and 40 have words of their own)
                table |= dict.fromkeys((spelling + ending for ending in _SQ_TENS_ENDINGS), 10 * unit)
    table |= dict.fromkeys(_words("dhjete dhjet dhete dhet djete djet"), 10)
    table |= dict.fromkeys(_words("njezet njezete njizet njizete nizet njzet njezt izet"), 20)
    table |= dict.fromkeys(_words("dyzet dyzete dyzt"), 40)
    return table | _SQ_MULTIPLIERS | dict.fromkeys(_words("milion milione miljon"), 10**6)


def _serbian() -> dict[str, int]:
    units = _words("jedan dva tri cetiri pet sest sedam osam devet")
    table = {word: value for value, word in enumerate(units, 1)} | {"nula": 0, "jedna": 1, "dve": 2, "dvije": 2}
    table |= {"deset": 10, "jedanaest": 11, "cetrnaest": 14, "sesnaest": 16, "petnaest": 15, "devetnaest": 19}
    table |= {f"{units[i - 1]}naest": 10 + i for i in (2, 3, 7, 8)}
    table |= {"dvadeset": 20, "trideset": 30, "cetrdeset": 40, "pedeset": 50, "sezdeset": 60, "devedeset": 90}
    table |= {"sedamdeset": 70, "osamdeset": 80, "sto": 100, "stotinu": 100, "dvesta": 200, "dvjesta": 200}
    table |= {"dvesto": 200, "dvjesto": 200, "trista": 300, "tristo": 300, "sesto": 600}
    table |= {f"{units[i - 1]}sto": 100 * i for i in (4, 5, 7, 8, 9)}
    return (
        table | dict.fromkeys(_words("hiljada hiljadu hiljade"), 1000) | dict.fromkeys(_words("milion miliona"), 10**6)
    )


def _english() -> dict[str, int]:
    small = _words(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen"
    )
    tens = _words("twenty thirty forty fifty sixty seventy eighty ninety")
    table = {word: value for value, word in enumerate(small)} | {"oh": 0, "nought": 0, "fourty": 40}
    table |= {word: 10 * value for value, word in enumerate(tens, 2)}
    return table | {"hundred": 100, "thousand": 1000, "million": 10**6}


def _german() -> dict[str, int]:
    units = {"ein": 1, "eins": 1, "zwei": 2, "zwo": 2, "drei": 3, "vier": 4, "fuenf": 5, "funf": 5, "sechs": 6}
    units |= {"sieben": 7, "acht": 8, "neun": 9}
    tens = {"zwanzig": 20, "dreissig": 30, "dreisig": 30, "vierzig": 40, "fuenfzig": 50, "funfzig": 50}
    tens |= {"sechzig": 60, "siebzig": 70, "achtzig": 80, "neunzig": 90}
    table = {"null": 0, **units, **tens, "zehn": 10, "elf": 11, "zwolf": 12, "zwoelf": 12, "sechzehn": 16}
    table |= {f"{word}zehn": 10 + value for word, value in units.items() if value in (3, 4, 5, 8, 9)}
    table |= {"siebzehn": 17, "hundert": 100, "tausend": 1000, "million": 10**6, "millionen": 10**6}
    return table | {f"{u}und{t}": units[u] + tens[t] for u, t in product(units, tens)}


def _turkish() -> dict[str, int]:
    units = _words("sifir bir iki uc dort bes alti yedi sekiz dokuz")
    tens = _words("on yirmi otuz kirk elli altmis yetmis seksen doksan")
    table = {word: value for value, word in enumerate(units)}
    table |= {word: 10 * value for value, word in enumerate(tens, 1)}
    return table | {"yuz": 100, "bin": 1000, "milyon": 10**6}


_LANGUAGES: Final[tuple[tuple[dict[str, int], list[str]], ...]] = (
    (_albanian(), _words("e dhe edhe")),
    (_serbian(), _words("i")),
    (_english(), _words("and")),
    (_german(), _words("und")),
    (_turkish(), []),
)
_LONGEST_MORPHEME: Final = max(len(word) for table, _ in _LANGUAGES for word in table)
_LONGEST_WORD: Final = 160

AND: Final = frozenset({"e", "dhe", "edhe", "ed", "i", "and", "und", "ve"})
BETWEEN: Final = AND | frozenset(
    _words(
        """
        pastaj mandej mandena masandej masnej masanej prape prap apo plus minus pike pika presje viz vize vija hapesire
        here hera her numer numri shifra aaa aa ee eee hmm hm mm po
        then again dash dot space dann wieder strich punkt leer onda pa zatim crtica tacka sonra tire nokta bosluk
        """
    )
)
"""What people say between two parts of a number."""
REPEATS: Final = dict.fromkeys(
    _words("dopio dopjo dyfish dyfishe double doppel doppelt duplo cift"), 2
) | dict.fromkeys(_words("trefish triple dreifach triplo"), 3)
MULTIPLIERS: Final = frozenset(_SQ_MULTIPLIERS)
"""Begin no numeral: "për qind" is a share, and after digits ("90 mijë") they make an amount."""
ARTICLES: Final = frozenset(_words("nje nji ni one ein bir jedan"))
"""Mostly "a" and not "one"."""
UNITS_OF_MEASURE: Final = frozenset(
    _words(
        """
        euro eur eura euros evro evra cent cente centa qind lek leke dinar dinare franga chf dollare
        dite ditesh dit jave muaj muj muajsh vjet vite vjec ore oresh minuta minut sekonda
        gb mb giga mega sms minutash tage tag monate jahre days months years dana meseci godina gun ay
        linja kartela kartele numra telefona anetare puntore punetore veta persona mbushje
        """
    )
)
"""A number right before one of these counts or prices something."""


@lru_cache(maxsize=4096)
def values(word: str) -> tuple[int, ...]:
    """The values of the morphemes of one word, in order; empty when the word is no number."""
    if not 2 <= len(word) <= _LONGEST_WORD:  # noqa: PLR2004  (the shortest word for a number)
        return ()
    for table, joints in _LANGUAGES:
        found = _chain(word, table, joints)
        if found:
            return found
    return ()


def _chain(word: str, table: dict[str, int], joints: list[str]) -> tuple[int, ...]:
    """The split of a word into the fewest morphemes of one language, found from the back."""
    rest: list[tuple[int, ...] | None] = [None] * len(word) + [()]
    for start in range(len(word) - 1, -1, -1):
        for end in range(start + 1, min(len(word), start + _LONGEST_MORPHEME) + 1):
            tail = rest[end]
            part = word[start:end]
            if tail is None:
                continue
            split = (table[part], *tail) if part in table else tail if part in joints and tail and start else None
            known = rest[start]
            if split is not None and (known is None or len(split) < len(known)):
                rest[start] = split
    return rest[0] or ()
