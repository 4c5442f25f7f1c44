"""What an uploaded file really is, and the same file without what it tells besides its picture (security S15).

jpg and png are taken apart and put together again without EXIF, GPS, XMP, IPTC, comments and anything behind
their end; pictures are not decoded. A PDF keeps its pages alone (``pdf``) and is read in a process of its own, within
bounds of time and memory. A file that cannot be taken apart is refused.
"""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ndihma.desk.errors import AttachmentTypeRefused
from ndihma.desk.jpeg import clean_jpeg

__all__ = ["CleanFile", "MediaType", "clean"]


_PDF_TIMEOUT_S: Final = 10.0
"""Of the wall; the process bounds its own CPU time and memory below that."""
_LARGEST: Final = 8 * 1024 * 1024
"""Of a PDF that was put together again; compression may differ from what came in."""


class MediaType(StrEnum):
    JPEG = "image/jpeg"
    PNG = "image/png"
    PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class CleanFile:
    media_type: MediaType
    content: bytes


def clean(content: bytes, *, pdf_timeout_s: float = _PDF_TIMEOUT_S) -> CleanFile:
    """Recognise a file by its bytes and strip its metadata. Blocks; raises AttachmentTypeRefused."""
    try:
        if content.startswith(b"\xff\xd8\xff"):
            return CleanFile(MediaType.JPEG, clean_jpeg(content, keep_orientation=True))
        if content.startswith(_PNG_MAGIC):
            return CleanFile(MediaType.PNG, _clean_png(content))
    except (struct.error, IndexError) as error:
        raise AttachmentTypeRefused("cut off") from error
    if content.startswith(b"%PDF-"):
        return CleanFile(MediaType.PDF, _clean_pdf(content, pdf_timeout_s))
    raise AttachmentTypeRefused("not a jpg, png or pdf")


def _clean_pdf(content: bytes, timeout_s: float) -> bytes:
    # Isolated (-I): no environment variable and no folder of ours adds to what this process loads.
    command = [sys.executable, "-I", "-m", "ndihma.desk.pdf"]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=timeout_s, check=False, env={})
    except subprocess.TimeoutExpired:
        raise AttachmentTypeRefused("a PDF that takes too long") from None
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-") or len(done.stdout) > _LARGEST:
        raise AttachmentTypeRefused("not a PDF that can be taken apart")
    return done.stdout


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
