"""The provider over HTTP: discovery, exchange of the code, verification of the id token (OpenID Connect Core 1.0).

No redirects are followed and no proxy of the environment is used. Addresses that discovery names must be as safe as the
issuer's own. The id token is verified by its signature with a key of the provider's set, whatever channel it came by.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import SecretStr

from ndihma.clock import Clock
from ndihma.staff.oidc.flow import Flow
from ndihma.staff.oidc.model import IdentityRefused, ProviderIdentity, ProviderUnavailable
from ndihma.web_origins import THIS_MACHINE

__all__ = ["Provider"]

_ALGORITHMS: Final = ("RS256", "PS256", "ES256")
"""Asymmetric ones alone: with HS256 whoever knows the client secret could make tokens; ``none`` is nothing."""
_SCOPE: Final = "openid profile"
_LEEWAY_S: Final = 60
_MAX_BODY_BYTES: Final = 256 * 1024
_KEPT_S: Final = 3600.0
_LEAST_BETWEEN_S: Final = 60.0
"""Between two fetches of the keys because a token names one we do not know."""
_OK: Final = 200
_REFUSED: Final = (400, 401, 403)
_LONGEST_SUBJECT: Final = 255


@dataclass(frozen=True, slots=True)
class _Known:
    """What discovery told, with the keys, and when."""

    authorization_endpoint: str
    token_endpoint: str
    basic: bool
    keys: KeySet
    at: float


class Provider:
    """One provider with one client of ours. ``await close()`` when done."""

    def __init__(
        self,
        *,
        issuer: str,
        client_id: str,
        client_secret: SecretStr,
        redirect_uri: str,
        clock: Clock,
        timeout_s: float,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """``timeout_s`` bounds one call."""
        self.issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri
        self._clock = clock
        self._timeout_s = timeout_s
        self._http = httpx.AsyncClient(transport=transport, timeout=timeout_s, trust_env=False, follow_redirects=False)
        self._known: _Known | None = None
        self._learning = asyncio.Lock()

    async def close(self) -> None:
        await self._http.aclose()

    async def authorization_url(self, flow: Flow) -> str:
        """Where the browser is sent. Raises ProviderUnavailable."""
        endpoint = (await self._learn()).authorization_endpoint
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "scope": _SCOPE,
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": flow.challenge,
            "code_challenge_method": "S256",
        }
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(query)}"

    async def identity(self, code: str, flow: Flow) -> ProviderIdentity:
        """Who came back with this code. Raises ProviderUnavailable, IdentityRefused."""
        known = await self._learn()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": flow.verifier,
        }
        secret = self._client_secret.get_secret_value()
        basic = httpx.BasicAuth(self._client_id, secret) if known.basic else None
        if basic is None:
            form |= {"client_id": self._client_id, "client_secret": secret}
        answer = await self._call("POST", known.token_endpoint, form=form, auth=basic)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderUnavailable("the token answer holds no id token")
        return await self._verified(token, flow)

    async def _verified(self, token: str, flow: Flow) -> ProviderIdentity:
        claims = await self._signed_claims(token)
        rules = jwt.JWTClaimsRegistry(
            now=int(self._clock.now().timestamp()),
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self._client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": flow.nonce},
        )
        try:
            rules.validate(claims)
        except JoseError as error:
            raise IdentityRefused(f"the id token is not for this sign-in: {type(error).__name__}") from None
        audience = claims["aud"]
        several = isinstance(audience, list) and len(audience) > 1
        if (several or "azp" in claims) and claims.get("azp") != self._client_id:
            raise IdentityRefused("the id token was made for another client")
        subject = claims["sub"]
        if len(subject) > _LONGEST_SUBJECT:
            raise IdentityRefused("the id token's subject is too long")
        return ProviderIdentity(self.issuer, subject, claims)

    async def _signed_claims(self, token: str) -> dict[str, Any]:
        """The claims, if one of the provider's keys signed them; its keys are fetched anew once, when none did."""
        keys = (await self._learn()).keys
        try:
            return jwt.decode(token, keys, algorithms=_ALGORITHMS).claims
        except (JoseError, ValueError):
            renewed = (await self._learn(older_than_s=_LEAST_BETWEEN_S)).keys
        try:
            return jwt.decode(token, renewed, algorithms=_ALGORITHMS).claims
        except (JoseError, ValueError) as error:
            raise IdentityRefused(f"the id token is not signed by the provider: {type(error).__name__}") from None

    async def _learn(self, older_than_s: float = _KEPT_S) -> _Known:
        """What discovery tells, asked again when it is older than that. Raises ProviderUnavailable."""
        async with self._learning:
            now = self._clock.now().timestamp()
            if self._known is not None and now - self._known.at < older_than_s:
                return self._known
            told = await self._call("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if told.get("issuer") != self.issuer:
                raise ProviderUnavailable("discovery names another issuer than NDIHMA_OIDC_ISSUER")
            methods = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
            keys = await self._call("GET", self._endpoint(told, "jwks_uri"))
            try:
                key_set = KeySet.import_key_set({"keys": keys["keys"]})
            except (JoseError, KeyError, TypeError, ValueError):
                raise ProviderUnavailable("the provider's keys cannot be read") from None
            self._known = _Known(
                authorization_endpoint=self._endpoint(told, "authorization_endpoint"),
                token_endpoint=self._endpoint(told, "token_endpoint"),
                basic="client_secret_basic" in methods,
                keys=key_set,
                at=now,
            )
            return self._known

    def _endpoint(self, told: Mapping[str, Any], name: str) -> str:
        url = told.get(name)
        parts = urlsplit(url if isinstance(url, str) else "")
        here = parts.scheme == "http" and parts.hostname in THIS_MACHINE
        if not isinstance(url, str) or not parts.hostname or not (parts.scheme == "https" or here):
            raise ProviderUnavailable(f"discovery's {name} is no https address")
        return url

    async def _call(
        self, method: str, url: str, *, form: Mapping[str, str] | None = None, auth: httpx.BasicAuth | None = None
    ) -> dict[str, Any]:
        """A JSON object. Errors of httpx hold the request with its secrets, so none is passed on."""
        body = bytearray()
        try:
            async with (
                asyncio.timeout(self._timeout_s),
                self._http.stream(method, url, data=form, auth=auth, headers={"Accept": "application/json"}) as answer,
            ):
                status = answer.status_code
                async for chunk in answer.aiter_bytes():
                    body += chunk
                    if len(body) > _MAX_BODY_BYTES:
                        break
        except (TimeoutError, httpx.HTTPError, httpx.StreamError, OSError) as error:
            trouble = type(error).__name__
        else:
            if form is not None and status in _REFUSED:
                raise IdentityRefused("the provider does not take the code")
            if status == _OK and len(body) <= _MAX_BODY_BYTES:
                try:
                    value = json.loads(body)
                except (ValueError, RecursionError):
                    value = None
                if isinstance(value, dict):
                    return value
            trouble = f"status {status}" if status != _OK else "no JSON object"
        raise ProviderUnavailable(f"the provider's {urlsplit(url).path}: {trouble}")
