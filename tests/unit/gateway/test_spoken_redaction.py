"""S6: numbers that are dictated in words become placeholders too; amounts, dates and talk stay."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ndihma.redaction import Kind, redact

ALBANIAN = ["zero", "një", "dy", "tre", "katër", "pesë", "gjashtë", "shtatë", "tetë", "nëntë"]
GHEG = ["zero", "ni", "dy", "tri", "kater", "pes", "gjasht", "shtat", "tet", "nant"]
ENGLISH = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
GERMAN = ["null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"]
SERBIAN = ["nula", "jedan", "dva", "tri", "četiri", "pet", "šest", "sedam", "osam", "devet"]
CYRILLIC = ["нула", "један", "два", "три", "четири", "пет", "шест", "седам", "осам", "девет"]
TURKISH = ["sıfır", "bir", "iki", "üç", "dört", "beş", "altı", "yedi", "sekiz", "dokuz"]
BY_DIGIT = [ALBANIAN, GHEG, ENGLISH, GERMAN, SERBIAN, CYRILLIC, TURKISH]
HOTLINE = "080010000"


def below_thousand(value: int, gheg: bool) -> str:
    """A number of one to three digits as an Albanian says it."""
    units = GHEG if gheg else ALBANIAN
    parts: list[str] = []
    if value >= 100:
        parts.append(units[value // 100] + "qind")
        value %= 100
    if 10 < value < 20:
        parts.append(units[value - 10] + ("mdhet" if gheg else "mbëdhjetë"))
    elif value == 10:
        parts.append("dhet" if gheg else "dhjetë")
    else:
        tens, unit = divmod(value, 10)
        if tens:
            irregular = {2: "njizet" if gheg else "njëzet", 4: "dyzet"}
            parts.append(irregular.get(tens, units[tens] + ("dhet" if gheg else "dhjetë")))
        if unit:
            parts.append(units[unit])
    return " e ".join(parts)


@st.composite
def dictated(draw: st.DrawFn, smallest: int = 6, largest: int = 12) -> tuple[str, str]:
    """(digits, the words they are dictated in): digit by digit, or in groups of up to three."""
    digits = draw(st.text("0123456789", min_size=smallest, max_size=largest))
    if draw(st.booleans()):
        words = draw(st.sampled_from(BY_DIGIT))
        return digits, draw(st.sampled_from([" ", ", ", " - ", "  "])).join(words[int(digit)] for digit in digits)
    gheg = draw(st.booleans())
    said: list[str] = []
    place = 0
    while place < len(digits):
        count = draw(st.integers(1, 3))
        group = digits[place : place + count]
        zeros = len(group) - len(group.lstrip("0"))
        said += ["zero"] * zeros + ([below_thousand(int(group), gheg)] if group.strip("0") else [])
        place += count
    return digits, draw(st.sampled_from([", ", " pastaj ", ". "])).join(said)


@given(
    dictated(), st.sampled_from(["", "numri im është ", "Kodi: ", "e kom pukun "]), st.sampled_from(["", " a mundeni"])
)
@example(("044123456", "zero katër katër një dy tre katër pesë gjashtë"), "", "")
def test_s6_nothing_of_a_dictated_secret_remains(secret: tuple[str, str], before: str, after: str) -> None:
    digits, words = secret
    found = redact(before + words + after)
    if digits == HOTLINE:
        return
    assert len(found.kinds) == 1
    (kind,) = found.kinds
    assert found.text == before + kind.placeholder + after
    assert redact(found.text) == type(found)(found.text)


@given(dictated(1, 5))
def test_s6_fewer_than_six_digits_in_words_stay(secret: tuple[str, str]) -> None:
    text = f"më duhen {secret[1]} telefona"
    assert redact(text).text == text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("zero dyzet e katër njëqind e njëzet e tre katërqind e pesëdhjetë e gjashtë", Kind.MSISDN),
        ("zerokaterkaternjedytrekaterpesegjashte", Kind.MSISDN),
        ("zero dyzetekater njeqindenjezetetre katerqindepesedhjeteegjashte", Kind.MSISDN),
        ("ZERO KATËR KATËR, NJË DY TRE, KATËR PESË GJASHTË", Kind.MSISDN),
        ("zero kater kater pastaj dopio nje edhe dy tre kater pes", Kind.MSISDN),
        ("zero 44 njëqind e njëzet e tre 4 5 6", Kind.MSISDN),
        ("044 njëqind e njëzet e tre 456", Kind.MSISDN),
        ("tre tetë tre katër katër një dy tre katër pesë gjashtë", Kind.MSISDN),
        ("zero kater kater nje dy tre kater pes", Kind.MSISDN),
        ("null vierundvierzig hundertdreiundzwanzig vierhundertsechsundfünfzig", Kind.MSISDN),
        ("oh forty-four one hundred twenty three four hundred and fifty six", Kind.MSISDN),
        ("nula četrdeset četiri sto dvadeset tri četiristo pedeset šest", Kind.MSISDN),
        ("sıfır kırk dört yüz yirmi üç dört yüz elli altı", Kind.MSISDN),
        ("katër tetë dy nëntë një tre", Kind.CODE),
        ("njëqind e njëzet e tre mijë e katërqind e pesëdhjetë e gjashtë", Kind.CODE),
        ("dymbëdhjetë tridhjetë e katër pesëdhjetë e gjashtë shtatëdhjetë e tetë", Kind.PUK),
        ("një zero zero pesë gjashtë shtatë tetë nëntë një dy", Kind.PERSONAL_NUMBER),
    ],
)
def test_s6_a_dictated_number_has_the_kind_of_its_digits(text: str, kind: Kind) -> None:
    assert redact(text).text == kind.placeholder


@pytest.mark.parametrize(
    "text",
    [
        "njëzet e pesë mijë euro",
        "dhjetë, njëzet, tridhjetë euro",
        "njëqind mijë euro",
        "iphone 15 pro 90 mijë lira",
        "sa bëjnë 18 për qind e 4.250 eurove?",
        "dy mijë e njëzet e gjashtë",
        "më dymbëdhjetë nëntor dymijë e njëzet e gjashtë",
        "PIN-i është 0000 (katër zero) ose 00000 (pesë zero)",
        "zero zero zero zero",
        "zero tetëdhjetë zero dhjetë zero zero zero",
        "zero tetë zero zero një zero zero zero zero",
        "kam mbush 5 euro një herë e 10 euro dy herë",
        "një nga dy kartelat, e treta, tri pyetje, katër linja",
        "nanë, pesë minuta e katër sekonda",
        "12.11.2026 një dy tre",
        "i kam dy e ti tri, ai katër",
    ],
)
def test_s6_amounts_dates_and_talk_stay(text: str) -> None:
    assert redact(text).text == text


def test_s6_an_article_or_an_amount_beside_a_number_is_no_part_of_it() -> None:
    assert redact("044 12 një dy tre katër një pyetje").text == "<msisdn> pyetje"
    assert redact("numri 044 123 456 një pyetje kam").text == "numri <msisdn> një pyetje kam"
    text = "zero katër katër një dy tre katër pesë gjashtë, njëzet e pesë euro"
    assert redact(text).text == "<msisdn>, njëzet e pesë euro"


PIECES = [*"eidhjqnkt ,-", "një ", "dy", "zero ", "mijë", "qind ", "5", "044", "milion "]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_s6_numbers_in_any_order_are_redacted_once_and_for_all(text: str) -> None:
    once = redact(text)
    assert redact(once.text).text == once.text
