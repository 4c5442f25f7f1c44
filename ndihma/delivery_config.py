"""The settings of what leaves the app for customers and staff: SMS and e-mail."""

from __future__ import annotations

import re
from enum import StrEnum
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ndihma.mail.address import EmailAddress

__all__ = ["CONFIDENTIAL", "DeliverySettings", "KannelMethod", "SmsWay", "SmtpSecurity"]

_SENDER: Final = re.compile(r"\+[0-9]{8,15}|[0-9]{3,8}|[A-Za-z0-9 .-]{1,11}")
_ADDRESS: Final = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")

CONFIDENTIAL: Final = (
    "NDIHMA_SMS",
    "NDIHMA_KANNEL_USERNAME",
    "NDIHMA_KANNEL_PASSWORD",
    "NDIHMA_SMPP_SYSTEM_ID",
    "NDIHMA_SMPP_PASSWORD",
    "NDIHMA_SMTP_HOST",
    "NDIHMA_SMTP_USERNAME",
    "NDIHMA_SMTP_PASSWORD",
    "NDIHMA_HANDOFF_WEBHOOK_URL",
    "NDIHMA_HANDOFF_WEBHOOK_SECRET",
)
"""What only the process that sends is told: with these away, the settings of the others are complete without them."""


class SmsWay(StrEnum):
    """How SMS leave."""

    NONE = "none"
    OUTBOX = "outbox"
    """Into ``var/outbox.jsonl``; development only."""
    KANNEL = "kannel"
    SMPP = "smpp"


class KannelMethod(StrEnum):
    """How a message is handed to an HTTP gateway."""

    POST = "post"
    """Text in the body, the rest in ``X-Kannel-…`` headers: nothing secret stands in an access log on the way."""
    GET = "get"
    """Everything in the URL, for gateways that know nothing else."""


class SmtpSecurity(StrEnum):
    """How mail crosses the network; the server's certificate is checked against the system's authorities."""

    STARTTLS = "starttls"
    """In clear at first, then encrypted; a server that does not offer it gets no mail."""
    TLS = "tls"
    """Encrypted from the first byte (RFC 8314)."""
    NONE = "none"

    @property
    def port(self) -> int:
        """The usual port."""
        return {SmtpSecurity.STARTTLS: 587, SmtpSecurity.TLS: 465, SmtpSecurity.NONE: 25}[self]


class DeliverySettings(BaseSettings):
    """Part of ``Settings``. A way that is chosen and lacks something is refused in one line."""

    model_config = SettingsConfigDict(env_prefix="NDIHMA_", frozen=True, extra="ignore")

    sms: SmsWay | None = None
    """Default: the outbox in development, none in production."""
    sms_from: str = "Ndihma"
    """The sender that telephones show: up to 11 letters and digits, a short number, or ``+383…``."""
    sms_timeout_s: float = Field(default=5.0, gt=0, le=9)
    """For one SMS, all of it; a code's delivery is given up after ten seconds."""

    kannel_url: str = ""
    """Such as ``https://sms.example.com:13013/cgi-bin/sendsms``."""
    kannel_username: str = ""
    kannel_password: SecretStr | None = None
    kannel_method: KannelMethod = KannelMethod.POST

    smpp_host: str = ""
    smpp_port: int = Field(default=2775, ge=1, le=65535)
    smpp_tls: bool = False
    smpp_system_id: str = ""
    smpp_password: SecretStr | None = None
    smpp_system_type: str = ""

    smtp_host: str = ""
    """Empty: no e-mail (in development it goes to the outbox)."""
    smtp_port: int | None = Field(default=None, ge=1, le=65535)
    smtp_security: SmtpSecurity = SmtpSecurity.STARTTLS
    smtp_username: str = ""
    smtp_password: SecretStr | None = None
    smtp_from: str = ""
    smtp_from_name: str = "Ndihma"
    smtp_timeout_s: float = Field(default=30.0, gt=0, le=120)
    """For one mail, attachments and all."""
    proof_mail_to: str = "business@kosovotelecom.com"
    """Where proofs of payment go (FAQ 000, suspension)."""

    @field_validator("sms_from")
    @classmethod
    def _can_be_an_sms_sender(cls, sender: str) -> str:
        if not _SENDER.fullmatch(sender):
            raise ValueError("must be up to 11 letters and digits, a short number, or +383…")
        return sender

    @field_validator("kannel_url")
    @classmethod
    def _is_an_http_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ValueError("must be an address such as https://host:13013/cgi-bin/sendsms")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("must not hold a user, a password or parameters; they have their own settings")
        return url

    @field_validator("smtp_from")
    @classmethod
    def _is_an_address(cls, address: str) -> str:
        if address and not _ADDRESS.fullmatch(address):
            raise ValueError("must be an e-mail address")
        return address

    @field_validator("proof_mail_to")
    @classmethod
    def _can_be_mailed_to(cls, address: str) -> str:
        return EmailAddress.parse(address).address

    @model_validator(mode="after")
    def _what_is_chosen_is_complete(self) -> DeliverySettings:
        if self.sms is SmsWay.KANNEL:
            self._need("NDIHMA_SMS is kannel", "kannel_url", "kannel_username", "kannel_password")
        if self.sms is SmsWay.SMPP:
            self._need("NDIHMA_SMS is smpp", "smpp_host", "smpp_system_id", "smpp_password")
        if self.smtp_host:
            self._need("NDIHMA_SMTP_HOST is", "smtp_from")
        if self.smtp_username:
            self._need("NDIHMA_SMTP_USERNAME is", "smtp_password")
        if self.smtp_username and self.smtp_security is SmtpSecurity.NONE and not _is_this_machine(self.smtp_host):
            raise ValueError("NDIHMA_SMTP_SECURITY is none: NDIHMA_SMTP_PASSWORD would cross the network in clear")
        return self

    def _need(self, reason: str, *names: str) -> None:
        missing = [f"NDIHMA_{name.upper()}" for name in names if not getattr(self, name)]
        if missing:
            raise ValueError(f"{', '.join(missing)} must be set when {reason}")


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
