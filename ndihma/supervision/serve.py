"""The whole system on this machine: engine, actions and gateway under one supervisor (``ndihma serve``)."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ndihma.children import engine_environment, engine_python, raise_on_signals
from ndihma.config import Mode, Settings
from ndihma.delivery_config import CONFIDENTIAL
from ndihma.failure import Failure, Interrupted
from ndihma.modelstore import ModelStore
from ndihma.oidc_config import OIDC_CONFIDENTIAL
from ndihma.preparation import check_tracker, prepare_data
from ndihma.progress import Quiet, Reporter
from ndihma.puk.keys import keyring
from ndihma.secrets import SecretError, audit_key, engine_token, staff_key, verification_key
from ndihma.supervision.conductor import Conductor, home_relative, report_leftovers
from ndihma.supervision.config import RunFiles
from ndihma.supervision.preflight import check_disk, check_ports, free_port, one_instance, running_instance
from ndihma.supervision.program import Program
from ndihma.telegram_config import TELEGRAM_SECRETS

__all__ = ["gateway_url", "running_gateway", "serve", "temporary_system"]

_OPERATOR: Final = ("NDIHMA_TMF_TOKEN", "NDIHMA_TMF_CLIENT_SECRET")
_ENGINE_START_S: Final = 120.0
_CONNECT_S: Final = 5
_APP_START_S: Final = 60.0


def programs(settings: Settings) -> list[Program]:
    """The three programs and how each tells that it is healthy."""
    return [
        Program(
            "engine",
            (str(engine_python(settings)), "-m", "engine.serve"),
            f"{settings.engine_url}/webhooks/gateway/health",
            start_within_s=_ENGINE_START_S,
            hidden=(
                "NDIHMA_VERIFICATION_KEY",
                "NDIHMA_AUDIT_KEY",
                "NDIHMA_PUK_KEYS",
                "NDIHMA_STAFF_KEY",
                *OIDC_CONFIDENTIAL,
                "NDIHMA_DATABASE_URL",
                *_OPERATOR,
                *CONFIDENTIAL,
                *TELEGRAM_SECRETS,
            ),
        ),
        Program(
            "actions",
            (sys.executable, "-m", "actions"),
            f"{settings.actions_url}/health",
            start_within_s=_APP_START_S,
            hidden=(
                "NDIHMA_VERIFICATION_KEY",
                "NDIHMA_PUK_KEYS",
                "NDIHMA_STAFF_KEY",
                *OIDC_CONFIDENTIAL,
                "NDIHMA_TRACKER_URL",
                "NDIHMA_TRACKER_DB",
                *CONFIDENTIAL,
                *TELEGRAM_SECRETS,
            ),
        ),
        Program(
            "gateway",
            (sys.executable, "-m", "ndihma.gateway"),
            f"{gateway_url(settings)}/healthz",
            start_within_s=_APP_START_S,
        ),
    ]


def gateway_url(settings: Settings) -> str:
    """Where this machine reaches the gateway (``0.0.0.0`` is an address to listen on, not to call)."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(settings.gateway_host, settings.gateway_host)  # noqa: S104
    return f"http://{host}:{settings.gateway_port}"


def shared_token(settings: Settings) -> str:
    """What the three programs show each other. Raises Failure, also when the gateway would miss its own secret."""
    try:
        token = engine_token(settings).get_secret_value()
        verification_key(settings)
        audit_key(settings)
        keyring(settings)
        staff_key(settings)
    except SecretError as error:
        raise Failure(str(error)) from error
    return token


def environment(settings: Settings, model: Path, token: str) -> dict[str, str]:
    """What the programs inherit: all settings by value, so that they agree whatever their working folder is."""
    inherited = engine_environment()
    if settings.database_url:
        inherited["NDIHMA_DATABASE_URL"] = settings.database_url
    if settings.tracker_url:
        inherited["NDIHMA_TRACKER_URL"] = settings.tracker_url
    return {
        **inherited,
        "NDIHMA_MODE": settings.mode.value,
        "NDIHMA_HOME": str(settings.home.resolve()),
        "NDIHMA_VAR_DIR": str(settings.var.resolve()),
        "NDIHMA_GATEWAY_HOST": settings.gateway_host,
        "NDIHMA_GATEWAY_PORT": str(settings.gateway_port),
        "NDIHMA_ENGINE_PORT": str(settings.engine_port),
        "NDIHMA_ACTIONS_PORT": str(settings.actions_port),
        "NDIHMA_ACTIONS_URL": settings.actions_url,
        "NDIHMA_ENGINE_TOKEN": token,
        "NDIHMA_TRACKER_DB": _tracker_of_engine(settings),
        "NDIHMA_MODEL": str(model),
    }


def _tracker_of_engine(settings: Settings) -> str:
    """The URL in endpoints.yml. Rasa takes every URL with "postgresql" in it for PostgreSQL's, and waits for ever for
    a server that does not answer."""
    url = settings.plain_tracker_url
    if url.startswith("sqlite"):
        if "postgresql" in url:
            raise Failure(
                "the engine cannot work in a folder with postgresql in its name: choose another NDIHMA_VAR_DIR"
            )
        return url
    return url if "connect_timeout=" in url else f"{url}{'&' if '?' in url else '?'}connect_timeout={_CONNECT_S}"


def serve(settings: Settings, reporter: Reporter) -> None:
    """Prepare, start, and stay until a signal asks to stop. Raises Failure."""
    began = time.monotonic()
    url = settings.origin
    var = settings.var.resolve()
    raise_on_signals()
    check_disk(var)
    try:
        with one_instance(_lock(settings), {"url": gateway_url(settings)}):
            token = shared_token(settings)
            files = RunFiles(run=var / "run", logs=var / "log")
            report_leftovers(files, reporter)  # they may hold the ports
            check_ports(
                {
                    "NDIHMA_GATEWAY_PORT": (settings.gateway_host, settings.gateway_port),
                    "NDIHMA_ENGINE_PORT": ("127.0.0.1", settings.engine_port),
                    "NDIHMA_ACTIONS_PORT": ("127.0.0.1", settings.actions_port),
                }
            )
            model = ModelStore(settings).ensure(reporter)
            prepare_data(settings, reporter)
            check_tracker(settings)
            shown = home_relative(settings.home.resolve())
            conductor = Conductor(
                programs(settings),
                home=settings.home.resolve(),
                files=files,
                environment=environment(settings, model, token),
                reporter=reporter,
                shown=shown,
            )
            with conductor:
                conductor.wait_until_healthy()
                mode = "demo customers, development" if settings.mode is Mode.DEVELOPMENT else "production"
                reporter.line(f"Ndihma is ready after {time.monotonic() - began:.1f} s: {url}")
                if settings.mode is Mode.DEVELOPMENT:
                    reporter.line(f"  the chat widget on an operator's site: {url}/demo/")
                reporter.line(f"  {mode} · model {model.name} · logs in {shown(var / 'log')} · Ctrl-C stops everything")
                try:
                    conductor.watch()
                except Interrupted:
                    reporter.progress("  stopping …")
                    raise
    except Interrupted:
        reporter.line("Ndihma is stopped.")


def running_gateway(settings: Settings) -> str | None:
    """The address of the system that already runs for this folder, if one does."""
    about = running_instance(_lock(settings))
    return str(about["url"]) if about and "url" in about else None


@contextmanager
def temporary_system(settings: Settings, reporter: Reporter) -> Iterator[str]:
    """A whole system on free ports for the ``with`` block; gives the gateway's address. Raises Failure."""
    var = settings.var.resolve()
    check_disk(var)
    own = settings.model_copy(
        update={
            "gateway_host": "127.0.0.1",
            "gateway_port": free_port(),
            "engine_port": free_port(),
            "actions_port": free_port(),
            "public_origin": "",
        }
    )
    token = shared_token(own)
    model = ModelStore(own).ensure(reporter)
    prepare_data(own, Quiet())
    with tempfile.TemporaryDirectory(prefix="ndihma-") as run:
        conductor = Conductor(
            programs(own),
            home=own.home.resolve(),
            files=RunFiles(run=Path(run), logs=var / "log" / "ask"),
            environment=environment(own, model, token),
            reporter=_OnlyProgress(reporter),
            shown=home_relative(own.home.resolve()),
        )
        with conductor:
            conductor.wait_until_healthy()
            yield gateway_url(own)


class _OnlyProgress:
    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter

    def line(self, text: str) -> None:
        pass

    def progress(self, text: str) -> None:
        self._reporter.progress(text)


def _lock(settings: Settings) -> Path:
    return settings.var.resolve() / "run" / "serve.lock"
