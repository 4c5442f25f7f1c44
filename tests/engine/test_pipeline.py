"""The Albanian spaCy pipeline as it is saved and loaded again: tokens, norms, entities."""

import sys
from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from engine.build_pipeline import build


@pytest.fixture(scope="module")
def nlp(tmp_path_factory: pytest.TempPathFactory) -> Language:
    folder: Path = tmp_path_factory.mktemp("pipeline") / "sq"
    build().to_disk(folder)
    return spacy.load(folder)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("s'keni", ["s'", "keni"]),
        ("s’keni", ["s’", "keni"]),
        ("m'u ndal", ["m'", "u", "ndal"]),
        ("t'ju thirr n'telefon", ["t'", "ju", "thirr", "n'", "telefon"]),
        ("ç'është kjo?", ["ç'", "është", "kjo", "?"]),
        ("Ç'është", ["Ç'", "është"]),
        ("thirra 044-123-456 dje", ["thirra", "044-123-456", "dje"]),
        ("thirra 044 123 456 dje", ["thirra", "044 123 456", "dje"]),
        ("+383 44 123 456", ["+383 44 123 456"]),
        ("numri <msisdn> m'u ndal", ["numri", "<msisdn>", "m'", "u", "ndal"]),
        ("pagova 2.99€.", ["pagova", "2.99€", "."]),
        ("23,40 €", ["23,40", "€"]),
        ("nr. i tel. p.sh. ky", ["nr.", "i", "tel.", "p.sh.", "ky"]),
        ("PUK-un, jo PIN-in", ["PUK-un", ",", "jo", "PIN-in"]),
        ("https://kosovotelecom.com/selfcare.php", ["https://kosovotelecom.com/selfcare.php"]),
        ("business@kosovotelecom.com", ["business@kosovotelecom.com"]),
    ],
)
def test_tokens(nlp: Language, text: str, tokens: list) -> None:
    assert [token.text for token in nlp(text)] == tokens


def test_norms_are_folded_standard_forms(nlp: Language) -> None:
    assert [token.norm_ for token in nlp("Qysh s'osht kyçë")] == ["si", "s'", "eshte", "kyce"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pagova 23,40 € dje", [("23,40 €", "amount"), ("dje", "date")]),
        ("i qova 10euro", [("10euro", "amount")]),
        ("para tri ditëve", [("para tri ditëve", "date")]),
        ("më 12 nëntor 2026", [("12 nëntor 2026", "date")]),
        ("12.11.2026", [("12.11.2026", "date")]),
        ("u bo Inactive", [("Inactive", "sim_status")]),
        ("a eshte deaktive", [("deaktive", "sim_status")]),
        ("GET PIN", [("GET PIN", "pin_kind")]),
        ("e du puk-un", [("puk-un", "pin_kind")]),
        ("prepaid a postpaid", [("prepaid", "plan_kind"), ("postpaid", "plan_kind")]),
        ("jemi 5 punëtorë", [("5 punëtorë", "count")]),
        ("nr <msisdn>", [("<msisdn>", "msisdn")]),
        ("044 123 456", [("044 123 456", "msisdn")]),
    ],
)
def test_entities(nlp: Language, text: str, found: list) -> None:
    assert [(entity.text, entity.label_) for entity in nlp(text).ents] == found


@pytest.mark.parametrize(
    "text",
    [
        "po sa kushton?",
        "edhe sa po bon kjo",
        "çmimi?",
        "Po sa kushton kjo?",
        "sa euro",
        "koliko košta?",
        "a koliko to kosta",
        "und was kostet das?",
        "Wie viel kostet es",
        "how much is it",
        "and what does it cost?",
        "bu ne kadar",
        "ne kadar",
        "a ka pages",
        "po a paguhet",
        "a ka ndonjë pagesë?",
    ],
)
def test_a_price_question_without_a_thing_is_bare(nlp: Language, text: str) -> None:
    assert [entity.label_ for entity in nlp(text).ents] == ["bare_price"]


@pytest.mark.parametrize(
    "text",
    [
        "sa kushton kartela",
        "sa kushton SIM",
        "po",
        "sa ditë zgjat",
        "a kushton rigjenerimi",
        "e kam paguar",
        "koliko kosta kartica",
        "was kostet eine SIM",
        "how much is a card",
        "what is it",
        "wie ist das",
        "a ka pagesë kartela",
        "a e kam paguar",
        "ka pages",
        "a ka",
    ],
)
def test_a_price_question_with_a_thing_is_not_bare(nlp: Language, text: str) -> None:
    assert "bare_price" not in [entity.label_ for entity in nlp(text).ents]


def test_the_pipeline_is_quick_to_load_without_the_app() -> None:
    assert not any(name == "ndihma" or name.startswith("ndihma.") for name in sys.modules)
