"""A JPEG taken apart and put together again without EXIF, GPS, XMP, IPTC and comments (security S15); not decoded."""

from __future__ import annotations

import struct
from typing import Final

from ndihma.desk.errors import AttachmentTypeRefused

__all__ = ["clean_jpeg"]

_SOI, _EOI, _SOS, _APP0, _APP2, _APP14, _APP15, _COM = 0xD8, 0xD9, 0xDA, 0xE0, 0xE2, 0xEE, 0xEF, 0xFE
_JFIF_LENGTH: Final = 16
"""Of a JFIF segment without its small picture, whose width and height are its last two bytes (ITU-T T.871, 10.1)."""
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length: TEM and the restarts."""


def clean_jpeg(content: bytes) -> bytes:
    """The same picture. Raises AttachmentTypeRefused for what cannot be taken apart."""
    try:
        return _clean(content)
    except (struct.error, IndexError) as error:
        raise AttachmentTypeRefused("cut off") from error


def _clean(content: bytes) -> bytes:
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
        if marker == _APP0 and length > _JFIF_LENGTH and _kept_segment(marker, content[place + 4 : place + 16]):
            # Its small picture may still show what was cut off the large one.
            kept += b"\xff\xe0" + struct.pack(">H", _JFIF_LENGTH) + content[place + 4 : place + 16] + b"\x00\x00"
        elif _kept_segment(marker, content[place + 4 : place + 16]):
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
