"""What teremok, an independent reading of the Bot API's rules, says of a request."""

from __future__ import annotations

from typing import Any

from aiogram import Bot, methods
from aiogram.types import BufferedInputFile
from pydantic import ValidationError
from teremok.validation import ApiRuleViolation, validate_method

from tests.support.telegram.faults import Call
from tests.support.telegram.uploads import Upload

__all__ = ["objection", "objections"]

_BOT = Bot("42:TEST")


def objection(method: str, values: dict[str, Any]) -> str | None:
    """Why the request would be refused; None when it would not, or nothing is known of such requests."""
    kind = getattr(methods, method[0].upper() + method[1:], None)
    if kind is None:
        return f"no method {method}"
    try:
        validate_method(_BOT, kind.model_validate(_as_typed(values)))
    except ValidationError as error:
        return f"{method}: {error.errors()[0]['msg']}"
    except ApiRuleViolation as violation:
        return violation.description
    return None


def objections(calls: list[Call]) -> list[str]:
    return [found for call in calls if (found := objection(call.method, call.values)) is not None]


def _as_typed(values: dict[str, Any]) -> dict[str, Any]:
    attached = {f"attach://{name}": value for name, value in values.items() if isinstance(value, Upload)}
    typed: dict[str, Any] = {}
    for name, value in values.items():
        if f"attach://{name}" in attached and any(other == f"attach://{name}" for other in values.values()):
            continue
        file = attached.get(value, value) if isinstance(value, str) else value
        typed[name] = BufferedInputFile(file.content, file.name) if isinstance(file, Upload) else file
    return typed
