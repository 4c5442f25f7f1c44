"""The one place that wires the app's adapters to ports (the actions' own are in ``actions.wiring``).

Nothing is opened before the ``async with`` begins.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from ndihma.accounts.adapters.opening import open_accounts
from ndihma.accounts.ports import TicketDesk
from ndihma.accounts.puk import can_receive_code
from ndihma.audit.desk import AuditDesk
from ndihma.audit.trail import SqlAuditTrail
from ndihma.clock import Clock, SystemClock
from ndihma.config import Settings
from ndihma.console.account_desk import AccountDesk
from ndihma.console.assist_services import AssistServices, assist_services
from ndihma.content import Content
from ndihma.db import Database
from ndihma.desk.attachments import AttachmentService
from ndihma.desk.calls.desk import CallDesk
from ndihma.desk.conversations import ConversationLimits, ConversationService
from ndihma.desk.files import AttachmentFiles
from ndihma.desk.handoff.callbacks import CallbackService
from ndihma.desk.handoff.desk import HandoffDesk
from ndihma.desk.handoff.hours import WorkingHours
from ndihma.desk.handoff.ledger import HandoffLedger
from ndihma.desk.handoff.rules import HandoffRules
from ndihma.desk.handoff.service import MAX_AGENT_CHARS
from ndihma.desk.hub import EventHub
from ndihma.desk.mail_outbox import MailOutbox
from ndihma.desk.mail_worker import MailWorker
from ndihma.desk.operator_decisions import OperatorDecisions
from ndihma.desk.operator_ticket_texts import OperatorTicketTexts
from ndihma.desk.operator_tickets import OperatorTickets
from ndihma.desk.plain_answers import plain_answers
from ndihma.desk.ports import VerificationSteps
from ndihma.desk.proof_mails import ProofMails
from ndihma.desk.proof_reading import ProofReader
from ndihma.desk.ratings import RatingService
from ndihma.desk.reconnections import ReconnectionRequests
from ndihma.desk.sessions import SessionService
from ndihma.desk.steps import ServiceSteps
from ndihma.desk.store import ConversationStore
from ndihma.desk.tail import EventTail
from ndihma.desk.ticket_worker import TicketWorker
from ndihma.desk.tickets import TicketService
from ndihma.development import staff_mailer
from ndihma.engine_client import HttpEngine
from ndihma.gateway.intake import TextIntake
from ndihma.gateway.limits import SlidingWindow
from ndihma.gateway.outbox import OutboxPage, OutboxReader
from ndihma.housekeeping import purge, retain, sweep
from ndihma.mail import EmailAddress
from ndihma.privacy.conversations import ConversationEraser
from ndihma.privacy.files import ProofFiles
from ndihma.privacy.retention import Periods, Retention
from ndihma.privacy.tracker import TrackerStore
from ndihma.puk.cipher import PukCipher
from ndihma.puk.keys import keyring
from ndihma.puk.reveals import PukReveals
from ndihma.secrets import audit_key, engine_token, staff_key, verification_key
from ndihma.staff.oidc.service import FederatedSignIn, federated_sign_in
from ndihma.staff.service import StaffService
from ndihma.telegram.opening import OpenedBot, open_bot
from ndihma.telegram.services import BotServices
from ndihma.verification.matching import NumberMatching
from ndihma.verification.model import AssuranceReader
from ndihma.verification.notices import NoticeDelivery
from ndihma.verification.senders import choose_sender
from ndihma.verification.service import VerificationService
from ndihma.webhooks import HandoffWebhook

__all__ = ["GatewayServices", "open_gateway"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GatewayServices:
    """Everything the gateway's endpoints use."""

    clock: Clock
    database: Database
    sessions: SessionService
    conversations: ConversationService
    verification: VerificationSteps
    assurance: AssuranceReader
    attachments: AttachmentService
    reveals: PukReveals
    ratings: RatingService
    staff: StaffService
    federated: FederatedSignIn | None
    audit: AuditDesk
    assist: AssistServices
    accounts: AccountDesk
    calls: CallDesk
    hub: EventHub
    handoff: HandoffDesk
    titles: Mapping[str, str]
    """Of topics, by intent."""
    outbox: OutboxReader | None
    telegram: OpenedBot | None


@asynccontextmanager
async def open_gateway(settings: Settings, clock: Clock | None = None) -> AsyncIterator[GatewayServices]:
    """The gateway's services, with the conversations that were left pending taken up."""
    clock, content = clock or SystemClock(), Content.load(settings.home / "domain.yml")
    database = Database(settings.sqlalchemy_url)
    engine = HttpEngine(
        settings.engine_url,
        engine_token(settings).get_secret_value(),
        timeout_s=settings.engine_timeout_s,
        read_timeout_s=settings.assist_timeout_s,
    )
    chosen = choose_sender(settings, clock)
    accounts = open_accounts(settings, database, clock, may_be_stale=True)
    audit = SqlAuditTrail(database, clock, audit_key(settings))
    notices = NoticeDelivery(database, accounts.exact, chosen.sender, clock)
    verification = VerificationService(
        database=database,
        accounts=accounts.exact,
        sender=chosen.sender,
        clock=clock,
        key=verification_key(settings),
        audit=audit,
        sms_reachable=can_receive_code,
        queued=notices.wake,
    )
    reveals = PukReveals(
        database=database,
        accounts=accounts.exact,
        assurance=verification,
        audit=audit,
        cipher=PukCipher(keyring(settings)),
        clock=clock,
        sms_reachable=can_receive_code,
        queued=notices.wake,
    )
    staff = StaffService.on(database=database, clock=clock, audit=audit, key=staff_key(settings))
    federated = federated_sign_in(settings, origin=settings.origin, database=database, clock=clock, audit=audit)
    hub, calls = EventHub(), CallDesk.on(database, clock, audit, TextIntake(MAX_AGENT_CHARS), accounts.tickets)
    ledger = HandoffLedger(_handoff_rules(settings))
    store = ConversationStore(database, ledger)
    files = AttachmentFiles(settings.var / "uploads")
    outbox = MailOutbox(database, clock)
    worker = MailWorker(
        outbox,
        ProofMails(database, files, EmailAddress.parse(settings.proof_mail_to)),
        staff_mailer(settings, chosen.mailer),
    )
    operator_tickets = None if accounts.tickets is None else OperatorTickets(database, clock)
    ticket_worker = _ticket_worker(database, clock, audit, operator_tickets, accounts.tickets)

    def queued() -> None:
        worker.wake()
        if ticket_worker is not None:
            ticket_worker.wake()

    attachments = AttachmentService(
        database=database,
        store=store,
        requests=ReconnectionRequests(database),
        files=files,
        outbox=outbox,
        audit=audit,
        hub=hub,
        clock=clock,
        queued=queued,
        operator_tickets=operator_tickets,
    )
    steps = ServiceSteps(verification, clock)
    callbacks = CallbackService(database, clock, verification, audit)
    conversations = ConversationService(
        store=store,
        hub=hub,
        engine=engine,
        steps=steps,
        intake=TextIntake(settings.max_text_chars),
        clock=clock,
        callbacks=callbacks if settings.handoff else None,
        limits=ConversationLimits(longest_wait_s=settings.queue_limit_s),
        plain_answers=plain_answers(content),
    )
    handoff = HandoffDesk.on(
        database=database,
        ledger=ledger,
        conversations=conversations,
        callbacks=callbacks,
        intake=TextIntake(MAX_AGENT_CHARS),
        link_hosts=frozenset(settings.link_hosts),
        audit=audit,
        hub=hub,
        clock=clock,
        way=_handoff_webhook(settings, clock),
    )
    sessions, ratings = SessionService(database, clock), RatingService(database, clock)
    telegram = open_bot(
        settings,
        lambda: BotServices(
            clock=clock,
            database=database,
            handoffs=ledger,
            hub=hub,
            conversations=conversations,
            steps=steps,
            matching=NumberMatching(database=database, clock=clock, key=verification_key(settings), audit=audit),
            assurance=verification,
            attachments=attachments,
            reveals=reveals,
            ratings=ratings,
            audit=audit,
            personal_data=ConversationEraser(database, audit, TrackerStore(settings.tracker_sqlalchemy_url)),
            sessions=sessions,
            intake=TextIntake(settings.max_text_chars),
            link_hosts=frozenset(settings.link_hosts),
            allows=SlidingWindow(clock, settings.session_messages_per_minute).allows,
        ),
    )
    at_work: list[asyncio.Task[None]] = []
    try:
        await chosen.sender.start()
        await conversations.start()
        retention = Retention(
            database=database,
            audit=audit,
            tracker=TrackerStore(settings.tracker_sqlalchemy_url),
            files=ProofFiles(settings.var),
            clock=clock,
            periods=Periods(
                transcripts=timedelta(days=settings.keep_transcripts_days),
                requests=timedelta(days=settings.keep_requests_days),
            ),
        )
        at_work = [
            asyncio.create_task(purge(verification, reveals, staff), name="purge"),
            asyncio.create_task(notices.run(), name="notices"),
            asyncio.create_task(sweep(attachments), name="sweep"),
            asyncio.create_task(retain(retention), name="retention"),
            asyncio.create_task(worker.run(), name="mail-worker"),
            *([] if ticket_worker is None else [asyncio.create_task(ticket_worker.run(), name="ticket-worker")]),
            asyncio.create_task(calls.run(), name="call-tickets"),
            asyncio.create_task(EventTail(database, hub).run(), name="event-tail"),
            asyncio.create_task(handoff.run(), name="handoff"),
            *([] if telegram is None else [asyncio.create_task(telegram.bot.run(), name="telegram")]),
        ]
        yield GatewayServices(
            clock=clock,
            database=database,
            sessions=sessions,
            conversations=conversations,
            verification=steps,
            assurance=verification,
            attachments=attachments,
            reveals=reveals,
            ratings=ratings,
            staff=staff,
            federated=federated,
            accounts=AccountDesk(
                told=accounts.directory,
                exact=accounts.exact,
                conversations=store,
                assurance=verification,
                tickets=TicketService(database, clock, audit),
                proofs=ProofReader(database, files, audit),
                reveals=reveals,
                audit=audit,
                vault=staff.vault,
                clock=clock,
            ),
            audit=AuditDesk.on(database, clock, audit, audit_key(settings)),
            assist=assist_services(
                settings, database=database, clock=clock, audit=audit, content=content, reader=engine
            ),
            calls=calls,
            hub=hub,
            handoff=handoff,
            titles={intent: content.title(intent) or "" for intent in content.topics},
            outbox=OutboxPage(chosen.outbox) if chosen.outbox else None,
            telegram=telegram,
        )
    finally:
        for task in at_work:
            task.cancel()
        await asyncio.gather(*at_work, return_exceptions=True)
        await conversations.stop()
        await verification.close()
        await chosen.sender.close()
        await accounts.close()
        if federated is not None:
            await federated.provider.close()
        engine.close()
        await database.close()


def _handoff_rules(settings: Settings) -> HandoffRules:
    return HandoffRules(
        hours=WorkingHours.parse(settings.agent_hours),
        notices=bool(settings.handoff_webhook_url),
        first_reply_within=timedelta(seconds=settings.first_reply_target_s),
        next_reply_within=timedelta(seconds=settings.next_reply_target_s),
    )


def _handoff_webhook(settings: Settings, clock: Clock) -> HandoffWebhook | None:
    url, secret = settings.handoff_webhook_url, settings.handoff_webhook_secret
    if not url or secret is None:
        return None
    return HandoffWebhook(url, secret, clock, timeout_s=settings.handoff_webhook_timeout_s)


def _ticket_worker(
    database: Database,
    clock: Clock,
    audit: SqlAuditTrail,
    outbox: OperatorTickets | None,
    desk: TicketDesk | None,
) -> TicketWorker | None:
    """Where the operator's own system takes tickets."""
    if outbox is None or desk is None:
        return None
    return TicketWorker(
        outbox=outbox,
        composer=OperatorTicketTexts(database),
        desk=desk,
        decisions=OperatorDecisions(outbox, desk, TicketService(database, clock, audit)),
        clock=clock,
    )
