"""Which sender the settings ask for."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import SecretStr

from ndihma.clock import Clock
from ndihma.config import Mode, Settings
from ndihma.delivery_config import SmsWay
from ndihma.mail import EmailAddress, Mailer, NoMailer
from ndihma.verification.senders.outbox import FileOutbox
from ndihma.verification.senders.ports import CodeSender, NoSender, SmsGateway
from ndihma.verification.senders.routes import RoutedSender

__all__ = ["ChosenSender", "choose_sender"]


@dataclass(frozen=True, slots=True)
class ChosenSender:
    """The sender, the mailer behind it, and the outbox when messages go there (development only)."""

    sender: CodeSender
    mailer: Mailer
    outbox: FileOutbox | None = None


def choose_sender(settings: Settings, clock: Clock) -> ChosenSender:
    """What the settings ask for; the outbox in development and nothing in production where they ask for nothing.

    Nothing is opened. Raises OutboxRefused when the outbox is asked for in production.
    """
    development = settings.mode is Mode.DEVELOPMENT
    way = settings.sms or (SmsWay.OUTBOX if development else SmsWay.NONE)
    outbox: FileOutbox | None = None
    if way is SmsWay.OUTBOX or (development and not settings.smtp_host):
        outbox = FileOutbox(settings.var, settings.mode, clock)
    mailer = _mailer(settings, outbox)
    sms = outbox if way is SmsWay.OUTBOX else _gateway(settings, way)
    sender = RoutedSender(sms, mailer, clock) if sms is not None or mailer.available else NoSender()
    return ChosenSender(sender, mailer, outbox)


def _gateway(settings: Settings, way: SmsWay) -> SmsGateway | None:
    """The gateway; its module, and the library behind it, are loaded only where they are used."""
    if way is SmsWay.KANNEL:
        from ndihma.verification.senders.kannel import KannelAccount, KannelGateway

        return KannelGateway(
            KannelAccount(
                url=settings.kannel_url,
                username=settings.kannel_username,
                password=settings.kannel_password or SecretStr(""),
                sender=settings.sms_from,
                method=settings.kannel_method,
                timeout_s=settings.sms_timeout_s,
            )
        )
    if way is SmsWay.SMPP:
        from ndihma.verification.senders.smpp import SmppAccount, SmppGateway

        return SmppGateway(
            SmppAccount(
                host=settings.smpp_host,
                port=settings.smpp_port,
                system_id=settings.smpp_system_id,
                password=settings.smpp_password or SecretStr(""),
                sender=settings.sms_from,
                system_type=settings.smpp_system_type,
                tls=settings.smpp_tls,
                timeout_s=settings.sms_timeout_s,
            )
        )
    return None


def _mailer(settings: Settings, outbox: FileOutbox | None) -> Mailer:
    if not settings.smtp_host:
        return outbox or NoMailer()
    from ndihma.mail.smtp import SmtpMailer, SmtpServer

    return SmtpMailer(
        SmtpServer(
            host=settings.smtp_host,
            port=settings.smtp_port or settings.smtp_security.port,
            security=settings.smtp_security,
            sender=EmailAddress.parse(settings.smtp_from),
            sender_name=settings.smtp_from_name,
            username=settings.smtp_username,
            password=settings.smtp_password,
            timeout_s=settings.smtp_timeout_s,
        )
    )
