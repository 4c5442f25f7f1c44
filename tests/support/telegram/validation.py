"""Whether a request is one that the Bot API takes: names, types, required fields, limits, keyboards.

What it rejects, it rejects as the real one (``ApiError``). The real one passes over parameters it does not know; those
are mistakes of ours all the same, and are refused here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tests.support.telegram.errors import ApiError, bad_request
from tests.support.telegram.formatting import utf16_length
from tests.support.telegram.keyboards import check_keyboard
from tests.support.telegram.specification import Field, Specification
from tests.support.telegram.uploads import Upload

__all__ = ["Parameters", "check", "problems_of", "values_of"]

Parameters = dict[str, Any]
"""Parameters by name, each as its own type says: numbers, truths, objects, uploads."""

_ALLOWED_IN_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_MARKUPS: Final = {"InlineKeyboardMarkup", "ReplyKeyboardMarkup", "ReplyKeyboardRemove", "ForceReply"}
_ACTIONS_IN_WORDS: Final = (
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker"
    " find_location record_video_note upload_video_note"
)
_ACTIONS: Final = frozenset(_ACTIONS_IN_WORDS.split())
_MAX_COMMANDS = 100
_TEXTS: Final = {"text", "caption", "callback_query_id", "file_id", "url", "secret_token", "language_code"}
_TOO_LONG: Final = {"text": "message is too long", "caption": "message caption is too long"}


def values_of(specification: Specification | None, method: str, raw: Mapping[str, Any]) -> Parameters:
    """The parameters of a request, read from form data (texts, uploads) or JSON. Raises ApiError."""
    if specification is None:
        return {name: value if name in _TEXTS else _guessed(value) for name, value in raw.items()}
    fields = specification.methods.get(method)
    if fields is None:
        raise ApiError(404, "Not Found: method not found")
    unknown = sorted(name for name, value in raw.items() if name not in fields and not isinstance(value, Upload))
    if unknown:
        raise bad_request(f"unknown parameter {unknown[0]!r} of {method}")
    return {name: _read(fields[name], value) for name, value in raw.items() if name in fields} | {
        name: value for name, value in raw.items() if name not in fields
    }


def check(specification: Specification | None, method: str, values: Parameters) -> None:
    """Raises ApiError when the Bot API would refuse; what depends on chats and messages is judged elsewhere."""
    if specification is not None:
        fields = specification.methods[method]
        for name, field in fields.items():
            if name in values:
                _check_limit(field, values[name])
                _raise_first(_problems(specification, field.types, values[name], name, values))
            elif field.required:
                raise bad_request(_missing(name))
    check_keyboard(values.get("reply_markup"))
    _check_by_hand(method, values)


# --- reading ------------------------------------------------------------------------------------------------


def _read(field: Field, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    types = field.types
    if "Integer" in types and re.fullmatch(r"-?\d+", value):
        return int(value)
    if "String" in types or "InputFile" in types:
        return value
    if "Boolean" in types and value in {"true", "false"}:
        return value == "true"
    if "Float" in types and re.fullmatch(r"-?\d+(\.\d+)?", value):
        return float(value)
    if {"Integer", "Boolean", "Float"} & set(types):
        raise bad_request(f"field {field.name!r} must be of type {' or '.join(types)}")
    try:
        return json.loads(value)
    except ValueError:
        raise bad_request(f"can't parse {_spoken(field)}: it is not JSON") from None


def _guessed(value: Any) -> Any:
    """Without a specification a text that is JSON is taken for what it says."""
    if isinstance(value, str) and (value[:1] in "[{" or re.fullmatch(r"-?\d{1,20}|true|false", value)):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _spoken(field: Field) -> str:
    return "reply keyboard markup JSON object" if set(field.types) & _MARKUPS else f"field {field.name!r}"


def _missing(name: str) -> str:
    words = {"text": "message text is empty", "chat_id": "chat_id is empty"}
    return words.get(name, f"parameter {name!r} is required")


def problems_of(specification: Specification, type_: str, value: Any) -> Iterator[str]:
    """What is wrong with a value that should be of the type."""
    return _problems(specification, (type_,), value, type_, {})


# --- types --------------------------------------------------------------------------------------------------


def _raise_first(problems: Iterator[str]) -> None:
    for problem in problems:
        raise bad_request(problem)


def _problems(
    specification: Specification, types: tuple[str, ...], value: Any, path: str, values: Parameters
) -> Iterator[str]:
    """What is wrong with a value that should be of one of the types."""
    found: list[tuple[int, list[str]]] = []
    for type_ in types:
        of_type = list(_problems_of(specification, type_, value, path, values))
        if not of_type:
            return
        found.append((_likeness(specification, type_, value), of_type))
    yield from max(found, key=lambda pair: pair[0])[1]


def _likeness(specification: Specification, type_: str, value: Any) -> int:
    """How much an object looks like one of the type: the fields that it shares with it."""
    return len(value.keys() & specification.types.get(type_, {}).keys()) if isinstance(value, dict) else 0


def _problems_of(specification: Specification, type_: str, value: Any, path: str, values: Parameters) -> Iterator[str]:
    scalars = {"String": str, "Integer": int, "Boolean": bool, "Float": (int, float)}
    if type_.startswith("Array of "):
        if not isinstance(value, list):
            yield f"{path}: an Array is expected"
            return
        for index, element in enumerate(value):
            yield from _problems(specification, (type_.removeprefix("Array of "),), element, f"{path}[{index}]", values)
    elif type_ in scalars:
        if not isinstance(value, scalars[type_]) or (isinstance(value, bool) and type_ != "Boolean"):  # type: ignore[arg-type]
            yield f"{path}: {type_} is expected"
    elif type_ == "InputFile":
        yield from _file_problems(value, path, values)
    elif subtypes := specification.subtypes.get(type_):
        yield from _problems(specification, subtypes, value, path, values)
    else:
        yield from _object_problems(specification, type_, value, path, values)


def _file_problems(value: Any, path: str, values: Parameters) -> Iterator[str]:
    """An upload, or ``attach://name`` of one."""
    if isinstance(value, str) and value.startswith("attach://"):
        value = values.get(value.removeprefix("attach://"))
    if not isinstance(value, Upload):
        yield f"{path}: InputFile is expected"
    elif not value.content:
        yield "file must be non-empty"


def _object_problems(
    specification: Specification, type_: str, value: Any, path: str, values: Parameters
) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: {type_} is expected"
        return
    fields = specification.types[type_]
    for name, field in fields.items():
        if name not in value:
            if field.required:
                yield f"{path}: field {name!r} of {type_} is missing"
            continue
        yield from _problems(specification, field.types, value[name], f"{path}.{name}", values)
        if field.choices and value[name] not in field.choices:
            yield f"{path}.{name}: one of {sorted(field.choices)} is expected"
        if type_ not in {"InlineKeyboardButton"} and (said := _beyond(field, value[name])):
            yield f"{path}.{name}: {said}"
    for name in value:
        if name not in fields:
            yield f"{path}: {type_} has no field {name!r}"


# --- limits -------------------------------------------------------------------------------------------------


def _beyond(field: Field, value: Any) -> str | None:
    limit = field.limit
    if limit is None or limit.parsed:
        return None
    if limit.unit == "values" and isinstance(value, int):
        size = value
    elif limit.unit == "items" and isinstance(value, list):
        size = len(value)
    elif isinstance(value, str):
        size = len(value.encode()) if limit.unit == "bytes" else utf16_length(value)
    else:
        return None
    return None if limit.low <= size <= limit.high else f"{limit.low}-{limit.high} {limit.unit} are allowed"


def _check_limit(field: Field, value: Any) -> None:
    said = _beyond(field, value)
    if said is not None:
        raise bad_request(_TOO_LONG.get(field.name, f"{field.name}: {said}"))


def _check_by_hand(method: str, values: Parameters) -> None:
    """Rules that the descriptions tell in words."""
    if "action" in values and method == "sendChatAction" and values["action"] not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    if method == "setMyCommands":
        _check_commands(values["commands"])
    language = values.get("language_code")
    if language and not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    secret = values.get("secret_token")
    if secret and not _ALLOWED_IN_SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    if method == "answerCallbackQuery" and utf16_length(values.get("text", "")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    for entities in ("entities", "caption_entities"):
        if values.get(entities) and values.get("parse_mode"):
            raise bad_request(f"both parse_mode and {entities} are given; only one is heard")


def _check_commands(commands: list[dict[str, Any]]) -> None:
    if len(commands) > _MAX_COMMANDS:
        raise bad_request("too much commands specified")
    for command in commands:
        if not _COMMAND.fullmatch(command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    names = [command["command"] for command in commands]
    if len(set(names)) < len(names):
        raise bad_request("duplicate commands specified")
