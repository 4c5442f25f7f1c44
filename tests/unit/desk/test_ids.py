"""References that people read out."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import pytest

from ndihma.desk.ids import new_reference
from ndihma.redaction import redact


def test_s6_a_reference_is_never_taken_for_a_code(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter("234567" + "7F3K9Q")

    def draw(alphabet: Sequence[str]) -> str:
        found = next(drawn)
        assert found in alphabet
        return found

    monkeypatch.setattr(secrets, "choice", draw)
    reference = new_reference("RK")
    assert reference == "RK-7F3K9Q"
    assert redact(f"Referenca është {reference}.").text == f"Referenca është {reference}."
