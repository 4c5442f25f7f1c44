"""The copy of the operator's accounts: subscribers, lines, bills, payments. No column can hold a PUK."""

import sqlalchemy as sa
from alembic import op

revision = "0001_accounts"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_subscriber",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("is_business", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account_subscriber"),
    )
    op.create_table(
        "account_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("value", sa.String(254), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account_contact"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["account_subscriber.id"],
            name="fk_account_contact_subscriber_id_account_subscriber",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("subscriber_id", "kind", "value", name="uq_account_contact_subscriber_id"),
        sa.CheckConstraint("kind IN ('email', 'msisdn')", name=op.f("ck_account_contact_kind")),
    )
    op.create_table(
        "account_club",
        sa.Column("subscriber_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("package", sa.String(200), nullable=False),
        sa.Column("required_monthly_contracts", sa.Integer(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("monthly_contracts", sa.Integer(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("subscriber_id", name="pk_account_club"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["account_subscriber.id"],
            name="fk_account_club_subscriber_id_account_subscriber",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "account_line",
        sa.Column("msisdn", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subscriber_id", sa.String(64), nullable=False),
        sa.Column("balance_cents", sa.Integer(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("iccid", sa.String(20), nullable=True),
        sa.Column("sim_state", sa.String(16), nullable=True),
        sa.Column("sim_changed_on", sa.Date(), nullable=True),
        sa.Column("purchased_on", sa.Date(), nullable=True),
        sa.Column("activated_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("reactivated_on", sa.Date(), nullable=True),
        sa.Column("reactivation", sa.String(16), nullable=True),
        sa.Column("suspended_since", sa.Date(), nullable=True),
        sa.Column("suspension_reason", sa.String(16), nullable=True),
        sa.Column("suspension_ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspension_amount_cents", sa.Integer(), nullable=True),
        sa.Column("has_selfcare", sa.Boolean(), nullable=False),
        sa.Column("selfcare_registered_on", sa.Date(), nullable=True),
        sa.Column("selfcare_locked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("msisdn", name="pk_account_line"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["account_subscriber.id"], name="fk_account_line_subscriber_id_account_subscriber"
        ),
        sa.CheckConstraint("kind IN ('prepaid', 'postpaid', 'fixed')", name=op.f("ck_account_line_kind")),
        sa.CheckConstraint("sim_state IN ('in_use', 'puk_locked', 'lost')", name=op.f("ck_account_line_sim_state")),
        sa.CheckConstraint("reactivation IN ('keep_credit', 'fresh_start')", name=op.f("ck_account_line_reactivation")),
        sa.CheckConstraint("suspension_reason IN ('non_payment')", name=op.f("ck_account_line_suspension_reason")),
        sa.CheckConstraint(
            "(kind = 'prepaid') = (purchased_on IS NOT NULL)", name=op.f("ck_account_line_prepaid_life")
        ),
        sa.CheckConstraint(
            "(reactivated_on IS NULL) = (reactivation IS NULL)", name=op.f("ck_account_line_reactivation_complete")
        ),
        sa.CheckConstraint(
            "(suspended_since IS NULL) = (suspension_reason IS NULL)", name=op.f("ck_account_line_suspension_complete")
        ),
        sa.CheckConstraint("(iccid IS NULL) = (sim_state IS NULL)", name=op.f("ck_account_line_sim_complete")),
    )
    op.create_index("ix_account_line_subscriber_id", "account_line", ["subscriber_id"])
    op.create_table(
        "account_bill",
        sa.Column("line_msisdn", sa.String(16), nullable=False),
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("paid_cents", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("line_msisdn", "number", name="pk_account_bill"),
        sa.ForeignKeyConstraint(
            ["line_msisdn"],
            ["account_line.msisdn"],
            name="fk_account_bill_line_msisdn_account_line",
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "account_payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("line_msisdn", sa.String(16), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account_payment"),
        sa.ForeignKeyConstraint(
            ["line_msisdn"],
            ["account_line.msisdn"],
            name="fk_account_payment_line_msisdn_account_line",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_account_payment_line_msisdn", "account_payment", ["line_msisdn"])


def downgrade() -> None:
    for table in (
        "account_payment",
        "account_bill",
        "account_line",
        "account_club",
        "account_contact",
        "account_subscriber",
    ):
        op.drop_table(table)
