"""Random lives of a conversation on a real database, held to a small model of who speaks and what is said."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ndihma.clock import FixedClock
from ndihma.db import Database
from ndihma.desk.errors import HandoffRefused
from ndihma.desk.events import Event
from ndihma.desk.handoff.model import Agent, State
from ndihma.desk.handoff.rules import HandoffRules
from ndihma.desk.ports import EngineMessage, EngineTurn
from tests.integration.gateway.scripted_desk import NOW
from tests.support.databases import Databases

from .floor import ARTA, BESA, CHIEF, WITHIN_S, Floor

_T = TypeVar("_T")
AGENTS = st.sampled_from([ARTA, BESA, CHIEF])
WHO = st.sampled_from([None, None, None, ARTA, BESA, CHIEF])
"""None: who has it, so that most moves are allowed."""
STALE = st.sampled_from([False, False, False, False, True])
PEOPLE = {State.WAITING, State.AGENT, State.SNOOZED}


class Life(RuleBasedStateMachine):
    """``says`` is what the model expects to have been said to the customer by the assistant's engine and by agents."""

    runner: asyncio.Runner
    url: str

    @initialize()
    def begin(self) -> None:
        self.do(self._begin())
        self.state, self.owner, self.version = State.BOT, None, 0
        self.held: list[str] = []
        """Messages that the engine is at work on, or that wait behind one; answered when it is let go."""
        self.expected: list[tuple[str | None, str]] = []
        self.sent: list[str] = []
        self.count = 0

    async def _begin(self) -> None:
        self.database = Database(self.url)
        self.floor = Floor(self.database, FixedClock(NOW), HandoffRules())
        self.gate = asyncio.Event()
        self.gate.set()
        self.floor.engine.reply = self._answer
        self.conversation = await self.floor.service.open()

    async def _answer(self, _sender: str, text: str) -> EngineTurn:
        await self.gate.wait()
        return EngineTurn((EngineMessage(text=f"Për „{text}“"),), "ask_sim_price", 0.9)

    def do(self, work: Awaitable[_T]) -> _T:
        async def run() -> _T:
            return await work

        return self.runner.run(run())

    def teardown(self) -> None:
        async def end() -> None:
            self.gate.set()
            await self.floor.service.end(self.conversation)
            await self.floor.stop()
            await self.database.close()

        self.do(end())

    # --- what happens ---------------------------------------------------------------------------------------

    @rule()
    def the_customer_writes(self) -> None:
        self._write()

    def _write(self) -> None:
        self.count += 1
        text = f"pyetja {self.count}"
        if self.state is State.CLOSED:
            self._moved(State.BOT)  # nobody is ever on duty in this life
        elif self.state is State.SNOOZED:
            self._moved(State.WAITING)
        if self.state is State.BOT and len(self.held) >= 8:
            return
        self.sent.append(self.do(self.floor.service.say(self.conversation, f"m{self.count}", text)).message_id)
        if self.state is State.BOT:
            self.held.append(text)
            if self.gate.is_set():
                self._engine_answers()

    @rule()
    def the_customer_writes_to_a_slow_engine(self) -> None:
        self.gate.clear()
        self._write()

    @rule()
    def the_engine_answers_again(self) -> None:
        self.gate.set()
        self._engine_answers()

    @rule(by=AGENTS, stale=STALE)
    def an_agent_takes_it(self, by: Agent, stale: bool) -> None:
        may = self.owner is None or self.state is not State.AGENT or (by.supervisor and self.owner != by)
        if self._tried(self.floor.agents.take(self.conversation, by, self._seen(stale)), may and not stale):
            self._moved(State.AGENT, by)

    @precondition(lambda self: self.state is State.AGENT)
    @rule(who=WHO, stale=STALE)
    def an_agent_hands_back(self, who: Agent | None, stale: bool) -> None:
        by = self._who(who)
        call = self.floor.agents.hand_back(self.conversation, by, self._seen(stale))
        if self._tried(call, self._has(by) and not stale):
            self._moved(State.BOT)

    @precondition(lambda self: self.state is State.AGENT)
    @rule(who=WHO)
    def an_agent_puts_it_into_the_queue(self, who: Agent | None) -> None:
        by = self._who(who)
        if self._tried(self.floor.agents.transfer(self.conversation, by, self.version, None), self._has(by)):
            self._moved(State.WAITING)

    @precondition(lambda self: self.state is State.AGENT)
    @rule(who=WHO)
    def an_agent_snoozes_it(self, who: Agent | None) -> None:
        by = self._who(who)
        until = self.floor.clock.now() + timedelta(hours=1)
        if self._tried(self.floor.agents.snooze(self.conversation, by, self.version, until), self._has(by)):
            self._moved(State.SNOOZED, self.owner)

    @precondition(lambda self: self.state in PEOPLE)
    @rule(who=WHO)
    def an_agent_closes_it(self, who: Agent | None) -> None:
        by = self._who(who)
        may = self.state in {State.WAITING, State.SNOOZED} or self._has(by)
        if self._tried(self.floor.agents.close(self.conversation, by, self.version), may):
            self._moved(State.CLOSED)

    @precondition(lambda self: self.state is State.CLOSED)
    @rule(by=AGENTS)
    def an_agent_reopens_it(self, by: Agent) -> None:
        assert self._tried(self.floor.agents.reopen(self.conversation, by, self.version), may=True)
        self._moved(State.WAITING)

    @rule(who=WHO, twice=st.booleans())
    def an_agent_writes(self, who: Agent | None, twice: bool) -> None:
        by = self._who(who)
        self.count += 1
        text = f"{by.name} {self.count}"
        may = self.state is State.AGENT and self.owner == by
        for _ in range(1 + twice):
            self._tried(self.floor.agents.say(self.conversation, by, f"x{self.count}", text), may)
        if may:
            self.expected.append((by.name, text))

    @rule()
    def an_hour_passes(self) -> None:
        for passed in (timedelta(hours=1), HandoffRules().unserved_after):
            self.floor.clock.advance(passed)
            self.do(self.floor.keeper.look())
        if self.state is State.SNOOZED:
            self._moved(State.WAITING)
        if self.state is State.AGENT and self.do(self.floor.state(self.conversation)).state is State.BOT:
            self._moved(State.WAITING)
            self._moved(State.BOT)
        elif self.state is State.WAITING and self.do(self.floor.state(self.conversation)).state is State.BOT:
            self._moved(State.BOT)

    # --- what holds -----------------------------------------------------------------------------------------

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        now = self.do(self.floor.state(self.conversation))
        assert (now.state, now.version) == (self.state, self.version)
        assert now.state is not State.AGENT or now.agent == Agent(self.owner.id, self.owner.name)  # type: ignore[union-attr]

    @invariant()
    def one_voice_nothing_lost_nothing_doubled(self) -> None:
        events = self.do(self._settled())
        assert [event.cursor for event in events] == list(range(1, len(events) + 1))
        assert [event.message_id for event in events if event.type == "message"] == self.sent
        dones = [event.in_reply_to for event in events if event.type == "done"]
        assert len(dones) == len(set(dones))
        assert len(dones) == len(self.sent) - len(self.held)
        by_engine = [e for e in events if e.type == "reply" and (e.author or e.in_reply_to in self.sent)]
        assert [(e.author.name if e.author else None, e.text) for e in by_engine] == self.expected

    # --- helpers --------------------------------------------------------------------------------------------

    async def _settled(self) -> list[Event]:
        async with asyncio.timeout(WITHIN_S):
            while self.gate.is_set() and self.floor.service.at_work:  # noqa: ASYNC110  (it has no event)
                await asyncio.sleep(0.001)
        return list((await self.floor.service.history(self.conversation, 0, 10_000)).events)

    def _engine_answers(self) -> None:
        self.expected += [(None, f"Për „{text}“") for text in self.held]
        self.held.clear()
        self.do(self._settled())

    def _moved(self, state: State, owner: Agent | None = None) -> None:
        if state in PEOPLE:
            self.held.clear()  # people answer what was asked; an answer under way is dropped
        self.state, self.owner, self.version = state, owner, self.version + 1

    def _has(self, by: Agent) -> bool:
        return self.state is State.AGENT and (by.supervisor or self.owner == by)

    def _who(self, who: Agent | None) -> Agent:
        return who or self.owner or ARTA

    def _seen(self, stale: bool) -> int:
        return self.version - 1 if stale else self.version

    def _tried(self, call: Awaitable[object], may: bool) -> bool:
        try:
            self.do(call)
        except HandoffRefused:
            assert not may
            return False
        assert may
        return True


def test_a_random_life_is_as_its_model(databases: Databases, tmp_path: Path) -> None:
    url = databases.migrated("sqlite", tmp_path)
    with asyncio.Runner() as runner:

        class Here(Life):
            pass

        Here.runner, Here.url = runner, url
        run_state_machine_as_test(Here, settings=settings(max_examples=40, stateful_step_count=40, deadline=None))
