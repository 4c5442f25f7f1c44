"""One helper makes the tests of actions read as a specification: who speaks, what they say, which responses follow.

``Dialogue`` plays the engine's part: it takes the action that data/rules names, runs it through rasa_sdk's
executor, renders each response from domain.yml as Rasa does, and records the events Rasa would record.
"""

from __future__ import annotations

import asyncio
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.catalogue import build_actions
from actions.context import ActionContext, RequestsUnavailable
from actions.server import make_executor
from ndihma.accounts.model import Line, LineKind, PrepaidLife, SimCard, Subscriber
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.ports import AccountsUnavailable
from ndihma.audit.model import AuditEntry
from ndihma.clock import BELGRADE, FixedClock
from ndihma.config import project_root
from ndihma.content import Content
from ndihma.desk.claims import NOTHING_CLAIMED, PaymentClaim
from ndihma.instructions import parse_instruction
from ndihma.puk.model import NeedsSecondFactor, PukOutcome, PukRefusal, PukRefused
from ndihma.verification.model import AssuranceLevel, Identity

ROOT = project_root()
NOW = datetime(2026, 11, 22, 16, 0, tzinfo=BELGRADE)
TODAY = NOW.date()
NUMBER = Msisdn.parse("044 123 456")
CONVERSATION = "nJ-4_Qx0aBcDeFgHiJkLmN"


class FakeDirectory:
    def __init__(self, *lines: Line) -> None:
        self.lines = {line.msisdn: line for line in lines}
        self.failing = False
        self.slow = False

    async def find(self, msisdn: Msisdn) -> Line | None:
        if self.slow:
            await asyncio.sleep(30)
        if self.failing:
            raise AccountsUnavailable
        return self.lines.get(msisdn)


class FakeAssurance:
    def __init__(self) -> None:
        self.identities: dict[str, Identity] = {}

    async def identity(self, conversation_id: str) -> Identity | None:
        return self.identities.get(conversation_id)


class FakeLinks:
    def __init__(self) -> None:
        self.identities: dict[str, Identity] = {}
        self.failing = False

    async def linked(self, conversation_id: str) -> Identity | None:
        if self.failing:
            raise AccountsUnavailable
        return self.identities.get(conversation_id)


@dataclass(frozen=True)
class FakeRequest:
    reference: str
    proof_at: datetime | None = None
    closed_at: datetime | None = None
    reason: str | None = None


@dataclass
class FakeRequests:
    open: dict[Msisdn, FakeRequest] = field(default_factory=dict)
    filed: list[tuple[str, Msisdn, datetime]] = field(default_factory=list)
    claims: list[tuple[int | None, PaymentClaim]] = field(default_factory=list)
    """What was due and what was claimed, by filing."""
    failing: bool = False
    slow: bool = False

    async def latest_for(self, msisdn: Msisdn) -> FakeRequest | None:
        if self.failing:
            raise RequestsUnavailable
        return self.open.get(msisdn)

    async def filed_in(self, conversation_id: str) -> bool:
        if self.slow:
            await asyncio.sleep(30)
        if self.failing:
            raise RequestsUnavailable
        return any(filed == conversation_id for filed, _, _ in self.filed)

    async def file(
        self,
        conversation_id: str,
        msisdn: Msisdn,
        now: datetime,
        *,
        due_cents: int | None = None,
        claim: PaymentClaim = NOTHING_CLAIMED,
    ) -> FakeRequest:
        if self.slow:
            await asyncio.sleep(30)
        standing = self.open.get(msisdn)
        if standing is None or standing.closed_at is not None:
            self.filed.append((conversation_id, msisdn, now))
            self.open[msisdn] = FakeRequest("RK-7F3K9Q")
        self.claims.append((due_cents, claim))
        return self.open[msisdn]


@dataclass
class FakeAudit:
    entries: list[AuditEntry] = field(default_factory=list)
    failing: bool = False

    async def record(self, *entries: AuditEntry) -> None:
        if self.failing:
            raise AccountsUnavailable
        self.entries += entries


@dataclass
class FakePuks:
    """By default no code is stored for anybody's card."""

    half: NeedsSecondFactor | PukRefused | None = None
    outcome: PukOutcome = field(default_factory=lambda: PukRefused(PukRefusal.NO_CODE))
    failing: bool = False
    slow: bool = False

    async def half_proved(self, conversation_id: str) -> NeedsSecondFactor | PukRefused | None:
        assert conversation_id == CONVERSATION
        if self.failing:
            raise AccountsUnavailable
        return self.half

    async def offer(self, conversation_id: str, line: Line) -> PukOutcome:
        if self.slow:
            await asyncio.sleep(30)
        return self.outcome


@dataclass(frozen=True)
class Said:
    """One message of the assistant."""

    response: str
    params: Mapping[str, str]
    text: str
    custom: Any
    payloads: tuple[str, ...]


class Reply(list[Said]):
    """All messages that answer one message."""

    @property
    def responses(self) -> list[str]:
        return [said.response for said in self]

    @property
    def instruction(self) -> Any:
        """The one typed instruction among the messages, or None."""
        found = [parse_instruction(said.custom) for said in self if said.custom]
        assert len(found) <= 1
        return found[0] if found else None

    def of(self, response: str) -> Said:
        return next(said for said in self if said.response == response)


def _ranked(ranking: Iterable[str] | Mapping[str, float]) -> list[dict[str, object]]:
    """Names alone stand for topics that are all worth offering."""
    shares = ranking if isinstance(ranking, Mapping) else dict.fromkeys(ranking, 0.1)
    return [{"name": name, "confidence": confidence} for name, confidence in shares.items()]


class Dialogue:
    """A conversation whose messages are already classified."""

    def __init__(self, context: ActionContext, rules: Mapping[tuple[str, tuple[str, ...]], str]) -> None:
        self.context = context
        self.accounts: FakeDirectory = context.accounts  # type: ignore[assignment]
        self.assurance: FakeAssurance = context.assurance  # type: ignore[assignment]
        self.requests: FakeRequests = context.requests  # type: ignore[assignment]
        self.audit: FakeAudit = context.audit  # type: ignore[assignment]
        self.puks: FakePuks = context.puks  # type: ignore[assignment]
        self.links: FakeLinks = context.links  # type: ignore[assignment]
        self.events: list[dict[str, Any]] = [{"event": "action", "name": "action_session_start"}]
        self._rules = rules
        self._executor = make_executor(build_actions(context))

    def link(self, line: Line) -> None:
        """From now on the conversation is linked with this line and has proved nothing (level 1)."""
        self.accounts.lines[line.msisdn] = line
        expires = NOW.astimezone(UTC) + timedelta(minutes=15)
        identity = Identity(CONVERSATION, line.msisdn, AssuranceLevel.NUMBER_MATCHED, expires)
        self.links.identities[CONVERSATION] = self.assurance.identities[CONVERSATION] = identity

    def verify(
        self, line: Line, level: AssuranceLevel = AssuranceLevel.CODE_CONFIRMED, conversation_id: str = CONVERSATION
    ) -> None:
        """From now on the conversation has proved that it owns this line."""
        self.accounts.lines[line.msisdn] = line
        expires = NOW.astimezone(UTC) + timedelta(minutes=15)
        self.assurance.identities[CONVERSATION] = Identity(conversation_id, line.msisdn, level, expires)

    async def says(
        self,
        intent: str,
        *,
        entities: Iterable[str] = (),
        ranking: Iterable[str] | Mapping[str, float] = (),
        action: str | None = None,
    ) -> Reply:
        """The customer says something with this intent; the rule's action answers."""
        parsed = {
            "intent": {"name": intent, "confidence": 0.9},
            "entities": [{"entity": name, "value": "x"} for name in entities],
            "intent_ranking": [{"name": intent, "confidence": 0.1}, *_ranked(ranking)],
        }
        self.events.append({"event": "user", "text": "…", "parse_data": parsed})
        action = action or self._rules[intent, tuple(entities)]
        if action.startswith("utter_"):
            return Reply([self._said({"response": action})])
        call = {
            "next_action": action,
            "sender_id": f"{CONVERSATION}.3",
            "tracker": {
                "sender_id": f"{CONVERSATION}.3",
                "slots": {},
                "latest_message": parsed,
                "events": list(self.events),
            },
            "version": "3.6.21",
        }
        result = await self._executor.run(call)
        assert result.events == []
        return Reply([self._said(message) for message in result.responses])

    def _said(self, message: dict[str, Any]) -> Said:
        """Render and record as rasa.core.actions.action.RemoteAction does."""
        name = message["response"]
        answer = self.context.content.answer(name)
        given = {k: v for k, v in message.items() if v and k != "response"}
        custom = given.pop("custom", None)
        added = [(button["title"], button["payload"]) for button in given.pop("buttons", [])]
        buttons = [*answer.buttons, *added]
        params = {k: v for k, v in given.items() if k not in {"template", "topic"}}
        wanted = {key for _, key, _, _ in string.Formatter().parse(answer.text) if key is not None}
        assert set(params) == wanted, f"{name}: the placeholders are {wanted}"
        assert all(isinstance(value, str) and value.strip() for value in params.values())
        text = answer.text.format_map(params)
        assert "{" not in text
        assert "None" not in text
        self.events.append(
            {
                "event": "bot",
                "text": text,
                "data": {
                    "buttons": [{"title": title, "payload": payload} for title, payload in buttons] or None,
                    "custom": custom,
                },
                "metadata": {"utter_action": name, "metadata": {"offer": answer.offer}, **given},
            }
        )
        return Said(name, params, text, custom, tuple(payload for _, payload in buttons))


@pytest.fixture(scope="session")
def content() -> Content:
    return Content.load(ROOT / "domain.yml")


@pytest.fixture(scope="session")
def rules() -> dict[tuple[str, tuple[str, ...]], str]:
    found = {}
    for path in sorted(Path(ROOT / "data/rules").glob("*.yml")):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            said, done = rule["steps"]
            found[said["intent"], tuple(said.get("entities", ()))] = done["action"]
    return found


@pytest.fixture
def dialogue(content: Content, rules: dict[tuple[str, tuple[str, ...]], str]) -> Dialogue:
    """A stranger's new conversation."""
    context = ActionContext(
        accounts=FakeDirectory(),
        assurance=FakeAssurance(),
        requests=FakeRequests(),
        audit=FakeAudit(),
        puks=FakePuks(),
        links=FakeLinks(),
        clock=FixedClock(NOW),
        content=content,
        account_timeout_s=0.05,
        desk_timeout_s=0.05,
    )
    return Dialogue(context, rules)


@pytest.fixture
def prepaid_line() -> Callable[..., Line]:
    """A prepaid line; by default Active, with 3.20 EUR of credit."""

    def make(life: PrepaidLife | None = None, **changes: Any) -> Line:
        life = life or PrepaidLife(purchased_on=date(2026, 10, 1), activated_on=date(2026, 11, 1))
        values: dict[str, Any] = {"balance_cents": 320, "sim": SimCard("8938300000000000001")}
        values |= changes
        return Line(NUMBER, LineKind.PREPAID, Subscriber("S1", "Arta Krasniqi"), prepaid=life, **values)

    return make


@pytest.fixture
def billed_line() -> Callable[..., Line]:
    """A postpaid line without bills; ``kind`` makes it a fixed one."""

    def make(kind: LineKind = LineKind.POSTPAID, subscriber: Subscriber | None = None, **changes: Any) -> Line:
        sim = None if kind is LineKind.FIXED else SimCard("8938300000000000002")
        values: dict[str, Any] = {"sim": sim} | changes
        return Line(NUMBER, kind, subscriber or Subscriber("S2", "Besa Gashi"), **values)

    return make
