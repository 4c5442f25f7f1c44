"""Placeholder of a change under way."""

revision = "0005_audit"
down_revision = "0004_token_grace"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
