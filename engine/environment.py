"""Process settings that must stand before Rasa is imported; every entry point of the engine calls this first."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path
from typing import Final, NoReturn, Optional

from engine.light import FULL_SETTING, CannotBeLight, install, is_installed
from engine.light.needs import refusal

__all__ = ["prepare", "refuse", "refuse_what_is_left_out"]

_TRUTH: Final = {"1": True, "true": True, "yes": True, "": False, "0": False, "false": False, "no": False}


def prepare() -> None:
    """No telemetry, no noise, one thread for numeric libraries (two on a busy core were far slower, docs/nlu.md).

    And the light engine, unless NDIHMA_ENGINE_FULL asks for everything that Rasa imports by itself. Ends the process
    when that cannot be.
    """
    warnings.simplefilter("ignore", DeprecationWarning)
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    full = _TRUTH.get(os.environ.get(FULL_SETTING, "").strip().lower())
    if full is None:
        refuse(f"{FULL_SETTING} must be true or false")
    if not full and not is_installed():
        try:
            install()
        except CannotBeLight as error:
            refuse(str(error))


def refuse(reason: str) -> NoReturn:
    """End the process with one line; code 2, as for every setting that is wrong."""
    print(f"engine: {reason}", file=sys.stderr)
    raise SystemExit(2)


def refuse_what_is_left_out(
    *, config: Optional[Path] = None, endpoints: Optional[Path] = None, model: Optional[Path] = None
) -> None:
    """End the process when the engine is light and one of these files needs more than it has."""
    reason = refusal(config=config, endpoints=endpoints, model=model) if is_installed() else None
    if reason is not None:
        refuse(reason)
