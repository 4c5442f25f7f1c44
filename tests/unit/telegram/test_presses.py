"""The data of buttons: at most 64 bytes, and nothing that is not ours is taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ndihma.desk.ids import choice_id, new_id
from ndihma.puk.policy import REFERENCE_BYTES
from ndihma.telegram.presses import MAX_DATA_BYTES, Pressed, PressKind, data_of, parse


@given(st.text(max_size=80) | st.none())
def test_whatever_comes_is_read_or_refused(data: str | None) -> None:
    pressed = parse(data)
    assert pressed is None or data == (
        pressed.value if pressed.kind is PressKind.CHOICE else f"{pressed.kind}:{pressed.value}"
    )


def test_a_choice_of_the_desks_is_known_by_its_own_mark() -> None:
    choice = choice_id()
    assert len(choice.encode()) <= MAX_DATA_BYTES
    assert parse(choice) == Pressed(PressKind.CHOICE, choice)
    assert parse("c:anything") is None


@pytest.mark.parametrize("data", ["c_abc\x00", "r:1\x00:x", "e:\n", "s:5:\u202e"])
def test_what_cannot_be_printed_is_no_button_of_ours(data: str) -> None:
    """A NUL would be refused by PostgreSQL, whatever it is compared with."""
    assert parse(data) is None


def test_the_longest_data_fits() -> None:
    reference = "r" * (REFERENCE_BYTES * 4 // 3 + 1)
    for kind, value in (
        (PressKind.RATE, f"5:{new_id()}"),
        (PressKind.REPEAT, f"2147483647:{new_id()}"),
        (PressKind.PUK, reference),
    ):
        assert parse(data_of(kind, value)) == Pressed(kind, value)


def test_longer_data_is_refused_where_it_is_made() -> None:
    with pytest.raises(ValueError, match="64"):
        data_of(PressKind.PUK, "r" * 64)
