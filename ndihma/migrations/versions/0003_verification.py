"""Verification: steps, challenges, limits, identities."""

import sqlalchemy as sa
from alembic import op

from ndihma.db import AwareDateTime

revision = "0003_verification"
down_revision = "0002_desk"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "verification_steps",
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("resume_intent", sa.String(64), nullable=False),
        sa.Column("masked", sa.String(16), nullable=True),
        sa.Column("expires_at", AwareDateTime(), nullable=True),
        sa.Column("updated_at", AwareDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_verification_steps")),
    )
    op.create_index(op.f("ix_verification_steps_updated_at"), "verification_steps", ["updated_at"])
    op.create_table(
        "verification_challenges",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("number_subject", sa.String(64), nullable=False),
        sa.Column("sealed_number", sa.LargeBinary(16), nullable=False),
        sa.Column("salt", sa.LargeBinary(16), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("deliverable", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", AwareDateTime(), nullable=False),
        sa.Column("expires_at", AwareDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_challenges")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_verification_challenges_conversation_id")),
    )
    op.create_index(op.f("ix_verification_challenges_expires_at"), "verification_challenges", ["expires_at"])
    op.create_table(
        "verification_subjects",
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("touched_at", AwareDateTime(), nullable=False),
        sa.Column("locked_until", AwareDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_verification_subjects")),
    )
    op.create_index(op.f("ix_verification_subjects_touched_at"), "verification_subjects", ["touched_at"])
    op.create_table(
        "verification_events",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("at", AwareDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_events")),
    )
    op.create_index("ix_verification_events_subject_kind_at", "verification_events", ["subject", "kind", "at"])
    op.create_index(op.f("ix_verification_events_at"), "verification_events", ["at"])
    op.create_table(
        "verification_identities",
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("msisdn", sa.String(16), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("verified_at", AwareDateTime(), nullable=False),
        sa.Column("expires_at", AwareDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_verification_identities")),
    )
    op.create_index(op.f("ix_verification_identities_expires_at"), "verification_identities", ["expires_at"])


def downgrade() -> None:
    for table in (
        "verification_identities",
        "verification_events",
        "verification_subjects",
        "verification_challenges",
        "verification_steps",
    ):
        op.drop_table(table)
