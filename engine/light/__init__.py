"""The light engine: Rasa without what it imports and our pipeline never uses.

:func:`install` puts an import hook in place, before Rasa is imported; :mod:`engine.light.table` says which modules it
answers, how and why; :mod:`engine.light.needs` finds a configuration or a model that cannot do without them.
"""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from typing import Optional

from engine.light.finder import LightFinder
from engine.light.hollow import FULL_SETTING, LeftOut, find_left_out
from engine.light.table import VERSIONS

__all__ = ["FULL_SETTING", "CannotBeLight", "LeftOut", "install", "is_installed", "what_was_left_out"]


class CannotBeLight(Exception):
    """The light engine does not know these surroundings; the message is one line that says what to do."""


def install() -> None:
    """Answer imports from the table, from now on and in this whole process. Raises CannotBeLight."""
    for package, known in VERSIONS.items():
        found = version(package)
        if found != known:
            raise CannotBeLight(
                f"the light engine knows {package} {known}, not {found}: look through engine/light/table.py for it, "
                f"or set {FULL_SETTING}=1 to start the engine with everything"
            )
    already = sorted(package for package in VERSIONS if package in sys.modules)
    if already:
        raise CannotBeLight(f"the light engine must come before {already[0]} is imported")
    _use_the_distutils_of_python()
    sys.meta_path.insert(0, LightFinder())


def what_was_left_out(error: Optional[BaseException]) -> Optional[str]:
    """The message of the LeftOut behind an exception, if one is: why something failed that the full engine can do."""
    missing = find_left_out(error)
    return str(missing) if missing is not None else None


def is_installed() -> bool:
    return any(isinstance(finder, LightFinder) for finder in sys.meta_path)


def _use_the_distutils_of_python() -> None:
    """Sanic asks distutils for one function; setuptools would answer with its own copy and 56 modules of its own."""
    os.environ["SETUPTOOLS_USE_DISTUTILS"] = "stdlib"
    try:
        from _distutils_hack import remove_shim  # type: ignore[import-untyped]
    except ImportError:  # another setuptools: slower, not wrong
        return
    remove_shim()
