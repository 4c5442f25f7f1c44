"""Payment proofs: what was claimed, the staff's tickets and decisions, the outbox of mails to them."""

import sqlalchemy as sa
from alembic import op

from ndihma.db import AwareDateTime

revision = "0007_payment_proofs"
down_revision = "0006_puk_codes"
branch_labels = None
depends_on = None

_OF_REQUESTS = (
    ("due_cents", sa.Integer()),
    ("claimed_cents", sa.Integer()),
    ("claimed_on", sa.Date()),
    ("decided_by", sa.String(64)),
    ("reason", sa.String(300)),
)
_OF_ATTACHMENTS = (
    ("claimed_cents", sa.Integer()),
    ("claimed_on", sa.Date()),
    ("upload_sha256", sa.String(64)),
)


def upgrade() -> None:
    for name, kind in _OF_REQUESTS:
        op.add_column("reconnection_requests", sa.Column(name, kind, nullable=True))
    op.create_index(op.f("ix_reconnection_requests_msisdn"), "reconnection_requests", ["msisdn"])
    for name, kind in _OF_ATTACHMENTS:
        op.add_column("attachments", sa.Column(name, kind, nullable=True))
    op.create_index(op.f("ix_attachments_reference"), "attachments", ["reference"])
    op.create_table(
        "tickets",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column(
            "reference",
            sa.String(16),
            sa.ForeignKey("reconnection_requests.reference", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("opened_at", AwareDateTime(), nullable=False),
        sa.Column("closed_at", AwareDateTime()),
        sa.UniqueConstraint("reference"),
    )
    op.create_index("ix_tickets_state_opened_at", "tickets", ["state", "opened_at"])
    op.create_table(
        "mail_outbox",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("attachment_id", sa.String(32), sa.ForeignKey("attachments.id", ondelete="CASCADE"), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("created_at", AwareDateTime(), nullable=False),
        sa.Column("due_at", AwareDateTime(), nullable=False),
        sa.Column("lease", sa.String(32)),
        sa.Column("last_error", sa.String(200)),
        sa.Column("sent_at", AwareDateTime()),
        sa.UniqueConstraint("attachment_id"),
    )
    op.create_index("ix_mail_outbox_state_due_at", "mail_outbox", ["state", "due_at"])


def downgrade() -> None:
    op.drop_table("mail_outbox")
    op.drop_table("tickets")
    op.drop_index(op.f("ix_attachments_reference"), "attachments")
    for name, _ in reversed(_OF_ATTACHMENTS):
        op.drop_column("attachments", name)
    op.drop_index(op.f("ix_reconnection_requests_msisdn"), "reconnection_requests")
    for name, _ in reversed(_OF_REQUESTS):
        op.drop_column("reconnection_requests", name)
