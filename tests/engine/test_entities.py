"""Entities: a number, an amount, a date, a telephone number comes back as its value however it is written."""

import calendar
import json
from datetime import date, datetime, timedelta, timezone
from typing import Any, List, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.albanian.entities import find_entities
from engine.albanian.numerals import numeral_at
from engine.albanian.telephone import e164
from engine.albanian.values import BELGRADE
from engine.albanian.words import lex

FRIDAY = datetime(2026, 11, 20, 10, 30, tzinfo=BELGRADE)


def read(text: str, now: datetime = FRIDAY) -> List[Tuple[str, str, Any]]:
    """(surface, label, value) of every entity in ``text``."""
    return [(text[e.start : e.end], e.label, e.meaning.value(now)) for e in find_entities(text)]


def euro(cents: int, currency: str = "EUR") -> dict:
    return {"cents": cents, "currency": currency}


# --- numbers in words --------------------------------------------------------------------------------------

STANDARD = ["", "një", "dy", "tre", "katër", "pesë", "gjashtë", "shtatë", "tetë", "nëntë"]
GHEG = ["", "nji", "dy", "tri", "katër", "pes", "gjasht", "shtat", "tet", "nant"]


def below_hundred(n: int, units: List[str], teen: str, tens: str, joint: str) -> str:
    if n < 10:
        return units[n]
    if n == 10:
        return {"dhjetë": "dhjetë", "dhjet": "dhjet", "dhet": "dhet"}[tens]
    if n < 20:
        return units[n - 10] + teen
    ten = {2: "njëzet" if units is STANDARD else "njizet", 4: "dyzet"}.get(n // 10) or (
        ("tri" if n // 10 == 3 else units[n // 10]) + tens
    )
    return ten + (joint + units[n % 10] if n % 10 else "")


def spell(n: int, style: int) -> str:
    """``n`` below 1,000,000 in one of the ways in which people write it."""
    units, teen, tens, joint = [
        (STANDARD, "mbëdhjetë", "dhjetë", " e "),
        (GHEG, "mdhet", "dhet", " e "),
        (GHEG, "mbdhjet", "dhjet", "e"),
        (STANDARD, "mbëdhjetë", "dhjetë", " edhe "),
    ][style]
    if n == 0:
        return "zero"
    parts = []
    if n >= 1000:
        parts.append(f"{spell(n // 1000, style)} mijë")
    hundreds, rest = n % 1000 // 100, n % 100
    if hundreds:
        parts.append(units[hundreds] + ("qind" if style != 1 else "qin"))
    if rest:
        parts.append(below_hundred(rest, units, teen, tens, joint))
    return " e ".join(parts)


def without_diacritics(text: str) -> str:
    return text.replace("ë", "e")


spelled = st.tuples(st.integers(0, 3), st.booleans())


@given(st.integers(0, 999_999), spelled)
def test_a_number_in_words_is_read_back(number: int, how: Tuple[int, bool]) -> None:
    text = spell(number, how[0])
    words = lex(without_diacritics(text) if how[1] else text)
    numeral = numeral_at(words, 0)
    assert numeral is not None
    assert (numeral.value, numeral.end) == (number, len(words)), text


@pytest.mark.parametrize(
    "word",
    ["qe", "ne", "te", "nana", "dite", "jete", "pesha", "dyqan", "tretje", "katin", "nenshkrim", "dyert", "peshk"],
)
def test_words_that_resemble_numbers_are_none(word: str) -> None:
    assert numeral_at(lex(word), 0) is None


# --- amounts -----------------------------------------------------------------------------------------------

UNITS_OF_MONEY = ["euro", "€", "eur", "eurosh", "EURO", "eura"]


@given(st.integers(1, 99_999_999), st.sampled_from(UNITS_OF_MONEY), st.sampled_from([" ", ""]), st.sampled_from(".,"))
def test_an_amount_in_figures_is_read_back(cents: int, unit: str, space: str, point: str) -> None:
    written = f"{cents // 100}{point}{cents % 100:02}{space}{unit}"
    assert read(f"pagova {written} te posta") == [(written, "amount", euro(cents))]


@given(st.integers(1, 9999), st.sampled_from(["€{}", "€ {}", "eur {}", "{}€", "{} euro", "{}e", "{} eu"]))
def test_whole_euros_are_read_back(euros: int, form: str) -> None:
    written = form.format(euros)
    assert read(f"i kom dhan {written}.") == [(written, "amount", euro(euros * 100))]


@given(st.integers(1, 999), st.integers(0, 2), st.booleans())
def test_euros_in_words_are_read_back(euros: int, style: int, bare: bool) -> None:
    written = f"{spell(euros, style)} euro"
    written = without_diacritics(written) if bare else written
    assert read(f"kom pagu {written} te posta") == [(written, "amount", euro(euros * 100))]


@given(
    st.integers(1, 99), st.integers(11, 99), st.sampled_from(["{} euro e {} cent", "{} euro e {}", "{} euro {} cent"])
)
def test_euros_and_cents_in_words_are_read_back(euros: int, cents: int, form: str) -> None:
    written = form.format(spell(euros, 0), spell(cents, 0))
    assert read(f"pagova {written}") == [(written, "amount", euro(euros * 100 + cents))]


@pytest.mark.parametrize(
    ("text", "surface", "value"),
    [
        ("ma hjeki nji euro e gjys", "nji euro e gjys", euro(150)),
        ("dy e gjysë euro", "dy e gjysë euro", euro(250)),
        ("gjysë euro m'hiqet", "gjysë euro", euro(50)),
        ("pesmdhet euro i qova", "pesmdhet euro", euro(1500)),
        ("dy presje nëntëdhjetë e nëntë euro", "dy presje nëntëdhjetë e nëntë euro", euro(299)),
        ("99 cent", "99 cent", euro(99)),
        ("pesdhet centa", "pesdhet centa", euro(50)),
        ("ni 5she kredi", "5she", euro(500)),
        ("nji dhjetshe", "dhjetshe", euro(1000)),
        ("2e50 sms-i", "2e50", euro(250)),
        ("opsioni 1.50 a 2", "1.50", euro(150)),
        ("1.200,50 €", "1.200,50 €", euro(120050)),
        ("1 200 euro", "1 200 euro", euro(120000)),
        ("10-15 euro n'muj", "10-15 euro", euro(1500)),
        ("pesëdhjetë franga", "pesëdhjetë franga", euro(5000, "CHF")),
    ],
)
def test_ways_to_write_an_amount(text: str, surface: str, value: dict) -> None:
    assert read(text) == [(surface, "amount", value)]


@pytest.mark.parametrize(
    "text",
    [
        "PIN 0000",
        "kartela 2",
        "sa euro",
        "20% zbritje",
        "ora 10.30",
        "n'ora 8.00 deri 20.00",
        "100 herë",
        "500 MB",
        "5 GB",
    ],
)
def test_what_is_no_amount(text: str) -> None:
    assert "amount" not in [label for _, label, _ in read(text)]


# --- dates -------------------------------------------------------------------------------------------------

moments = st.datetimes(datetime(2001, 1, 1), datetime(2090, 1, 1), timezones=st.just(BELGRADE))  # noqa: DTZ001
days = st.dates(date(2001, 1, 1), date(2098, 12, 31))
MONTHS = [
    "janar",
    "shkurt",
    "mars",
    "prill",
    "maj",
    "qershor",
    "korrik",
    "gusht",
    "shtator",
    "tetor",
    "nëntor",
    "dhjetor",
]


@given(days, st.sampled_from(["%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d"]))
def test_a_date_in_figures_is_read_back(day: date, form: str) -> None:
    written = day.strftime(form)
    assert read(f"kom pagu me {written} te posta") == [(written, "date", day.isoformat())]


@given(days, st.sampled_from(["{} {} {}", "{}. {} {}", "{} {}it {}", "{} {}i {}"]), st.booleans())
def test_a_day_and_month_with_a_year_are_read_back(day: date, form: str, bare: bool) -> None:
    written = form.format(day.day, MONTHS[day.month - 1], day.year)
    written = without_diacritics(written) if bare else written
    assert read(f"më {written} u ndal") == [(written, "date", day.isoformat())]


@given(moments, days)
def test_a_day_without_a_year_is_the_nearest_the_last_or_the_next(now: datetime, day: date) -> None:
    today = now.date()
    written = f"{day.day} {MONTHS[day.month - 1]}"

    def distance(text: str) -> int:
        (found,) = read(text, now)
        assert found[0] == written
        read_day = date.fromisoformat(found[2])
        assert (read_day.day, read_day.month) == (day.day, day.month)
        return (read_day - today).days

    longest = 366 * 8 if (day.day, day.month) == (29, 2) else 366
    assert -longest <= distance(f"e pagova me {written}") <= 0
    assert 0 <= distance(f"kam me pagu deri me {written}") <= longest
    assert abs(distance(f"kontrata {written}")) <= longest // 2 + 1


@given(st.integers(1, 31), st.integers(0, 2), st.sampled_from(["para {} ditëve", "qe {} ditë", "para {} ditve"]))
def test_days_ago_are_counted_from_the_moment_of_writing(count: int, style: int, form: str) -> None:
    for number in (str(count), spell(count, style)):
        written = form.format(number)
        assert read(f"pagova {written}") == [
            (written, "date", (FRIDAY.date() - timedelta(days=count)).isoformat()),
        ]


@given(st.integers(1, 400), moments)
def test_months_ago_never_leave_the_calendar(count: int, moment: datetime) -> None:
    ((_, _, value),) = read(f"para {count} muajve", moment)
    months = (moment.year - int(value[:4])) * 12 + moment.month - int(value[5:7])
    assert months == count
    last = calendar.monthrange(int(value[:4]), int(value[5:7]))[1]
    assert int(value[8:]) == min(moment.day, last)


@pytest.mark.parametrize(
    ("text", "surface", "value"),
    [
        ("pagova dje", "dje", "2026-11-19"),
        ("vij nesër", "nesër", "2026-11-21"),
        ("pardje u nal", "pardje", "2026-11-18"),
        ("pasnesër", "pasnesër", "2026-11-22"),
        ("sonte s'kom rrjet", "sonte", "2026-11-20"),
        ("para tri ditëve", "para tri ditëve", "2026-11-17"),
        ("qe nji javë", "qe nji javë", "2026-11-13"),
        ("mas 3 ditve vij", "mas 3 ditve", "2026-11-23"),
        ("ka 3 ditë që s'kam linjë", "3 ditë", "2026-11-17"),
        ("javën e kalume", "javën e kalume", "2026-11-09/2026-11-15"),
        ("muajin e kaluar", "muajin e kaluar", "2026-10-01/2026-10-31"),
        ("këtë muaj", "këtë muaj", "2026-11-01/2026-11-30"),
        ("muajin që vjen", "muajin që vjen", "2026-12-01/2026-12-31"),
        ("vitin e kaluar", "vitin e kaluar", "2025-01-01/2025-12-31"),
        ("faturën e tetorit", "tetorit", "2026-10-01/2026-10-31"),
        ("a mund ta paguaj faturën e dhjetorit", "dhjetorit", "2025-12-01/2025-12-31"),
        ("pagova të hënën", "të hënën", "2026-11-16"),
        ("vij të hënën", "të hënën", "2026-11-23"),
        ("deri t'premten", "t'premten", "2026-11-27"),
        ("deri tpremten", "tpremten", "2026-11-27"),
        ("t'premten e kalume", "t'premten e kalume", "2026-11-13"),
        ("datën 5 pagova", "datën 5", "2026-11-05"),
        ("kom pagu me 12 nandor", "12 nandor", "2026-11-12"),
        ("kom pagu me 12.11", "12.11", "2026-11-12"),
        ("fund t'muajit", "fund t'muajit", "2026-11-30"),
        ("habe gestern bezahlt", "gestern", "2026-11-19"),
        ("vor zwei Wochen", "vor zwei Wochen", "2026-11-06"),
        ("3 days ago", "3 days ago", "2026-11-17"),
        ("prošle nedelje", "prošle nedelje", "2026-11-09/2026-11-15"),
    ],
)
def test_ways_to_write_a_date(text: str, surface: str, value: str) -> None:
    assert read(text) == [(surface, "date", value)]


@pytest.mark.parametrize(
    "text",
    [
        "sa ditë zgjat", "30 ditë", "brenda 15 ditësh", "afati prej 15 ditësh", "për dy muaj", "para disa ditësh",
        "guten Morgen", "shkurt e shqip", "24/7", "në vitin 2019", "i ka 3 vjet", "31.02.2026", "ora 12",
        "black friday",         "krejt puntorët që jan",
        "humbet pas 100 ditësh",
    ],
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    assert "date" not in [label for _, label, _ in read(text)]


def test_a_day_begins_at_midnight_in_kosovo() -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=timezone.utc)  # half past midnight on the 21st in Kosovo
    assert read("sot", late) == [("sot", "date", "2026-11-21")]


def test_a_date_needs_an_aware_clock() -> None:
    with pytest.raises(ValueError, match="aware"):
        read("sot", datetime(2026, 11, 20))  # noqa: DTZ001


# --- telephone numbers -------------------------------------------------------------------------------------

FORMS = [
    "0{0}{1}{2}", "0{0} {1} {2}", "0{0}/{1}-{2}", "0{0}.{1}.{2}", "0{0}-{1}-{2}", "(0{0}) {1} {2}", "(0{0}) {1}{2}",
    "+383{0}{1}{2}", "+383 {0} {1} {2}", "+383 (0){0} {1} {2}", "00383{0}{1}{2}", "00383 {0} {1} {2}",
    "+383-{0}-{1}-{2}",
]  # fmt: skip


@given(
    st.sampled_from(["43", "44", "45", "46", "47", "48", "49", "38", "39", "28", "29"]),
    st.integers(0, 999_999),
    st.sampled_from(FORMS),
    st.sampled_from(["{}", "numri {}", "nr. {} eshte", "{}, 10 euro", "me thirrni ne {}!"]),
)
def test_a_kosovo_number_is_read_back_from_every_form(prefix: str, rest: int, form: str, sentence: str) -> None:
    digits = f"{rest:06}"
    written = form.format(prefix, digits[:3], digits[3:])
    found = [each for each in read(sentence.format(written)) if each[1] == "msisdn"]
    assert found == [(written, "msisdn", f"+383{prefix}{digits}")]


@given(st.integers(0, 999), st.integers(0, 999), st.integers(0, 2))
def test_a_dictated_number_is_read_back(first: int, second: int, style: int) -> None:
    def group(n: int) -> str:
        return spell(n, style) if n > 99 else " ".join(spell(int(digit), style) for digit in f"{n:03}")

    written = f"zero {spell(44, style)}, {group(first)}, {group(second)}"
    assert read(f"numri im {written}") == [(written, "msisdn", f"+38344{first:03}{second:03}")]


@pytest.mark.parametrize(
    ("text", "value"),
    [("nr <msisdn>", "msisdn"), ("+41 79 123 45 67", "+41791234567"), ("0049 170 1234567", "+491701234567")],
)
def test_placeholders_and_numbers_from_abroad(text: str, value: str) -> None:
    assert [found[1:] for found in read(text)] == [("msisdn", value)]


@pytest.mark.parametrize(
    "text", ["<puk>", "<code>", "080010000", "0170 1234567", "XK05 1212 0123 4567 8906", "8938301234567890123", "1234"]
)
def test_what_is_no_telephone_number(text: str) -> None:
    assert "msisdn" not in [label for _, label, _ in read(text)]


def test_a_number_without_a_country_that_can_be_known_has_no_e164_form() -> None:
    assert e164("0170 1234567") is None


# --- counts, statuses, plans -------------------------------------------------------------------------------


@given(
    st.integers(2, 999),
    st.integers(0, 2),
    st.sampled_from(["puntor", "punëtorë", "veta", "anëtarë", "punonjës", "numra", "kartela", "persona"]),
)
def test_a_count_is_read_back_in_figures_and_in_words(count: int, style: int, noun: str) -> None:
    for number in (str(count), spell(count, style)):
        written = f"{number} {noun}"
        assert read(f"i kom {written} n'firmë") == [(written, "count", count)]


@pytest.mark.parametrize(
    ("text", "surface", "value"),
    [
        ("jena 8 n'firmë", "8", 8),
        ("jemi katër tezga", "katër", 4),
        ("nr. i punëtorëve: 22", "22", 22),
        ("5-6 veta", "5-6 veta", 6),
        ("veç nji antar", "nji antar", 1),
        ("wir sind acht Leute", "acht Leute", 8),
    ],
)
def test_ways_to_write_a_count(text: str, surface: str, value: int) -> None:
    assert read(text) == [(surface, "count", value)]


@pytest.mark.parametrize(
    "text", ["një punëtor s'po mundet", "kartela 2", "PIN me 5 numra", "linja 24", "një numër", "jemi 8 vjet"]
)
def test_what_is_no_count(text: str) -> None:
    assert "count" not in [label for _, label, _ in read(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Valid", "valid"), ("validin", "valid"), ("i vlefshëm", "valid"), ("aktiv", "active"), ("aktivë", "active"),
        ("akitv", "active"), ("Active", "active"), ("inaktiv", "inactive"), ("joaktiv", "inactive"),
        ("jo aktiv", "inactive"),
        ("inatkiv", "inactive"), ("neaktivna", "inactive"), ("Deactive", "deactive"), ("deaktiv", "deactive"),
        ("i çaktivizuar", "deactive"), ("u deaktivizua", "deactive"), ("e caktivizume", "deactive"),
        ("deactivated", "deactive"),
        ("kartela e shkimë", "deactive"), ("kartela e dekun", "deactive"), ("void", "void"),
    ],
)  # fmt: skip
def test_statuses_in_every_spelling(text: str, value: str) -> None:
    assert [found[1:] for found in read(text)] == [("sim_status", value)]


@pytest.mark.parametrize(
    "text",
    [
        "me u aktivizu",
        "si ta çaktivizoj",
        "riaktivizimi",
        "telefoni mu shkim",
        "oferta aktive",
        "fatura valide",
        "vdekja",
    ],
)
def test_what_is_no_status(text: str) -> None:
    assert "sim_status" not in [label for _, label, _ in read(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("GET PIN", ("pin_kind", "selfcare_pin")),
        ("PUK-un", ("pin_kind", "puk")),
        ("pinin", ("pin_kind", "pin")),
        ("prepaid-it", ("plan_kind", "prepaid")),
        ("pre-paid", ("plan_kind", "prepaid")),
        ("me kontratë", ("plan_kind", "postpaid")),
        ("numri me mbushje", ("plan_kind", "prepaid")),
        ("linja fikse", ("plan_kind", "fixed")),
        ("Festnetz", ("plan_kind", "fixed")),
    ],
)
def test_kinds_of_pins_and_plans(text: str, found: Tuple[str, str]) -> None:
    assert [each[1:] for each in read(text)] == [found]


@pytest.mark.parametrize("text", ["bëra një mbushje", "kontrata ime ka skaduar", "can you fix that"])
def test_what_is_no_plan(text: str) -> None:
    assert read(text) == []


# --- any text ----------------------------------------------------------------------------------------------

PIECES = """
10 2.50 € euro e gjys para tri ditë 12.11 nëntor të hënën 044 123 456 +383 zero dyzet qe javën kaluar 15 puntor <msisdn>
- / . , ( ) ' aktiv jo pin 5she 31.02 00 9999999999
"""
pieces = st.lists(st.sampled_from(PIECES.split()))


@given(st.one_of(st.text(), pieces.map(" ".join), pieces.map("".join)))
def test_any_text_gives_entities_that_lie_in_it_apart_and_have_a_value(text: str) -> None:
    end = 0
    for entity in find_entities(text):
        assert end <= entity.start < entity.end <= len(text)
        assert text[entity.start : entity.end].strip()
        json.dumps(entity.meaning.value(FRIDAY))
        end = entity.end
