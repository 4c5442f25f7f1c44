"""The burst's bench sees what it looks for: a lost message, a second answer, an answer out of order."""

from __future__ import annotations

from typing import Any

from bench.burst import Conversation, summary


def event(cursor: int, kind: str, message_id: str, **more: Any) -> dict[str, Any]:
    return {"cursor": cursor, "type": kind, "in_reply_to": message_id, "outcome": "answered", **more}


def conversation(*done: str, sent: tuple[str, ...] = ("a", "b", "c")) -> Conversation:
    heard = Conversation(sent=list(sent))
    for cursor, message_id in enumerate(done, 1):
        heard.hear(event(cursor, "done", message_id), now=1.0 + cursor)
    return heard


def test_a_whole_conversation_lacks_nothing():
    heard = conversation("a", "b", "c")
    assert (heard.lost, heard.twice, heard.reordered) == (0, 0, 0)


def test_a_message_without_an_end_is_lost():
    assert conversation("a", "c").lost == 1


def test_an_event_that_the_stream_left_out_is_lost():
    heard = conversation("a", "b", "c")
    heard.hear(event(5, "reply", "c"), now=9.0)
    assert heard.lost == 1


def test_a_second_answer_is_counted():
    assert conversation("a", "b", "c", "b").twice == 1


def test_answers_out_of_order_are_counted():
    assert conversation("a", "c", "b").reordered == 1


def test_apologies_messages_never_sent_and_reply_times_are_in_the_summary():
    heard = conversation("a", "b", "c")
    heard.hear(event(4, "reply", "c", outcome="unavailable"), now=5.0)
    heard.accepted_at = dict.fromkeys("abc", 1.0)
    result = summary([heard], 2.0, {"gateway": 0.3}, {"gateway": 90.4}, wanted=4)
    assert (result["apologies"], result["lost"], result["messages_per_s"]) == (1, 1, 1.5)
    assert result["reply_s"] == {"p50": 2.0, "p95": 3.0, "max": 3.0}
    assert result["cpu_ms_per_message"] == {"gateway": 100.0}
