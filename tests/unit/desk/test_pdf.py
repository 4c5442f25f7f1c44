"""A PDF keeps its pages and nothing else, and a hostile one costs a process, not the gateway (S15)."""

from __future__ import annotations

import base64
import io
import subprocess
import sys
import time
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf, Stream, StreamDecodeLevel, String

from ndihma.desk import pdf as pdf_module
from ndihma.desk.errors import AttachmentTypeRefused
from ndihma.desk.images import MediaType, clean
from ndihma.desk.pdf import MAX_PAGES, clean_pdf

from .test_images import EXIF, jpeg

HIDDEN = {
    "information": b"AGIM-INFO",
    "xmp": b"AGIM-XMP",
    "script": b"EVIL-SCRIPT",
    "script of the names": b"EVIL-NAMED",
    "script of a page": b"EVIL-PAGE",
    "attached file": b"EVIL-FILE",
    "launch": b"EVIL-LAUNCH",
    "link": b"EVIL-LINK",
    "bookmark": b"EVIL-BOOKMARK",
    "application data": b"EVIL-PIECE",
    "image metadata": b"IMAGE-XMP",
    "where the image was taken": b"GPS 42.6629",
    "file elsewhere": b"EVIL-ELSEWHERE",
}


def script(text: str) -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String(text))


def proof() -> Pdf:
    """A page with a picture, and everything that must not reach the staff."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    with pdf.open_metadata() as metadata:
        metadata["dc:creator"] = ["AGIM-XMP"]
    pdf.docinfo[Name.Author] = "AGIM-INFO"
    pdf.attachments["x.exe"] = b"EVIL-FILE"
    pdf.Root.OpenAction = script("EVIL-SCRIPT")
    pdf.Root.Names.JavaScript = Dictionary(Names=Array([String("a"), script("EVIL-NAMED")]))
    bookmark = Dictionary(Title=String("EVIL-BOOKMARK"), A=script("EVIL-SCRIPT"))
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(Type=Name.Outlines, First=pdf.make_indirect(bookmark), Count=1))
    page = pdf.pages[0].obj
    page.AA = Dictionary(O=script("EVIL-PAGE"))
    page.PieceInfo = Dictionary(App=Dictionary(Private=String("EVIL-PIECE")))
    launch, web = link(pdf, S=Name.Launch, F=String("EVIL-LAUNCH")), link(pdf, S=Name.URI, URI=String("EVIL-LINK"))
    page.Annots = Array([launch, web])
    image = Stream(pdf, jpeg(EXIF), Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1)
    image.ColorSpace, image.BitsPerComponent, image.Filter = Name.DeviceRGB, 8, Name.DCTDecode
    image.Metadata = pdf.make_stream(b"IMAGE-XMP")
    form = Stream(pdf, b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 1, 1]), F=String("EVIL-ELSEWHERE"))
    images = Dictionary(Im0=pdf.make_indirect(image), Fm0=pdf.make_indirect(form))
    page.Resources = Dictionary(XObject=images)
    page.Contents = pdf.make_stream(b"q 100 0 0 100 0 0 cm /Im0 Do Q /Fm0 Do")
    return pdf


def link(pdf: Pdf, **action: object) -> pikepdf.Object:
    rectangle = Array([0, 0, 10, 10])
    return pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=rectangle, A=Dictionary(**action)))


def saved(pdf: Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def plain(content: bytes) -> bytes:
    """The same document without any compression, so that what is in it can be searched for."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return saved(
            pdf,
            compress_streams=False,
            stream_decode_level=StreamDecodeLevel.generalized,
            object_stream_mode=ObjectStreamMode.disable,
        )


def test_s15_a_pdf_loses_everything_but_its_pages():
    content = saved(proof())
    assert not [what for what, text in HIDDEN.items() if text not in plain(content)]
    cleaned = clean(content)
    assert cleaned.media_type is MediaType.PDF
    assert not [what for what, text in HIDDEN.items() if text in plain(cleaned.content)]
    with pikepdf.open(io.BytesIO(cleaned.content)) as pdf:
        assert set(pdf.Root.keys()) == {"/Type", "/Pages"}
        assert b"/Im0 Do" in pdf.pages[0].Contents.read_bytes()
        assert pdf.pages[0].Resources.XObject.Im0.read_raw_bytes() == jpeg()


def with_picture(data: bytes, filters: list[Name], parameters: list[object] | None = None) -> bytes:
    """The proof, its picture under these filters."""
    pdf = proof()
    image = pdf.pages[0].Resources.XObject.Im0
    image.write(data, filter=Array(filters), decode_parms=Array(parameters) if parameters else None)
    return saved(pdf, stream_decode_level=StreamDecodeLevel.none, compress_streams=False)


def picture_in(content: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return pdf.pages[0].Resources.XObject.Im0.read_raw_bytes()


@pytest.mark.parametrize(
    ("wrap", "filters", "parameters"),
    [
        (zlib.compress, [Name.FlateDecode, Name.DCTDecode], None),
        (zlib.compress, [Name.FlateDecode, Name.DCTDecode], [Dictionary(Predictor=1), Dictionary(ColorTransform=1)]),
        (lambda data: base64.a85encode(data) + b"~>", [Name.ASCII85Decode, Name.DCTDecode], [Dictionary(), None]),
        (lambda data: data.hex().encode() + b">", [Name.ASCIIHexDecode, Name.DCTDecode], None),
        (lambda data: data, [Name.DCT], None),
    ],
)
def test_s15_a_photograph_says_nothing_of_its_place_whatever_is_wrapped_around_it(
    wrap: Callable[[bytes], bytes], filters: list[Name], parameters: list[object] | None
):
    content = with_picture(wrap(jpeg(EXIF)), filters, parameters)
    assert picture_in(content) == wrap(jpeg(EXIF))
    assert picture_in(clean_pdf(content)) == jpeg()


def box(kind: bytes, content: bytes, *, large: bool = False, last: bool = False) -> bytes:
    """A box of JPEG 2000 (ISO/IEC 15444-1, I.4)."""
    if large:
        return (1).to_bytes(4) + kind + (16 + len(content)).to_bytes(8) + content
    return (0 if last else 8 + len(content)).to_bytes(4) + kind + content


SIGNATURE = box(b"jP  ", b"\r\n\x87\n") + box(b"ftyp", b"jp2 \x00\x00\x00\x00jp2 ")
CODESTREAM = b"\xff\x4f\xff\x51 of a picture"


def test_s15_a_jpeg_2000_loses_what_draws_nothing():
    drawn = box(b"jp2h", b"size and colours")
    told = [box(b"xml ", b"AGIM-XMP"), box(b"uuid", b"GPS 42.6629", large=True)]
    content = SIGNATURE + told[0] + drawn + told[1] + box(b"jp2c", CODESTREAM, last=True)
    for wrap, filters in ((bytes, [Name.JPXDecode]), (zlib.compress, [Name.FlateDecode, Name.JPXDecode])):
        cleaned = picture_in(clean_pdf(with_picture(wrap(content), filters)))
        assert cleaned == SIGNATURE + drawn + box(b"jp2c", CODESTREAM, last=True)
    assert picture_in(clean_pdf(with_picture(CODESTREAM, [Name.JPXDecode]))) == CODESTREAM


@pytest.mark.parametrize(
    "content",
    [
        b"no picture",
        SIGNATURE + b"\x00\x00",
        SIGNATURE + b"\x00\x00\x00\x01jp2c\x00",
        SIGNATURE + b"\x00\x00\x00\x04jp2c",
        SIGNATURE + b"\x00\x00\x00\x01jp2c" + bytes(8),
        SIGNATURE + b"\x00\x00\xff\xffjp2c",
    ],
)
def test_s15_a_jpeg_2000_that_cannot_be_taken_apart_is_refused(content: bytes):
    with pytest.raises(AttachmentTypeRefused):
        clean_pdf(with_picture(content, [Name.JPXDecode]))


def test_what_a_form_field_shows_stays_on_the_page():
    pdf = proof()
    shown = pdf.make_stream(b"BT (23,40) Tj ET", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 50, 10]))
    field = Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("shuma"), V=String("23,40"), F=4,
        Rect=Array([0, 0, 50, 10]), AP=Dictionary(N=shown), AA=Dictionary(K=script("EVIL-SCRIPT")),
    )  # fmt: skip
    indirect = pdf.make_indirect(field)
    pdf.pages[0].obj.Annots.append(indirect)
    pdf.Root.AcroForm = Dictionary(Fields=Array([indirect]))
    cleaned = plain(clean_pdf(saved(pdf)))
    assert b"(23,40) Tj" in cleaned
    assert b"/Widget" not in cleaned


def test_the_same_file_becomes_the_same_bytes():
    content = saved(proof())
    assert clean(content) == clean(content)


def pages(count: int, size: float = 200) -> bytes:
    pdf = pikepdf.new()
    for _ in range(count):
        pdf.add_blank_page()
        pdf.pages[-1].mediabox = Array([0, 0, size, size])
    return saved(pdf)


def encrypted(password: str) -> bytes:
    return saved(proof(), encryption=pikepdf.Encryption(owner="owner", user=password))


@pytest.mark.parametrize(
    "make",
    [
        lambda: encrypted("user"),
        lambda: encrypted(""),
        lambda: pages(MAX_PAGES + 1),
        lambda: pages(1, size=14_401),
        lambda: saved(pikepdf.new()),
        lambda: b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n",
        lambda: saved(proof())[:-200],
        lambda: saved(proof())[:200],
        lambda: b"%PDF-",
    ],
    ids=["encrypted", "owner password", "pages", "too large", "no page", "no tree", "cut off", "head", "magic"],
)
def test_s15_a_pdf_that_is_encrypted_broken_or_out_of_bounds_is_refused(make: Callable[[], bytes]):
    with pytest.raises(AttachmentTypeRefused):
        clean_pdf(make())


def test_the_largest_number_of_pages_is_taken():
    with pikepdf.open(io.BytesIO(clean_pdf(pages(MAX_PAGES)))) as pdf:
        assert len(pdf.pages) == MAX_PAGES


def test_an_image_that_cannot_be_taken_apart_is_refused():
    pdf = proof()
    pdf.pages[0].Resources.XObject.Im0.write(b"no jpeg", filter=Name.DCTDecode)
    with pytest.raises(AttachmentTypeRefused):
        clean_pdf(saved(pdf))


def test_s15_a_pdf_that_takes_too_long_is_given_up():
    started = time.monotonic()
    with pytest.raises(AttachmentTypeRefused):
        clean(saved(proof()), pdf_timeout_s=0.01)  # less than the process needs to start
    assert time.monotonic() - started < pdf_module._CPU_S


def bomb(size: int) -> bytes:
    """A PDF of some kilobytes whose cross-reference stream unpacks to ``size`` bytes."""
    data = zlib.compress(zlib.compress(bytes(size), 1))
    head = b"%PDF-1.5\n1 0 obj\n<< /Type /XRef /Size 9 /W [1 4 2] /Root 2 0 R /Length "
    filters = b" /Filter [/FlateDecode /FlateDecode] >>\nstream\n"
    return head + str(len(data)).encode() + filters + data + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n"


def test_s15_a_pdf_that_unpacks_to_more_than_the_memory_it_may_have_is_refused():
    room = 300 * 1024 * 1024
    program = f"import sys; from ndihma.desk import pdf; pdf._MEMORY_BYTES = {room}; sys.exit(pdf.main())"

    def run(content: bytes) -> int:
        command = [sys.executable, "-c", program]
        return subprocess.run(command, input=content, capture_output=True, check=False).returncode

    assert run(saved(proof())) == 0
    assert run(bomb(room)) != 0
