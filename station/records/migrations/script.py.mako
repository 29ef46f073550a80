"""${message}."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from station.records.moment import Moment

revision: Final = ${repr(up_revision)}
down_revision: Final = ${repr(down_revision)}
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Go on to it."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Go back behind it."""
    ${downgrades if downgrades else "pass"}
