"""Every Albanian sentence of the evaluation report's page."""

from __future__ import annotations

from typing import Final

__all__: list[str] = []

TITLE: Final = "Sa mirë kupton Ndihma"
ABOUT: Final = "{messages} mesazhe nga skedari {file}, të lexuara më {day} me modelin {model}."
NOT_SHARED: Final = "Faqja përmban mesazhe klientësh: mos e publikoni."
SKIPPED: Final = "{count} rreshta të skedarit nuk u lexuan dot dhe nuk janë numëruar."
NAVIGATION: Final = "Përmbajtja"
AS_TABLE: Final = "Të dhënat si tabelë"
NOTHING: Final = "–"

# Summary ----------------------------------------------------------------------------------------------------------
SUMMARY: Final = "Përmbledhja"
ACCURACY: Final = "të kuptuara drejt, gjithsej"
IN_SCOPE: Final = "të kuptuara drejt, brenda temës"
OUT_OF_SCOPE_RECALL: Final = "të gjetura nga mesazhet jashtë temës"
FALSE_REJECTIONS: Final = "pyetje tona të refuzuara gabimisht"
RECALL_AT_BUDGET: Final = "të gjetura jashtë temës, me më së shumti 2\u00a0% refuzime të gabuara"
CALIBRATION_ERROR: Final = "gabimi i pritshëm i kalibrimit (ECE), 0 është më i miri"

# Registers --------------------------------------------------------------------------------------------------------
REGISTERS: Final = "Sipas mënyrës së të shkruarit"
REGISTERS_CHART: Final = "Pjesa e mesazheve të kuptuara drejt për secilën mënyrë të shkruari"
REGISTER: Final = "mënyra"
RIGHT: Final = "drejt"
WRONG: Final = "gabim"
MESSAGES: Final = "mesazhe"
NO_REGISTERS: Final = "Skedari nuk i tregon mënyrat e të shkruarit."

# Intents ----------------------------------------------------------------------------------------------------------
INTENTS: Final = "Sipas qëllimit"
INTENTS_ABOUT: Final = (
    "Preciziteti: sa nga mesazhet e lexuara me këtë qëllim e kishin vërtet. Mbulimi: sa nga mesazhet që e kishin "
    "u lexuan kështu. F1 është mesatarja harmonike e të dyjave. Më të dobëtat janë në fillim."
)
INTENT: Final = "qëllimi"
PRECISION: Final = "preciziteti"
RECALL: Final = "mbulimi"
F1: Final = "F1"

# Confusions -------------------------------------------------------------------------------------------------------
MATRIX: Final = "Çfarë me çfarë ngatërrohet"
MATRIX_ABOUT: Final = (
    "Çdo rresht është qëllimi i vërtetë, çdo kolonë qëllimi që lexoi modeli; numrat e kolonave janë ata të rreshtave. "
    "Në diagonale janë leximet e drejta."
)
MATRIX_CORNER: Final = "i vërtetë \\ i lexuar"
CONFUSIONS: Final = "Ngatërrimet më të shpeshta"
TAKEN_FOR: Final = "u lexua si"
TIMES: Final = "herë"

# Confidence -------------------------------------------------------------------------------------------------------
CONFIDENCE: Final = "Sa vlen siguria e modelit"
CONFIDENCE_ABOUT: Final = (
    "Kur siguria është e kalibruar, nga mesazhet e lexuara me siguri 80\u00a0% janë drejt 80\u00a0%: "
    "shtyllat prekin vijën e pjerrët. Shtyllat e zbehta kanë më pak se {few} mesazhe."
)
RELIABILITY_CHART: Final = "Kurba e besueshmërisë: pjesa e leximeve të drejta sipas sigurisë"
HISTOGRAM_IN_CHART: Final = "Siguria për mesazhet brenda temës"
HISTOGRAM_OUT_CHART: Final = "Siguria për mesazhet jashtë temës"
SURE: Final = "siguria e modelit"
RANGE: Final = "siguria"
MEAN_SURE: Final = "siguria mesatare"
SHARE_RIGHT: Final = "pjesa drejt"
THRESHOLD: Final = "pragu {value}"
HISTOGRAM_ABOUT: Final = "Lartësia rritet me rrënjën katrore të numrit, që të shihen edhe shtyllat e vogla."
THRESHOLD_ABOUT: Final = "Nën prag asistenti nuk përgjigjet, por pyet: “a e kishit fjalën për…”."

# Out of scope -----------------------------------------------------------------------------------------------------
REJECTION: Final = "Mesazhet jashtë temës"
REJECTION_CHART: Final = "Mesazhet e gjetura jashtë temës kundrejt refuzimeve të gabuara"
REJECTION_ABOUT: Final = (
    "Po të refuzoheshin më shumë mesazhe, do të gjendeshin më shumë nga ato jashtë temës, por do të refuzoheshin "
    "gabimisht edhe më shumë pyetje tona. Pika e tregon gjendjen e tanishme, vija kufirin prej 2\u00a0%."
)
REJECTED: Final = "refuzime të gabuara"
FOUND: Final = "të gjetura"
BUDGET: Final = "2\u00a0%"
AT_MOST: Final = "refuzime të gabuara, më së shumti"

# Learning curve ---------------------------------------------------------------------------------------------------
LEARNING: Final = "Sa ndihmojnë më shumë shembuj"
LEARNING_CHART: Final = "Mesazhet e kuptuara drejt sipas numrit të shembujve për secilin qëllim"
LEARNING_ABOUT: Final = (
    "Pjesa lineare e modelit u mësua përsëri me kaq shembuj për secilin qëllim, pa pragjet, "
    "dhe lexoi të njëjtin skedar."
)
EXAMPLES_EACH: Final = "shembuj për qëllim"
EXAMPLES_ALL: Final = "shembuj gjithsej"
OVERALL: Final = "gjithsej"

# Misreadings ------------------------------------------------------------------------------------------------------
MISREADINGS: Final = "Keqkuptimet më të rënda"
MISREADINGS_ABOUT: Final = (
    "Gabimet me siguri më të madhe. Fjalët e nënvizuara me vijë të plotë folën për leximin e gabuar, ato me vijë të "
    "ndërprerë për të vërtetin."
)
IS: Final = "e vërteta"
FEATURES: Final = "Pjesët që peshuan më shumë"
LINE: Final = "rreshti {line}"
NO_MISREADINGS: Final = "Asnjë mesazh nuk u keqkuptua."
UNSURE: Final = "Edhe {count} mesazhe u lexuan drejt, por me siguri nën prag, prandaj u numëruan si të pakuptuara."
