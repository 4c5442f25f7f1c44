"""Stands in for ``spacy.cli.info``: the metadata of a pipeline that is a folder, without spaCy's command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Dict, Optional

from engine.light.finder import read_genuine


def info(model: Optional[str] = None, **options: Any) -> Dict[str, Any]:
    """As ``spacy.info``; anything but a folder is answered by the genuine function."""
    if model is not None and not options and Path(model).is_dir():
        import spacy.util

        return {**spacy.util.load_meta(Path(model) / "meta.json"), "source": str(Path(model).resolve())}
    module: Any = sys.modules[__name__]
    read_genuine(module)
    answer: Dict[str, Any] = module.info(model, **options)
    return answer
