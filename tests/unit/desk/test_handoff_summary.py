"""The summary for the agent, from stored events."""

from __future__ import annotations

from datetime import datetime, timedelta

from ndihma.clock import BELGRADE
from ndihma.desk.events import (
    AttachmentBody,
    AttachmentState,
    Author,
    AuthorKind,
    Body,
    DoneBody,
    Event,
    MessageBody,
    Outcome,
    ReplyBody,
    VerificationBody,
    store_body,
    stored_event,
)
from ndihma.desk.handoff.summary import Topic, summarise
from ndihma.verification.model import VerificationState

NOW = datetime(2026, 11, 22, 16, 0, tzinfo=BELGRADE)


def events(*bodies: Body) -> list[Event]:
    return [stored_event(n, NOW + timedelta(seconds=n), store_body(body)) for n, body in enumerate(bodies, 1)]


def asked(n: int, intent: str | None, sure: float | None, *, outcome: Outcome | None = Outcome.ANSWERED) -> list[Body]:
    said: list[Body] = [MessageBody(message_id=f"m{n}", client_id=f"c{n}", text=f"pyetja {n}")]
    if outcome is not None:
        said.append(ReplyBody(in_reply_to=f"m{n}", text="…", outcome=outcome))
    return [*said, DoneBody(in_reply_to=f"m{n}", intent=intent, confidence=sure)]


def test_it_says_what_was_asked_how_surely_and_whether_it_was_answered() -> None:
    summary = summarise(
        events(
            ReplyBody(in_reply_to=None, text="Mirë se vini!"),
            *asked(1, "ask_sim_price", 0.7),
            *asked(2, None, None, outcome=Outcome.UNAVAILABLE),
            *asked(3, "ask_puk_code", 0.9),
            *asked(4, "ask_sim_price", 0.8),
            *asked(5, None, None, outcome=None),
        )
    )
    assert [(each.text, each.intent, each.confidence, each.answered) for each in summary.asked] == [
        ("pyetja 1", "ask_sim_price", 0.7, True),
        ("pyetja 2", None, None, False),
        ("pyetja 3", "ask_puk_code", 0.9, True),
        ("pyetja 4", "ask_sim_price", 0.8, True),
        ("pyetja 5", None, None, False),
    ]
    assert summary.topics == (Topic("ask_sim_price", 2, 0.8), Topic("ask_puk_code", 1, 0.9))
    assert (summary.messages, summary.verified, summary.proofs) == (5, None, 0)


def test_an_agents_reply_is_no_answer_of_the_assistants() -> None:
    by_agent = ReplyBody(in_reply_to=None, text="Mirëdita", author=Author(kind=AuthorKind.AGENT, name="Arta"))
    summary = summarise(events(*asked(1, None, None, outcome=None), by_agent))
    assert not summary.asked[0].answered


def test_it_names_the_proved_number_and_counts_proofs() -> None:
    proof = AttachmentBody(state=AttachmentState.RECEIVED, reference="RK-222222")
    wanted = AttachmentBody(state=AttachmentState.WANTED, reference="RK-222222")
    verified = VerificationBody(state=VerificationState.VERIFIED, masked="044 ••• •56")
    summary = summarise(events(VerificationBody(state=VerificationState.CODE_SENT), verified, wanted, proof, proof))
    assert (summary.verified, summary.proofs) == ("044 ••• •56", 2)


def test_of_a_long_conversation_the_latest_messages_are_listed() -> None:
    summary = summarise(events(*(body for n in range(50) for body in asked(n, "greet", 0.9))))
    assert [each.text for each in summary.asked] == [f"pyetja {n}" for n in range(30, 50)]
    assert (summary.messages, summary.topics) == (50, (Topic("greet", 50, 0.9),))


def test_of_nothing_there_is_nothing() -> None:
    summary = summarise([])
    assert (summary.asked, summary.topics, summary.messages) == ((), (), 0)
