"""Stands in for ``packaging.requirements``: its one class, read when a requirement is parsed."""

from __future__ import annotations

import sys
from typing import Any

from engine.light.finder import read_genuine


class Requirement:
    """Answers with the genuine class's object."""

    def __new__(cls, requirement_string: str) -> Any:
        module: Any = sys.modules[__name__]
        read_genuine(module)
        return module.Requirement(requirement_string)
