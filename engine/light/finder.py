"""The import hook that answers from :mod:`engine.light.table`."""

from __future__ import annotations

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from threading import RLock
from types import ModuleType
from typing import Any, Final, Optional, Sequence

from engine.light.hollow import LeftOut, fill_hollow
from engine.light.table import ABSENT, HOLLOW, LATE, OURS

__all__ = ["LightFinder", "is_unread", "read_genuine"]

_STAND_INS: Final = Path(__file__).parent / "stand_ins"
_READING: Final = RLock()


class _HollowLoader(Loader):
    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        hollow = HOLLOW[module.__name__]
        fill_hollow(module, hollow.names, hollow.exceptions, hollow.why)


class _LateModule(ModuleType):
    """A module whose code runs when a name is asked for that is not there yet."""

    def __getattr__(self, name: str) -> Any:
        if name == "__path__":  # asked by the import system of every module; only a package has it
            raise AttributeError(name)
        read_genuine(self)
        return getattr(self, name)


class _LateLoader(Loader):
    """Wraps the loader that the path would have given; ``ours`` is code to run at once."""

    def __init__(self, genuine: Loader, ours: Optional[Path] = None) -> None:
        self.genuine = genuine
        self._ours = ours

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        if self._ours is not None:
            SourceFileLoader(module.__name__, str(self._ours)).exec_module(module)
        module.__class__ = _LateModule


def read_genuine(module: ModuleType) -> None:
    """Run the genuine code of a late module, or of one of ours, in its place; once."""
    with _READING:
        parent = module.__name__.rpartition(".")[0]
        if parent in LATE or parent in OURS:
            read_genuine(sys.modules[parent])  # may read this module too
        if not isinstance(module, _LateModule):
            return
        late: Any = module
        late.__class__ = ModuleType
        late.__loader__ = late.__spec__.loader = late.__spec__.loader.genuine
        late.__loader__.exec_module(late)


def is_unread(module: ModuleType) -> bool:
    """Whether a module is late, or ours, and its genuine code has not run."""
    return isinstance(module, _LateModule)


class LightFinder(MetaPathFinder):
    """Goes first in ``sys.meta_path``; knows only the modules of the table."""

    def find_spec(
        self, name: str, path: Optional[Sequence[str]] = None, target: Optional[ModuleType] = None
    ) -> Optional[ModuleSpec]:
        top = name.partition(".")[0]
        if top in ABSENT:
            raise LeftOut(name, ABSENT[top])
        if name in HOLLOW:
            return ModuleSpec(name, _HollowLoader(), is_package=_has_children(name))
        if name in LATE or name in OURS:
            spec = PathFinder.find_spec(name, path, target)
            if spec is not None and spec.loader is not None:
                spec.loader = _LateLoader(spec.loader, _STAND_INS / OURS[name][0] if name in OURS else None)
            return spec
        parent = name.rpartition(".")[0]
        if parent in HOLLOW:
            raise LeftOut(name, HOLLOW[parent].why)
        if parent in LATE:
            # A package's code runs before that of the modules in it.
            read_genuine(sys.modules[parent])
        return None


def _has_children(name: str) -> bool:
    return any(other.startswith(f"{name}.") for other in HOLLOW)
