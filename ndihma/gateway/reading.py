"""Reading what a client sent: bounded, in time, and never trusted."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect, Request

from ndihma.gateway.errors import ApiError
from ndihma.messages import ErrorCode

__all__ = ["bearer_token", "client_address", "int_parameter", "read_json", "validated"]

_BODY_TIMEOUT_S: Final = 15.0
_MAX_CURSOR: Final = 2**31 - 1
_MAX_DIGITS: Final = 10
_MAX_DEPTH: Final = 20
_M = TypeVar("_M", bound=BaseModel)


def bearer_token(request: Request) -> str:
    """The token of the Authorization header; empty when there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def client_address(request: Request, *, trust_forwarded_for: bool) -> str:
    """Who is asking. Behind a proxy of one's own: the last entry of X-Forwarded-For, the one it added itself."""
    if trust_forwarded_for:
        forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
        last = forwarded.rpartition(",")[2].strip()
        if last:
            return last
    return request.client.host if request.client else "?"


def int_parameter(text: str | None, name: str, default: int, *, least: int = 0, most: int = _MAX_CURSOR) -> int:
    """A whole number of the query. Raises ApiError 422."""
    if text is None or text == "":
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS and least <= int(text) <= most):
        raise ApiError(422, ErrorCode.INVALID_FIELD, field=name)
    return int(text)


async def _read_body(request: Request, limit: int, *, timeout_s: float = _BODY_TIMEOUT_S) -> bytes:
    """The whole body, at most ``limit`` bytes. Raises ApiError 413, 408, 400."""
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and (len(declared) > _MAX_DIGITS or int(declared) > limit):
        raise ApiError(413, ErrorCode.BODY_TOO_LARGE)
    body = bytearray()
    try:
        async with asyncio.timeout(timeout_s):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise ApiError(413, ErrorCode.BODY_TOO_LARGE)
    except TimeoutError:
        raise ApiError(408, ErrorCode.MALFORMED_REQUEST) from None
    except ClientDisconnect:
        raise ApiError(400, ErrorCode.MALFORMED_REQUEST) from None
    return bytes(body)


async def read_json(request: Request, limit: int) -> dict[str, Any]:
    """A JSON object. Raises ApiError 415, 413, 400."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise ApiError(415, ErrorCode.WRONG_CONTENT_TYPE)
    body = await _read_body(request, limit)
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
        _check_depth(value)
    except (ValueError, RecursionError):  # ValueError: JSON, UTF-8, numbers of thousands of digits
        raise ApiError(400, ErrorCode.MALFORMED_REQUEST) from None
    if not isinstance(value, dict):
        raise ApiError(400, ErrorCode.MALFORMED_REQUEST)
    return {name: _mended(field) if isinstance(field, str) else field for name, field in value.items()}


def validated(model: type[_M], value: dict[str, Any]) -> _M:
    """The value as a model. Raises ApiError 422 with the field's name."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        name = next((str(part) for part in error.errors(include_input=False)[0]["loc"]), None)
        known = name if name in model.model_fields else None
        raise ApiError(422, ErrorCode.INVALID_FIELD, field=known) from None


def _mended(text: str) -> str:
    """JSON can hold halves of surrogate pairs (a cut emoji); nothing behind this line can."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _no_constant(_name: str) -> NoReturn:
    raise ValueError("not JSON")


def _check_depth(value: object) -> None:
    level = [value]
    for _ in range(_MAX_DEPTH):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    raise ValueError("nested too deeply")
