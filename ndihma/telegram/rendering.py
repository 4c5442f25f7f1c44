"""What an event of a conversation looks like in a chat: no message, one, or several."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ndihma.clock import BELGRADE
from ndihma.desk.events import (
    AttachmentBody,
    AttachmentState,
    AuthorKind,
    Body,
    EndedBody,
    HandoffBody,
    HandoffState,
    ReplyBody,
    RevealBody,
    RevealState,
    VerificationBody,
)
from ndihma.desk.ratings import SCORES
from ndihma.formatting import format_day, format_moment
from ndihma.telegram.catalogue import STARS, WORDS
from ndihma.telegram.chats import Language
from ndihma.telegram.parts import Keyboard, Part, Press, parts_of
from ndihma.telegram.presses import PressKind, data_of
from ndihma.telegram.styled import Styled, joined, without_strange_links
from ndihma.telegram.words import Words
from ndihma.verification.model import AssuranceLevel, Purpose, VerificationState

__all__ = ["Scene", "render"]


@dataclass(frozen=True, slots=True)
class Scene:
    """Where an event is shown. ``known``: the masked number that the customer is linked with, below L2."""

    conversation_id: str
    language: Language
    is_private: bool
    private_link: str
    link_hosts: frozenset[str] = frozenset()
    """The only hosts that a text may link to."""
    had_agent: bool = True
    """Whether an agent has had the conversation: who waited in vain is not asked how the agent was."""
    known: str | None = None

    @property
    def words(self) -> Words:
        return WORDS[self.language]


def render(body: Body, scene: Scene) -> list[Part]:  # noqa: PLR0911  (one for each event)
    """The messages of an event. In a group, whatever concerns an account or an agent becomes a link (S8, S12)."""
    match body:
        case ReplyBody():
            return _reply(body, scene)
        case _ if not scene.is_private:
            return _in_group(body, scene)
        case VerificationBody():
            return _verification(body, scene)
        case AttachmentBody(state=state, reference=reference):
            words = scene.words
            wanted = state is AttachmentState.WANTED
            return _says(words.proof_wanted if wanted else words.proof_received.format(reference=reference))
        case RevealBody(state=RevealState.READY, reference=str(reference)):
            show = Press(scene.words.puk_show, data_of(PressKind.PUK, reference))
            return parts_of(Styled(scene.words.puk_cover), [[show]])
        case HandoffBody():
            return _handoff(body, scene)
        case EndedBody():
            return [*_says(scene.words.ended), *_rating(scene)]
        case _:  # the customer's own message, the end of an answer, a PUK that was shown
            return []


def _reply(reply: ReplyBody, scene: Scene) -> list[Part]:
    words = scene.words
    speaker = Styled("")
    if reply.author is not None and reply.author.kind is AuthorKind.AGENT:
        name = reply.author.name
        speaker = Styled.of(words.agent.format(name=name) if name else words.an_agent, "bold")
    source = Styled("")
    if reply.source is not None:
        line = words.source.format(text=reply.source.text, day=_day(reply.source.reviewed))
        source = Styled.of(line, "italic")
    content = joined([joined([speaker, without_strange_links(reply.text, scene.link_hosts)], "\n"), source], "\n\n")
    return parts_of(content, [[Press(button.title, button.id)] for button in reply.buttons if button.title.strip()])


def _in_group(body: Body, scene: Scene) -> list[Part]:
    opens_something = (
        (isinstance(body, VerificationBody) and body.state is VerificationState.NUMBER_NEEDED)
        or (isinstance(body, AttachmentBody) and body.state is AttachmentState.WANTED)
        or (isinstance(body, HandoffBody) and body.state is HandoffState.WAITING)
        or isinstance(body, RevealBody)
    )
    if not opens_something:
        return []
    words, link = scene.words, scene.private_link
    # Our own address, not a customer's text: it may be a link.
    return parts_of(Styled(words.in_private.format(link=link)), [[Press(words.private_chat, url=link)]])


def _verification(body: VerificationBody, scene: Scene) -> list[Part]:  # noqa: PLR0911  (one for each state)
    words = scene.words
    match body.state:
        case VerificationState.NUMBER_NEEDED:
            return _number_needed(body, scene)
        case VerificationState.CODE_SENT:
            if body.sent_to is not None:
                text = words.code_second.format(to=body.sent_to)
            elif body.purpose is Purpose.PUK:
                text = words.code_sent_puk.format(masked=body.masked)
            else:
                text = words.code_sent.format(masked=body.masked)
            return _says(text, Keyboard.NONE)
        case VerificationState.VERIFIED if _is_matched_only(body):
            return _says(words.matched.format(masked=body.masked), Keyboard.NONE)
        case VerificationState.VERIFIED:
            until = body.expires_at.astimezone(BELGRADE).strftime("%H:%M") if body.expires_at else ""
            return _says(words.verified.format(masked=body.masked, time=until), Keyboard.NONE)
        case VerificationState.CANCELLED:
            return _says(words.cancelled, Keyboard.NONE)
        case VerificationState.EXPIRED:
            return _says(words.code_expired, Keyboard.NONE)
        case VerificationState.LOCKED if body.expires_at is None:
            return _says(words.code_used_up, Keyboard.NONE)
        case VerificationState.LOCKED:
            return _says(words.locked_until.format(until=format_moment(body.expires_at)), Keyboard.NONE)


def _is_matched_only(body: VerificationBody) -> bool:
    """By a shared contact; for the purpose PUK, level 1 is one proved contact of two."""
    return body.purpose is Purpose.ACCOUNT and body.level == AssuranceLevel.NUMBER_MATCHED


def _number_needed(body: VerificationBody, scene: Scene) -> list[Part]:
    words = scene.words
    if body.purpose is Purpose.PUK:
        return _says(words.number_ask_puk, Keyboard.SHARE_NUMBER)
    if scene.known is None:
        return _says(words.number_ask, Keyboard.SHARE_NUMBER)
    text = f"{words.code_to_known.format(masked=scene.known)} {words.another_number}"
    send = Press(words.send_code_to, data_of(PressKind.SEND_CODE))
    return parts_of(Styled(text), [[send, Press(words.cancel, data_of(PressKind.CANCEL_CODE))]])


def _handoff(body: HandoffBody, scene: Scene) -> list[Part]:
    words = scene.words
    match body.state:
        case HandoffState.WAITING if body.position is not None:
            return _says(words.waiting_at.format(position=body.position))
        case HandoffState.WAITING:
            return _says(words.waiting)
        case HandoffState.AGENT:
            return _says(words.with_agent_named.format(name=body.agent) if body.agent else words.with_agent)
        case HandoffState.BOT if not scene.had_agent:
            return []
        case HandoffState.BOT:
            return [*_says(words.hand_back), *_rating(scene)]


def _rating(scene: Scene) -> list[Part]:
    stars = [Press(f"{score} {STARS}", data_of(PressKind.RATE, f"{score}:{scene.conversation_id}")) for score in SCORES]
    return parts_of(Styled(scene.words.rate_ask), [stars])


def _says(text: str, keyboard: Keyboard = Keyboard.AS_IT_IS) -> list[Part]:
    return parts_of(Styled(text), keyboard=keyboard)


def _day(reviewed: str) -> str:
    try:
        return format_day(date.fromisoformat(reviewed))
    except ValueError:
        return reviewed
