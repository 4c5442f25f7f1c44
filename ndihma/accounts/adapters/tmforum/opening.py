"""The client as the settings describe it."""

from __future__ import annotations

from ndihma.accounts.adapters.tmforum.auth import Authorization, ClientCredentials, FixedToken, NoAuthorization
from ndihma.accounts.adapters.tmforum.breaker import PurgatoryBreaker
from ndihma.accounts.adapters.tmforum.client import TmfClient
from ndihma.accounts.adapters.tmforum.deadline import Deadline
from ndihma.accounts.adapters.tmforum.mapping import TmfMapping
from ndihma.accounts.adapters.tmforum.transport import Request, Transport
from ndihma.accounts.ports import InvalidAccountSettings
from ndihma.clock import Clock
from ndihma.config import Settings

__all__ = ["open_client"]

_TOKEN_CIRCUIT = "token"  # noqa: S105  (a name)


def open_client(settings: Settings, mapping: TmfMapping, clock: Clock) -> TmfClient:
    """A client with connections of its own; ``await close()`` when done. Raises InvalidAccountSettings."""
    try:
        transport = Transport(clock, timeout_s=settings.tmf_timeout_s, ca_file=settings.tmf_ca_file)
    except OSError as error:  # also what the TLS library does not accept
        raise InvalidAccountSettings(f"{settings.tmf_ca_file}: cannot be used as certificates") from error
    breaker = PurgatoryBreaker()
    return TmfClient(
        settings.tmf_url,
        mapping=mapping,
        transport=transport,
        authorization=_authorization(settings, transport, breaker),
        breaker=breaker,
    )


def _authorization(settings: Settings, transport: Transport, breaker: PurgatoryBreaker) -> Authorization:
    if settings.tmf_token is not None:
        return FixedToken(settings.tmf_token)
    if settings.tmf_client_secret is None:
        return NoAuthorization()
    basic = (settings.tmf_client_id, settings.tmf_client_secret.get_secret_value())

    async def request(form: dict[str, str], deadline: Deadline) -> bytes:
        asked = Request("POST", settings.tmf_token_url, form=form, basic=basic)
        answer = await breaker.call(_TOKEN_CIRCUIT, lambda: transport.exchange(_TOKEN_CIRCUIT, asked, deadline))
        return answer.body

    return ClientCredentials(request, scope=settings.tmf_scope)
