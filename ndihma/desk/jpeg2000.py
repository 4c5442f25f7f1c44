"""A JPEG 2000 picture without XMP, EXIF and other boxes that draw nothing (security S15); not decoded.

Such pictures stand in PDFs only (``pdf``). A bare codestream has no boxes and stays as it is.
"""

from __future__ import annotations

import struct
from typing import Final

from ndihma.desk.errors import AttachmentTypeRefused

__all__ = ["clean_jpeg2000"]

_CODESTREAM: Final = b"\xff\x4f\xff\x51"
_SIGNATURE: Final = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
_GONE: Final = frozenset({b"xml ", b"uuid", b"uinf", b"asoc", b"lbl ", b"mp7b", b"free", b"jp2i"})
"""ISO/IEC 15444-1, annex I, and 15444-2, annex M: what describes the picture, and what is nobody's."""


def clean_jpeg2000(content: bytes) -> bytes:
    """The same picture. Raises AttachmentTypeRefused for what cannot be taken apart."""
    if content.startswith(_CODESTREAM):
        return content
    if not content.startswith(_SIGNATURE):
        raise AttachmentTypeRefused("damaged")
    kept, place = bytearray(), 0
    while place < len(content):
        end = _end_of_box(content, place)
        if content[place + 4 : place + 8] not in _GONE:
            kept += content[place:end]
        place = end
    return bytes(kept)


def _end_of_box(content: bytes, place: int) -> int:
    try:
        length, smallest = int(struct.unpack_from(">I", content, place)[0]), 8
        if length == 0:  # the last box
            return len(content)
        if length == 1:
            length, smallest = int(struct.unpack_from(">Q", content, place + 8)[0]), 16
    except struct.error as error:
        raise AttachmentTypeRefused("cut off") from error
    if length < smallest or place + length > len(content):
        raise AttachmentTypeRefused("damaged")
    return place + length
