"""An SMSC for tests: SMPP 3.4 over asyncio, with smpplib's codec, which has nothing in common with the client's."""

from __future__ import annotations

import asyncio
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from smpplib import consts
from smpplib.smpp import make_pdu, parse_pdu

SYSTEM_ID = "ndihma"
PASSWORD = "sekret12"


class _Counting:
    """What smpplib takes a PDU's number from; the numbers are overwritten."""

    sequence = 0

    def next_sequence(self) -> int:
        return 0


@dataclass(frozen=True)
class Submitted:
    """A submit_sm as it arrived; ``session`` counts the connections."""

    session: int
    to: str
    source: str
    source_ton: int
    data_coding: int
    registered_delivery: int
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-16-be" if self.data_coding == consts.SMPP_ENCODING_ISO10646 else "ascii")


@dataclass
class Smsc:
    """What it answers, and what it has seen."""

    statuses: list[int] = field(default_factory=list)
    """Of the coming submit_sm, the first first; then ESME_ROK."""
    pause_s: float = 0.0
    drops_on_submit: int = 0
    silent: bool = False
    """Takes everything and answers nothing after the bind."""
    submitted: list[Submitted] = field(default_factory=list)
    binds: int = 0
    unbinds: int = 0
    enquiries: int = 0
    at_once: int = 0
    most_at_once: int = 0
    port: int = 0
    tls: ssl.SSLContext | None = None
    connections: set[asyncio.StreamWriter] = field(default_factory=set)
    _server: asyncio.Server | None = None
    _sessions: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> None:
        """Listen on the port it had, or on any free one."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close everything at once, as a process that is killed does."""
        if self._server is not None:
            self._server.close()
        for writer in list(self.connections):
            writer.transport.abort()
        for task in list(self._tasks):
            task.cancel()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._sessions += 1
        session = self._sessions
        self.connections.add(writer)
        try:
            while True:
                head = await reader.readexactly(4)
                (length,) = struct.unpack(">L", head)
                self._take(parse_pdu(head + await reader.readexactly(length - 4), client=_Counting()), writer, session)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.connections.discard(writer)
            writer.close()

    def _take(self, pdu: Any, writer: asyncio.StreamWriter, session: int) -> None:
        match pdu.command:
            case "bind_transmitter" | "bind_transceiver":
                right = pdu.system_id == SYSTEM_ID.encode() and pdu.password == PASSWORD.encode()
                self.binds += right
                status = consts.SMPP_ESME_ROK if right else consts.SMPP_ESME_RINVPASWD
                self._answer(writer, pdu, status, system_id="SMSC")
            case "submit_sm":
                task = asyncio.get_running_loop().create_task(self._submit(pdu, writer, session))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            case "enquire_link":
                self.enquiries += 1
                self._answer(writer, pdu)
            case "unbind":
                self.unbinds += 1
                self._answer(writer, pdu)
            case _:
                raise AssertionError(f"unexpected {pdu.command}")

    async def _submit(self, pdu: Any, writer: asyncio.StreamWriter, session: int) -> None:
        if self.drops_on_submit > 0:
            self.drops_on_submit -= 1
            writer.transport.abort()
            return
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.pause_s)
        self.at_once -= 1
        status = self.statuses.pop(0) if self.statuses else consts.SMPP_ESME_ROK
        if status == consts.SMPP_ESME_ROK:
            self.submitted.append(
                Submitted(
                    session=session,
                    to=pdu.destination_addr.decode(),
                    source=pdu.source_addr.decode(),
                    source_ton=pdu.source_addr_ton,
                    data_coding=pdu.data_coding,
                    registered_delivery=pdu.registered_delivery,
                    body=pdu.short_message,
                )
            )
        self._answer(writer, pdu, status, message_id=str(len(self.submitted)))

    def _answer(self, writer: asyncio.StreamWriter, pdu: Any, status: int = 0, **fields: str) -> None:
        if self.silent and not pdu.command.startswith("bind"):
            return
        answer = make_pdu(f"{pdu.command}_resp", client=_Counting(), **fields)
        answer.sequence = pdu.sequence
        answer.status = status
        if not writer.transport.is_closing():
            writer.write(answer.generate())


@asynccontextmanager
async def smsc(**options: Any) -> AsyncIterator[Smsc]:
    made = Smsc(**options)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()
