"""Placeholder of a change under way."""

revision = "0006_puk_codes"
down_revision = "0005_audit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
