"""A PDF without what it tells or does besides its pages (security S15); run as a process of its own by ``images``.

Only what draws a page is kept: of the catalogue the page tree and the layers, of a page its contents, resources and
boxes. Fields and notes are drawn into their page. So document information, XMP, scripts, actions, links, attached
files, bookmarks and thumbnails go, whatever they are called.

The file is read as ``python -I -m ndihma.desk.pdf`` from standard input, with bounds on time and memory: a hostile
PDF can cost a process, not the gateway.
"""

from __future__ import annotations

import io
import resource
import sys
from collections.abc import Sequence
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from ndihma.desk.errors import AttachmentTypeRefused
from ndihma.desk.jpeg import clean_jpeg
from ndihma.desk.jpeg2000 import clean_jpeg2000

__all__ = ["MAX_PAGES", "clean_pdf", "main"]

MAX_PAGES: Final = 20
"""A proof of payment has one or two (ours)."""
_MAX_OBJECTS: Final = 20_000
_MAX_SIDE: Final = 14_400
"""Points; 5.08 m, the largest page that PDF readers take (ISO 32000-1, annex C.2)."""
_CPU_S: Final = 8
_MEMORY_BYTES: Final = 768 * 1024 * 1024
_REFUSED: Final = 3

_BROKEN: Final = (pikepdf.PdfError, pikepdf.PasswordError, ValueError, TypeError, AttributeError, LookupError)
"""What reading a damaged file comes to: an object that lacks a key, or is of another kind than its place asks for."""

_CATALOGUE_KEPT: Final = frozenset({Name.Type, Name.Pages, Name.OCProperties})
_PAGE_KEPT: Final = frozenset(
    {
        Name.Type, Name.Parent, Name.Resources, Name.Contents, Name.MediaBox, Name.CropBox, Name.BleedBox,
        Name.TrimBox, Name.ArtBox, Name.Rotate, Name.UserUnit, Name.Group,
    }
)  # fmt: skip
_GONE_EVERYWHERE: Final = (
    Name.Metadata, Name.PieceInfo, Name.LastModified, Name.OpenAction, Name.AA, Name.A, Name.JS, Name.AF, Name.EF,
    Name.Alternates, Name.OPI, Name.Measure,
)  # fmt: skip
_PICTURES: Final = (
    ((Name.DCTDecode, Name.DCT), clean_jpeg),
    ((Name.JPXDecode,), clean_jpeg2000),
)
"""Filters whose data is a file of its own, with room for EXIF; ``DCT`` is for inline images, but taken here too."""
_IN_ANOTHER_FILE: Final = (Name.F, Name.FFilter, Name.FDecodeParms, Name.Ref)
"""Of a stream: its data stands in a file elsewhere, or it shows another document."""


def clean_pdf(content: bytes) -> bytes:
    """The same pages. Raises AttachmentTypeRefused for what is no PDF, broken, encrypted or out of bounds."""
    try:
        with pikepdf.open(
            io.BytesIO(content), attempt_recovery=False, suppress_warnings=True, inherit_page_attributes=True
        ) as pdf:
            _check(pdf)
            pdf.generate_appearance_streams()
            pdf.flatten_annotations("all")
            _keep(pdf.Root, _CATALOGUE_KEPT)
            for page in pdf.pages:
                _keep(page.obj, _PAGE_KEPT)
            for key in tuple(pdf.trailer.keys()):
                if key not in ("/Root", "/Size", "/ID"):
                    del pdf.trailer[key]
            for each in pdf.objects:
                _strip(each)
            pdf.remove_unreferenced_resources()
            saved = io.BytesIO()
            pdf.save(saved, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
            return saved.getvalue()
    except AttachmentTypeRefused:
        raise
    except _BROKEN as error:
        raise AttachmentTypeRefused("not a PDF that can be taken apart") from error


def main() -> int:
    """Standard input to standard output; 3 when the file is refused."""
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        cleaned = clean_pdf(sys.stdin.buffer.read())
    except (AttachmentTypeRefused, MemoryError, RecursionError):
        return _REFUSED
    sys.stdout.buffer.write(cleaned)
    return 0


def _check(pdf: Pdf) -> None:
    if pdf.is_encrypted:
        raise AttachmentTypeRefused("encrypted")
    if not 0 < len(pdf.pages) <= MAX_PAGES:
        raise AttachmentTypeRefused("no pages, or too many")
    if len(pdf.objects) > _MAX_OBJECTS:
        raise AttachmentTypeRefused("too many objects")
    for page in pdf.pages:
        left, bottom, right, top = (float(each) for each in page.mediabox)
        if not (0 < abs(right - left) <= _MAX_SIDE and 0 < abs(top - bottom) <= _MAX_SIDE):
            raise AttachmentTypeRefused("a page without a size")


def _keep(of: Object, kept: frozenset[Name]) -> None:
    for key in tuple(of.keys()):
        if key not in kept:
            del of[key]


def _strip(each: Object) -> None:
    if not isinstance(each, Dictionary | Stream):
        return
    for key in _GONE_EVERYWHERE:
        if key in each:
            del each[key]
    if isinstance(each, Stream):
        for key in _IN_ANOTHER_FILE:
            if key in each:
                del each[key]
        filters = _list(each.get(Name.Filter))
        for name, clean_picture in _PICTURES:
            if filters and filters[-1] in name:
                each.write(clean_picture(_picture(each, filters)), filter=name[0])


def _picture(each: Stream, filters: Sequence[Object]) -> bytes:
    """The picture of a stream, out of what is wrapped around it: ``/Filter [/FlateDecode /DCTDecode]``."""
    if len(filters) == 1:
        return each.read_raw_bytes()
    parameters = _list(each.get(Name.DecodeParms))[:-1]
    if any(isinstance(given, Dictionary) and given.keys() for given in parameters):
        each.DecodeParms = Array(parameters)
    elif Name.DecodeParms in each:
        del each.DecodeParms
    each.Filter = Array(filters[:-1])
    return each.read_bytes()


def _list(value: Object | None) -> list[Object]:
    """A filter, or its parameters, as they may stand: nothing, one, or several in an array."""
    if value is None:
        return []
    return list(value) if isinstance(value, Array) else [value]


if __name__ == "__main__":
    sys.exit(main())
