"""Notices to contacts are of verification, and of more than a shown PUK."""

import sqlalchemy as sa
from alembic import op

from ndihma.db import AwareDateTime

revision = "0010_contact_notices"
down_revision = "0012_staff"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "verification_notices",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("msisdn", sa.String(16), nullable=False),
        sa.Column("about", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(8), nullable=True),
        sa.Column("contact", sa.String(254), nullable=True),
        sa.Column("happened_at", AwareDateTime(), nullable=False),
        sa.Column("due_at", AwareDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_notices")),
    )
    op.create_index(op.f("ix_verification_notices_msisdn"), "verification_notices", ["msisdn"])
    op.create_index(op.f("ix_verification_notices_due_at"), "verification_notices", ["due_at"])
    op.execute(
        "INSERT INTO verification_notices (id, msisdn, about, kind, contact, happened_at, due_at, attempts) "
        "SELECT id, msisdn, 'puk_shown', kind, contact, shown_at, due_at, attempts FROM puk_notices"
    )
    op.drop_table("puk_notices")


def downgrade() -> None:
    """Notices about anything but a PUK are lost: the old table has no place for them."""
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
    op.execute(
        "INSERT INTO puk_notices (id, msisdn, kind, contact, shown_at, due_at, attempts) "
        "SELECT id, msisdn, kind, contact, happened_at, due_at, attempts FROM verification_notices "
        "WHERE about = 'puk_shown'"
    )
    op.drop_table("verification_notices")
