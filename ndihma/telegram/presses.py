"""What a button's data means: the desk's choices are opaque (``c_…``), the bot's own begin with a letter and a colon.

Never more than 64 bytes, and never anything a customer could not press: each is checked against its chat.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = ["MAX_DATA_BYTES", "PressKind", "Pressed", "data_of", "parse"]

MAX_DATA_BYTES: Final = 64


class PressKind(StrEnum):
    CHOICE = "c"
    LANGUAGE = "l"
    ERASE = "e"
    KEEP = "k"
    RATE = "s"
    PUK = "p"
    SEND_CODE = "v"
    CANCEL_CODE = "x"
    REPEAT = "r"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button that was pressed, with what stands behind its kind."""

    kind: PressKind
    value: str


def data_of(kind: PressKind, value: str = "") -> str:
    """The data of a button of the bot's own. Raises ValueError when it is longer than Telegram takes."""
    data = f"{kind}:{value}"
    if len(data.encode()) > MAX_DATA_BYTES:
        raise ValueError("a button's data has at most 64 bytes")
    return data


def parse(data: str | None) -> Pressed | None:
    """What a button's data says; None for what no button of ours holds, such as a NUL that no database takes."""
    if not data or not data.isprintable() or len(data.encode("utf-8", "replace")) > MAX_DATA_BYTES:
        return None
    if data.startswith("c_"):
        return Pressed(PressKind.CHOICE, data)
    kind, colon, value = data.partition(":")
    if not colon or kind == PressKind.CHOICE or kind not in set(PressKind):
        return None
    return Pressed(PressKind(kind), value)
