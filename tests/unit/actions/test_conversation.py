import pytest
from rasa_sdk import Tracker

from actions.conversation import Conversation


@pytest.mark.parametrize(
    ("sender", "conversation"), [("abc.0", "abc"), ("a-b_c.12", "a-b_c"), ("abc", "abc"), ("a.b", "a.b")]
)
def test_the_conversation_behind_a_sender(sender: str, conversation: str) -> None:
    tracker = Tracker(sender, {}, {}, [], False, None, {}, None)
    assert Conversation(tracker).id == conversation
