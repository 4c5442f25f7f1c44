"""A JPEG taken apart and put together again without EXIF, GPS, XMP, IPTC and comments (security S15); not decoded.

Of EXIF one number may stay: how the camera was held. Without it a photograph taken upright lies on its side.
"""

from __future__ import annotations

import struct
from typing import Final

from ndihma.desk.errors import AttachmentTypeRefused

__all__ = ["clean_jpeg"]

_SOI, _EOI, _SOS, _APP0, _APP1, _APP2, _APP14, _APP15, _COM = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
_JFIF_LENGTH: Final = 16
"""Of a JFIF segment without its small picture, whose width and height are its last two bytes (ITU-T T.871, 10.1)."""
_EXIF: Final = b"Exif\x00\x00"
_ORIENTATION, _SHORT = 0x0112, 3
_TURNED: Final = range(2, 9)
"""Orientations other than the plain one (CIPA DC-008, 4.6.4)."""
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length: TEM and the restarts."""


def clean_jpeg(content: bytes, *, keep_orientation: bool = False) -> bytes:
    """The same picture. Raises AttachmentTypeRefused for what cannot be taken apart.

    ``keep_orientation``: for a file of its own; in a PDF its page says how a picture stands.
    """
    try:
        return _clean(content, keep_orientation=keep_orientation)
    except (struct.error, IndexError) as error:
        raise AttachmentTypeRefused("cut off") from error


def _clean(content: bytes, *, keep_orientation: bool) -> bytes:
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
        elif keep_orientation and marker == _APP1 and (turned := _orientation(content[place + 4 : end])) in _TURNED:
            kept += _orientation_alone(turned)
            keep_orientation = False
        place = end


def _orientation(segment: bytes) -> int:
    """How the camera was held; 0 when the segment does not say it in a way that can be read."""
    orders = {b"II*\x00": "<", b"MM\x00*": ">"}
    tiff = segment[len(_EXIF) :]
    order = orders.get(tiff[:4]) if segment.startswith(_EXIF) else None
    if order is None:
        return 0
    try:
        (place,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, place)
        for entry in range(entries):
            tag, kind, count, value = struct.unpack_from(f"{order}HHIH", tiff, place + 2 + 12 * entry)
            if tag == _ORIENTATION:
                return int(value) if (kind, count) == (_SHORT, 1) else 0
    except struct.error:
        return 0
    return 0


def _orientation_alone(turned: int) -> bytes:
    """An EXIF segment that says this and nothing else."""
    tiff = b"MM\x00*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, _SHORT, 1, turned, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", 2 + len(_EXIF) + len(tiff)) + _EXIF + tiff


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
