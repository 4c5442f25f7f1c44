"""The catalogues by language, and the symbols that need no language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ndihma.telegram.chats import Language
from ndihma.telegram.words import Words
from ndihma.telegram.words_en import ENGLISH
from ndihma.telegram.words_sq import ALBANIAN
from ndihma.telegram.words_sr import SERBIAN

__all__ = ["STARS", "WORDS"]

WORDS: Final[Mapping[Language, Words]] = MappingProxyType(
    {Language.ALBANIAN: ALBANIAN, Language.SERBIAN: SERBIAN, Language.ENGLISH: ENGLISH}
)
STARS: Final = "⭐"
