"""One-time codes under attack: how many guesses a day anybody gets (S5), and whether reply times tell who exists (S17).

``python -m bench.codes [--days N] [--conversations N] [--requests N] [--json FILE]``. It needs nothing that runs: a
SQLite file in a temporary folder, the real service with the real directory, audit trail and development outbox.

*Brute force*: two processes' services, a clock that is moved, an attacker with one number in mind who has a
conversation and an address of their own for each attempt, asks for codes as soon as any may be sent again, guesses in
all conversations at once. Counted are the guesses that were compared with a code. Once against a number that an SMS
reaches, once against a fixed line whose codes go to a contact.

*Spraying*: one attacker with one address and a fresh number and conversation for every code, at both services, who asks
whenever any may be asked for and uses up every try.

*Enumeration*: codes are asked for numbers that exist, for fixed lines whose codes go to a contact and for numbers that
do not exist, in random order, one after another, and each reply is timed by the real clock. The Mann-Whitney figure is
the chance that the reply for an existing number takes longer than the one for an unknown number (0.5: they tell
nothing), Kolmogorov-Smirnov's the largest distance between the two distributions, each with the probability of one as
large if there is no difference. This is what an
attacker on this very machine would see; every network adds more noise than the difference.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import random
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from pydantic import SecretStr

from bench.measure import percentile
from ndihma.accounts.adapters.sql import SqlAccountDirectory, SqlAccountWriter
from ndihma.accounts.model import ContactKind, ContactPoint, Line, LineKind, PrepaidLife, SimCard, Subscriber
from ndihma.accounts.msisdn import Msisdn
from ndihma.accounts.puk import can_receive_code
from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import FixedClock
from ndihma.config import Mode
from ndihma.db import Database, migrate
from ndihma.mail import NoMailer
from ndihma.verification.model import CodeSent, Locked, TooManyFailures, TooManySends, WrongCode
from ndihma.verification.policy import CODE_DIGITS
from ndihma.verification.senders import FileOutbox
from ndihma.verification.senders.routes import RoutedSender
from ndihma.verification.service import VerificationService
from ndihma.verification.vault import Vault

__all__ = [
    "Attack",
    "attack",
    "counted_guesses",
    "kolmogorov_smirnov",
    "main",
    "mann_whitney",
    "most_within_a_day",
    "spray",
]

NOON: Final = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY: Final = timedelta(days=1)
_KEY: Final = SecretStr("b" * 64)
_GUESSES_AT_ONCE: Final = 7
_ADDRESS: Final = "192.0.2.1"
_REQUESTS_TO_ONE_CONVERSATION: Final = 4
"""Below the caps of a conversation, of a number (each is asked for once) and of an address (one a conversation)."""


@dataclass
class Attack:
    """What an attacker got: the moments of the codes sent, of the guesses compared, and how often they were locked out
    (the number, or their address)."""

    sends: list[datetime] = field(default_factory=list)
    guesses: list[datetime] = field(default_factory=list)
    locks: int = 0

    @property
    def chance_a_day(self) -> float:
        """The probability of a right guess in the worst day."""
        return most_within_a_day(self.guesses) / 10**CODE_DIGITS


@contextmanager
def counted_guesses(clock: FixedClock) -> Iterator[list[datetime]]:
    """The moments at which any code was compared with one that was sent, whatever the answer was."""
    moments: list[datetime] = []
    compare = Vault.matches

    def counting(vault: Vault, *args: Any) -> bool:
        moments.append(clock.now())
        return compare(vault, *args)

    with patch.object(Vault, "matches", counting):
        yield moments


async def attack(
    services: Sequence[VerificationService], clock: FixedClock, number: Msisdn, *, conversations: int, days: int
) -> Attack:
    """Guess at ``number`` for some days, as often as the services let anybody."""
    result = Attack()
    end = clock.now() + days * DAY
    guess = 0
    with counted_guesses(clock) as result.guesses:
        while clock.now() < end:
            names = [uuid.uuid4().hex for _ in range(conversations)]
            waits = [
                wait
                for n, name in enumerate(names)
                if (wait := await _ask(services[n % len(services)], name, number, f"192.0.2.{n}", result))
            ]
            for service in services:
                await service.drain()
            tries = [f"{guess + n:0{CODE_DIGITS}d}" for n in range(_GUESSES_AT_ONCE)]
            guess += len(tries)
            await asyncio.gather(
                *(
                    services[n % len(services)].confirm(name, digits, address=f"192.0.2.{names.index(name)}")
                    for n, digits in enumerate(tries)
                    for name in names
                )
            )
            clock.advance(timedelta(seconds=min(waits, default=1)))
    return result


async def spray(
    services: Sequence[VerificationService], clock: FixedClock, numbers: Sequence[Msisdn], *, days: int
) -> Attack:
    """Guess once around the ``numbers`` (more than there are codes to be had) from one address, for some days."""
    result = Attack()
    end = clock.now() + days * DAY
    number = iter(numbers)
    with counted_guesses(clock) as result.guesses:
        while clock.now() < end:
            turn = len(result.sends) % len(services)
            name = uuid.uuid4().hex
            wait = await _ask(services[turn], name, next(number), _ADDRESS, result)
            await services[turn].drain()
            for n in range(0 if wait else _GUESSES_AT_ONCE):
                service = services[(turn + n) % len(services)]
                guess = f"{len(result.guesses):0{CODE_DIGITS}d}"
                if not isinstance(await service.confirm(name, guess, address=_ADDRESS), WrongCode):
                    break
            clock.advance(timedelta(seconds=wait or 1))
    return result


async def _ask(service: VerificationService, name: str, number: Msisdn, address: str, result: Attack) -> int:
    """Ask for a code in a new conversation; the seconds to wait when there is none."""
    await service.request_step(name, "check_account")
    outcome = await service.send_code(name, number, address=address)
    if isinstance(outcome, CodeSent):
        result.sends.append(outcome.expires_at - timedelta(minutes=5))
        return 0
    assert isinstance(outcome, Locked | TooManySends | TooManyFailures), outcome
    result.locks += isinstance(outcome, Locked | TooManyFailures)
    return outcome.retry_after


def most_within_a_day(moments: Sequence[datetime]) -> int:
    """The most moments within any 24 hours, the last instant of which no longer counts."""
    ordered = sorted(moments)
    return max((sum(at <= other < at + DAY for other in ordered) for at in ordered), default=0)


# --- enumeration ----------------------------------------------------------------------------------------------


def mann_whitney(first: Sequence[float], second: Sequence[float]) -> tuple[float, float]:
    """The chance that a value of ``first`` is above one of ``second`` (ties count half), and its two-sided p-value.

    By the normal approximation with the correction for ties; for some twenty values a side and more.
    """
    pooled = sorted((value, side) for side, values in enumerate((first, second)) for value in values)
    n, m = len(first), len(second)
    ranks, ties, position = 0.0, 0.0, 0
    while position < len(pooled):
        same = position
        while same < len(pooled) and pooled[same][0] == pooled[position][0]:
            same += 1
        count = same - position
        rank = position + (count + 1) / 2
        ranks += rank * sum(side == 0 for _, side in pooled[position:same])
        ties += count**3 - count
        position = same
    u = ranks - n * (n + 1) / 2
    total = n + m
    deviation = math.sqrt(n * m / 12 * (total + 1 - ties / (total * (total - 1))))
    z = (u - n * m / 2) / deviation if deviation else 0.0
    return u / (n * m), math.erfc(abs(z) / math.sqrt(2))


def kolmogorov_smirnov(first: Sequence[float], second: Sequence[float]) -> tuple[float, float]:
    """The largest distance between the two distributions, and its p-value (asymptotic)."""
    values = sorted({*first, *second})
    distance = max(
        abs(sum(a <= value for a in first) / len(first) - sum(b <= value for b in second) / len(second))
        for value in values
    )
    root = math.sqrt(len(first) * len(second) / (len(first) + len(second)))
    strength = (root + 0.12 + 0.11 / root) * distance
    series = 2 * sum((-1) ** (k - 1) * math.exp(-2 * (k * strength) ** 2) for k in range(1, 101))
    return distance, min(1.0, max(0.0, series)) if strength > 0.2 else 1.0


async def reply_times(service: VerificationService, numbers: Mapping[str, Sequence[Msisdn]]) -> dict[str, list[float]]:
    """Milliseconds of each reply by the kind of number, the kinds in random order."""
    asked = [(kind, number) for kind, each in numbers.items() for number in each]
    random.Random(7).shuffle(asked)  # noqa: S311  (an order, no secret)
    took: dict[str, list[float]] = {kind: [] for kind in numbers}
    for n, (kind, number) in enumerate(asked):
        name = f"walk-{n // _REQUESTS_TO_ONE_CONVERSATION}"
        await service.request_step(name, "check_account")
        began = time.perf_counter()
        outcome = await service.send_code(name, number, address=name)
        took[kind].append(1000 * (time.perf_counter() - began))
        assert isinstance(outcome, CodeSent), outcome
        await asyncio.sleep(random.SystemRandom().uniform(0, 0.05))
    await service.drain()
    return took


def _line(msisdn: Msisdn, n: int) -> Line:
    today = NOON.date()
    life = PrepaidLife(today - timedelta(days=400), today - timedelta(days=390), today + timedelta(days=30))
    return Line(msisdn, LineKind.PREPAID, Subscriber(f"s{n}", "Bench"), SimCard(f"{8938300000000000000 + n}"), life)


def _line_by_contact(msisdn: Msisdn, n: int) -> Line:
    contact = ContactPoint(ContactKind.MSISDN, f"+38349{200000 + n}", NOON.date() - timedelta(days=400))
    return Line(msisdn, LineKind.FIXED, Subscriber(f"f{n}", "Bench", contacts=(contact,)))


@asynccontextmanager
async def _services(folder: Path, clock: FixedClock, lines: Sequence[Line]) -> AsyncIterator[list[VerificationService]]:
    databases = [Database(f"sqlite+aiosqlite:///{folder / 'bench.db'}") for _ in range(2)]
    await migrate(databases[0])
    await SqlAccountWriter(databases[0]).upsert(lines, NOON)
    outbox = FileOutbox(folder, Mode.DEVELOPMENT, clock)
    made = [
        VerificationService(
            database=database,
            accounts=SqlAccountDirectory(database),
            sender=RoutedSender(outbox, NoMailer(), clock),
            clock=clock,
            key=_KEY,
            audit=SqlAuditTrail(database, clock, _KEY),
            sms_reachable=can_receive_code,
            queued=lambda: None,
        )
        for database in databases
    ]
    try:
        yield made
    finally:
        for service, database in zip(made, databases, strict=True):
            await service.close()
            await database.close()


async def measure(days: int, conversations: int, requests: int) -> dict[str, Any]:
    """All figures, each on a database of its own."""
    known = [Msisdn.parse(f"044{200000 + n}") for n in range(requests)]
    by_contact = [Msisdn.parse(f"038{200000 + n}") for n in range(requests)]
    unknown = [Msisdn.parse(f"045{200000 + n}") for n in range(requests)]
    lines = [_line(number, n) for n, number in enumerate(known)]
    lines += [_line_by_contact(number, n) for n, number in enumerate(by_contact)]
    result: dict[str, Any] = {}
    for name, number in (("brute_force", known[0]), ("brute_force_by_contact", by_contact[0])):
        with tempfile.TemporaryDirectory() as folder:
            clock = FixedClock(NOON)
            async with _services(Path(folder), clock, [line for line in lines if line.msisdn == number]) as services:
                got = await attack(services, clock, number, conversations=conversations, days=days)
        result[name] = {"days": days, "conversations": conversations, **_figures(got)}
    with tempfile.TemporaryDirectory() as folder:
        clock = FixedClock(NOON)
        async with _services(Path(folder), clock, lines) as services:
            sprayed = await spray(services, clock, [*known, *unknown] * days, days=days)
    result["spraying"] = {"days": days, **_figures(sprayed)}
    numbers = {"known": known, "by_contact": by_contact, "unknown": unknown}
    with tempfile.TemporaryDirectory() as folder:
        async with _services(Path(folder), FixedClock(NOON), lines) as services:
            took = await reply_times(services[0], numbers)
    result["enumeration"] = {"replies_each": requests, **_compared(took)}
    return result


def _figures(got: Attack) -> dict[str, Any]:
    return {
        "codes_a_day": most_within_a_day(got.sends),
        "guesses_a_day": most_within_a_day(got.guesses),
        "guesses": len(got.guesses),
        "chance_a_day": got.chance_a_day,
    }


def _compared(took: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """The times of each kind of number, and how those of the existing ones differ from those of unknown ones."""
    figures: dict[str, Any] = {
        f"{kind}_ms": {"p50": round(percentile(list(ms), 50), 2), "p95": round(percentile(list(ms), 95), 2)}
        for kind, ms in took.items()
    }
    for kind in ("known", "by_contact"):
        above, above_p = mann_whitney(took[kind], took["unknown"])
        distance, distance_p = kolmogorov_smirnov(took[kind], took["unknown"])
        figures[f"{kind}_against_unknown"] = {
            "mann_whitney": {"above": round(above, 3), "p": round(above_p, 3)},
            "kolmogorov_smirnov": {"distance": round(distance, 3), "p": round(distance_p, 3)},
        }
    return figures


def table(result: dict[str, Any]) -> str:
    """The figures as a Markdown table."""
    force, sprayed, walk = result["brute_force"], result["spraying"], result["enumeration"]
    by_contact = result["brute_force_by_contact"]
    rows = [
        (f"guesses at one number within 24 h, {force['conversations']} conversations", force["guesses_a_day"]),
        ("codes to one number within 24 h", force["codes_a_day"]),
        ("chance of a right guess in a day", f"{force['chance_a_day']:.4%}"),
        ("guesses at one number with a contact within 24 h · codes", _pair(by_contact, "guesses_a_day", "codes_a_day")),
        ("guesses from one address at any numbers within 24 h", sprayed["guesses_a_day"]),
        ("codes asked for from one address within 24 h", sprayed["codes_a_day"]),
        ("chance of a right guess at anybody in a day", f"{sprayed['chance_a_day']:.4%}"),
    ]
    rows += [
        (f"reply for a number ({kind}), ms p50 · p95", _pair(walk[f"{kind}_ms"]))
        for kind in ("known", "by_contact", "unknown")
    ]
    for kind in ("known", "by_contact"):
        against = walk[f"{kind}_against_unknown"]
        rows.append((f"{kind} above unknown (Mann-Whitney) · p", _pair(against["mann_whitney"])))
        rows.append((f"{kind}, distance to unknown (Kolmogorov-Smirnov) · p", _pair(against["kolmogorov_smirnov"])))
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)])


def _pair(values: Mapping[str, Any], *keys: str) -> str:
    return " · ".join(str(values[key]) for key in keys or values)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--conversations", type=int, default=20)
    parser.add_argument("--requests", type=int, default=300, help="replies timed, of each kind")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    result = asyncio.run(measure(given.days, given.conversations, given.requests))
    print(table(result))
    if given.json:
        given.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
