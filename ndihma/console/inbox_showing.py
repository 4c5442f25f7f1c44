"""What the desk knows about hand-off, as the console's API shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ndihma.console.inbox_schemas import (
    AgentPresent,
    AskedShown,
    CallbackShown,
    HandoffShown,
    InboxCounters,
    InboxItem,
    LastWords,
    NoteShown,
    SummaryShown,
    TeamList,
    TeamShown,
    TopicShown,
    WhisperList,
    WhisperShown,
)
from ndihma.desk.handoff.callbacks import Callback
from ndihma.desk.handoff.inbox import Counters, Item, Note
from ndihma.desk.handoff.model import Agent, Handoff
from ndihma.desk.handoff.presence import AgentPresence
from ndihma.desk.handoff.rules import HandoffRules
from ndihma.desk.handoff.summary import Summary
from ndihma.desk.handoff.whispers import Whisper
from ndihma.staff.model import Role, StaffMember

__all__ = ["Showing", "agent_of"]


def agent_of(member: StaffMember) -> Agent:
    """A member of staff as an agent: known by the user name, which nobody else ever gets."""
    return Agent(member.username, member.name, supervisor=member.role is Role.SUPERVISOR, team=member.team)


class Showing:
    """``titles``: of topics, by intent."""

    def __init__(self, rules: HandoffRules, titles: Mapping[str, str]) -> None:
        self._rules = rules
        self._titles = titles

    def handoff(self, handoff: Handoff, place: int | None, asking: StaffMember) -> HandoffShown:
        agent = handoff.agent
        first_due = next_due = None
        if handoff.is_human and handoff.asked_at is not None and handoff.first_reply_at is None:
            first_due = handoff.asked_at + self._rules.first_reply_within
        if handoff.is_human and handoff.unanswered_since is not None:
            next_due = handoff.unanswered_since + self._rules.next_reply_within
        return HandoffShown(
            state=handoff.state,
            version=handoff.version,
            agent=agent.id if agent else None,
            agent_name=agent.name if agent else None,
            team=handoff.team,
            mine=agent is not None and agent.id == asking.username,
            place=place,
            asked_at=handoff.asked_at,
            waiting_since=handoff.waiting_since,
            first_reply_at=handoff.first_reply_at,
            first_reply_due=first_due,
            unanswered_since=handoff.unanswered_since,
            next_reply_due=next_due,
            snoozed_until=handoff.snoozed_until,
            closed_at=handoff.closed_at,
        )

    def item(self, item: Item, asking: StaffMember) -> InboxItem:
        last = item.last
        return InboxItem(
            conversation_id=item.conversation_id,
            handoff=self.handoff(item.handoff, item.place, asking),
            changed_at=item.changed_at,
            cursor=item.last_cursor,
            last=None if last is None else LastWords(at=last.at, text=last.text, by=last.by),
        )

    def counters(self, counters: Counters) -> InboxCounters:
        return InboxCounters(
            waiting=counters.waiting,
            mine=counters.mine,
            agents=counters.agents,
            snoozed=counters.snoozed,
            callbacks=counters.callbacks,
        )

    def summary(self, summary: Summary) -> SummaryShown:
        return SummaryShown(
            asked=[
                AskedShown(
                    at=each.at,
                    text=each.text,
                    intent=each.intent,
                    title=self._titles.get(each.intent or ""),
                    confidence=each.confidence,
                    answered=each.answered,
                )
                for each in summary.asked
            ],
            messages=summary.messages,
            topics=[
                TopicShown(
                    intent=topic.intent,
                    title=self._titles.get(topic.intent),
                    times=topic.times,
                    confidence=topic.confidence,
                )
                for topic in summary.topics
            ],
            verified=summary.verified,
            proofs=summary.proofs,
        )

    def notes(self, notes: Sequence[Note]) -> list[NoteShown]:
        return [
            NoteShown(
                id=note.id,
                at=note.at,
                by=note.by,
                text=note.text,
                whispered_to=note.whispered_to,
                seen_at=note.seen_at,
            )
            for note in notes
        ]

    def whispers(self, unread: Sequence[Whisper]) -> WhisperList:
        return WhisperList(
            whispers=[
                WhisperShown(id=each.id, conversation_id=each.conversation_id, at=each.at, by=each.by, text=each.text)
                for each in unread
            ]
        )

    def agents(self, there: Sequence[AgentPresence]) -> list[AgentPresent]:
        return [
            AgentPresent(
                agent=each.agent.id,
                name=each.agent.name,
                presence=each.presence,
                on_duty=each.on_duty,
                since=each.since,
            )
            for each in there
        ]

    def teams(self, names: Sequence[str], there: Sequence[AgentPresence]) -> TeamList:
        """``names``: of the teams, ``there``: the agents who are there."""
        on_duty = Counter(each.agent.team for each in there if each.on_duty)
        return TeamList(teams=[TeamShown(team=name, on_duty=on_duty[name]) for name in names])

    def callback(self, callback: Callback, *, masked: bool) -> CallbackShown:
        """``masked``: the number as lists show it (S9)."""
        return CallbackShown(
            reference=callback.reference,
            conversation_id=callback.conversation_id,
            number=callback.msisdn.masked if masked else callback.msisdn.national,
            verified=callback.verified,
            asked_at=callback.asked_at,
        )
