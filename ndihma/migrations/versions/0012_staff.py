"""Accounts of the staff: members, invitations, recovery codes, sessions, failed attempts."""

import sqlalchemy as sa
from alembic import op

from ndihma.db import AwareDateTime

revision = "0012_staff"
down_revision = "0009_operator_tickets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_members",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("username", sa.String(32), nullable=False, unique=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("team", sa.String(80)),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("totp_sealed", sa.LargeBinary(100)),
        sa.Column("totp_step", sa.BigInteger),
        sa.Column("oidc_issuer", sa.String(255)),
        sa.Column("oidc_subject", sa.String(255)),
        sa.Column("created_at", AwareDateTime(), nullable=False),
        sa.Column("signed_in_at", AwareDateTime()),
        sa.Column("disabled_at", AwareDateTime()),
        sa.UniqueConstraint("oidc_issuer", "oidc_subject"),
    )
    op.create_table(
        "staff_invitations",
        sa.Column("staff_id", sa.String(32), _member(), primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("totp_sealed", sa.LargeBinary(100), nullable=False),
        sa.Column("expires_at", AwareDateTime(), nullable=False, index=True),
    )
    op.create_table(
        "staff_recovery_codes",
        sa.Column("code_hash", sa.String(64), primary_key=True),
        sa.Column("staff_id", sa.String(32), _member(), nullable=False, index=True),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("staff_id", sa.String(32), _member(), nullable=False, index=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("pending", sa.Boolean, nullable=False),
        sa.Column("created_at", AwareDateTime(), nullable=False),
        sa.Column("active_at", AwareDateTime(), nullable=False),
        sa.Column("expires_at", AwareDateTime(), nullable=False, index=True),
    )
    op.create_table(
        "staff_attempts",
        sa.Column("subject", sa.String(64), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("failed_at", AwareDateTime(), nullable=False),
        sa.Column("locked_until", AwareDateTime(), nullable=False),
        sa.Column("touched_at", AwareDateTime(), nullable=False, index=True),
    )


def downgrade() -> None:
    for table in ("attempts", "sessions", "recovery_codes", "invitations", "members"):
        op.drop_table(f"staff_{table}")


def _member() -> sa.ForeignKey:
    return sa.ForeignKey("staff_members.id", ondelete="CASCADE")
