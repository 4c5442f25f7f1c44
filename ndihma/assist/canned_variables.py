"""What stands in braces in a canned reply and is filled in where it is used. No HTTP, no SQL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = ["Expanded", "Variable", "expand", "unknown_variables", "variables_of"]

_BRACED: Final = re.compile(r"\{([^{}]*)\}")


class Variable(StrEnum):
    """The names that a canned reply may use; those who write the replies read them, so they are Albanian."""

    AGENT = "emri_i_agjentit"
    TEAM = "ekipi_i_agjentit"
    NUMBER = "numri_i_maskuar"
    """The number that was proved in the conversation, masked (S9)."""
    CONVERSATION = "biseda"
    """The end of the conversation's id, as the inbox shows it."""
    TODAY = "data_e_sotme"
    CLOCK = "ora_e_tanishme"


@dataclass(frozen=True, slots=True)
class Expanded:
    """A text that is ready but for ``missing``: variables without a value here, which stay in their braces."""

    text: str
    missing: tuple[Variable, ...]


def variables_of(text: str) -> tuple[Variable, ...]:
    """The variables of a text, in their order, each once."""
    known = {each.value for each in Variable}
    return tuple(Variable(name) for name in dict.fromkeys(_BRACED.findall(text)) if name in known)


def unknown_variables(text: str) -> tuple[str, ...]:
    """What a text has in braces that is no variable, and every brace that has no other."""
    known = {each.value for each in Variable}
    unknown = [name for name in dict.fromkeys(_BRACED.findall(text)) if name not in known]
    alone = [brace for brace in "{}" if brace in _BRACED.sub("", text)]
    return (*unknown, *alone)


def expand(text: str, values: Mapping[Variable, str]) -> Expanded:
    """The text with its variables' values. A value is put in as it is: braces in it are no variables."""
    wanted = variables_of(text)

    def value(found: re.Match[str]) -> str:
        return next((value for each, value in values.items() if each.value == found[1] and value), found[0])

    return Expanded(_BRACED.sub(value, text), tuple(each for each in wanted if not values.get(each)))
