"""Reading a file and short fields out of ``multipart/form-data`` with a hard cap, in memory (a proof: 5 MB)."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from ndihma.gateway.errors import ApiError
from ndihma.messages import ErrorCode

__all__ = ["Upload", "read_upload"]

_FIELD: Final = b"file"
_OVERHEAD: Final = 16 * 1024
_MAX_PARTS: Final = 4
_MAX_FIELD_BYTES: Final = 64
_MAX_BOUNDARY: Final = 200
_TIMEOUT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Upload:
    """The bytes of a file and the texts that came with it, by their field's name."""

    content: bytes
    fields: Mapping[str, str]


class _Parts:
    """Collects the part named ``file`` and the wanted fields; names and types the client claims are not looked at."""

    def __init__(self, wanted: Collection[str]) -> None:
        self.content: bytearray | None = None
        self.fields: dict[str, bytearray] = {}
        self._wanted = {name.encode("ascii"): name for name in wanted}
        self._name = bytearray()
        self._value = bytearray()
        self._disposition = b""
        self._parts = 0
        self._taken: bytearray | None = None

    def part_begin(self) -> None:
        self._parts += 1
        if self._parts > _MAX_PARTS:
            raise ApiError(400, ErrorCode.MALFORMED_REQUEST)
        self._disposition = b""
        self._taken = None

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
        name, is_file = options.get(b"name", b""), b"filename" in options
        if name == _FIELD and is_file and self.content is None:
            self._taken = self.content = bytearray()
        elif name in self._wanted and not is_file:
            self._taken = self.fields[self._wanted[name]] = bytearray()

    def part_data(self, data: bytes, start: int, end: int) -> None:
        if self._taken is None:
            return
        self._taken += data[start:end]
        if self._taken is not self.content and len(self._taken) > _MAX_FIELD_BYTES:
            raise ApiError(422, ErrorCode.INVALID_FIELD, field=self._field())

    def texts(self) -> dict[str, str]:
        """The fields as texts. Raises ApiError 422."""
        texts = {}
        for name, value in self.fields.items():
            try:
                texts[name] = value.decode("utf-8")
            except UnicodeDecodeError:
                raise ApiError(422, ErrorCode.INVALID_FIELD, field=name) from None
        return texts

    def _field(self) -> str | None:
        return next((name for name, value in self.fields.items() if value is self._taken), None)


async def read_upload(request: Request, limit: int, *, fields: Collection[str] = ()) -> Upload:
    """The bytes of the field ``file``, at most ``limit``, and the texts of ``fields`` (64 bytes each) that are there.

    Raises ApiError 415, 413, 408, 400, 422.
    """
    media_type, options = parse_options_header(request.headers.get("content-type", ""))
    if media_type != b"multipart/form-data":
        raise ApiError(415, ErrorCode.WRONG_CONTENT_TYPE)
    boundary = options.get(b"boundary", b"")
    if not 0 < len(boundary) <= _MAX_BOUNDARY:
        raise ApiError(400, ErrorCode.MALFORMED_REQUEST)
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and (len(declared) > 10 or int(declared) > limit + _OVERHEAD):  # noqa: PLR2004
        raise ApiError(413, ErrorCode.ATTACHMENT_TOO_LARGE)
    parts = _Parts(fields)
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
    return Upload(bytes(parts.content), parts.texts())


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
