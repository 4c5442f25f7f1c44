"""The configuration: read once from the environment (prefix ``NDIHMA_``), typed, loud when wrong."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from ndihma.delivery_config import DeliverySettings, SmsWay
from ndihma.desk.handoff.hours import ALWAYS, WorkingHours
from ndihma.oidc_config import OidcSettings
from ndihma.telegram_config import TelegramSettings
from ndihma.web_origins import THIS_MACHINE, parse_hosts, parse_origins

__all__ = ["AccountsSource", "LogLevel", "Mode", "Settings", "project_root"]


_POSTGRES_PORT: Final = 5432
_SHORTEST_SECRET: Final = 32
_DATABASES: Final = frozenset({"sqlite", "sqlite+aiosqlite", "postgresql", "postgresql+psycopg", "postgres"})


class Mode(StrEnum):
    """``production`` refuses everything that exists for development only (outbox page, demo data)."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class AccountsSource(StrEnum):
    """Where accounts are read."""

    SQL = "sql"
    """Our own copy, filled by ``ndihma accounts import``."""
    TMFORUM = "tmforum"
    """The operator's systems over TM Forum Open APIs (docs/tmforum.md)."""


class LogLevel(StrEnum):
    """How much gateway and actions write down."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def project_root() -> Path:
    """The checkout this package runs from (where config.yml and domain.yml are)."""
    return Path(__file__).resolve().parent.parent


class Settings(OidcSettings, TelegramSettings, DeliverySettings):
    """All settings, some inherited; a field's name in upper case with the prefix is its variable."""

    model_config = SettingsConfigDict(env_prefix="NDIHMA_", frozen=True, extra="ignore")

    mode: Mode = Mode.DEVELOPMENT
    home: Path = Field(default_factory=project_root)
    """Where config.yml, domain.yml and models/ are."""
    var_dir: Path | None = None
    """Logs, databases, sockets, development secrets; default ``<home>/var``."""
    database_url: str = ""
    """An SQLAlchemy async URL; default SQLite in ``var_dir``. ``postgresql://`` gets its driver added."""
    tracker_url: str = ""
    """Where the engine keeps the dialogue's state; default SQLite in ``var_dir``. A database of its own."""
    engine_token: SecretStr | None = None
    """Shared by gateway, engine and actions; required in production, made on first start otherwise."""
    verification_key: SecretStr | None = None
    """Hashes one-time codes (S5); the gateway's alone. Required in production, made on first use otherwise."""
    audit_key: SecretStr | None = None
    """Chains the audit trail and hashes its numbers (S10). Required in production, made on first use otherwise."""
    puk_keys: SecretStr | None = None
    """The keys of PUK codes (S8): ``id:base64``, more after commas; the first encrypts. As above."""
    staff_key: SecretStr | None = None
    """Seals the second factors of staff accounts, hashes their recovery codes (S14). As above."""

    keep_transcripts_days: int = Field(default=90, ge=1, le=90)
    """Then conversations are removed, the engine's part of them too (S10)."""
    keep_requests_days: int = Field(default=90, ge=1, le=366)
    """Then a decided reconnection request is removed with its proofs."""

    log_level: LogLevel = LogLevel.INFO
    """Of our own loggers; libraries stay at info, because below it they write what people said (S10)."""

    gateway_host: str = "127.0.0.1"
    gateway_port: int = Field(default=8080, ge=1, le=65535)
    engine_port: int = Field(default=5005, ge=1, le=65535)
    actions_port: int = Field(default=5055, ge=1, le=65535)
    public_origin: str = ""
    """The origin customers' browsers see, such as ``https://chat.example.com``; default http://host:port."""
    widget_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Other sites whose pages may hold the widget and call the API (S13); a comma list."""

    engine_timeout_s: float = Field(default=8.0, gt=0, le=30)
    """The engine's deadline for one message, from the moment it is asked."""
    queue_limit_s: float = Field(default=120.0, gt=0, le=600)
    """How long a message may wait behind others before the engine is asked."""

    assist_threshold: float = Field(default=0.2, gt=0, lt=1)
    """No suggested answer has less confidence. An agent judges, so it is below what the assistant answers from."""
    assist_timeout_s: float = Field(default=2.0, gt=0, le=10)
    """The engine's deadline for one text of an agent, waiting for its turn not counted."""

    max_text_chars: int = Field(default=1000, ge=1)
    max_body_bytes: int = Field(default=16 * 1024, ge=1024)
    session_messages_per_minute: int = Field(default=20, ge=1)
    address_messages_per_minute: int = Field(default=60, ge=1)
    trust_forwarded_for: bool = False
    """Take the client's address from X-Forwarded-For (only behind a proxy of one's own)."""

    handoff: bool = True
    """Whether agents take conversations over; false: who asks for a person is told where people are."""
    agent_hours: str = ALWAYS
    """When agents work, in Kosovo's time: ``mon-fri 08:00-20:00, sat 09:00-15:00``."""
    link_hosts: Annotated[tuple[str, ...], NoDecode] = ("kosovotelecom.com", "www.kosovotelecom.com")
    """The hosts that an agent may send a customer to (S16); a comma list."""
    handoff_webhook_url: str = ""
    """A system of the operator's that is told of each hand-off; https, except on this machine."""
    handoff_webhook_secret: SecretStr | None = None
    """Signs what it is told; at least 32 characters."""
    handoff_webhook_timeout_s: float = Field(default=5.0, gt=0, le=30)
    first_reply_target_s: int = Field(default=120, ge=10, le=24 * 3600)
    next_reply_target_s: int = Field(default=300, ge=10, le=24 * 3600)
    """After how long the console calls an agent's first and next reply late."""

    accounts: AccountsSource = AccountsSource.SQL
    tmf_url: str = ""
    """The root of the TM Forum APIs, such as ``https://api.example.com``; https, except on this machine."""
    tmf_token: SecretStr | None = None
    """A fixed bearer token; or else the four of OAuth 2 client credentials below; or neither."""
    tmf_token_url: str = ""
    tmf_client_id: str = ""
    tmf_client_secret: SecretStr | None = None
    tmf_scope: str = ""
    tmf_ca_file: Path | None = None
    """Certificates (PEM) to trust instead of the usual ones."""
    tmf_mapping: Path | None = None
    """The operator's own names (JSON); default: ours."""
    tmf_timeout_s: float = Field(default=1.5, gt=0, le=1.5)
    """For one account with all its calls; more would not fit into the engine's limit for an action."""
    accounts_stale_s: int = Field(default=3600, ge=0, le=24 * 3600)
    """How old a copy may be that stands in while the operator's systems are down; 0: none does."""
    accounts_stale_lines: int = Field(default=1000, ge=1, le=100_000)
    """How many such copies a process keeps in memory."""

    @field_validator("widget_origins", mode="before")
    @classmethod
    def _exact_origins(cls, listed: Any) -> Any:
        return parse_origins(listed) if isinstance(listed, str) else listed

    @field_validator("agent_hours")
    @classmethod
    def _names_days_and_times(cls, hours: str) -> str:
        WorkingHours.parse(hours)
        return hours

    @field_validator("link_hosts", mode="before")
    @classmethod
    def _are_hosts(cls, listed: Any) -> Any:
        return parse_hosts(listed) if isinstance(listed, str) else listed

    @field_validator("tmf_url", "tmf_token_url", "handoff_webhook_url")
    @classmethod
    def _encrypted_unless_here(cls, url: str) -> str:
        if not url:
            return url
        parts = urlsplit(url)
        if parts.username is not None or parts.query or parts.fragment or not parts.hostname:
            raise ValueError("must be an address without user, query and fragment")
        if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in THIS_MACHINE):
            raise ValueError("must begin with https:// (http:// for this machine only)")
        return url

    @model_validator(mode="after")
    def _operator_is_complete(self) -> Settings:
        credentials = (self.tmf_token_url, self.tmf_client_id, self.tmf_client_secret)
        if self.accounts is AccountsSource.TMFORUM and not self.tmf_url:
            raise ValueError("NDIHMA_TMF_URL must be set when NDIHMA_ACCOUNTS is tmforum")
        if any(credentials) and not all(credentials):
            raise ValueError("NDIHMA_TMF_TOKEN_URL, NDIHMA_TMF_CLIENT_ID, NDIHMA_TMF_CLIENT_SECRET belong together")
        if any(credentials) and self.tmf_token is not None:
            raise ValueError("set NDIHMA_TMF_TOKEN or the client credentials, not both")
        return self

    @model_validator(mode="after")
    def _webhook_is_signed(self) -> Settings:
        secret = self.handoff_webhook_secret
        if self.handoff_webhook_url and (secret is None or len(secret.get_secret_value()) < _SHORTEST_SECRET):
            raise ValueError(
                f"NDIHMA_HANDOFF_WEBHOOK_SECRET must have at least {_SHORTEST_SECRET} characters when "
                "NDIHMA_HANDOFF_WEBHOOK_URL is set"
            )
        return self

    @field_validator("database_url", "tracker_url")
    @classmethod
    def _of_a_kind_we_have_a_driver_for(cls, url: str) -> str:
        if url and url.partition("://")[0] not in _DATABASES:
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return url

    @model_validator(mode="after")
    def _tracker_is_apart(self) -> Settings:
        """The desk has a table ``events`` too, and the engine must not reach customers' accounts (S1)."""
        if self.tracker_url and _place_of(self.tracker_url) == _place_of(self.sqlalchemy_url):
            raise ValueError("NDIHMA_TRACKER_URL must name another database than NDIHMA_DATABASE_URL")
        return self

    @model_validator(mode="after")
    def _production_is_complete(self) -> Settings:
        if self.mode is Mode.PRODUCTION and self.engine_token is None:
            raise ValueError("NDIHMA_ENGINE_TOKEN must be set when NDIHMA_MODE is production")
        if self.mode is Mode.PRODUCTION and self.sms is SmsWay.OUTBOX:
            raise ValueError("NDIHMA_SMS must not be outbox when NDIHMA_MODE is production: it shows one-time codes")
        return self

    @cached_property
    def var(self) -> Path:
        return self.var_dir or self.home / "var"

    @cached_property
    def sqlalchemy_url(self) -> str:
        """The URL with an async driver."""
        return _with_driver(self.database_url or f"sqlite:///{self.var / 'ndihma.db'}", "aiosqlite")

    @cached_property
    def tracker_sqlalchemy_url(self) -> str:
        """The engine's tracker store, with the driver that this process has for it; not async."""
        return _with_driver(self.plain_tracker_url, "pysqlite")

    @cached_property
    def plain_tracker_url(self) -> str:
        """The same without a driver: the engine's environment has another one."""
        url = self.tracker_url or f"sqlite:///{self.var.resolve() / 'tracker.db'}"
        scheme, _, rest = url.partition("://")
        return f"{'sqlite' if scheme.startswith('sqlite') else 'postgresql'}://{rest}"

    @property
    def engine_url(self) -> str:
        return f"http://127.0.0.1:{self.engine_port}"

    @property
    def actions_url(self) -> str:
        return f"http://127.0.0.1:{self.actions_port}"

    @property
    def origin(self) -> str:
        return self.public_origin or f"http://{self.gateway_host}:{self.gateway_port}"


def _with_driver(url: str, sqlite_driver: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{f'sqlite+{sqlite_driver}' if scheme.startswith('sqlite') else 'postgresql+psycopg'}://{rest}"


def _place_of(url: str) -> tuple[str, int | None, str]:
    """Server and database that a URL names, whoever connects."""
    parts = urlsplit(url)
    if parts.scheme.startswith("sqlite"):
        return "", None, parts.path
    return parts.hostname or "", parts.port or _POSTGRES_PORT, parts.path
