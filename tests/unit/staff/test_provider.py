"""The id token must be for us, for this sign-in, now, and signed by the provider: anything else is refused (S14)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from pydantic import SecretStr

from ndihma.clock import FixedClock
from ndihma.staff.oidc.flow import Flow, begin, resume
from ndihma.staff.oidc.model import IdentityRefused, ProviderIdentity, ProviderUnavailable
from ndihma.staff.oidc.provider import Provider
from ndihma.staff.vault import StaffVault

ISSUER = "https://login.example.com/realms/staff"
SECRET = "client secret & more"
NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
KEY = RSAKey.generate_key(2048, {"kid": "one"})
OTHER = RSAKey.generate_key(2048, {"kid": "one"})
FLOW = Flow("state", "nonce", "v" * 43, (NOW + timedelta(minutes=10)).timestamp())
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "aud": "ndihma",
    "sub": "sub-1",
    "exp": int(NOW.timestamp()) + 300,
    "iat": int(NOW.timestamp()),
    "nonce": "nonce",
}


class Scripted:
    """A provider that answers as told."""

    def __init__(self) -> None:
        self.keys: list[Any] = [KEY]
        self.token: Any = ""
        self.discovery: dict[str, Any] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/auth",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
        }
        self.asked: list[httpx.Request] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        path = request.url.path.rpartition("/")[2]
        if path == "openid-configuration":
            return httpx.Response(200, json=self.discovery)
        if path == "keys":
            return httpx.Response(200, json={"keys": [key.as_dict(private=False) for key in self.keys]})
        return self.token if isinstance(self.token, httpx.Response) else httpx.Response(200, json=self.token)

    def paths(self) -> list[str]:
        return [request.url.path.rpartition("/")[2] for request in self.asked]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def scripted() -> Scripted:
    return Scripted()


@pytest.fixture
def provider(scripted: Scripted, clock: FixedClock) -> Provider:
    return Provider(
        issuer=ISSUER,
        client_id="ndihma",
        client_secret=SecretStr(SECRET),
        redirect_uri="https://chat.example.com/api/console/oidc/callback",
        clock=clock,
        timeout_s=5,
        transport=httpx.MockTransport(scripted.answer),
    )


def signed(key: Any = KEY, algorithm: str = "RS256", **changed: Any) -> dict[str, str]:
    claims = {name: value for name, value in {**CLAIMS, **changed}.items() if value is not None}
    return {"id_token": jwt.encode({"alg": algorithm, "kid": "one"}, claims, key, algorithms=[algorithm])}


async def test_the_code_is_redeemed_with_the_verifier_and_the_secret(provider, scripted):
    scripted.token = signed(name="Anita", roles=["a", 7], groups="b")
    identity = await provider.identity("code", FLOW)
    assert (identity.issuer, identity.subject) == (ISSUER, "sub-1")
    assert (identity.text("name"), identity.text("roles"), identity.texts("roles")) == ("Anita", "", {"a"})
    assert (identity.texts("groups"), identity.texts("nothing")) == ({"b"}, frozenset())
    redeemed = scripted.asked[-1]
    form = parse_qs(redeemed.content.decode())
    assert form["code_verifier"] == [FLOW.verifier]
    assert redeemed.headers["authorization"].startswith("Basic ")
    assert "client_secret" not in form
    assert "Anita" not in repr(identity)


async def test_the_secret_goes_in_the_form_when_the_provider_wants_it_there(provider, scripted):
    scripted.discovery["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    scripted.token = signed()
    await provider.identity("code", FLOW)
    assert parse_qs(scripted.asked[-1].content.decode())["client_secret"] == [SECRET]
    assert "authorization" not in scripted.asked[-1].headers


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://login.example.com/realms/other"},
        {"iss": None},
        {"aud": "another"},
        {"aud": ["ndihma", "another"]},
        {"aud": ["ndihma", "another"], "azp": "another"},
        {"azp": "another"},
        {"aud": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"exp": int(NOW.timestamp()) - 61},
        {"exp": None},
        {"iat": int(NOW.timestamp()) + 61},
        {"iat": None},
        {"nonce": "of another sign-in"},
        {"nonce": None},
    ],
)
async def test_s14_a_token_that_is_not_for_this_sign_in_is_refused(provider, scripted, changed):
    scripted.token = signed(**changed)
    with pytest.raises(IdentityRefused):
        await provider.identity("code", FLOW)


async def test_several_audiences_name_us_as_the_authorized_party(provider, scripted):
    scripted.token = signed(aud=["ndihma", "another"], azp="ndihma")
    assert (await provider.identity("code", FLOW)).subject == "sub-1"


async def test_s14_a_token_that_others_signed_is_refused(provider, scripted):
    unsigned = ".".join(
        jwt.encode({"alg": "RS256"}, part, KEY).split(".")[1]  # base64 of JSON
        for part in ({"alg": "none"}, CLAIMS)
    )
    by_secret = OctKey.import_key(SECRET.ljust(32))
    for token in (
        signed(OTHER),
        signed(by_secret, "HS256"),
        {"id_token": f"{unsigned}."},
        {"id_token": "x.y.z"},
        {"id_token": ""},
        {"id_token": signed()["id_token"][:-4] + "AAAA"},
    ):
        scripted.token = token
        with pytest.raises(IdentityRefused):
            await provider.identity("code", FLOW)


async def test_elliptic_curves_are_taken(provider, scripted):
    key = ECKey.generate_key("P-256", {"kid": "one"})
    scripted.keys = [key]
    scripted.token = signed(key, "ES256")
    assert (await provider.identity("code", FLOW)).subject == "sub-1"


async def test_keys_that_changed_are_fetched_anew_but_not_for_every_wrong_token(provider, scripted, clock):
    scripted.token = signed()
    await provider.identity("code", FLOW)
    scripted.keys, scripted.token = [OTHER], signed(OTHER)
    clock.advance(timedelta(minutes=1))
    await provider.identity("code", FLOW)
    assert scripted.paths().count("keys") == 2
    scripted.token = signed()
    for _ in range(5):
        with pytest.raises(IdentityRefused):
            await provider.identity("code", FLOW)
    assert scripted.paths().count("keys") == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "https://login.example.com/realms/other"},
        {"authorization_endpoint": "http://login.example.com/auth"},
        {"token_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
        {"jwks_uri": 7},
    ],
)
async def test_s14_discovery_that_names_what_is_not_safe_is_not_used(provider, scripted, changed):
    scripted.discovery |= changed
    with pytest.raises(ProviderUnavailable):
        await provider.authorization_url(FLOW)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(400, json={"error": "invalid_grant"}), IdentityRefused),
        (httpx.Response(401), IdentityRefused),
        (httpx.Response(500), ProviderUnavailable),
        (httpx.Response(302, headers={"Location": "https://evil.example"}), ProviderUnavailable),
        (httpx.Response(200, content=b"<html>"), ProviderUnavailable),
        (httpx.Response(200, content=json.dumps(["x"]).encode()), ProviderUnavailable),
        (httpx.Response(200, content=b" " * 300_000), ProviderUnavailable),
        (httpx.Response(200, json={"access_token": "x"}), ProviderUnavailable),
    ],
)
async def test_answers_that_are_no_tokens_are_told_apart(provider, scripted, answer, error):
    scripted.token = answer
    with pytest.raises(error) as raised:
        await provider.identity("the-code", FLOW)
    assert "the-code" not in str(raised.value)
    assert SECRET not in str(raised.value)


async def test_the_browser_is_sent_with_everything_that_guards_its_way_back(provider):
    url = urlsplit(await provider.authorization_url(FLOW))
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{ISSUER}/auth"
    assert query["code_challenge"] == FLOW.challenge != FLOW.verifier
    assert (query["state"], query["nonce"], query["response_type"]) == ("state", "nonce", "code")


def test_the_challenge_is_that_of_rfc_7636() -> None:
    flow = Flow("s", "n", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", 0)
    assert flow.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_s14_a_flow_comes_back_as_it_went_and_in_no_other_way() -> None:
    vault = StaffVault(SecretStr("s" * 40))
    flow, carried = begin(vault, NOW)
    assert resume(vault, carried, flow.state, NOW) == flow
    assert flow.verifier not in carried
    late = NOW + timedelta(minutes=10)
    for wrong in (
        resume(vault, carried, "another", NOW),
        resume(vault, carried, "", NOW),
        resume(vault, carried, "ë\udc80", NOW),
        resume(vault, carried[:-4] + "AAAA", flow.state, NOW),
        resume(vault, "ë", flow.state, NOW),
        resume(vault, "", flow.state, NOW),
        resume(vault, carried, flow.state, late),
        resume(StaffVault(SecretStr("o" * 40)), carried, flow.state, NOW),
    ):
        assert wrong is None


def test_an_identity_shows_nothing() -> None:
    assert repr(ProviderIdentity(ISSUER, "sub-1", CLAIMS)) == "ProviderIdentity()"
