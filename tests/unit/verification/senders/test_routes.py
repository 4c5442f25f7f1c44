"""Codes go by SMS to numbers and by e-mail to addresses; what is not configured says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from ndihma.accounts.model import ContactKind
from ndihma.accounts.msisdn import Msisdn
from ndihma.clock import FixedClock
from ndihma.mail import EmailAddress, Mail, MailError, MailPostponed, MailRefused, MailServerUnusable, NoMailer
from ndihma.verification.messages import SEGMENT_CHARS, code_mail_subject, code_mail_text, code_sms
from ndihma.verification.senders import NoSender, SenderError, SenderNotConfigured, SendPostponed, SendRefused
from ndihma.verification.senders.routes import RoutedSender

NUMBER = Msisdn.parse("044 123 456")
ADDRESS = EmailAddress.parse("arta@example.com")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass
class FakeGateway:
    sent: list[tuple[Msisdn, str]] = field(default_factory=list)
    open: bool = False

    async def submit(self, to: Msisdn, text: str) -> None:
        self.sent.append((to, text))

    async def start(self) -> None:
        self.open = True

    async def close(self) -> None:
        self.open = False


@dataclass
class FakeMailer:
    sent: list[Mail] = field(default_factory=list)
    available: bool = True
    error: MailError | None = None

    async def send(self, mail: Mail) -> None:
        if self.error is not None:
            raise self.error
        self.sent.append(mail)


async def test_number_gets_an_sms_and_address_a_mail() -> None:
    sms, mailer = FakeGateway(), FakeMailer()
    sender = RoutedSender(sms, mailer, FixedClock(NOON))
    await sender.send(NUMBER, "482913")
    await sender.send(ADDRESS, "482914")
    assert sms.sent == [(NUMBER, code_sms("482913"))]
    (mail,) = mailer.sent
    assert (mail.to, mail.subject, mail.text) == (ADDRESS, code_mail_subject(), code_mail_text("482914"))
    assert mail.at == NOON


async def test_two_codes_are_two_mails() -> None:
    mailer = FakeMailer()
    sender = RoutedSender(None, mailer, FixedClock(NOON))
    await sender.send(ADDRESS, "482913")
    await sender.send(ADDRESS, "482913")
    assert mailer.sent[0].id != mailer.sent[1].id


async def test_notice_goes_both_ways() -> None:
    sms, mailer = FakeGateway(), FakeMailer()
    sender = RoutedSender(sms, mailer, FixedClock(NOON))
    await sender.tell(NUMBER, "Njoftim", "Kodi PUK u shfaq.")
    await sender.tell(ADDRESS, "Njoftim", "Kodi PUK u shfaq.")
    assert sms.sent == [(NUMBER, "Kodi PUK u shfaq.")]
    assert (mailer.sent[0].subject, mailer.sent[0].text) == ("Njoftim", "Kodi PUK u shfaq.")


async def test_gateway_is_opened_and_closed_with_the_sender() -> None:
    sms = FakeGateway()
    sender = RoutedSender(sms, NoMailer(), FixedClock(NOON))
    await sender.start()
    assert sms.open
    await sender.close()
    assert not sms.open


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (MailRefused("no"), SendRefused),
        (MailPostponed("later"), SendPostponed),
        (MailServerUnusable("login"), SendPostponed),
    ],
)
async def test_failures_of_mail_keep_their_meaning(error: MailError, kind: type[SenderError]) -> None:
    with pytest.raises(kind) as caught:
        await RoutedSender(None, FakeMailer(error=error), FixedClock(NOON)).send(ADDRESS, "482913")
    assert "482913" not in str(caught.value)


async def test_what_is_not_configured_is_known_beforehand_and_refused() -> None:
    only_mail = RoutedSender(None, FakeMailer(), FixedClock(NOON))
    only_sms = RoutedSender(FakeGateway(), NoMailer(), FixedClock(NOON))
    assert (only_mail.available, only_sms.available) == (False, True), "available is about SMS"
    assert (only_mail.reaches(ContactKind.EMAIL), only_mail.reaches(ContactKind.MSISDN)) == (True, False)
    assert (only_sms.reaches(ContactKind.EMAIL), only_sms.reaches(ContactKind.MSISDN)) == (False, True)
    for sender, to in ((only_mail, NUMBER), (only_sms, ADDRESS), (NoSender(), NUMBER), (NoSender(), ADDRESS)):
        with pytest.raises(SenderNotConfigured):
            await sender.send(to, "482913")
        with pytest.raises(SenderNotConfigured):
            await sender.tell(to, "Njoftim", "Kodi PUK u shfaq.")
    assert not NoSender().available
    assert not any(NoSender().reaches(kind) for kind in ContactKind)


@pytest.mark.parametrize("locale", ["sq", "en", ""])
def test_code_message_is_one_sms_in_albanian(locale: str) -> None:
    text = code_sms("482913", locale)
    assert "482913" in text
    assert "5 minuta" in text
    assert "ë" in text
    assert len(text) <= SEGMENT_CHARS


@pytest.mark.parametrize("locale", ["sq", "en", ""])
def test_code_mail_is_albanian_and_its_subject_does_not_tell_the_code(locale: str) -> None:
    assert "482913" in code_mail_text("482913", locale)
    assert "5 minuta" in code_mail_text("482913", locale)
    assert "ë" in code_mail_text("482913", locale)
    assert not any(c.isdigit() for c in code_mail_subject(locale))
