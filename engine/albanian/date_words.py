"""The words of dates, folded: days, months, units of time and what is said around them, with what each one means."""

from __future__ import annotations

import re
from typing import Dict, Final

from engine.albanian.values import Unit
from engine.albanian.words import word_set

DAYS: Final[Dict[str, int]] = {
    **dict.fromkeys(word_set("sot sod sott sotit sotem sotme sotmen sonte today danas heute bugun"), 0),
    **dict.fromkeys(
        word_set(
            "dje dej djeshem djeshme djeshmen djeshmit mbreme mbrem mbrame mbram mrame mram yesterday gestern juce"
        ),
        -1,
    ),
    **dict.fromkeys(
        word_set("""
            neser nesr naser nesrme nesrit neserme nesermen nesermit nesra tomorrow tommorow sutra
            morgen yarin
            """),
        1,
    ),
    **dict.fromkeys(word_set("pardje pardie pradje parmbreme vorgestern prekjuce"), -2),
    **dict.fromkeys(word_set("pasneser masneser mbasneser pasnaser ubermorgen uebermorgen prekosutra"), 2),
}
GREETING: Final = frozenset({"guten", "gutn"})

UNITS: Final[Dict[str, Unit]] = {
    **dict.fromkeys(word_set("minuta minut minutave minutash min minuten minutes"), Unit.MINUTE),
    **dict.fromkeys(
        word_set("ore oresh oreve orve oret sahat sahati sahata sahateve hours hour stunden stunde sati sata h"),
        Unit.HOUR,
    ),
    **dict.fromkeys(
        word_set("dite ditesh diteve ditve ditsh dit ditet ditt ditev days day tage tagen tag dana dan gun"), Unit.DAY
    ),
    **dict.fromkeys(
        word_set("jave javesh javeve javve javsh jav javet weeks week wochen woche nedelje nedelja nedelju sedmice"),
        Unit.WEEK,
    ),
    **dict.fromkeys(
        word_set("""
            muaj muajsh muajve muajve mujve mujsh muj muji months month monate monaten monat meseca
            mesec meseci
            """),
        Unit.MONTH,
    ),
    **dict.fromkeys(
        word_set("""
            vit vite vitesh viteve vitve vjet vjetesh vjete years year jahre jahren jahr godine godina
            """),
        Unit.YEAR,
    ),
}
AGO_BEFORE: Final = word_set("para qe qysh prej vor seit pre since perpara")
AGO_AFTER: Final = word_set("ago parapa perpara")
AFTER: Final = word_set("pas mas mbas")
AHEAD_BEFORE: Final = AFTER | word_set("in za")
HAS: Final = word_set("ka kan kane")
HAVE_PASSED: Final = word_set("bene bone bonen banen kalu kaluar kalun kaluen shku")
SINCE_AFTER: Final = word_set("qe qi si pa kur qysh")
ABOUT: Final = word_set("nja rreth afro gati nje afersisht diku oko etwa about")

LAST: Final = word_set(
    "kaluar kalume kalum kalun kaluem kaluara shkuar shkume shkum shkun kaluemja "
    "letzte letzten letzter letztes last prosle prosli proslog proslu vergangene vergangenen"
)
NEXT: Final = word_set(
    "tjeter tjetren tjetert ardhshme ardhshem ardhshmen ardhme ardhmen ardhshmin ardhshmi "
    "next nachste nachsten nachster nachstes naechste naechsten sledece sledeci sledecu iduce"
)
THIS: Final = word_set(
    "kete kte ket qet qit kit qete qita ksaj kesaj ketij ktij qesaj qetij this diese diesen dieser ove ovaj ovog"
)
ARTICLES: Final = word_set("e te t' t i se s'")
DAY_ARTICLES: Final = word_set("e te t' t")
THAT: Final = word_set("qe qi")
PASSED: Final = word_set("kaloi kaloj shkoi shkoj kalon kaloj iku kalu shku")
COMES: Final = word_set("vjen vjene vije vij vje vin")
PERIODS: Final[Dict[str, Unit]] = {
    **dict.fromkeys(word_set("jave javen javes jav java javs week woche nedelje nedelja nedelju sedmice"), Unit.WEEK),
    **dict.fromkeys(
        word_set("muaj muajin muajit muaji muj mujin mujit muji month monat monats mesec meseca"), Unit.MONTH
    ),
    **dict.fromkeys(word_set("vit vitin vitit viti year jahr jahres godine godina"), Unit.YEAR),
}
WEEKENDS: Final = word_set("fundjave fundjaven vikend vikendin vikendi weekend weekendin uikend uikendin wochenende")
THIS_YEAR: Final = word_set("sivjet simjet sivjeme")
LAST_YEAR: Final = word_set("vjet vjetit vjetshme vjeti")
END: Final = word_set("fund fundi fundin fun ende kraj end krajem")

WEEKDAYS: Final = (
    "hene henen hena henes hanen hane hana henn hon",
    "marte marten marta martes martn",
    "merkure merkuren merkura merkures merkur merkurn mekure mekuren merkuren",
    "enjte enjten enjtja enjtes ejten ejte enjt ejt enten enjtn",
    "premte premten premtja premtes premt premtn prente prenten",
    "shtune shtunen shtuna shtunes shtun shtunn",
    "diel dielen diela dieles diell dieln dillen dielle djelen djele",
)
WEEKDAY: Final[Dict[str, int]] = {form: day for day, forms in enumerate(WEEKDAYS) for form in forms.split()}
UNMISTAKABLE_WEEKDAYS: Final = word_set(
    "henen hanen marten merkure merkuren merkur mekuren merkurn enjten ejten enjte premten premte premtes premtn "
    "prenten shtunen shtune shtunn dielen djelen"
)
"""Written without an article too; "hana" is the moon and "Marta" a name."""
GLUED_WEEKDAYS: Final[Dict[str, int]] = {f"t{form}": WEEKDAY[form] for form in UNMISTAKABLE_WEEKDAYS}
"""``tpremten``: Gheg "t'" as it is typed in haste."""
FOREIGN_WEEKDAYS: Final[Dict[str, int]] = {
    **dict.fromkeys(("monday", "montag", "ponedeljak"), 0),
    **dict.fromkeys(("tuesday", "dienstag", "utorak"), 1),
    **dict.fromkeys(("wednesday", "mittwoch", "sredu"), 2),
    **dict.fromkeys(("thursday", "donnerstag", "cetvrtak"), 3),
    **dict.fromkeys(("friday", "freitag", "petak"), 4),
    **dict.fromkeys(("saturday", "samstag", "subotu"), 5),
    **dict.fromkeys(("sunday", "sonntag", "nedelju"), 6),
}
EVERY: Final = word_set("cdo qdo sdo every jeden svake svaki black")
"""Before a weekday that is no day of its own; "Black Friday" is none either."""

MONTH_STEMS: Final = (
    "janar|januar|january|jan",
    "shkurt|februar|february|feb|shkurd",
    "mars|march|marz|mart",
    "prill|april|pril|apr",
    "maj|mai|may",
    "qershor|cershor|juni|june|jun|qerrshor|qershuer",
    "korrik|korik|juli|july|jul",
    "gusht|gushd|august|avgust|aug",
    "shtator|september|septembar|sept|shtatuer",
    "tetor|oktober|october|oktobar|tetuer|okt",
    "nentor|nantor|nandor|nendor|nanduer|nentuer|november|novembar|nov|nentr",
    "dhjetor|dhetor|dhjetuer|december|decembar|dezember|djetor|dhjetr|dec",
)
MONTH: Final = re.compile(
    "(?:" + "|".join(f"(?P<m{i}>{stems})" for i, stems in enumerate(MONTH_STEMS, 1)) + r")(?P<ending>it|in|i|a|t|n)?"
)
GENITIVE: Final = frozenset({"it", "in"})
IN: Final = word_set("""
    ne n' n nga muajin muaji mujin muaj muj muajit mujit prej qe qysh in im seit since u ketij te t'
    """)
NOT_BARE_MONTHS: Final = word_set("marsi mars maj maji shkurt")
"""Words of other meanings, or names, when no preposition of time stands before them."""
ONLY_AFTER_A_DAY: Final = word_set("""
    jan jani feb mart marti mai may jun juni apr jul aug sept okt nov novi novit dec
    """)
"""Abbreviations and foreign names that are Albanian words (``jan`` is "are")."""
AHEAD_AT_MOST: Final[Dict[Unit, int]] = {
    Unit.MINUTE: 600,
    Unit.HOUR: 72,
    Unit.DAY: 31,
    Unit.WEEK: 8,
    Unit.MONTH: 2,
    Unit.YEAR: 1,
}
"""Further ahead than this lies a term of the rules ("the number is lost after 100 days"), not somebody's plan."""
ORDINAL_SIGN: Final = "."
DATE_WORDS: Final = word_set("date daten data dates dat dt datum datumin datumi")
MAX_DAYS: Final = 31
MAX_MONTHS: Final = 12
MAX_PERIODS: Final = 999

BEGINNINGS: Final = frozenset().union(
    DAYS, AGO_BEFORE, AHEAD_BEFORE, LAST, NEXT, THIS, DAY_ARTICLES, PERIODS, WEEKENDS, THIS_YEAR, LAST_YEAR, END,
    WEEKDAY, GLUED_WEEKDAYS, FOREIGN_WEEKDAYS, DATE_WORDS, ("a", "an"),
)  # fmt: skip
"""The words that a date may begin with, besides numbers and months."""
