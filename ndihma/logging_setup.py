"""Structured logs: one JSON object a line, without message text or locals, with every number masked (S9, S10).

``configure_logging`` is called once by each process of the app. Nothing here asks callers to be careful:
whatever reaches the formatter (message, arguments, ``extra`` fields, exceptions) passes the same redaction
as customers' messages, so that a number that slips into a log call or into a library's error is not written.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Final

from pydantic import ValidationError

from ndihma.clock import BELGRADE
from ndihma.redaction import redact

__all__ = ["JsonFormatter", "configure_logging", "mask"]

_STANDARD_FIELDS: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}
_OWN: Final = ("ndihma", "actions")
_MAX_CHARS: Final = 2000
_MAX_FRAMES: Final = 30
_MAX_CHAIN: Final = 5

_PLAIN: Final = re.compile(
    r"""
      (?:127\.0\.0\.1|0\.0\.0\.0|localhost|\[?::1\]?)(?::\d{1,5})?(?!\d)          # where a process listens
    | \b(?=[0-9a-f-]*[a-f][0-9a-f-]*[a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b  # an id of ours (UUID)
    | \b(?=(?:[0-9]*[a-f]){4})[0-9a-f]{32}\b                                      # an id of ours (hex)
    """,
    re.VERBOSE,
)
"""What looks like a number to the redaction and is none; an id must hold letters to be taken for one."""


_BOT_TOKEN: Final = re.compile(r"(?<!\d)\d{5,16}:[A-Za-z0-9_-]{30,64}")
"""Of a Telegram bot; the addresses of the Bot API hold it, and so do the errors of HTTP clients."""


def mask(text: str) -> str:
    """``text`` as it may stand in a log: secrets replaced by placeholders, at most 2,000 characters."""
    text = _BOT_TOKEN.sub("<bot_token>", text)
    kept: list[str] = []
    position = 0
    for plain in _PLAIN.finditer(text):
        kept += [redact(text[position : plain.start()]).text, plain.group()]
        position = plain.end()
    kept.append(redact(text[position:]).text)
    masked = "".join(kept)
    return masked if len(masked) <= _MAX_CHARS else masked[:_MAX_CHARS] + "…"


class JsonFormatter(logging.Formatter):
    """A record as one JSON line: at, level, logger, message, the ``extra`` fields, and an exception's frames.

    Of an exception it writes the type, the masked message and where it happened, never source lines or
    locals; a pydantic ValidationError's message would repeat its input, so only the fields and error types stand.
    """

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, BELGRADE).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "service": self._service,
            "logger": record.name,
            "message": mask(_message(record)),
        }
        for name, value in vars(record).items():
            if name not in _STANDARD_FIELDS and not name.startswith("_"):
                entry.setdefault(name, _masked_value(value))
        if record.exc_info and record.exc_info[1] is not None:
            entry["exception"] = _exception(record.exc_info[1])
        return json.dumps(entry, ensure_ascii=False)


def configure_logging(service: str, *, level: int = logging.INFO, stream: IO[str] | None = None) -> None:
    """Send every logger of this process to ``stream`` (default: standard error) in this format, warnings included.

    Call again to change it; earlier handlers are replaced, and those of uvicorn and the like are taken away.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter(service))
    root = logging.getLogger()
    for other in root.handlers[:]:
        root.removeHandler(other)
    root.addHandler(handler)
    # Libraries write SQL parameters, trackers and headers at DEBUG: only our own loggers go below INFO.
    root.setLevel(max(level, logging.INFO))
    for name in _OWN:
        logging.getLogger(name).setLevel(level)
    for name in list(logging.root.manager.loggerDict):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    # A request's address and path say who asked what; the gateway logs what an operator needs itself.
    logging.getLogger("uvicorn.access").disabled = True
    # At INFO, httpx writes every URL it calls, and a Telegram URL holds the bot's token.
    logging.getLogger("httpx").setLevel(max(level, logging.WARNING))
    logging.captureWarnings(capture=True)


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # a wrong format string must cost neither the line nor the process
        return f"unformattable message at {Path(record.pathname).name}:{record.lineno}"


def _masked_value(value: object) -> object:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        # Counts and milliseconds stay numbers; a number long enough to be somebody's is treated as text.
        masked = mask(str(value))
        return value if masked == str(value) else masked
    if isinstance(value, Mapping):
        return {mask(str(key)): _masked_value(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked_value(inner) for inner in value]
    return mask(str(value))


def _exception(error: BaseException) -> dict[str, object]:
    chain: list[dict[str, object]] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen and len(chain) < _MAX_CHAIN:
        seen.add(id(current))
        chain.append(_one_exception(current))
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    entry = chain[0]
    if len(chain) > 1:
        entry["caused_by"] = chain[1:]
    return entry


def _one_exception(error: BaseException) -> dict[str, object]:
    frames = traceback.extract_tb(error.__traceback__, limit=-_MAX_FRAMES)
    entry: dict[str, object] = {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "message": mask(_error_message(error)),
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if isinstance(error, BaseExceptionGroup):
        entry["exceptions"] = [_exception(inner) for inner in error.exceptions[:_MAX_CHAIN]]
    return entry


def _error_message(error: BaseException) -> str:
    if isinstance(error, ValidationError):
        problems = error.errors(include_input=False, include_context=False, include_url=False)
        return "; ".join(f"{'.'.join(str(part) for part in p['loc'])}: {p['type']}" for p in problems)
    if isinstance(error, UnicodeError):
        return type(error).__name__  # its message may hold a piece of the text
    try:
        return str(error)
    except Exception:  # an exception of a library whose __str__ is broken
        return ""
