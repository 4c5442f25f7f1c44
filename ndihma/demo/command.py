"""``ndihma demo``, for a development system alone."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable
from typing import Any, Final

import httpx
import typer
from sqlalchemy import select

from ndihma.accounts.adapters.sql import LineRow
from ndihma.accounts.demo import DemoKey, DemoRefused, demo_customers, ensure_demo_allowed
from ndihma.audit.trail import SqlAuditTrail
from ndihma.client import ApiProblem, ChatClient, Exchange, Unreachable, is_gateway
from ndihma.clock import SystemClock
from ndihma.config import Settings
from ndihma.db import Database
from ndihma.demo.floor import DemoFloor
from ndihma.demo.messages import CALLED_NUMBER, PROOF, PROOF_BUTTON, SAYINGS, STAFF, Fate, Saying
from ndihma.desk.handoff.messages import AGENT_REQUEST, CALLBACK_BUTTON
from ndihma.failure import Failure
from ndihma.operator_commands import operator, with_database
from ndihma.secrets import audit_key, staff_key
from ndihma.staff.model import StaffState
from ndihma.staff.service import StaffService

__all__ = ["run"]

_BEAT_S: Final = 25
_CODE_WITHIN_S: Final = 10.0
_LOOK_EVERY_S: Final = 0.1
_CODE: Final = re.compile(r"\b\d{6}\b")
_PIXEL: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)
"""A picture of one white point."""
_ALONE: Final = (Fate.ASSISTANT, Fate.WAITING, Fate.LATE)


def run(settings: Settings, *, stay: bool) -> None:
    """Fill the running system. Raises Failure: not a development system of demo customers, no gateway."""
    try:
        ensure_demo_allowed(settings.mode)
    except DemoRefused as error:
        raise Failure(str(error)) from None
    address = f"http://127.0.0.1:{settings.gateway_port}"
    if not is_gateway(address):
        raise Failure(f"no gateway answers at {address}; start the system first")
    try:
        with contextlib.suppress(KeyboardInterrupt):
            with_database(settings, lambda database: _fill(database, settings, address, stay=stay))
    except (Unreachable, ApiProblem) as error:
        raise Failure(f"the gateway did not take part: {error}") from error


async def _fill(database: Database, settings: Settings, address: str, *, stay: bool) -> None:
    await _only_demo_customers(database)
    await _staff(database, settings)
    await _reported("a customer who wants a call", _wants_a_call(address))
    floor = DemoFloor(database, settings)
    for number, saying in enumerate(SAYINGS):
        await floor.on_duty()
        await _reported(saying.fate.value, _converse(floor, saying, number, address))
    await _reported("a proof of payment that waits", _hands_in_a_proof(address))
    typer.echo("Another run adds as much again; the staff stays as it is.")
    if stay:
        typer.echo("The demo's agents are on duty until Ctrl-C; without anybody the queue goes back to the assistant.")
        while True:
            await floor.on_duty()
            await asyncio.sleep(_BEAT_S)


async def _only_demo_customers(database: Database) -> None:
    """Raises Failure."""
    known = {each.line.msisdn.e164 for each in demo_customers(SystemClock().now())}
    async with database.session() as session:
        numbers = set(await session.scalars(select(LineRow.msisdn)))
    if not numbers:
        raise Failure("there are no demo customers; run `ndihma setup` first")
    if numbers - known:
        raise Failure("the database holds customers that are none of the demo's; it is left as it is")


async def _staff(database: Database, settings: Settings) -> None:
    clock = SystemClock()
    audit = SqlAuditTrail(database, clock, audit_key(settings))
    directory = StaffService.on(database=database, clock=clock, audit=audit, key=staff_key(settings)).directory
    known = {record.member.username: record.state for record in await directory.records()}
    for member in STAFF:
        who = f"{member.username} ({member.role.value})"
        if known.get(member.username) in {StaffState.ACTIVE, StaffState.DISABLED}:
            typer.echo(f"{who} has an account already; `ndihma staff reset {member.username}` prints a new link.")
            continue
        if member.username in known:
            invitation = await directory.reset(member.username, by=operator())
        else:
            invitation = await directory.add(member.username, member.name, member.role, member.team, by=operator())
        typer.echo(f"{who} sets up an account at {settings.origin}/console/setup#{invitation.token}")


async def _reported(what: str, work: Awaitable[str]) -> None:
    """One step with its outcome; a refusal of one ends none of the others."""
    try:
        typer.echo(f"{what}: {await work}")
    except ApiProblem as problem:
        typer.echo(f"{what}: left out, the gateway says: {problem}", err=True)


async def _converse(floor: DemoFloor, saying: Saying, number: int, address: str) -> str:
    with ChatClient(address) as customer:
        customer.ask(saying.asks)
        if saying.fate is Fate.ASSISTANT:
            return customer.conversation_id
        customer.ask(AGENT_REQUEST)
        agent = None if saying.fate in _ALONE else await floor.take_up(customer.conversation_id, saying, number)
        if saying.then:
            customer.ask(saying.then)
        await floor.finish(customer.conversation_id, saying, agent)
        return customer.conversation_id


async def _wants_a_call(address: str) -> str:
    with ChatClient(address) as customer:
        button = _offered(customer.ask(AGENT_REQUEST), CALLBACK_BUTTON)
        if button is None:
            return f"left out, somebody is on duty ({customer.conversation_id} waits instead)"
        customer.choose(button)
        customer.ask(CALLED_NUMBER)
        return customer.conversation_id


async def _hands_in_a_proof(address: str) -> str:
    """Verified by the code of the development outbox, as a customer would by SMS."""
    found = (each.line.msisdn for each in demo_customers(SystemClock().now()) if each.key is DemoKey.SUSPENDED)
    number = next(found).national
    with ChatClient(address) as customer:
        asked = customer.ask(PROOF)
        if (button := _offered(asked, PROOF_BUTTON)) is not None:  # the answer of the FAQ comes first
            asked = customer.choose(button)
        if not _told(asked.events, "verification", "number_needed"):
            return "left out, the assistant did not ask for the number"
        known = len(_codes(address))
        customer.give_number(number)
        resumed = customer.give_code(_new_code(address, known))
        if not _told(resumed.events, "attachment", "wanted"):
            return "left out, the assistant asked for no proof"
        return customer.attach(_PIXEL, "image/png")


def _offered(exchange: Exchange, title: str) -> str | None:
    """The id of the button with this title, if there is one."""
    buttons = (button for reply in exchange.replies for button in reply["buttons"])
    return next((str(button["id"]) for button in buttons if button["title"] == title), None)


def _told(events: tuple[dict[str, Any], ...], kind: str, state: str) -> bool:
    return any(event["type"] == kind and event["state"] == state for event in events)


def _codes(address: str) -> list[str]:
    """The codes that left by SMS so far, from the development outbox. Raises Unreachable."""
    try:
        sent = httpx.get(f"{address}/api/dev/outbox", timeout=_CODE_WITHIN_S, trust_env=False).json()["messages"]
    except (httpx.HTTPError, ValueError, KeyError) as error:
        raise Unreachable(f"the development outbox: {error}") from error
    return [found[0] for each in sent if (found := _CODE.search(each["text"]))]


def _new_code(address: str, known: int) -> str:
    """The code that comes after so many; it leaves a moment after it was asked for. Raises Unreachable."""
    deadline = time.monotonic() + _CODE_WITHIN_S
    while time.monotonic() < deadline:
        codes = _codes(address)
        if len(codes) > known:
            return codes[-1]
        time.sleep(_LOOK_EVERY_S)
    raise Unreachable("no code came to the development outbox")
