"""Splitting and marking texts: whatever is written, every piece is one that Telegram takes."""

from hypothesis import given
from hypothesis import strategies as st

from ndihma.telegram.styled import MAX_UNITS, Mark, Styled, joined, split, units, without_strange_links

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=400)


@st.composite
def styled_texts(draw: st.DrawFn) -> Styled:
    text = draw(TEXTS)
    marks = []
    for _ in range(draw(st.integers(0, 3)) if text else 0):
        start = draw(st.integers(0, len(text) - 1))
        marks.append(
            Mark(draw(st.sampled_from(["bold", "italic", "code"])), start, draw(st.integers(start + 1, len(text))))
        )
    return Styled(text, tuple(marks))


def units_by_encoding(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(TEXTS)
def test_units_are_those_of_utf_16(text: str) -> None:
    assert units(text) == units_by_encoding(text)


@given(styled_texts(), st.integers(8, 60))
def test_no_piece_is_too_long_and_nothing_but_white_space_is_lost(styled: Styled, limit: int) -> None:
    pieces = split(styled, limit)
    assert all(0 < units(piece.text) <= limit for piece in pieces)
    assert "".join("".join(piece.text.split()) for piece in pieces) == "".join(styled.text.split())


@given(styled_texts(), st.integers(8, 60))
def test_every_entity_lies_between_the_characters_of_its_piece(styled: Styled, limit: int) -> None:
    for piece in split(styled, limit):
        edges = {units_by_encoding(piece.text[:index]) for index in range(len(piece.text) + 1)}
        for entity in piece.entities:
            assert entity.length > 0
            assert {entity.offset, entity.offset + entity.length} <= edges


def test_a_text_is_cut_after_a_paragraph_else_a_sentence_else_a_word() -> None:
    assert [p.text for p in split(Styled("Një dy tri.\n\nKatër. Pesë."), 18)] == ["Një dy tri.", "Katër. Pesë."]
    assert [p.text for p in split(Styled("Një dy tri katër. Pesë gjashtë"), 25)] == [
        "Një dy tri katër.",
        "Pesë gjashtë",
    ]
    assert [p.text for p in split(Styled("njëdytri katërpesë"), 14)] == ["njëdytri", "katërpesë"]
    assert [p.text for p in split(Styled("a" * 20), 8)] == ["a" * 8, "a" * 8, "a" * 4]


def test_a_letter_keeps_its_accent() -> None:
    assert all(not piece.text.startswith("\u0308") for piece in split(Styled("e\u0308" * 20), 9))


def test_4096_units_are_one_message_and_one_more_are_two() -> None:
    assert len(split(Styled("😀" * (MAX_UNITS // 2)))) == 1
    assert len(split(Styled("😀" * (MAX_UNITS // 2) + "a"))) == 2


def test_pieces_are_joined_with_their_marks() -> None:
    whole = joined([Styled.of("Arta", "bold"), Styled(""), Styled("Po.")], "\n")
    assert whole == Styled("Arta\nPo.", (Mark("bold", 0, 4),))


def coded(text: str) -> list[str]:
    hosts = {"kosovotelecom.com", "www.kosovotelecom.com"}
    return [text[mark.start : mark.end] for mark in without_strange_links(text, hosts).marks]


def test_s16_only_the_operators_own_addresses_become_links() -> None:
    assert coded("Shikoni https://www.kosovotelecom.com/selfcare ose business@kosovotelecom.com.") == []
    assert coded("Hapni http://kosovotelecom.com.") == ["http://kosovotelecom.com"]
    assert coded("Hapni https://kosovotelecom.com.evil.example/x, tani") == ["https://kosovotelecom.com.evil.example/x"]
    assert coded("evil.example dhe a@b.example") == ["evil.example", "a@b.example"]
    assert coded("https://user@kosovotelecom.com/") == ["https://user@kosovotelecom.com/"]
    assert coded("Kushton 7,50 €. Vlen 24.12.2026, ora 8.30.") == []
