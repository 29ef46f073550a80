"""Codes beside the words that say why a lane is down."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0002"
down_revision: Final = "0001"
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Go on to it."""
    with op.batch_alter_table("lane_states", schema=None) as batch_op:
        batch_op.add_column(sa.Column("code", sa.String(length=32), nullable=True))


def downgrade() -> None:
    """Go back behind it."""
    with op.batch_alter_table("lane_states", schema=None) as batch_op:
        batch_op.drop_column("code")
