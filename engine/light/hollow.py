"""What stands in for a module that the light engine leaves out: importable, and loud as soon as it is used."""

from __future__ import annotations

from types import ModuleType
from typing import Any, Dict, Iterable, NoReturn, Optional, Tuple

__all__ = ["FULL_SETTING", "LeftOut", "fill_hollow", "find_left_out"]

FULL_SETTING = "NDIHMA_ENGINE_FULL"
"""The environment setting that starts the engine with everything Rasa imports by itself."""


class LeftOut(ModuleNotFoundError):
    """Something that the light engine leaves out was used.

    An ImportError, because that is what a library expects that merely asks whether another one is there (structlog asks
    so for rich).
    """

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f"{name} is not in the light engine ({why}); start the engine with {FULL_SETTING}=1 to have it", name=name
        )


def find_left_out(error: Optional[BaseException]) -> Optional[LeftOut]:
    """The LeftOut that an exception is, or that is behind it."""
    while error is not None and not isinstance(error, LeftOut):
        error = error.__cause__ or error.__context__
    return error


class _Hollow(type):
    """The type of a class that may be imported, named in annotations and asked about with ``isinstance``, no more."""

    _why: str

    def __new__(cls, name: str, bases: Tuple[type, ...], namespace: Dict[str, Any]) -> _Hollow:
        for base in bases:
            if isinstance(base, _Hollow):
                base._refuse()
        return super().__new__(cls, name, bases, namespace)

    def _refuse(cls, *_: object, **__: object) -> NoReturn:
        raise LeftOut(f"{cls.__module__}.{cls.__qualname__}", cls._why)

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise LeftOut(f"{cls.__module__}.{cls.__qualname__}.{name}", cls._why)

    __call__ = _refuse
    __bool__ = __len__ = __iter__ = __contains__ = __getitem__ = _refuse


def fill_hollow(module: ModuleType, names: Iterable[str], exceptions: Iterable[str], why: str) -> None:
    """Fill ``module``: ``names`` raise LeftOut when used, ``exceptions`` are classes that nothing ever raises.

    Any other name raises AttributeError, so that a name which is not in the table is never answered.
    """

    def refuse(name: str) -> NoReturn:
        raise AttributeError(f"{module.__name__}.{name} is not in the light engine ({why}); {FULL_SETTING}=1 has it")

    for name in names:
        setattr(module, name, _Hollow(name, (), {"__module__": module.__name__, "_why": why}))
    for name in exceptions:
        setattr(module, name, type(name, (Exception,), {"__module__": module.__name__}))
    module.__dict__["__getattr__"] = refuse
