"""What a customer means after all, and what is no correction."""

import pytest

from engine.corrections import correction
from engine.swearing import without_swearing


@pytest.mark.parametrize(
    ("text", "asserted", "negated"),
    [
        ("jo, e kisha fjalën për fiksin", "fiksin", ""),
        ("jo jo, per PIN-in e llogarise", "per pin-in e llogarise", ""),
        ("Jo bre vlla, për kartelën e humbur", "per kartelen e humbur", ""),
        ("jo une kom pyt per klubin", "klubin", ""),
        ("joo more te fiksi", "te fiksi", ""),
        ("e kisha fjalën për fiksin", "fiksin", ""),
        ("no, I meant the landline", "the landline", ""),
        ("nein ich meinte Festnetz", "festnetz", ""),
        ("ne, mislio sam na fiksni", "fiksni", ""),
        ("nuk e kam pyt per qmimin, po per humbjen", "humbjen", "qmimin"),
        ("s'po pys për PUK po për PIN", "pin", "puk"),
        ("nuk e kisha fjalën për statusin inaktiv, por për deaktiv", "per deaktiv", "statusin inaktiv"),
        ("jo PUK-un po PIN-in", "pin-in", "puk-un"),
        ("jo selfcare por fiksi", "fiksi", "selfcare"),
        ("s'dua PUK, dua PIN-in e SIM kartelës", "pin-in e sim karteles", "puk"),
        ("I didn't ask about the price, I asked about losing it", "losing it", "the price"),
        ("PIN-in e llogarisë, jo të SIM-it", "pin-in e llogarise", "te sim-it"),
        ("pini i llogaris, jo i karteles, cili osht", "pini i llogaris cili osht", "i karteles"),
        ("sa kushton kartela, jo rigjenerimi po krejt e re", "sa kushton kartela krejt e re", "rigjenerimi"),
        ("po pys per selfcare jo per PUK", "po pys per selfcare", "per puk"),
        ("jo, nuk pyeta për këtë", "", ""),
        ("s'e kom pyt qita", "", ""),
        ("that's not what I asked", "", ""),
    ],
)
def test_a_correction(text: str, asserted: str, negated: str) -> None:
    found = correction(text)
    assert found is not None
    assert (found.asserted, found.negated) == (asserted, negated)


@pytest.mark.parametrize(
    "text",
    [
        "jo",
        "jo nuk dua",
        "jo s'ka nevoj",
        "jo, nuk e kam paguar",
        "a munem a jo",
        "nuk muj me thirr po muj me pranu",
        "s'kom kredi po du me thirr",
        "Në zyrën time kam telefon fiks",
        "ne ndezje shkruan enter pin",
        "sa kushton kartela",
        "",
        "jo " + "fjalë " * 40,
    ],
)
def test_no_correction(text: str) -> None:
    assert correction(text) is None


@pytest.mark.parametrize("text", ["jo flm", "jo bir, s'm'duhet", "jo, gabim"])
def test_a_bare_no_turns_no_answer_down(text: str) -> None:
    """Only a topic named after it would; the question before must not be read into it."""
    found = correction(text)
    assert found is None or not found.of_the_answer


@pytest.mark.parametrize(
    ("folded", "clean"),
    [
        ("ku osht dreqi i puk kodit bre budalla", "ku osht i puk kodit bre"),
        ("ju qifsha nonen, ku e keni zyren", "ku e keni zyren"),
        ("jebem ti, koliko kosta kartica", "koliko kosta kartica"),
        ("was kostet die scheiss karte", "was kostet die karte"),
        ("what the fuck is a puk", "what the is a puk"),
        ("siktir sim kart ne kadar", "sim kart ne kadar"),
        ("fuck you", "you"),
        ("muti", ""),
    ],
)
def test_swearing_is_taken_out(folded: str, clean: str) -> None:
    assert without_swearing(folded) == clean


@pytest.mark.parametrize(
    "folded",
    [
        "sa kushton kartela",
        "aq shume",
        "karta ime",
        "qi po t'thom",
        "mutuel",
        "",
        "pikerisht",
        "ku e keni piken e shitjes",
        "a shitni kartela te shitorja",
        "ku e gjej kodin qr",
        "kur ka me u ndreq linja",
    ],
)
def test_innocent_words_are_kept(folded: str) -> None:
    assert without_swearing(folded) is None
