"""What tests of the account panel share: the audit trail, requests with proofs, a customer with a proved number."""

from __future__ import annotations

import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

from sqlalchemy import update

from ndihma.accounts.adapters.sql import SqlAccountDirectory
from ndihma.accounts.demo import DemoKey
from ndihma.accounts.msisdn import Msisdn
from ndihma.audit.chain import StoredEntry
from ndihma.audit.reader import AuditReader
from ndihma.db import Database
from ndihma.desk.claims import PaymentClaim
from ndihma.desk.reconnections import ReconnectionRequests
from ndihma.desk.tables import ConversationRow
from ndihma.puk.cipher import PukCipher, card_hash
from ndihma.puk.keys import keyring
from ndihma.puk.model import PukCodes
from ndihma.puk.store import StoredCode, put_codes
from ndihma.secrets import audit_key

from .api_support import ask_for_verification, code_sent, number_of
from .live_gateway import Customer, Gateway

__all__ = ["PNG", "PUK", "audited", "database_of", "file_request", "hand_in", "prove", "store_puk"]

PUK = "73915264"


def _png() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    side = 64
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = b"".join(b"\x00" + b"\x1f\x6f\x8f" * side for _ in range(side))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


PNG = _png()
"""A picture without anything to strip, so that it is stored as it comes."""


@asynccontextmanager
async def database_of(gateway: Gateway) -> AsyncIterator[Database]:
    database = Database(gateway.settings.sqlalchemy_url)
    try:
        yield database
    finally:
        await database.close()


async def audited(gateway: Gateway, number: str | None = None) -> list[StoredEntry]:
    """The audit trail's entries, of one number or all, oldest first."""
    async with database_of(gateway) as database:
        reader = AuditReader(database, audit_key(gateway.settings))
        return await reader.entries(None if number is None else Msisdn.parse(number))


async def file_request(
    gateway: Gateway, customer: Customer, key: DemoKey = DemoKey.SUSPENDED, claimed_cents: int | None = 2340
) -> str:
    """A reconnection request of a demo customer, filed in a conversation in which its proof is wanted."""
    async with database_of(gateway) as database:
        request = await ReconnectionRequests(database).file(
            customer.conversation_id,
            Msisdn.parse(number_of(key)),
            gateway.clock.now(),
            due_cents=2340,
            claim=PaymentClaim(claimed_cents, date(2026, 11, 21)),
        )
        async with database.session() as session:  # as the dialogue does, without an engine that may be late
            await session.execute(
                update(ConversationRow)
                .where(ConversationRow.id == customer.conversation_id)
                .values(wanted_reference=request.reference)
            )
    return request.reference


async def hand_in(customer: Customer, content: bytes = PNG) -> None:
    response = await customer.call("POST", "/attachments", files={"file": ("x", content, "application/octet-stream")})
    assert response.status_code == 201, response.text


async def prove(gateway: Gateway, customer: Customer, key: DemoKey) -> None:
    """The customer proves a demo customer's number with a code."""
    await ask_for_verification(gateway, customer)
    assert (await customer.call("POST", "/verification", json={"msisdn": number_of(key)})).status_code == 202
    code = await code_sent(gateway)
    response = await customer.call("POST", "/verification/code", json={"code": code})
    assert response.status_code == 200, response.text
    customer.token = response.json()["token"]


async def store_puk(gateway: Gateway, key: DemoKey) -> None:
    """The PUK of a demo customer's card."""
    async with database_of(gateway) as database:
        line = await SqlAccountDirectory(database).find(Msisdn.parse(number_of(key)))
        assert line is not None
        assert line.sim is not None
        card = card_hash(line.sim)
        sealed = PukCipher(keyring(gateway.settings)).seal(PukCodes.of(PUK), line.msisdn, card)
        async with database.session() as session:
            await put_codes(session, [StoredCode(line.msisdn, card, sealed)], gateway.clock.now())
