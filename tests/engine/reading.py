"""What the tests of entities share: reading a text on a Friday, and numbers spelled in words."""

from datetime import datetime
from typing import Any, List, Tuple

from hypothesis import strategies as st

from engine.albanian.entities import find_entities
from engine.albanian.values import BELGRADE

FRIDAY = datetime(2026, 11, 20, 10, 30, tzinfo=BELGRADE)


def read(text: str, now: datetime = FRIDAY) -> List[Tuple[str, str, Any]]:
    """(surface, label, value) of every entity in ``text``."""
    return [(text[e.start : e.end], e.label, e.meaning.value(now)) for e in find_entities(text)]


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
