"""What is stored of an event is what is read back, and what older events lack has its meaning."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from ndihma.desk.events import (
    Author,
    AuthorKind,
    EndedBody,
    EndedBy,
    HandoffBody,
    HandoffState,
    ReplyBody,
    ReplyEvent,
    store_body,
    stored_event,
)

AT = datetime(2026, 11, 22, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "body",
    [
        ReplyBody(in_reply_to=None, text="Mirëdita", author=Author(kind=AuthorKind.AGENT, name="Drita")),
        ReplyBody(in_reply_to=None, text="Mirëdita", author=Author(kind=AuthorKind.BOT)),
        HandoffBody(state=HandoffState.WAITING, position=1),
        HandoffBody(state=HandoffState.AGENT, agent="Drita"),
        HandoffBody(state=HandoffState.BOT),
        EndedBody(by=EndedBy.CUSTOMER),
    ],
)
def test_what_is_stored_is_read_back(body):
    event = stored_event(7, AT, store_body(body))
    assert event.model_dump(exclude={"cursor", "at"}) == body.model_dump()
    assert (event.cursor, event.at) == (7, AT)


def test_a_reply_that_was_stored_without_an_author_is_the_assistants():
    old = {
        "type": "reply",
        "in_reply_to": None,
        "text": "Mirëdita",
        "buttons": [],
        "source": None,
        "outcome": "answered",
    }
    event = stored_event(1, AT, old)
    assert isinstance(event, ReplyEvent)
    assert event.author is None


def test_a_place_in_the_queue_is_counted_from_one():
    with pytest.raises(ValidationError):
        HandoffBody(state=HandoffState.WAITING, position=0)
