"""Random slips of a thumb on a phone's QWERTY keyboard."""

from __future__ import annotations

import random
from typing import Final

__all__ = ["NEIGHBOURS", "with_typos"]

_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _neighbours() -> dict[str, str]:
    """The keys that touch a key; each row is half a key to the right of the one above."""
    found: dict[str, str] = {}
    for number, row in enumerate(_ROWS):
        for place, key in enumerate(row):
            beside = [row[i] for i in (place - 1, place + 1) if 0 <= i < len(row)]
            above = [_ROWS[number - 1][i] for i in (place, place + 1) if number and i < len(_ROWS[number - 1])]
            below = (
                [_ROWS[number + 1][i] for i in (place - 1, place) if 0 <= i < len(_ROWS[number + 1])]
                if number + 1 < len(_ROWS)
                else []
            )
            found[key] = "".join(beside + above + below)
    return found


NEIGHBOURS: Final = _neighbours()


def with_typos(text: str, per_100_characters: float, source: random.Random) -> str:
    """Hit each letter with probability ``per_100_characters`` / 100: a neighbour's key, left out, doubled, or swapped
    with the next one, equally likely. Digits, signs and spaces stay: a slip there changes what is asked."""
    rate = per_100_characters / 100
    out: list[str] = []
    letters = list(text)
    place = 0
    while place < len(letters):
        letter = letters[place]
        if not letter.isalpha() or source.random() >= rate:
            out.append(letter)
            place += 1
            continue
        slip = source.choice(("neighbour", "lost", "doubled", "swapped"))
        plain = {"ë": "e", "ç": "c"}.get(letter.lower(), letter.lower())
        if slip == "swapped" and place + 1 < len(letters) and letters[place + 1].isalpha():
            out += [letters[place + 1], letter]
            place += 2
            continue
        if slip == "neighbour" and plain in NEIGHBOURS:
            out.append(source.choice(NEIGHBOURS[plain]))
        elif slip != "lost":
            out += [letter, letter]
        place += 1
    return "".join(out)
