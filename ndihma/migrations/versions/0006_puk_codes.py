"""PUK codes, their one-time references and notices; the second factor of verification; dates of owner and port."""

import sqlalchemy as sa
from alembic import op

from ndihma.db import AwareDateTime

revision = "0006_puk_codes"
down_revision = "0005_audit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "puk_codes",
        sa.Column("msisdn", sa.String(16), nullable=False),
        sa.Column("card_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("key_id", sa.String(32), nullable=False),
        sa.Column("nonce", sa.LargeBinary(12), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(64), nullable=False),
        sa.Column("stored_at", AwareDateTime(), nullable=False),
        sa.Column("asked_at", AwareDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("msisdn", name=op.f("pk_puk_codes")),
    )
    op.create_index(op.f("ix_puk_codes_key_id"), "puk_codes", ["key_id"])
    op.create_table(
        "puk_references",
        sa.Column("reference_hash", sa.String(64), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("msisdn", sa.String(16), nullable=False),
        sa.Column("created_at", AwareDateTime(), nullable=False),
        sa.Column("expires_at", AwareDateTime(), nullable=False),
        sa.Column("used_at", AwareDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("reference_hash", name=op.f("pk_puk_references")),
    )
    op.create_index(op.f("ix_puk_references_conversation_id"), "puk_references", ["conversation_id"])
    op.create_index(op.f("ix_puk_references_expires_at"), "puk_references", ["expires_at"])
    op.create_table(
        "puk_reveals",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("msisdn", sa.String(16), nullable=False),
        sa.Column("at", AwareDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_puk_reveals")),
    )
    op.create_index("ix_puk_reveals_msisdn_at", "puk_reveals", ["msisdn", "at"])
    op.create_index(op.f("ix_puk_reveals_at"), "puk_reveals", ["at"])
    op.create_table(
        "puk_notices",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("msisdn", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("contact", sa.String(254), nullable=False),
        sa.Column("shown_at", AwareDateTime(), nullable=False),
        sa.Column("due_at", AwareDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_puk_notices")),
    )
    op.create_index(op.f("ix_puk_notices_msisdn"), "puk_notices", ["msisdn"])
    op.create_index(op.f("ix_puk_notices_due_at"), "puk_notices", ["due_at"])
    op.create_table(
        "verification_factors",
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("number_subject", sa.String(64), nullable=False),
        sa.Column("expires_at", AwareDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "channel", name=op.f("pk_verification_factors")),
    )
    op.create_index(op.f("ix_verification_factors_expires_at"), "verification_factors", ["expires_at"])
    op.add_column("verification_challenges", sa.Column("channel", sa.String(64), nullable=True))
    op.add_column("verification_challenges", sa.Column("channel_kind", sa.String(8), nullable=True))
    op.add_column("verification_challenges", sa.Column("round", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("verification_steps", sa.Column("sent_to", sa.String(16), nullable=True))
    op.add_column("account_line", sa.Column("owner_changed_on", sa.Date(), nullable=True))
    op.add_column("account_line", sa.Column("ported_on", sa.Date(), nullable=True))


def downgrade() -> None:
    for table, columns in (
        ("account_line", ("ported_on", "owner_changed_on")),
        ("verification_steps", ("sent_to",)),
        ("verification_challenges", ("round", "channel_kind", "channel")),
    ):
        for column in columns:
            op.drop_column(table, column)
    for table in ("verification_factors", "puk_notices", "puk_reveals", "puk_references", "puk_codes"):
        op.drop_table(table)
