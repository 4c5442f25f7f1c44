"""Stands in for ``pkg_resources``: where a file of an imported package is."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path


def resource_filename(package_or_requirement: str, resource_name: str) -> str:
    """The path of a file beside a module's own. Raises ModuleNotFoundError."""
    source = import_module(package_or_requirement).__file__
    if source is None:
        raise ModuleNotFoundError(f"{package_or_requirement} has no folder", name=package_or_requirement)
    return str(Path(source).parent / resource_name)
