"""What an uploaded file really is, and what is stripped of it."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from ndihma.desk.errors import AttachmentTypeRefused
from ndihma.desk.images import MediaType, clean


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*extra: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\x00\xff\xff\xff"))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + pixels + chunk(b"IEND", b"")


def segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


SCAN = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56\xff\xff\xd1\x78"
TABLES = segment(0xDB, bytes(65)) + segment(0xC0, bytes(9)) + segment(0xC4, bytes(20))
JFIF = segment(0xE0, b"JFIF\x00\x01\x01")
ICC = segment(0xE2, b"ICC_PROFILE\x00\x01\x01colours")
EXIF = segment(0xE1, b"Exif\x00\x00GPS 42.6629 N 21.1655 E")


def jpeg(*extra: bytes, scans: bytes = SCAN, tail: bytes = b"") -> bytes:
    return b"\xff\xd8" + JFIF + b"".join(extra) + TABLES + scans + b"\xff\xd9" + tail


def test_a_jpeg_loses_where_and_by_whom_it_was_taken_and_keeps_its_picture():
    xmp = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta/>")
    iptc, comment = segment(0xED, b"Photoshop 3.0\x00author"), segment(0xFE, b"made by Agim")
    preview = segment(0xE2, b"MPF\x00second picture")
    cleaned = clean(jpeg(EXIF, xmp, iptc, comment, ICC, preview, tail=b"PK\x03\x04 hidden"))
    assert cleaned.media_type is MediaType.JPEG
    assert cleaned.content == jpeg(ICC)


def photograph(orientation, *, order=">"):
    """As a telephone takes it: how it was held stands among its maker and where it was."""
    exif = Image.Exif()
    exif.endian = order
    exif[0x010F], exif[0x0112] = "Agim's telephone", orientation
    exif.get_ifd(0x8825)[1] = "N"
    file = io.BytesIO()
    Image.new("RGB", (4, 2), "red").save(file, "JPEG", exif=exif.tobytes())
    return file.getvalue()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(2, 9))
def test_a_photograph_stands_as_it_was_taken_and_tells_nothing_else(orientation, order):
    cleaned = clean(photograph(orientation, order=order)).content
    assert b"Agim" not in cleaned
    assert dict(Image.open(io.BytesIO(cleaned)).getexif()) == {0x0112: orientation}
    assert clean(cleaned).content == cleaned


@pytest.mark.parametrize(
    "exif",
    [
        b"II*\x00\xff\xff\xff\x7f",
        b"MM\x00*\x00\x00\x00\x08\xff\xff",
        b"MM\x00*" + struct.pack(">IHHHIHH", 8, 1, 0x0112, 3, 1, 99, 0),
        b"MM\x00*" + struct.pack(">IHHHII", 8, 1, 0x0112, 2, 40, 6),
        b"XX",
    ],
)
def test_an_orientation_that_is_none_or_cannot_be_read_goes_with_the_rest(exif):
    assert clean(jpeg(segment(0xE1, b"Exif\x00\x00" + exif))).content == jpeg()
    assert clean(photograph(1)).content == clean(photograph(0)).content


def test_a_jpeg_loses_the_small_picture_that_may_show_what_was_cut_off():
    resolution = b"JFIF\x00\x01\x01\x01\x00\x48\x00\x48"
    before, after = (segment(0xE0, resolution + rest) for rest in (b"\x02\x01" + b"secret", b"\x00\x00"))
    assert len(after) == 18
    assert clean(jpeg().replace(JFIF, before)).content == jpeg().replace(JFIF, after)


def test_a_progressive_jpeg_keeps_all_its_scans():
    scans = SCAN + segment(0xC4, bytes(5)) + SCAN + segment(0xFE, b"between") + SCAN
    assert clean(jpeg(scans=scans)).content == jpeg(scans=SCAN + segment(0xC4, bytes(5)) + SCAN + SCAN)


def test_a_png_loses_its_texts_and_what_stands_behind_its_end():
    texts = [chunk(b"tEXt", b"Author\x00Agim"), chunk(b"eXIf", b"GPS"), chunk(b"tIME", bytes(7)), chunk(b"prVt", b"x")]
    cleaned = clean(png(*texts, chunk(b"pHYs", bytes(9))) + b"<script>")
    assert cleaned.media_type is MediaType.PNG
    assert cleaned.content == png(chunk(b"pHYs", bytes(9)))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a" + bytes(20),
        b"<html><script>alert(1)</script></html>",
        b"PK\x03\x04" + bytes(30),
        b"%PDF-1.7 cut off",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0",
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xd8\xff\xd8",
        b"\xff\xd8\xff\xe0\x00\x01",
        b"\xff\xd8\xff\xe0\xff\xff",
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""),
        b"\x89PNG\r\n\x1a\n" + b"\xff\xff\xff\xff" + b"IHDR",
        b"MZ" + png(),
    ],
)
def test_everything_else_is_refused(content):
    with pytest.raises(AttachmentTypeRefused):
        clean(content)


@pytest.mark.parametrize("whole", [jpeg(EXIF, ICC), png(chunk(b"tEXt", b"a\x00b"))])
def test_a_cut_off_picture_is_refused_at_every_length(whole):
    for length in range(len(whole)):
        with pytest.raises(AttachmentTypeRefused):
            clean(whole[:length])


def test_a_png_with_a_changed_byte_is_refused():
    damaged = bytearray(png())
    damaged[20] ^= 1
    with pytest.raises(AttachmentTypeRefused):
        clean(bytes(damaged))
