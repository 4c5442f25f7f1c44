"""The conversation itself: "jo", "anulo", anger, and what to do when a message was not understood."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final

from actions.conversation import FALLBACK_RESPONSES, Conversation
from actions.replies import Button, Reply, reply
from actions.topics import DialogueAction
from ndihma.instructions import CancelVerification

__all__ = ["Cancel", "Deny", "DidYouMean", "Frustration"]

_SUGGESTIONS: Final = 2
_WORTH_OFFERING: Final = 0.05
"""Below this confidence a topic is no likelier than chance would have it, and offering it only puzzles."""
_OUT_OF_SCOPE: Final = "out_of_scope"
_HUMAN_INTENT: Final = "request_agent"
_FRUSTRATION: Final = "frustration"
_LATELY: Final = 3
"""How many messages back anger is still the same anger."""


class Deny(DialogueAction):
    action_name = "action_deny"

    async def replies(self, conversation: Conversation) -> Sequence[Reply]:
        if conversation.last_response in FALLBACK_RESPONSES:  # none of what was offered
            return (reply("utter_did_you_mean_human"),)
        return (reply("utter_deny"),)


class Cancel(DialogueAction):
    """Stops a verification that is under way; harmless when there is none."""

    action_name = "action_cancel"

    async def replies(self, conversation: Conversation) -> Sequence[Reply]:  # noqa: ARG002
        return (reply("utter_cancel").doing(CancelVerification()),)


class Frustration(DialogueAction):
    """Calm help at first; a human when the customer was angry or not understood just before."""

    action_name = "action_frustration"

    async def replies(self, conversation: Conversation) -> Sequence[Reply]:
        again = _FRUSTRATION in conversation.intents_before(_LATELY)
        if again or conversation.last_response in FALLBACK_RESPONSES:
            return (reply("utter_frustration_again"),)
        return (reply("utter_frustration"),)


class DidYouMean(DialogueAction):
    """Offers the two likeliest topics and a human; a human at once when that has just failed or no topic is likely."""

    action_name = "action_did_you_mean"

    async def replies(self, conversation: Conversation) -> Sequence[Reply]:
        content = self.context.content
        if conversation.last_response in FALLBACK_RESPONSES:
            return (reply("utter_did_you_mean_human"),)
        worth = (name for name, sure in conversation.ranking if name in content.topics and sure >= _WORTH_OFFERING)
        topics = [Button(title, f"/{name}") for name in islice(worth, _SUGGESTIONS) if (title := content.title(name))]
        if not topics:
            nothing_of_ours = any(name == _OUT_OF_SCOPE for name, _ in conversation.ranking[:1])
            return (reply("utter_out_of_scope" if nothing_of_ours else "utter_did_you_mean_human"),)
        human = Button(content.answer("utter_button_human").text, f"/{_HUMAN_INTENT}")
        return (reply("utter_did_you_mean").offering(*topics, human),)
