"""S8 over HTTP: two codes, a covered PUK, opened once; and S6: the code is nowhere afterwards."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest
from pydantic import SecretStr
from starlette.responses import Response

from ndihma.accounts.adapters.sql import SqlAccountDirectory
from ndihma.accounts.demo import DemoKey
from ndihma.accounts.model import Line
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.puk import can_receive_code
from ndihma.audit.trail import SqlAuditTrail
from ndihma.db import Database
from ndihma.instructions import Reveal
from ndihma.puk.cipher import PukCipher, card_hash
from ndihma.puk.keys import keyring
from ndihma.puk.model import PukCodes, PukOffer
from ndihma.puk.offers import PukOffers
from ndihma.puk.store import StoredCode, put_codes
from ndihma.verification.channels import ChannelRules
from ndihma.verification.identities import IdentityReader

from .api_support import assert_error, number_of
from .live_gateway import Customer, Gateway, said
from .scripted_desk import eventually

NUMBER = number_of(DemoKey.PUK_LOCKED_WITH_CONTACT)
PUK = "73915264"


@pytest.fixture
async def gateway(make_gateway: Callable[..., Awaitable[Gateway]]) -> Gateway:
    """Patient with its engine: here that waits for the database."""
    return await make_gateway(engine_timeout_s=10)


async def store_puk(gateway: Gateway, database: Database) -> Line:
    line = await SqlAccountDirectory(database).find(Msisdn.parse(NUMBER))
    assert line is not None
    assert line.sim is not None
    sealed = PukCipher(keyring(gateway.settings)).seal(PukCodes.of(PUK), line.msisdn, card_hash(line.sim))
    async with database.session() as session:
        await put_codes(session, [StoredCode(line.msisdn, card_hash(line.sim), sealed)], gateway.clock.now())
    return line


async def codes_sent(gateway: Gateway, count: int) -> list[dict[str, str]]:
    async def outbox() -> list[dict[str, str]] | None:
        found = list((await gateway.http.get("/api/dev/outbox")).json()["messages"])
        return found if len(found) >= count else None

    return list(await eventually(outbox) or [])


def code_in(message: dict[str, str]) -> str:
    words = (word.strip(".:") for word in message["text"].split())
    return next(word for word in words if word.isdigit() and len(word) == 6)


async def covered_puk(gateway: Gateway, customer: Customer) -> str:
    """Prove two contacts of a locked SIM; the reference that the action (here the test) then gives."""
    database = Database(gateway.settings.sqlalchemy_url)
    line = await store_puk(gateway, database)
    offers = PukOffers(
        database=database,
        assurance=IdentityReader(database, gateway.clock),
        rules=ChannelRules(SqlAccountDirectory(database), can_receive_code, lambda _: True),
        audit=SqlAuditTrail(database, gateway.clock, SecretStr("a" * 64)),
        clock=gateway.clock,
    )

    async def respond(body: dict[str, str]) -> Response:
        if body["text"] != "/ask_puk_code":
            verify = {"kind": "verify", "resume_intent": "ask_puk_code", "purpose": "puk"}
            return said("Verifikoni numrin.", custom=verify)
        offer = await offers.offer(customer.conversation_id, line)
        assert isinstance(offer, PukOffer), offer
        reveal = Reveal(reference=offer.reference, expires_at=offer.expires_at)
        return said("Kodi PUK është gati.", custom=reveal.model_dump(mode="json"))

    gateway.engine.respond = respond
    await customer.say("me duhet kodi puk")
    response = await customer.call("POST", "/verification", json={"msisdn": NUMBER})
    assert (response.status_code, response.json()["sent_to"]) == (202, None), "where it goes is not told (S17)"
    first = (await codes_sent(gateway, 1))[-1]
    assert first["to"] == "044 ••• •99"
    response = await customer.call("POST", "/verification/code", json={"code": code_in(first)})
    assert response.status_code == 202, response.text
    assert (response.json()["verified"], response.json()["sent_to"]) == (False, "d•••@e•••.com")
    customer.token = response.json()["token"]
    state = (await customer.call("GET")).json()
    assert (state["level"], state["verification"]["purpose"]) == (1, "puk")
    second = (await codes_sent(gateway, 2))[-1]
    assert second["to"] == "d•••@e•••.com"
    before = len(await customer.events())
    response = await customer.call("POST", "/verification/code", json={"code": code_in(second)})
    assert (response.status_code, response.json()["level"]) == (200, 3), response.text
    customer.token = response.json()["token"]
    events = await customer.until_done(None, after=before)
    await database.close()
    assert [event["purpose"] for event in events if event["type"] == "verification"] == ["puk"]
    (ready,) = [event for event in events if event["type"] == "reveal"]
    assert (ready["state"], len(ready["reference"])) == ("ready", 22)
    return str(ready["reference"])


async def test_s8_a_puk_is_opened_once_and_leaves_no_trace(gateway: Gateway, customer: Customer) -> None:
    reference = await covered_puk(gateway, customer)
    shown = await customer.call("POST", f"/reveals/{reference}")
    assert shown.status_code == 200, shown.text
    assert shown.json() == {"puk1": PUK, "puk2": None, "seconds": 60}
    assert shown.headers["cache-control"] == "no-store"
    assert_error(await customer.call("POST", f"/reveals/{reference}"), 410, "reveal_over")
    events = await customer.events()
    assert [event["state"] for event in events if event["type"] == "reveal"] == ["ready", "shown"]
    await codes_sent(gateway, 4)  # both contacts were told
    assert PUK not in json.dumps(events) + json.dumps(gateway.engine.heard)
    for path in gateway.settings.var.rglob("*"):
        assert path.is_dir() or PUK.encode() not in await asyncio.to_thread(path.read_bytes), path.name


async def test_s8_of_two_clicks_at_once_one_opens_it(gateway: Gateway, customer: Customer) -> None:
    reference = await covered_puk(gateway, customer)
    both = await asyncio.gather(*(customer.call("POST", f"/reveals/{reference}") for _ in range(2)))
    assert sorted(each.status_code for each in both) == [200, 410]


async def test_s8_another_session_opens_nothing(gateway: Gateway, customer: Customer) -> None:
    reference = await covered_puk(gateway, customer)
    other = await gateway.customer()
    assert_error(await other.call("POST", f"/reveals/{reference}"), 409, "reveal_refused")
    assert_error(await gateway.http.post(f"{customer.path}/reveals/{reference}"), 401, "unauthorized")
    assert (await customer.call("POST", f"/reveals/{reference}")).status_code == 200


@pytest.mark.parametrize("reference", ["x", "A" * 22, "%F0%9F%99%82"])
async def test_an_unknown_reference_is_refused(gateway: Gateway, customer: Customer, reference: str) -> None:
    await covered_puk(gateway, customer)
    assert_error(await customer.call("POST", f"/reveals/{reference}"), 410, "reveal_over")
