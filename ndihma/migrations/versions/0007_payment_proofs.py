"""Placeholder of a change under way."""

revision = "0007_payment_proofs"
down_revision = "0006_puk_codes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
