"""Sessions: the token that was just replaced, for the case that the answer with the new one was lost."""

import sqlalchemy as sa
from alembic import op

from ndihma.db import AwareDateTime

revision = "0004_token_grace"
down_revision = "0003_verification"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sessions", sa.Column("previous_token_hash", sa.String(64), nullable=True))
    op.add_column("sessions", sa.Column("previous_token_expires_at", AwareDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("sessions", "previous_token_expires_at")
    op.drop_column("sessions", "previous_token_hash")
