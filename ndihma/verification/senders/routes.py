"""A code's way: by SMS to a number, by e-mail to an address."""

from __future__ import annotations

import uuid

from ndihma.accounts.model import ContactKind
from ndihma.accounts.msisdn import Msisdn
from ndihma.clock import Clock
from ndihma.mail import Mail, Mailer, MailError, MailNotConfigured, MailRefused
from ndihma.verification.messages import DEFAULT_LOCALE, code_mail_subject, code_mail_text, code_sms
from ndihma.verification.senders.ports import (
    Destination,
    SenderError,
    SenderNotConfigured,
    SendPostponed,
    SendRefused,
    SmsGateway,
)

__all__ = ["RoutedSender"]


class RoutedSender:
    """Implements CodeSender with an SMS gateway, a mailer, or both."""

    def __init__(self, sms: SmsGateway | None, mailer: Mailer, clock: Clock) -> None:
        self._sms = sms
        self._mailer = mailer
        self._clock = clock

    @property
    def available(self) -> bool:
        return self._sms is not None

    def reaches(self, kind: ContactKind) -> bool:
        return self._mailer.available if kind is ContactKind.EMAIL else self.available

    async def send(self, to: Destination, code: str, locale: str = DEFAULT_LOCALE) -> None:
        if isinstance(to, Msisdn):
            await self._submit(to, code_sms(code, locale))
        else:
            await self.tell(to, code_mail_subject(locale), code_mail_text(code, locale))

    async def tell(self, to: Destination, subject: str, text: str) -> None:
        if isinstance(to, Msisdn):
            await self._submit(to, text)
            return
        problem: SenderError
        try:
            # Each call is a mail of its own: a code is never sent a second time.
            await self._mailer.send(Mail(uuid.uuid4().hex, self._clock.now(), to, subject, text))
        except MailNotConfigured as error:
            problem = SenderNotConfigured(str(error))
        except MailRefused as error:
            problem = SendRefused(str(error))
        except MailError as error:
            problem = SendPostponed(str(error))
        else:
            return
        raise problem

    async def start(self) -> None:
        if self._sms is not None:
            await self._sms.start()

    async def close(self) -> None:
        if self._sms is not None:
            await self._sms.close()

    async def _submit(self, to: Msisdn, text: str) -> None:
        if self._sms is None:
            raise SenderNotConfigured("no SMS gateway is configured")
        await self._sms.submit(to, text)
