"""The mail's parts: addresses are masked (S9), bytes depend on the mail alone, headers cannot be injected."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ndihma.mail import Attachment, EmailAddress, InvalidEmailAddress, Mail, MailNotConfigured, NoMailer
from ndihma.mail.message import to_bytes

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SENDER = EmailAddress.parse("ndihma@operator.example")
ARTA = EmailAddress.parse("arta.krasniqi@example.com")


def mail(**changes: object) -> Mail:
    values: dict[str, object] = {"id": "row-7", "at": NOON, "to": ARTA, "subject": "Dëshmi", "text": "Përshëndetje ç"}
    return Mail(**{**values, **changes})  # type: ignore[arg-type]


def text_of(read: EmailMessage) -> str:
    body = read.get_body()
    assert body is not None
    content: str = body.get_content()
    return content.replace("\r\n", "\n")


@pytest.mark.parametrize("text", ["arta@example.com", "  a.b+c@sub.Example.COM ", "o'neill@x-y.example"])
def test_address_is_read(text: str) -> None:
    address = EmailAddress.parse(text)
    assert address.address.lower() == text.strip().lower()
    assert address.domain == address.domain.lower()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "arta",
        "arta@example",
        "@example.com",
        "a@b@example.com",
        "a b@example.com",
        "arta@-example.com",
        ".arta@example.com",
        "arta@example.com\r\nBcc: eve@example.com",
        "arta@example.com>",
        "ärta@example.com",
        "a" * 65 + "@example.com",
        "a@" + "b" * 64 + ".com",
        "a@" + "bb." * 90 + "com",
        "\ud800@example.com",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(InvalidEmailAddress) as caught:
        EmailAddress.parse(text)
    assert str(caught.value) == "not an e-mail address"


def test_s9_address_and_mail_are_shown_masked() -> None:
    shown = f"{ARTA} {ARTA!r} {mail(text='482913', subject='Kodi 482913')!r}"
    assert "a•••@e•••.com" in shown
    for secret in ("arta", "krasniqi", "example.com", "482913"):
        assert secret not in shown


def test_message_survives_its_bytes() -> None:
    sent = mail(
        text="Po vërtetohet: ç, ë, €.\n.\nFund",
        attachments=(Attachment("dëshmi.pdf", "application/pdf", b"%PDF-\r\n.\r\n\0"),),
        reply_to=EmailAddress.parse("staf@operator.example"),
    )
    content = to_bytes(sent, SENDER, "Ndihma")
    assert content.isascii()
    read = message_from_bytes(content, policy=default)
    assert read["From"] == "Ndihma <ndihma@operator.example>"
    assert read["To"] == "arta.krasniqi@example.com"
    assert read["Reply-To"] == "staf@operator.example"
    assert read["Subject"] == "Dëshmi"
    assert read["Message-ID"] == "<row-7@operator.example>"
    assert read["Date"].datetime == NOON
    assert read["Auto-Submitted"] == "auto-generated"
    assert text_of(read) == "Po vërtetohet: ç, ë, €.\n.\nFund\n"
    (attached,) = read.iter_attachments()
    assert attached.get_filename() == "dëshmi.pdf"
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_content() == b"%PDF-\r\n.\r\n\0"


@settings(max_examples=40)
@given(
    st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], include_characters="\n"), max_size=120),
    st.binary(max_size=120),
)
def test_same_mail_has_the_same_bytes_and_keeps_its_text(text: str, content: bytes) -> None:
    first, again = (mail(text=text, attachments=(Attachment("a.png", "image/png", content),)) for _ in range(2))
    assert to_bytes(first, SENDER, "Ndihma") == to_bytes(again, SENDER, "Ndihma")
    read = message_from_bytes(to_bytes(first, SENDER, "Ndihma"), policy=default)
    assert text_of(read).removesuffix("\n") == text.removesuffix("\n")
    (attached,) = read.iter_attachments()
    assert attached.get_content() == content


def test_other_mails_have_other_ids_and_boundaries() -> None:
    attachments = (Attachment("a.png", "image/png", b"x"),)
    one, other = (to_bytes(mail(id=i, attachments=attachments), SENDER, "Ndihma") for i in ("row-7", "row-8"))
    assert message_from_bytes(one).get_boundary() != message_from_bytes(other).get_boundary()


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Kodi\r\nBcc: eve@example.com"},
        {"subject": "\u202eKodi"},
        {"subject": ""},
        {"id": "row 7"},
        {"id": "7>\r\nX: y"},
        {"id": ""},
        {"id": "x" * 65},
        {"at": datetime(2026, 11, 22, 12)},  # noqa: DTZ001
    ],
)
def test_mail_that_could_forge_a_header_cannot_be_made(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="a mail's"):
        mail(**changes)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("", "image/png"),
        ("a\r\nb.png", "image/png"),
        ("../a.png", "image/png"),
        ("a\\b.png", "image/png"),
        ("x" * 101, "image/png"),
        ("a.png", "image"),
        ("a.png", "image/png; x=y"),
        ("a.txt", "text/plain"),
        ("a.mht", "multipart/mixed"),
    ],
)
def test_attachment_that_cannot_stand_in_a_header_cannot_be_made(name: str, media_type: str) -> None:
    with pytest.raises(ValueError, match="an attachment's"):
        Attachment(name, media_type, b"")


async def test_without_a_server_nothing_is_sent() -> None:
    assert not NoMailer().available
    with pytest.raises(MailNotConfigured):
        await NoMailer().send(mail())
