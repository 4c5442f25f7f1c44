"""People of the staff at a running gateway: each with a browser of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

from ndihma.audit.trail import SqlAuditTrail
from ndihma.db import Database
from ndihma.secrets import audit_key, staff_key
from ndihma.staff.model import Role
from ndihma.staff.service import StaffService
from tests.support.staff import BOSS, PASSWORD, Enrolled, enrol

from .live_gateway import Gateway

__all__ = ["Browser", "enrolled", "invited", "staff_member"]

SESSION = "/api/console/session"


@dataclass
class Browser:
    """A browser with the console open: it keeps cookies, names its Origin and shows the CSRF token it was given."""

    http: httpx.AsyncClient
    csrf: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    @classmethod
    def at(cls, gateway: Gateway) -> Browser:
        http = httpx.AsyncClient(base_url=str(gateway.http.base_url), trust_env=False, timeout=30)
        return cls(http, extra={"Origin": gateway.settings.origin})

    async def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {**self.extra, "X-CSRF-Token": self.csrf, **options.pop("headers", {})}
        response = await self.http.request(method, path, headers=headers, **options)
        is_json = response.headers.get("content-type", "").partition(";")[0] == "application/json"
        body = response.json() if response.content and is_json else {}
        session = body.get("session", body)
        self.csrf = session.get("csrf_token", self.csrf)
        return response

    @property
    def cookie(self) -> str:
        """The cookie as it is sent."""
        return "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())

    async def password(self, username: str, password: str = PASSWORD) -> httpx.Response:
        return await self.call("POST", SESSION, json={"username": username, "password": password})

    async def code(self, code: str) -> httpx.Response:
        return await self.call("POST", f"{SESSION}/totp", json={"code": code})

    async def sign_in(self, person: Enrolled) -> Browser:
        assert (await self.password(person.username)).status_code == 200
        response = await self.code(person.next_code())
        assert response.status_code == 200, response.text
        return self


def _services(gateway: Gateway, database: Database) -> StaffService:
    audit = SqlAuditTrail(database, gateway.clock, audit_key(gateway.settings))
    return StaffService.on(database=database, clock=gateway.clock, audit=audit, key=staff_key(gateway.settings))


async def enrolled(
    gateway: Gateway,
    username: str = "anita",
    role: Role = Role.AGENT,
    team: str | None = "Prishtinë",
    *,
    name: str = "Anita Krasniqi",
) -> Enrolled:
    """An account of this gateway, set up."""
    database = Database(gateway.settings.sqlalchemy_url)
    try:
        return await enrol(_services(gateway, database), gateway.clock, username, role, team, name=name)
    finally:
        await database.close()


async def invited(gateway: Gateway, username: str = "anita", role: Role = Role.AGENT) -> str:
    """An account of this gateway that waits to be set up; the token of its invitation."""
    database = Database(gateway.settings.sqlalchemy_url)
    try:
        directory = _services(gateway, database).directory
        return (await directory.add(username, "Anita Krasniqi", role, None, by=BOSS)).token
    finally:
        await database.close()


async def staff_member(
    gateway: Gateway, username: str = "anita", role: Role = Role.AGENT, team: str | None = "Prishtinë"
) -> Browser:
    """Somebody of a role, signed in."""
    return await Browser.at(gateway).sign_in(await enrolled(gateway, username, role, team))
