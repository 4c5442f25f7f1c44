"""The OpenAPI 3.1 document, made from the table of operations that also makes the routes."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import Response

from ndihma.desk.events import Event
from ndihma.gateway.schemas import ErrorBody, TypingNotice

__all__ = ["STAFF_COOKIE", "Operation", "Parameter", "document"]

STAFF_COOKIE: Final = "ndihma_staff"
"""Of the console's sessions; the name without its prefix."""
_API_VERSION: Final = "1.0.0"
_REF: Final = "#/components/schemas/{model}"
_PATH_PARAMETER: Final = re.compile(r"\{(\w+)\}")

_SCHEMES: Final = {"token": ("token",), "staff": ("staff",), "assist": ("staff", "assist")}
"""Any one of these is enough."""

_ERRORS: Final = {
    400: "The request cannot be read.",
    401: "No session with this token: unknown, ended, or the token must be renewed; of the console, not signed in.",
    403: "Not from this Origin; of the console, also not with this role or without the CSRF token.",
    404: "There is none with this name.",
    408: "The body did not arrive in time.",
    409: "Not possible in the conversation's present state.",
    410: "The code, the invitation or the account's key has expired.",
    413: "Too large.",
    415: "Not this content type.",
    422: "A field is missing or invalid, or cannot be accepted.",
    429: "Too often, or too many at once; `Retry-After` says when to come back.",
    503: "Not now.",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """In the query or a header: a whole number up to ``maximum``, or without one a text."""

    name: str
    place: str
    description: str
    maximum: int | None = None

    @property
    def schema(self) -> dict[str, Any]:
        if self.maximum is None:
            return {"type": "string"}
        return {"type": "integer", "minimum": 0, "maximum": self.maximum}


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. ``answers`` maps a status to a model, or to None for an empty body."""

    method: str
    path: str
    name: str
    summary: str
    endpoint: Callable[[Request], Awaitable[Response]]
    answers: dict[int, type[BaseModel] | None]
    takes: tuple[type[BaseModel], ...] = ()
    refuses: tuple[int, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    secured: bool = True
    scheme: str = "token"
    """What it is secured with: a key of ``_SCHEMES``."""
    takes_file: bool = False
    file_of: str | None = None
    """What the file is that is answered with 200; None: no file is."""
    gives: tuple[str, ...] = ()
    """Media types of a file that is the answer."""
    streams: bool = False
    stream_of: str = (
        "Server-sent events: `id` the cursor, `event` the type, `data` an `Event` as JSON; "
        "besides `event: typing` with a `TypingNotice` and no id, and a comment line in every silence of 15 s."
    )


def document(operations: Sequence[Operation], origin: str) -> dict[str, Any]:
    """The whole document."""
    inputs = {model for operation in operations for model in operation.takes}
    outputs: set[type[BaseModel]] = {ErrorBody, TypingNotice}
    outputs |= {model for operation in operations for model in operation.answers.values() if model}
    _, definitions = models_json_schema(
        [
            *((model, "validation") for model in sorted(inputs, key=lambda m: m.__name__)),
            *((model, "serialization") for model in sorted(outputs, key=lambda m: m.__name__)),
        ],
        ref_template=_REF,
    )
    schemas = definitions["$defs"]
    event = TypeAdapter[Any](Event).json_schema(mode="serialization", ref_template=_REF)
    schemas.update(event.pop("$defs"))
    schemas["Event"] = {**event, "description": "The `data` of a stored event on the stream, by its `type`."}
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Ndihma chat API",
            "version": _API_VERSION,
            "summary": "Conversations with the Albanian support assistant of a Kosovo mobile operator.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": origin}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "Bound to one session and one Origin."},
                "staff": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": STAFF_COOKIE,
                    "description": "A session of the console; with `__Host-` before its name over https. All but GET "
                    "need `X-CSRF-Token` with the session's `csrf_token`, and the gateway's own Origin.",
                },
                "assist": {"type": "http", "scheme": "bearer", "description": "Of `ndihma staff token add`, by scope."},
            },
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "responses": {
            **{str(status): _answer(operation, model) for status, model in operation.answers.items()},
            **{str(status): _error(status) for status in operation.refuses},
        },
        "security": [{scheme: []} for scheme in _SCHEMES[operation.scheme]] if operation.secured else [],
    }
    parameters: list[dict[str, Any]] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
        }
        for name in _PATH_PARAMETER.findall(operation.path)
    ]
    parameters += [
        {
            "name": parameter.name,
            "in": parameter.place,
            "description": parameter.description,
            "schema": parameter.schema,
        }
        for parameter in operation.parameters
    ]
    if parameters:
        described["parameters"] = parameters
    if operation.takes_file:
        described["requestBody"] = _FILE
    elif operation.takes:
        one_of = [{"$ref": _REF.format(model=model.__name__)} for model in operation.takes]
        schema = one_of[0] if len(one_of) == 1 else {"oneOf": one_of}
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return described


def _answer(operation: Operation, model: type[BaseModel] | None) -> dict[str, Any]:
    if operation.streams:
        return {
            "description": operation.stream_of,
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        }
    if operation.file_of is not None:
        content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        return {"description": operation.file_of, "content": content}
    if operation.gives:
        file = {"schema": {"type": "string"}}
        return {"description": "A file, to be saved.", "content": dict.fromkeys(operation.gives, file)}
    if model is None:
        return {"description": "Done; no body."}
    first_line = (model.__doc__ or "Done.").strip().splitlines()[0]
    schema = {"$ref": _REF.format(model=model.__name__)}
    return {"description": first_line, "content": {"application/json": {"schema": schema}}}


def _error(status: int) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": _ERRORS[status],
        "content": {"application/json": {"schema": {"$ref": _REF.format(model=ErrorBody.__name__)}}},
    }
    if status in (429, 503):
        answer["headers"] = {"Retry-After": {"schema": {"type": "integer", "minimum": 1}, "description": "Seconds."}}
    return answer


_FILE: Final = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {
                        "type": "string",
                        "contentMediaType": "application/octet-stream",
                        "description": "jpg, png or pdf, judged by its bytes; at most 5 MB.",
                    },
                    "amount": {"type": "string", "maxLength": 64, "description": "What was paid, such as `23,40`."},
                    "paid_on": {"type": "string", "format": "date", "description": "The day it was paid."},
                },
            }
        }
    },
}
