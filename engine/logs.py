"""The engine's logs: what happened and where, never what a person wrote (S6, S10).

Rasa logs message texts at DEBUG and the locals of every frame when something fails. Here a record keeps its event,
level and logger; of an exception and of a warning it keeps the types and the places in the code; long runs of digits
are masked.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import traceback
from typing import Any, Dict, Final, MutableMapping

import structlog

__all__ = ["SafeFormatter", "configure_logging"]

_DIGITS: Final = re.compile(r"\+?\d(?:[ /.\-()]?\d){5,}")
_MESSAGE_LIMIT: Final = 300
_OWN: Final = ("engine",)
_WARNINGS: Final = "py.warnings"
_PLACE_AND_KIND: Final = re.compile(r"(?:[^:\n]*/)?([^/:\n]+:\d+: \w+)")


class SafeFormatter(logging.Formatter):
    """One JSON object a line. Only our own loggers' messages are kept in full; others' are their format strings."""

    def format(self, record: logging.LogRecord) -> str:
        own = record.name.split(".", 1)[0] in _OWN
        said = record.getMessage() if own or not record.args else str(record.msg)
        if record.name == _WARNINGS:
            place = _PLACE_AND_KIND.match(record.getMessage())
            said = place.group(1) if place else "a warning"
        entry: Dict[str, Any] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _DIGITS.sub("•", said.splitlines()[0] if said else "")[:_MESSAGE_LIMIT],
        }
        if record.exc_info and record.exc_info[0] is not None:
            entry["exception"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            entry["where"] = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames[-6:]]
        return json.dumps(entry, ensure_ascii=False)


def _only_the_event(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Rasa's structured records carry texts and slots beside the event's key: drop everything else."""
    return {"event": str(event.get("event", ""))}


def configure_logging(level: int = logging.WARNING) -> None:
    """Send every log record of this process through :class:`SafeFormatter` to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(SafeFormatter())
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.getLogger("engine").setLevel(logging.INFO)
    for name in ("rasa", "sanic.root", "sanic.error", "sanic.access"):
        logging.getLogger(name).setLevel(level)
    structlog.configure(
        processors=[_only_the_event, structlog.stdlib.render_to_log_kwargs],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
