"""Conversations wait in the queue of a team; agents are present for theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0020_team_queues"
down_revision = "0018_floor"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("handoffs", sa.Column("team", sa.String(80)))
    op.add_column("agent_presence", sa.Column("team", sa.String(80)))


def downgrade() -> None:
    op.drop_column("agent_presence", "team")
    op.drop_column("handoffs", "team")
