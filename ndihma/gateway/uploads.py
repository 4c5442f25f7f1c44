"""Reading one file out of ``multipart/form-data`` with a hard cap, in memory (a proof is at most 5 MB)."""

from __future__ import annotations

import asyncio
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from ndihma.gateway.errors import ApiError
from ndihma.messages import ErrorCode

__all__ = ["read_file"]

_FIELD: Final = b"file"
_OVERHEAD: Final = 16 * 1024
_MAX_PARTS: Final = 4
_MAX_BOUNDARY: Final = 200
_TIMEOUT_S: Final = 60.0


class _Parts:
    """Collects the bytes of the part named ``file``; names and types the client claims are not looked at."""

    def __init__(self) -> None:
        self.content: bytearray | None = None
        self._name = bytearray()
        self._value = bytearray()
        self._disposition = b""
        self._parts = 0
        self._taking = False

    def part_begin(self) -> None:
        self._parts += 1
        if self._parts > _MAX_PARTS:
            raise ApiError(400, ErrorCode.MALFORMED_REQUEST)
        self._disposition = b""
        self._taking = False

    def header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        if bytes(self._name).lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._name.clear()
        self._value.clear()

    def headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        if options.get(b"name") == _FIELD and b"filename" in options and self.content is None:
            self._taking = True
            self.content = bytearray()

    def part_data(self, data: bytes, start: int, end: int) -> None:
        if self._taking and self.content is not None:
            self.content += data[start:end]


async def read_file(request: Request, limit: int) -> bytes:
    """The bytes of the field ``file``, at most ``limit``. Raises ApiError 415, 413, 408, 400, 422."""
    media_type, options = parse_options_header(request.headers.get("content-type", ""))
    if media_type != b"multipart/form-data":
        raise ApiError(415, ErrorCode.WRONG_CONTENT_TYPE)
    boundary = options.get(b"boundary", b"")
    if not 0 < len(boundary) <= _MAX_BOUNDARY:
        raise ApiError(400, ErrorCode.MALFORMED_REQUEST)
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and (len(declared) > 10 or int(declared) > limit + _OVERHEAD):  # noqa: PLR2004
        raise ApiError(413, ErrorCode.ATTACHMENT_TOO_LARGE)
    parts = _Parts()
    try:
        parser = MultipartParser(
            boundary,
            {
                "on_part_begin": parts.part_begin,
                "on_header_field": parts.header_field,
                "on_header_value": parts.header_value,
                "on_header_end": parts.header_end,
                "on_headers_finished": parts.headers_finished,
                "on_part_data": parts.part_data,
            },
        )
        await _feed(request, parser, limit + _OVERHEAD)
    except FormParserError:
        raise ApiError(400, ErrorCode.MALFORMED_REQUEST) from None
    if not parts.content:
        raise ApiError(422, ErrorCode.INVALID_FIELD, field="file")
    if len(parts.content) > limit:
        raise ApiError(413, ErrorCode.ATTACHMENT_TOO_LARGE)
    return bytes(parts.content)


async def _feed(request: Request, parser: MultipartParser, limit: int) -> None:
    received = 0
    try:
        async with asyncio.timeout(_TIMEOUT_S):
            async for chunk in request.stream():
                received += len(chunk)
                if received > limit:
                    raise ApiError(413, ErrorCode.ATTACHMENT_TOO_LARGE)
                parser.write(chunk)
    except TimeoutError:
        raise ApiError(408, ErrorCode.MALFORMED_REQUEST) from None
    except ClientDisconnect:
        raise ApiError(400, ErrorCode.MALFORMED_REQUEST) from None
    parser.finalize()
