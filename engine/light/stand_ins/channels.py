"""Stands in for ``rasa.core.channels``: a channel of Rasa's own is imported when credentials.yml names it."""

from __future__ import annotations

from importlib import import_module
from typing import Dict, Final, Iterator, Mapping, Text, Type

import rasa.core.channels.console  # noqa: F401  (rasa.core.run imports it from here; it is read late)
from rasa.core.channels.channel import (  # noqa: F401  (Rasa imports them from here)
    CollectingOutputChannel,
    InputChannel,
    OutputChannel,
    UserMessage,
)

_CLASSES: Final[Dict[Text, Text]] = {
    "botframework": "botframework.BotFrameworkInput",
    "callback": "callback.CallbackInput",
    "cmdline": "console.CmdlineInput",
    "facebook": "facebook.FacebookInput",
    "hangouts": "hangouts.HangoutsInput",
    "mattermost": "mattermost.MattermostInput",
    "rasa": "rasa_chat.RasaChatInput",
    "rest": "rest.RestInput",
    "rocketchat": "rocketchat.RocketChatInput",
    "slack": "slack.SlackInput",
    "socketio": "socketio.SocketIOInput",
    "telegram": "telegram.TelegramInput",
    "twilio": "twilio.TwilioInput",
    "twilio_voice": "twilio_voice.TwilioVoiceInput",
    "webexteams": "webexteams.WebexTeamsInput",
}


class _BuiltinChannels(Mapping[Text, Type[InputChannel]]):
    """The name of a channel → its class, imported when it is asked for."""

    def __getitem__(self, name: Text) -> Type[InputChannel]:
        module, _, class_name = _CLASSES[name].partition(".")
        found: Type[InputChannel] = getattr(import_module(f"rasa.core.channels.{module}"), class_name)
        return found

    def __contains__(self, name: object) -> bool:
        return name in _CLASSES

    def __iter__(self) -> Iterator[Text]:
        return iter(_CLASSES)

    def __len__(self) -> int:
        return len(_CLASSES)


BUILTIN_CHANNELS: Final = _BuiltinChannels()
