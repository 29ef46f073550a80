"""How lanes are."""

from datetime import datetime

from sqlalchemy import (
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from station.records.tables.base import Json, Table


class LaneState(Table):
    """How a lane is: written by its process every second.

    Attributes:
        state: "idle", "scanning", "behind" or "down" (nothing looks).
        behind: Columns that wait to be looked at.
        detail: One line: why it is down.
        code: What that is: see `station.codes.LaneCode`; None if it is not down.
        bundle: Name, sha256, signed_by, operating point, device of what looks.
    """

    __tablename__ = "lane_states"

    lane: Mapped[str] = mapped_column(String(32), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    behind: Mapped[int] = mapped_column(default=0)
    detail: Mapped[str] = mapped_column(Text, default="")
    code: Mapped[str | None] = mapped_column(String(32))
    bundle: Mapped[Json | None]
    pid: Mapped[int]
    beat: Mapped[datetime]
