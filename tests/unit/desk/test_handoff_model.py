"""The pure state machine of hand-off: every move from every state, and what always holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ndihma.clock import BELGRADE
from ndihma.desk.errors import HandoffNotPossible, HandoffRefused, NotTheirs
from ndihma.desk.handoff.model import (
    Abandoned,
    Agent,
    Ask,
    Close,
    Ended,
    HandBack,
    Handoff,
    Lapsed,
    Move,
    Reopen,
    Snooze,
    State,
    Take,
    Transfer,
    Unserved,
    Wake,
    moved,
    replied,
    written,
)

NOW = datetime(2026, 11, 22, 16, 0, tzinfo=BELGRADE)
ARTA, BESA, CHIEF = Agent("a1", "Arta"), Agent("a2", "Besa"), Agent("s1", "Drita", supervisor=True)
SOON = NOW + timedelta(hours=1)

AT: dict[State, Handoff] = {
    State.BOT: Handoff(),
    State.WAITING: moved(Handoff(), Ask(), NOW),
    State.AGENT: moved(Handoff(), Take(ARTA), NOW),
    State.SNOOZED: moved(moved(Handoff(), Take(ARTA), NOW), Snooze(ARTA, SOON), NOW),
    State.CLOSED: moved(moved(Handoff(), Take(ARTA), NOW), Close(ARTA), NOW),
}
B, W, A, S, C = State.BOT, State.WAITING, State.AGENT, State.SNOOZED, State.CLOSED
NO, NOT_THEIRS = HandoffNotPossible, NotTheirs
Outcome = State | type[HandoffRefused]

TABLE: list[tuple[Move, tuple[Outcome, Outcome, Outcome, Outcome, Outcome]]] = [
    # from:            bot   waiting  agent (Arta)  snoozed  closed
    (Ask(),            (W,   NO,      NO,           NO,      W)),
    (Take(ARTA),       (A,   A,       NO,           A,       A)),
    (Take(BESA),       (A,   A,       NOT_THEIRS,   A,       A)),
    (Take(CHIEF),      (A,   A,       A,            A,       A)),
    (HandBack(ARTA),   (NO,  NO,      B,            NO,      NO)),
    (HandBack(BESA),   (NO,  NO,      NOT_THEIRS,   NO,      NO)),
    (HandBack(CHIEF),  (NO,  NO,      B,            NO,      NO)),
    (Transfer(ARTA, BESA),  (NO, NO,  A,            NO,      NO)),
    (Transfer(ARTA, ARTA),  (NO, NO,  NO,           NO,      NO)),
    (Transfer(ARTA),   (NO,  NO,      W,            NO,      NO)),
    (Transfer(ARTA, team="Faturat"), (NO, NO, W,    NO,      NO)),
    (Transfer(ARTA, BESA, team="Faturat"), (NO, NO, NO, NO,  NO)),
    (Transfer(BESA, team="Faturat"), (NO, NO, NOT_THEIRS, NO, NO)),
    (Transfer(BESA),   (NO,  NO,      NOT_THEIRS,   NO,      NO)),
    (Transfer(CHIEF, BESA), (NO, NO,  A,            NO,      NO)),
    (Snooze(ARTA, SOON),    (NO, NO,  S,            NO,      NO)),
    (Snooze(BESA, SOON),    (NO, NO,  NOT_THEIRS,   NO,      NO)),
    (Snooze(ARTA, NOW),     (NO, NO,  NO,           NO,      NO)),
    (Wake(),           (NO,  NO,      NO,           W,       NO)),
    (Close(ARTA),      (NO,  C,       C,            C,       NO)),
    (Close(BESA),      (NO,  C,       NOT_THEIRS,   C,       NO)),
    (Close(CHIEF),     (NO,  C,       C,            C,       NO)),
    (Reopen(BESA),     (NO,  NO,      NO,           NO,      W)),
    (Reopen(),         (NO,  NO,      NO,           NO,      W)),
    (Lapsed(),         (NO,  NO,      NO,           NO,      B)),
    (Abandoned(),      (NO,  NO,      W,            NO,      NO)),
    (Unserved(),       (NO,  B,       NO,           NO,      NO)),
    (Ended(),          (NO,  C,       C,            C,       NO)),
]  # fmt: skip


@pytest.mark.parametrize(("move", "outcomes"), TABLE, ids=[repr(move)[:60] for move, _ in TABLE])
def test_every_move_from_every_state(move: Move, outcomes: tuple[Outcome, ...]) -> None:
    for (state, before), outcome in zip(AT.items(), outcomes, strict=True):
        if isinstance(outcome, State):
            after = moved(before, move, NOW)
            assert (after.state, after.version) == (outcome, before.version + 1), state
        else:
            with pytest.raises(outcome):
                moved(before, move, NOW)


agents = st.sampled_from([ARTA, BESA, CHIEF])
moves = st.one_of(
    st.builds(Ask),
    st.builds(Take, agents),
    st.builds(HandBack, agents),
    st.builds(Transfer, agents, st.none() | agents),
    st.builds(Snooze, agents, st.just(NOW + timedelta(days=3))),
    st.builds(Wake),
    st.builds(Close, agents),
    st.builds(Reopen, st.none() | agents),
    st.builds(Lapsed),
    st.builds(Abandoned),
    st.builds(Unserved),
    st.builds(Ended),
)
happenings = st.lists(moves | st.sampled_from(["customer", "Arta", "Besa"]), max_size=40)


@given(happenings)
def test_what_always_holds(happened: list[Move | str]) -> None:
    now, at = Handoff(), NOW
    for what in happened:
        at += timedelta(minutes=1)
        before = now
        try:
            if isinstance(what, str):
                by = ARTA if what == "Arta" else BESA
                now = written(now, at) if what == "customer" else replied(now, by, at)
                assert now.version == before.version
                assert now.state is before.state
            else:
                now = moved(now, what, at)
                assert now.version == before.version + 1
        except HandoffRefused:
            assert now == before
            continue
        assert (now.state is State.WAITING) == (now.waiting_since is not None)
        assert (now.state is State.SNOOZED) == (now.snoozed_until is not None)
        assert now.state is not State.AGENT or now.agent is not None
        assert now.state is not State.WAITING or now.agent is None
        assert not now.is_human or now.asked_at is not None
        assert now.is_human or now.unanswered_since is None
        for moment in (now.waiting_since, now.asked_at, now.unanswered_since, now.first_reply_at):
            assert moment is None or moment <= at


def test_the_timers_run_from_the_first_message_that_is_not_answered() -> None:
    now = replace(AT[State.AGENT], unanswered_since=None)
    later, still = NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)
    now = written(written(now, later), still)
    assert now.unanswered_since == later
    now = replied(now, ARTA, still)
    assert (now.unanswered_since, now.first_reply_at) == (None, still)
    assert replied(now, ARTA, still + timedelta(minutes=1)).first_reply_at == still


def test_who_waits_for_an_answer_is_not_put_behind_those_who_came_later() -> None:
    wrote = written(replace(AT[State.AGENT], unanswered_since=None), NOW)
    assert moved(wrote, Transfer(ARTA), SOON).waiting_since == NOW
    assert moved(wrote, Abandoned(), SOON).waiting_since == NOW
    answered = replied(wrote, ARTA, NOW)
    assert moved(answered, Transfer(ARTA), SOON).waiting_since == SOON


def test_in_a_teams_queue_a_customer_stands_by_when_they_asked() -> None:
    later = NOW + timedelta(minutes=30)
    taken = moved(moved(Handoff(), Ask(), NOW), Take(ARTA), SOON)
    answered = replied(taken, ARTA, SOON)
    for now in (taken, answered, written(answered, SOON)):
        after = moved(now, Transfer(ARTA, team="Faturat"), later)
        assert (after.state, after.team, after.waiting_since, after.agent) == (State.WAITING, "Faturat", NOW, None)
        assert (after.asked_at, after.first_reply_at, after.unanswered_since) == (
            now.asked_at,
            now.first_reply_at,
            now.unanswered_since,
        )


def test_the_team_stays_until_the_matter_is_over_or_somebody_else_is_asked() -> None:
    queued = moved(AT[State.AGENT], Transfer(ARTA, team="Faturat"), SOON)
    taken = moved(queued, Take(BESA), SOON)
    assert taken.team == "Faturat"
    assert moved(taken, Abandoned(), SOON).team == "Faturat"
    assert moved(moved(taken, Snooze(BESA, SOON + timedelta(minutes=1)), SOON), Wake(), SOON).team == "Faturat"
    assert moved(taken, Transfer(BESA), SOON).team is None
    assert moved(taken, Transfer(BESA, ARTA), SOON).team is None
    assert moved(taken, HandBack(BESA), SOON).team is None
    assert moved(moved(taken, Close(BESA), SOON), Reopen(), SOON).team is None
