"""What helps agents, wired for the gateway's process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ndihma.assist.canned import CannedReplies
from ndihma.assist.feedback import FeedbackStore
from ndihma.assist.knowledge import Knowledge, kosovar_forms
from ndihma.assist.model import KnowledgeAnswer, QuestionReader
from ndihma.assist.suggesting import Suggesting
from ndihma.audit.model import TransactionalAuditTrail
from ndihma.clock import Clock
from ndihma.config import Settings
from ndihma.content import Content
from ndihma.db import Database
from ndihma.desk.handoff.links import only_allowed_links
from ndihma.desk.plain_answers import plain_answers
from ndihma.desk.ports import Intake
from ndihma.gateway.intake import TextIntake

__all__ = ["AssistServices", "assist_services"]

_AGENT_CHARS: Final = 4000
"""The longest text of an agent (S3)."""


@dataclass(frozen=True, slots=True)
class AssistServices:
    """``answers`` are the intents that can be suggested; ``intake`` reads an agent's text."""

    suggesting: Suggesting
    knowledge: Knowledge
    feedback: FeedbackStore
    canned: CannedReplies
    answers: frozenset[str]
    intake: Intake


def assist_services(
    settings: Settings,
    *,
    database: Database,
    clock: Clock,
    audit: TransactionalAuditTrail,
    content: Content,
    reader: QuestionReader,
) -> AssistServices:
    """Over the FAQ of domain.yml. Raises OSError, ValueError when the engine's table of forms is gone."""
    known = {
        intent: KnowledgeAnswer(intent, plain.title, plain.text, plain.source, plain.reviewed)
        for intent, plain in plain_answers(content).items()
    }
    intake = TextIntake(_AGENT_CHARS)
    hosts = frozenset(settings.link_hosts)
    return AssistServices(
        suggesting=Suggesting(reader, intake, known, settings.assist_threshold, clock),
        knowledge=Knowledge(list(known.values()), kosovar_forms(settings.home)),
        feedback=FeedbackStore(database, clock),
        canned=CannedReplies(database, clock, audit, lambda text: only_allowed_links(text, hosts)),
        answers=frozenset(known),
        intake=intake,
    )
