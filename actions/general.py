"""The conversation itself: "jo", "anulo", and what to do when a message was not understood."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final

from actions.conversation import FALLBACK_RESPONSES, Conversation
from actions.replies import Button, Reply, reply
from actions.topics import DialogueAction
from ndihma.instructions import CancelVerification

__all__ = ["Cancel", "Deny", "DidYouMean"]

_SUGGESTIONS: Final = 2
_HUMAN_INTENT: Final = "request_agent"


class Deny(DialogueAction):
    action_name = "action_deny"

    async def replies(self, conversation: Conversation) -> Sequence[Reply]:  # noqa: ARG002
        return (reply("utter_deny"),)


class Cancel(DialogueAction):
    """Stops a verification that is under way; harmless when there is none."""

    action_name = "action_cancel"

    async def replies(self, conversation: Conversation) -> Sequence[Reply]:  # noqa: ARG002
        return (reply("utter_cancel").doing(CancelVerification()),)


class DidYouMean(DialogueAction):
    """Offers the two likeliest topics and a human; a human at once when that has just failed."""

    action_name = "action_did_you_mean"

    async def replies(self, conversation: Conversation) -> Sequence[Reply]:
        content = self.context.content
        likeliest = islice((i for i in conversation.ranking if i in content.topics), _SUGGESTIONS)
        topics = [Button(title, f"/{intent}") for intent in likeliest if (title := content.title(intent))]
        if not topics or conversation.last_response in FALLBACK_RESPONSES:
            return (reply("utter_did_you_mean_human"),)
        human = Button(content.answer("utter_button_human").text, f"/{_HUMAN_INTENT}")
        return (reply("utter_did_you_mean").offering(*topics, human),)
