"""What an uploaded file really is, and the same file without what it tells besides its picture (security S15).

jpg and png are taken apart and put together again without EXIF, GPS, XMP, IPTC, comments and anything behind
their end; a file that cannot be taken apart is refused. A PDF is recognised but not rewritten: that needs a PDF
library (Pillow and the like are not in the lock file), so its metadata stays. Pictures are not decoded.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ndihma.desk.errors import AttachmentTypeRefused

__all__ = ["CleanFile", "MediaType", "clean"]


class MediaType(StrEnum):
    JPEG = "image/jpeg"
    PNG = "image/png"
    PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class CleanFile:
    media_type: MediaType
    content: bytes


def clean(content: bytes) -> CleanFile:
    """Recognise a file by its bytes and strip its metadata. Raises AttachmentTypeRefused."""
    try:
        if content.startswith(b"\xff\xd8\xff"):
            return CleanFile(MediaType.JPEG, _clean_jpeg(content))
        if content.startswith(_PNG_MAGIC):
            return CleanFile(MediaType.PNG, _clean_png(content))
    except (struct.error, IndexError) as error:
        raise AttachmentTypeRefused("cut off") from error
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-_PDF_TAIL:]:
        return CleanFile(MediaType.PDF, content)
    raise AttachmentTypeRefused("not a jpg, png or pdf")


_PDF_TAIL: Final = 2048
_PNG_MAGIC: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs"}
)
"""What the picture needs. Text, time, EXIF and colour-profile chunks (their names are free text) go."""


def _clean_png(content: bytes) -> bytes:
    kept = bytearray(_PNG_MAGIC)
    place = len(_PNG_MAGIC)
    pixels = False
    while True:
        (length,) = struct.unpack_from(">I", content, place)
        kind = content[place + 4 : place + 8]
        end = place + 12 + length
        if end > len(content):
            raise AttachmentTypeRefused("cut off")
        (checksum,) = struct.unpack_from(">I", content, end - 4)
        if zlib.crc32(content[place + 4 : end - 4]) != checksum:
            raise AttachmentTypeRefused("damaged")
        if place == len(_PNG_MAGIC) and kind != b"IHDR":
            raise AttachmentTypeRefused("damaged")
        if kind in _PNG_KEPT:
            kept += content[place:end]
        pixels = pixels or kind == b"IDAT"
        place = end
        if kind == b"IEND":
            if not pixels:
                raise AttachmentTypeRefused("no picture in it")
            return bytes(kept)


_SOI, _EOI, _SOS, _APP0, _APP2, _APP14, _APP15, _COM = 0xD8, 0xD9, 0xDA, 0xE0, 0xE2, 0xEE, 0xEF, 0xFE
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length: TEM and the restarts."""


def _clean_jpeg(content: bytes) -> bytes:
    kept = bytearray(content[:2])
    place = 2
    scanned = False
    while True:
        if content[place] != 0xFF:  # noqa: PLR2004
            raise AttachmentTypeRefused("damaged")
        while content[place + 1] == 0xFF:  # noqa: PLR2004  (fill bytes)
            place += 1
        marker = content[place + 1]
        if marker == _EOI:
            if not scanned:
                raise AttachmentTypeRefused("no picture in it")
            return bytes(kept + b"\xff\xd9")
        if marker in _ALONE:
            kept += content[place : place + 2]
            place += 2
            continue
        (length,) = struct.unpack_from(">H", content, place + 2)
        end = place + 2 + length
        if marker in (0x00, _SOI) or length < 2 or end > len(content):  # noqa: PLR2004
            raise AttachmentTypeRefused("damaged")
        if marker == _SOS:
            end = _end_of_scan(content, end)
            scanned = True
        if _kept_segment(marker, content[place + 4 : place + 16]):
            kept += content[place:end]
        place = end


def _kept_segment(marker: int, start: bytes) -> bool:
    if marker == _APP2:
        return start.startswith(b"ICC_PROFILE\x00")  # colours; without it some pictures look wrong
    if marker == _APP0:
        return start.startswith(b"JFIF\x00")
    return marker == _APP14 or not (_APP0 < marker <= _APP15 or marker == _COM)


def _end_of_scan(content: bytes, place: int) -> int:
    """Where the entropy-coded data ends: the next marker that is neither stuffing nor a restart."""
    while True:
        place = content.find(b"\xff", place)
        if place < 0:
            raise AttachmentTypeRefused("cut off")
        if content[place + 1] not in (0x00, 0xFF, *range(0xD0, 0xD8)):
            return place
        place += 1 if content[place + 1] == 0xFF else 2  # noqa: PLR2004
