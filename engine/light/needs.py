"""What the light engine must refuse: a configuration or a model that needs what is left out."""

from __future__ import annotations

import json
import tarfile
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Iterable, Optional, Text

import yaml  # type: ignore[import-untyped]

from engine.light.hollow import FULL_SETTING, LeftOut, find_left_out
from engine.light.table import NEEDS_TENSORFLOW, STORES

__all__ = ["refusal"]

_COMPONENTS: Final = frozenset(NEEDS_TENSORFLOW.values())
_METADATA: Final = "metadata.json"


def refusal(
    *, config: Optional[Path] = None, endpoints: Optional[Path] = None, model: Optional[Path] = None
) -> Optional[Text]:
    """Why the light engine cannot work with one of these files, in one line; None when it can.

    A file that cannot be read is left to Rasa to report. Imports the components in them that are not Rasa's.
    """
    return (
        (_of_config(config) if config else None)
        or (_of_endpoints(endpoints) if endpoints else None)
        or (_of_model(model) if model else None)
    )


def _of_config(config: Path) -> Optional[Text]:
    content = _yaml(config)
    if not isinstance(content, dict):
        return None
    entries = [*(content.get("pipeline") or []), *(content.get("policies") or [])]
    return _refusal((str(entry.get("name")) for entry in entries if isinstance(entry, dict)), config.name)


def _of_model(archive: Path) -> Optional[Text]:
    try:
        with tarfile.open(archive) as packed:
            file = packed.extractfile(_METADATA)
            metadata = json.load(file) if file is not None else {}
        schemas = [metadata[name]["nodes"].values() for name in ("train_schema", "predict_schema")]
        used = [str(node["uses"]) for nodes in schemas for node in nodes]
    except (OSError, EOFError, tarfile.TarError, KeyError, TypeError, AttributeError, ValueError):
        return None
    return _refusal(used, archive.name)


def _of_endpoints(endpoints: Path) -> Optional[Text]:
    content = _yaml(endpoints)
    for (section, kind), package in STORES.items():
        entry = content.get(section) if isinstance(content, dict) else None
        if isinstance(entry, dict) and str(entry.get("type")).lower() == kind:
            return _line(f"the {section} {kind} in {endpoints.name}", package)
    return None


def _refusal(names: Iterable[Text], where: Text) -> Optional[Text]:
    """``names`` are classes, with or without their module."""
    for name in names:
        module, _, component = name.rpartition(".")
        if component in _COMPONENTS and (not module or module in NEEDS_TENSORFLOW):
            return _line(f"{component} in {where}", "TensorFlow")
        if module and not module.startswith("rasa."):
            lacking = _lacking(module)
            if lacking is not None:
                return _line(f"{name} in {where}", str(lacking.name))
    return None


def _lacking(module: Text) -> Optional[LeftOut]:
    """What a component of our own asks for that is left out. That it cannot be imported otherwise is Rasa's to say."""
    try:
        import_module(module)
    except ImportError as error:
        return find_left_out(error)
    return None


def _line(what: Text, package: Text) -> Text:
    return (
        f"{what} needs {package}, which the light engine leaves out: take it out, "
        f"or set {FULL_SETTING}=1 to start the engine with everything"
    )


def _yaml(path: Path) -> Any:
    # Not ruamel.yaml: Rasa changes its constructors for the whole process, to put environment variables in.
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return None
