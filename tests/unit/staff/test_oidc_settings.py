"""Settings of the identity provider: whole or none, and a wrong one is told by its name."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from ndihma.config import Settings
from ndihma.staff.model import Role
from ndihma.supervision.serve import programs

WHOLE: dict[str, Any] = {
    "oidc_issuer": "https://login.example.com/realms/staff",
    "oidc_client_id": "ndihma",
    "oidc_client_secret": SecretStr("c" * 20),
}


def test_without_an_issuer_there_is_no_provider() -> None:
    assert Settings().oidc_issuer == ""


def test_roles_are_pairs_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NDIHMA_OIDC_ROLES", "leads=supervisor, a=b=agent")
    assert Settings(**WHOLE).oidc_roles == (("leads", Role.SUPERVISOR), ("a=b", Role.AGENT))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"oidc_client_secret": None}, "belong together"),
        ({"oidc_client_id": ""}, "belong together"),
        ({"oidc_issuer": ""}, "belong together"),
        ({"oidc_issuer": "http://login.example.com"}, "https://"),
        ({"oidc_issuer": "https://user@login.example.com"}, "without user"),
        ({"oidc_issuer": "https://login.example.com/?x=1"}, "without user"),
        ({"oidc_roles": "leads=root"}, "value=role"),
        ({"oidc_roles": "leads"}, "value=role"),
        ({"oidc_create": True}, "NDIHMA_OIDC_ROLES"),
    ],
)
def test_what_cannot_work_is_refused(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Settings(**{**WHOLE, **changed})


def test_s1_engine_and_actions_are_told_nothing_of_the_provider_and_the_staff() -> None:
    for program in programs(Settings()):
        hidden = {name for name in program.hidden if name.startswith(("NDIHMA_OIDC", "NDIHMA_STAFF"))}
        assert (len(hidden) == 4) is (program.name != "gateway")
