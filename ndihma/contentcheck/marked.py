"""YAML with places: every string is a :class:`Marked` that knows its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from ndihma.failure import Failure
from ndihma.yaml_files import SafeLoader

__all__ = ["Marked", "line_of", "load"]


class Marked(str):
    """A string of a YAML file. ``line`` counts from 1; of a block scalar it is the line of its first content line."""

    __slots__ = ("line",)
    line: int

    def __new__(cls, text: str, line: int) -> Marked:
        marked = super().__new__(cls, text)
        marked.line = line
        return marked


class _Loader(SafeLoader):
    pass


def _construct(loader: _Loader, node: yaml.ScalarNode) -> Marked:
    below = 1 if node.style in ("|", ">") else 0
    return Marked(str(loader.construct_scalar(node)), node.start_mark.line + 1 + below)


_Loader.add_constructor("tag:yaml.org,2002:str", _construct)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _construct)


def load(path: Path, shown: str) -> Any:
    """The content of ``path``. Raises Failure with the place of an error, calling the file ``shown``."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  (a SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise Failure(f"{shown}:{line}: not YAML: {error.problem}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Failure(f"{shown} cannot be read: {error}") from error


def line_of(value: object) -> int:
    """The line of a string, 0 for anything else."""
    return value.line if isinstance(value, Marked) else 0
